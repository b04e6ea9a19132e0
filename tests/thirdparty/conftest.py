"""A server, every way to it, and for each test a process state as a fresh process would find it.

What needs a library that is not installed is not collected: `make test-thirdparty` runs these in an environment that
has all of them, against the project's wheel.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import mlflow
from mlflow.tracking import _state
from support.server_process import ServerProcess, running_server

LIBRARIES = {
    "test_accelerate.py": "accelerate",
    "test_ignite.py": "ignite",
    "test_lightning.py": "lightning",
    "test_optuna.py": "optuna_integration",
    "test_transformers.py": "transformers",
}

collect_ignore = [file for file, library in LIBRARIES.items() if find_spec(library) is None]

DOORS = ("grpc", "rest", "in-process", "folder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What these libraries warn of is their affair; our own warnings are errors here as well."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name in LIBRARIES:
            item.add_marker(pytest.mark.filterwarnings("ignore", "error:::mlflow"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that all tests share."""
    with running_server(tmp_path_factory.mktemp("server"), "--backend-store-uri", "sqlite:///store.db") as running:
        yield running


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A working folder of the test's own, no variables, no chosen URI or experiment, no active run."""
    for name in [name for name in os.environ if name.startswith(("MLFLOW_", "HF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_state._process, "tracking_uri", None)
    monkeypatch.setattr(_state._process, "experiment_id", None)
    yield
    while mlflow.active_run() is not None:
        mlflow.end_run("KILLED")
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        os.environ.pop(name)


@pytest.fixture(params=DOORS)
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each way to a service in turn."""
    if request.param == "in-process":
        return f"sqlite:///{tmp_path}/mlflow.db"
    if request.param == "folder":
        return (tmp_path / "mlruns").as_uri()
    server: ServerProcess = request.getfixturevalue("server")
    return f"grpc://{server.grpc}" if request.param == "grpc" else server.rest


@pytest.fixture
def client(uri: str) -> mlflow.MlflowClient:
    """A client to look at what was logged."""
    return mlflow.MlflowClient(uri)


@pytest.fixture
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A name that nothing has."""
    return f"{request.node.name} {tmp_path}"


def only_run(client: mlflow.MlflowClient, experiment_name: str) -> mlflow.entities.Run:
    """The one run of that experiment."""
    experiment = client.get_experiment_by_name(experiment_name)
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    return run
