"""A running server, every way to it, and the `mlflow` command run in this process."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from mlflow.tracking import _state
from mlflow.tracking.client import MlflowClient
from support.mlflow_command import Command, invoke
from support.server_process import ServerProcess, running_server

DOORS = ("grpc", "rest", "in-process", "folder")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that all tests share; none may count on being alone."""
    with running_server(tmp_path_factory.mktemp("server"), "--backend-store-uri", "sqlite:///store.db") as running:
        yield running


@pytest.fixture(params=DOORS)
def uri(request: pytest.FixtureRequest) -> str:
    """Each way to a service in turn."""
    if request.param in ("in-process", "folder"):
        own: str = request.getfixturevalue("database_uri" if request.param == "in-process" else "folder_uri")
        return own
    server: ServerProcess = request.getfixturevalue("server")
    return f"grpc://{server.grpc}" if request.param == "grpc" else server.rest


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of the test's own, and no chosen URI."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_state._process, "tracking_uri", None)
    monkeypatch.setattr(_state._process, "registry_uri", None)
    return tmp_path


@pytest.fixture
def mlflow(elsewhere: Path, uri: str) -> Command:
    """The command, which reaches the service through MLFLOW_TRACKING_URI."""

    def run(*arguments: str, expect: int = 0, **variables: str) -> Result:
        done = invoke(*arguments, **{"MLFLOW_TRACKING_URI": uri, **variables})
        assert done.exit_code == expect, done.output
        return done

    return run


@pytest.fixture
def client(uri: str) -> MlflowClient:
    """A client of the same service."""
    return MlflowClient(uri)


@pytest.fixture
def name() -> str:
    """A name that nothing has."""
    return f"name-{uuid.uuid4().hex}"
