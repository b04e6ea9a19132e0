"""`mlflow runs`, over every way to a service (rest-facts §14)."""

from __future__ import annotations

import json

import pytest

from mlflow.tracking.client import MlflowClient
from support.mlflow_command import Command


@pytest.fixture
def experiment_id(client: MlflowClient, name: str) -> str:
    """A new experiment."""
    return client.create_experiment(name)


def test_list_by_view(mlflow: Command, client: MlflowClient, experiment_id: str) -> None:
    first, second, deleted = (client.create_run(experiment_id, start_time=time).info.run_id for time in (1, 2, 3))
    client.delete_run(deleted)
    client.log_metric(first, "loss", 0.5)
    for options, expected in (
        ((), [second, first]),
        (("-v", "deleted_only"), [deleted]),
        (("--view", "all"), [deleted, second, first]),
        (("--max-results", "1"), [second]),
        (("--filter", "metrics.loss < 1"), [first]),
        (("--order-by", "attributes.start_time ASC"), [first, second]),
    ):
        shown = json.loads(mlflow("runs", "list", "--experiment-id", experiment_id, *options, "--json").stdout)
        assert [run["info"]["run_id"] for run in shown] == expected, options


def test_list_in_a_pipe_is_lines_of_cells(mlflow: Command, client: MlflowClient, experiment_id: str) -> None:
    run = client.create_run(experiment_id, run_name="my run").info
    header, line = mlflow("runs", "list", "-x", experiment_id).stdout.splitlines()
    assert header.split("\t") == ["Started", "Name", "Status", "Id"]
    assert line.split("\t")[1:] == ["my run", "RUNNING", run.run_id]


def test_describe(mlflow: Command, client: MlflowClient, experiment_id: str) -> None:
    run_id = client.create_run(experiment_id).info.run_id
    client.log_metric(run_id, "nan", float("nan"))
    client.log_metric(run_id, "inf", float("inf"))
    client.log_param(run_id, "lr", 0.1)
    shown = json.loads(mlflow("runs", "describe", "--run-id", run_id).stdout, parse_constant=pytest.fail)
    assert shown["info"]["run_id"] == run_id
    assert shown["data"]["params"] == {"lr": "0.1"}
    assert shown["data"]["metrics"] == {"nan": "NaN", "inf": "Infinity"}


def test_delete_and_restore(mlflow: Command, client: MlflowClient, experiment_id: str) -> None:
    run_id = client.create_run(experiment_id).info.run_id
    mlflow("runs", "delete", "--run-id", run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    mlflow("runs", "restore", "--run-id", run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "active"


def test_create(mlflow: Command, client: MlflowClient, experiment_id: str, name: str) -> None:
    parent = client.create_run(experiment_id).info.run_id
    given = ("--run-name", "baseline", "--description", "first try", "-t", "a=1", "--tags", "b=x=y")
    done = mlflow("runs", "create", "--experiment-name", name, *given, "--status", "failed", "--parent-run-id", parent)
    document = json.loads(done.stdout)
    run = client.get_run(document["run_id"])
    assert document == {
        "run_id": run.info.run_id,
        "experiment_id": experiment_id,
        "run_name": "baseline",
        "status": "FAILED",
    }
    assert (run.info.run_name, run.info.status) == ("baseline", "FAILED")
    assert run.info.end_time is not None
    wanted = {"a": "1", "b": "x=y", "mlflow.note.content": "first try", "mlflow.parentRunId": parent}
    assert wanted.items() <= run.data.tags.items()
    assert run.data.tags["mlflow.user"]


def test_create_makes_an_experiment_of_a_new_name(mlflow: Command, client: MlflowClient, name: str) -> None:
    document = json.loads(mlflow("runs", "create", "--experiment-name", f"{name}-new").stdout)
    assert client.get_experiment(document["experiment_id"]).name == f"{name}-new"
    assert client.get_run(document["run_id"]).info.status == "FINISHED"


def test_what_is_not_there_ends_with_1(mlflow: Command, experiment_id: str) -> None:
    for arguments in (
        ("describe", "--run-id", "f" * 32),
        ("delete", "--run-id", "f" * 32),
        ("restore", "--run-id", "f" * 32),
        ("list", "--experiment-id", "987654321"),
        ("create", "--experiment-id", "987654321"),
        ("create", "--experiment-id", experiment_id, "--parent-run-id", "f" * 32),
    ):
        done = mlflow("runs", *arguments, expect=1)
        assert "RESOURCE_DOES_NOT_EXIST" in done.stderr, arguments
        assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("list",), "Missing option '--experiment-id'"),
        (("create",), "Give either --experiment-id or --experiment-name"),
        (("create", "--experiment-id", "0", "--experiment-name", "Default"), "Give either --experiment-id"),
        (("create", "--experiment-id", "0", "--tags", "a"), "'a' is no tag: write KEY=VALUE"),
        (("create", "--experiment-id", "0", "--tags", "=a"), "'=a' is no tag"),
        (("create", "--experiment-id", "0", "-t", "a=1", "-t", "a=2"), "gives 'a' twice"),
        (("create", "--experiment-id", "0", "--status", "RUNNING"), "'RUNNING' is not one of"),
        (("describe",), "Missing option '--run-id'"),
    ],
)
def test_wrong_use_ends_with_2(mlflow: Command, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in mlflow("runs", *arguments, expect=2).stderr
