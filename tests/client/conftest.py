"""A running server, the three ways to it, and a process state that each test finds as a fresh process would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import mlflow
from mlflow.tracking import _state

READY_TIMEOUT_S = 60.0
"""A server on a loaded machine; one that is not there by then never will be."""

DOORS = ("grpc", "rest", "in-process")


@dataclass(frozen=True)
class Server:
    """Where the doors of a server are."""

    grpc: str
    rest: str


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`mlflow server` on a SQLite database, with its artifacts in a temporary folder."""
    folder = tmp_path_factory.mktemp("server")
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "mlflow.cli", "server", "--port", "0", "--grpc-port", "0"]
    storage = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/artifacts"]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [*command, *storage, "--ready-file", str(ready)],
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


@pytest.fixture(scope="session")
def database_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite database which this process opens itself."""
    return f"sqlite:///{tmp_path_factory.mktemp('in-process')}/mlflow.db"


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No variables, no chosen experiment, no active run; the working directory is a temporary one.

    Transports stay open, as opening them is the slow part.
    """
    for name in _variables():
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0.1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_state, "_thread", threading.local())
    process = _state._process
    monkeypatch.setattr(process, "tracking_uri", None)
    monkeypatch.setattr(process, "registry_uri", None)
    monkeypatch.setattr(process, "experiment_id", None)
    yield
    process.open_runs.clear()
    for name in _variables():
        os.environ.pop(name)


@pytest.fixture(params=DOORS)
def tracking_uri(request: pytest.FixtureRequest) -> str:
    """The tracking URI in force: each way to a service in turn."""
    if request.param == "in-process":
        uri: str = request.getfixturevalue("database_uri")
    else:
        server: Server = request.getfixturevalue("server")
        uri = server.grpc if request.param == "grpc" else server.rest
    mlflow.set_tracking_uri(uri)
    return uri


@pytest.fixture
def client(tracking_uri: str) -> mlflow.MlflowClient:
    """A client of that service."""
    return mlflow.MlflowClient(tracking_uri)


@pytest.fixture
def experiment_id(client: mlflow.MlflowClient, name: str) -> str:
    """A new experiment."""
    return client.create_experiment(name)


@pytest.fixture
def run_id(client: mlflow.MlflowClient, experiment_id: str) -> str:
    """A new run in it."""
    return client.create_run(experiment_id).info.run_id


@pytest.fixture
def name() -> str:
    """A name that nothing has."""
    return f"name-{uuid.uuid4().hex}"


def _variables() -> list[str]:
    return [name for name in os.environ if name.startswith("MLFLOW_")]


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
