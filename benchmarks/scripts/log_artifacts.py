"""Logs a folder of small files to a new run with the `mlflow` of this interpreter.

Arguments: tracking URI, folder. Prints seconds.
"""

from __future__ import annotations

import sys
import time

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
client = mlflow.MlflowClient()
run = client.create_run(client.create_experiment(f"artifacts-{time.time_ns()}"))
began = time.perf_counter()
client.log_artifacts(run.info.run_id, sys.argv[2])
print(time.perf_counter() - began)
