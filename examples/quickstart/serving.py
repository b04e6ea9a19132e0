"""Runs `mlflow server` beside this program, or finds the one that an earlier call has left running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
PREFERRED_PORT = 5000
"""The documented port of the REST door; gRPC takes the next one. Another program may have either."""


class ServerDidNotStart(Exception):
    """The text says why."""


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    rest_url: str
    grpc_uri: str
    process: subprocess.Popen[bytes] | None
    """None: somebody else runs it."""

    def describe(self, console: Console) -> None:
        console.print(f"REST and gRPC listen on [bold]{self.rest_url}[/bold] and [bold]{self.grpc_uri}[/bold]")

    def serve_until_interrupted(self, console: Console) -> None:
        if self.process is None:
            console.print("It is the server of an earlier call, which goes on running.")
            return
        # A supervisor's way to say Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            console.print("The server keeps running. Ctrl-C stops it.")
            self.process.wait()
        except KeyboardInterrupt:
            console.print("\nStopping.")


@contextmanager
def running_server(data: Path, console: Console) -> Iterator[Server]:
    """A server on the database in `data`. One that was started here is stopped at the end."""
    data.mkdir(parents=True, exist_ok=True)
    ready_file = data / "server.json"
    known = _known(ready_file)
    if known is not None:
        console.print(f"A server is running already, at {known.rest_url}.")
        yield known
        return
    ready_file.unlink(missing_ok=True)
    command = _command(data, ready_file)
    console.print(f"$ {' '.join(['mlflow', *command[3:]])}", soft_wrap=True, style="dim")
    with (data / "server.log").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches this program first.
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        yield _when_ready(process, ready_file, data / "server.log")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STOP_TIMEOUT_S)


def _command(data: Path, ready_file: Path) -> list[str]:
    port, grpc_port = (PREFERRED_PORT, PREFERRED_PORT + 1)
    if not (_is_free(port) and _is_free(grpc_port)):
        port, grpc_port = 0, 0
    options = {
        "--backend-store-uri": f"sqlite:///{data / 'mlflow.db'}",
        "--artifacts-destination": str(data / "artifacts"),
        "--port": str(port),
        "--grpc-port": str(grpc_port),
        "--ready-file": str(ready_file),
    }
    return [sys.executable, "-m", "mlflow.cli", "server", *(word for pair in options.items() for word in pair)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _when_ready(process: subprocess.Popen[bytes], ready_file: Path, log: Path) -> Server:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerDidNotStart(log.read_text(errors="replace").strip())
        server = _described(ready_file, process)
        if server is not None:
            return server
        time.sleep(0.05)
    raise ServerDidNotStart(f"It did not answer within {START_TIMEOUT_S:.0f} s; its log is {log}.")


def _known(ready_file: Path) -> Server | None:
    """The server of an earlier call, if it still answers."""
    server = _described(ready_file, None)
    if server is None:
        return None
    try:
        with urlopen(f"{server.rest_url}/health", timeout=2) as answer:  # noqa: S310 - our own server's URL
            return server if answer.status == 200 and _is_alive(ready_file) else None
    except (URLError, OSError):
        return None


def _described(ready_file: Path, process: subprocess.Popen[bytes] | None) -> Server | None:
    """What the ready file says, once it is written completely."""
    try:
        written = json.loads(ready_file.read_text())
        return Server(written["rest"], f"grpc://{written['grpc'][0]}", process)
    except (OSError, ValueError, KeyError, IndexError):
        return None


def _is_alive(ready_file: Path) -> bool:
    """Whether the process that wrote the file exists: another server may have taken its port."""
    try:
        os.kill(int(json.loads(ready_file.read_text())["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return False
    return True
