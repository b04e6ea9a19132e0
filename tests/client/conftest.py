"""Running servers, every way to a service, and a process state that each test finds as a fresh process would."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import mlflow
from mlflow.tracking import _state
from support.mlflow_server import Server, mlflow_server
from support.ports import free_port

DOORS = {
    "grpc": "server",
    "rest": "server",
    "rest with a stream": "advertising_server",
    "in-process": "database_uri",
    "folder": "folder_uri",
}
"""The ways to a service over which the tests of this folder run, and the fixture that has each."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that all tests share; none may count on being alone."""
    with mlflow_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def advertising_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server which offers its gRPC door to REST clients."""
    port = free_port()
    options = ["--grpc-port", str(port), "--advertise-grpc", f"127.0.0.1:{port}"]
    with mlflow_server(tmp_path_factory.mktemp("advertising"), *options) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No variables, no chosen experiment, no active run; the working directory is a temporary one.

    Transports stay open, as opening them is the slow part.
    """
    for name in _variables():
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0.1")
    monkeypatch.setenv("MLFLOW_ASYNC_LOGGING_SPOOL_DIR", str(tmp_path / "spool"))
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
    """The tracking URI in force, each way to a service in turn.

    "rest with a stream" sends over gRPC what is logged asynchronously, and all else over REST.
    """
    found: str | Server = request.getfixturevalue(DOORS[request.param])
    if isinstance(found, Server):
        found = found.grpc if request.param == "grpc" else found.rest
    mlflow.set_tracking_uri(found)
    return found


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
