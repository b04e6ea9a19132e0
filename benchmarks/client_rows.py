"""Rows that are measured with each peer's own Python client."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Row, Unit
from benchmarks.peers import PEERS, Running
from benchmarks.rest_rows import HISTORY_POINTS, run_with_history

SCRIPTS = Path(__file__).parent / "scripts"
FILES, FILE_BYTES = 1000, 10_000


def rows() -> list[Row]:
    """All of them."""
    return [
        Row("history of 100k points, Python client", Unit.SECONDS, 0.15, _history),
        Row("log_artifacts, 1000 files of 10 KB through the proxy", Unit.SECONDS, 0.7, _artifacts),
        Row("import mlflow", Unit.MILLISECONDS, 100.0, _import),
    ]


def _history(peer: Running) -> float | None:
    return _script(peer, "read_history.py", tracking_uri(peer), run_with_history(peer), "loss", str(HISTORY_POINTS))


def tracking_uri(peer: Running) -> str:
    """The URI of the peer's fastest door."""
    return f"grpc://{peer.grpc_address}" if peer.grpc_address else peer.url


def _artifacts(peer: Running) -> float | None:
    if peer.name == "fasttrackml":
        return None  # It has no artifact proxy: its clients write to the folder or bucket themselves.
    with tempfile.TemporaryDirectory() as folder:
        for index in range(FILES):
            (Path(folder) / f"file-{index:04}.bin").write_bytes(os.urandom(FILE_BYTES))
        return _script(peer, "log_artifacts.py", tracking_uri(peer), folder)


def _import(peer: Running) -> float:
    python = str(PEERS[peer.name].python())

    def once(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([python, "-c", code], check=True)
        return (time.perf_counter() - began) * 1e3

    once("import mlflow")
    bare = statistics.median(once("pass") for _ in range(7))
    return statistics.median(once("import mlflow") for _ in range(7)) - bare


def _script(peer: Running, name: str, *arguments: str) -> float:
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
    command = [str(PEERS[peer.name].python()), str(SCRIPTS / name), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"{name} failed: {result.stderr[-1000:]}")
    return float(result.stdout.split()[-1])
