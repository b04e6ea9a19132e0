"""`mlflow server` as a program of its own, as users start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_TIMEOUT_S = 60.0
"""A server on a loaded machine; one that is not there by then never will be."""


@dataclass(frozen=True)
class Server:
    """Where the doors of a server are."""

    grpc: str
    rest: str


@contextmanager
def mlflow_server(folder: Path, *options: str, database: str = "mlflow.db") -> Iterator[Server]:
    """A server on a SQLite database in `folder`, with its artifacts there, on free ports."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "mlflow.cli", "server", "--port", "0", "--grpc-port", "0"]
    storage = [
        "--backend-store-uri",
        f"sqlite:///{folder}/{database}",
        "--artifacts-destination",
        f"{folder}/artifacts",
    ]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [*command, *storage, "--ready-file", str(ready), *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            env=_plain_environment(),
        )
    try:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not (ready.exists() and ready.read_text().endswith("\n")):
            assert process.poll() is None, (folder / "log.txt").read_text()
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.05)
        addresses = json.loads(ready.read_text())
        yield Server(grpc=f"grpc://{addresses['grpc'][0]}", rest=addresses["rest"])
    finally:
        process.terminate()
        process.wait(timeout=READY_TIMEOUT_S)


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
