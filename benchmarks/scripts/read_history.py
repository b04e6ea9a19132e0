"""Reads one metric's history with the `mlflow` of this interpreter.

Arguments: tracking URI, run id, key, points. Prints seconds.
"""

from __future__ import annotations

import sys
import time

import mlflow

client = mlflow.MlflowClient(sys.argv[1])
client.get_metric_history(sys.argv[2], "warm-up")
seconds = []
for _ in range(3):
    began = time.perf_counter()
    history = client.get_metric_history(sys.argv[2], sys.argv[3])
    total = sum(point.value for point in history)
    seconds.append(time.perf_counter() - began)
    if len(history) != int(sys.argv[4]) or total <= 0:
        raise SystemExit(f"{len(history)} points were read")
print(sorted(seconds)[1])
