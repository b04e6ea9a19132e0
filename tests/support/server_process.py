"""`mlflow server` in a process of its own, as an operator starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 60.0
"""Far beyond what a start takes: a server that hangs fails the test and does not hang it."""

STOP_TIMEOUT_S = 60.0


class ServerProcess:
    """A server that has opened its doors."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, ready: Mapping[str, object]) -> None:
        self.process = process
        self.rest = str(ready["rest"]) if ready["rest"] is not None else ""
        """Base URL of the REST door, or "" without one."""
        addresses = ready["grpc"]
        assert isinstance(addresses, list)
        self.grpc = str(addresses[0]) if addresses else ""
        """Address of the gRPC door, or "" without one."""
        self._log = log

    def kill(self) -> None:
        """Ends the process as a power cut does: it gets no chance to do anything more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_TIMEOUT_S)

    def terminate(self) -> int:
        """Asks the process to stop, waits until it has, and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_TIMEOUT_S)

    def log(self) -> str:
        """What it wrote to the terminal."""
        return self._log.read_text()


def mlflow(*arguments: str) -> list[str]:
    """The `mlflow` command of this environment."""
    return [sys.executable, "-m", "mlflow.cli", *arguments]


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without what would change the command's defaults, and with `variables`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    return kept | variables


def start_server(folder: Path, *options: str, **variables: str) -> ServerProcess:
    """Starts a server with `folder` as its working folder. Without port options it takes free ports."""
    ready_file = folder / "ready.json"
    ready_file.unlink(missing_ok=True)
    ports = [] if "--port" in options else ["--port", "0"]
    log = folder / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            mlflow("server", "--ready-file", str(ready_file), *ports, *options),
            cwd=folder,
            env=environment(**variables),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    give_up = time.monotonic() + START_TIMEOUT_S
    while not ready_file.exists():
        if process.poll() is not None:
            raise AssertionError(f"the server ended with exit code {process.returncode}:\n{log.read_text()}")
        if time.monotonic() > give_up:
            process.kill()
            raise AssertionError(f"the server did not open its doors:\n{log.read_text()}")
        time.sleep(0.01)
    return ServerProcess(process, log, json.loads(ready_file.read_text()))


@contextmanager
def running_server(folder: Path, *options: str, **variables: str) -> Iterator[ServerProcess]:
    """A server that is killed at the end, if it still runs."""
    server = start_server(folder, *options, **variables)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
