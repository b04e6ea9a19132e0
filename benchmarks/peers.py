"""The servers that are compared: how each is started on an empty database with its default settings."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import peer_environment

START_TIMEOUT_S = 120.0

SQLITE = "sqlite:///bench.db"
"""A file in the folder in which the server runs."""


@dataclass(frozen=True, slots=True)
class Running:
    """A peer that answers."""

    name: str
    url: str
    grpc_address: str | None
    pid: int
    start_s: float
    folder: Path
    database: str
    """URL of its database, as SQLAlchemy takes it."""

    def resident_bytes(self) -> int:
        """Proportional memory of the server and all its children."""
        return sum(_proportional_bytes(pid) for pid in _family(self.pid))


@dataclass(frozen=True, slots=True)
class Peer:
    """One kind of server."""

    name: str
    label: str
    options: tuple[str, ...] = ()

    def python(self) -> Path:
        """The interpreter of the peer's own environment, which also has the peer's client."""
        return Path(sys.executable) if self.is_ours else peer_environment(self.name)

    @property
    def is_ours(self) -> bool:
        """Whether it is a Trackwell, which has a gRPC door."""
        return self.name.startswith("trackwell")

    def command(self, port: int, grpc_port: int, database: str) -> list[str]:
        """The command that starts it in an empty folder, with the database at the URL."""
        binaries = self.python().parent
        if self.name == "fasttrackml":
            # It names drivers by itself: postgres://, and sqlite:// with a path of its own making.
            uri = database.replace("postgresql+psycopg:", "postgres:").replace("sqlite:///", "sqlite://")
            address = f"127.0.0.1:{port}"
            return [
                *(str(binaries / "fml"), "server", "--listen-address", address, "--log-level", "error"),
                *("--database-uri", uri),
            ]
        ours = ["--grpc-port", str(grpc_port)] if self.is_ours else []
        return [
            *(str(binaries / "mlflow"), "server", "--port", str(port), *ours, *self.options),
            *("--backend-store-uri", database, "--artifacts-destination", "artifacts"),
        ]

    @contextmanager
    def running(self, folder: Path, database: str = SQLITE) -> Iterator[Running]:
        """The server in `folder`, from the first answer of its health endpoint to the end of the block."""
        folder.mkdir(parents=True, exist_ok=True)
        port, grpc_port = _free_port(), _free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if not self.is_ours:
            environment.pop("PYTHONPATH", None)
        with (folder / "server.log").open("ab") as log:
            began = time.perf_counter()
            process = subprocess.Popen(
                self.command(port, grpc_port, database),
                cwd=folder,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        try:
            _await_health(url, process, folder)
            start_s = time.perf_counter() - began
            grpc = f"127.0.0.1:{grpc_port}" if self.is_ours else None
            full = database.replace("sqlite:///", f"sqlite:///{folder.absolute()}/")
            yield Running(self.name, url, grpc, process.pid, start_s, folder, full)
        finally:
            _stop(process)


PEERS = {
    "trackwell": Peer("trackwell", "Trackwell"),
    "trackwell-2-workers": Peer("trackwell-2-workers", "Trackwell (2 workers)", ("--workers", "2")),
    "mlflow": Peer("mlflow", "MLflow 3.17 (4 workers)"),
    "mlflow-1-worker": Peer("mlflow-1-worker", "MLflow 3.17 (1 worker)", ("--workers", "1")),
    "fasttrackml": Peer("fasttrackml", "FastTrackML 0.6"),
}


def _await_health(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 - our own loopback URL
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    log = (folder / "server.log").read_text(errors="replace")
    raise RuntimeError(f"the server did not answer at {url} within {START_TIMEOUT_S:.0f} s:\n{log[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    """The process and everything below it."""
    members = [pid]
    for member in members:
        children = Path(f"/proc/{member}/task/{member}/children")
        members += [int(child) for child in children.read_text().split()] if children.exists() else []
    return members


def _proportional_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
