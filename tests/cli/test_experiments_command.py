"""`mlflow experiments`, over every way to a service (rest-facts §14)."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from mlflow.tracking.client import MlflowClient
from support.mlflow_command import Command


def test_life_of_an_experiment(mlflow: Command, client: MlflowClient, name: str) -> None:
    created = mlflow("experiments", "create", "--experiment-name", name)
    match = re.fullmatch(rf"Created experiment '{name}' with id (\d+)\n", created.stdout)
    assert match is not None
    given = match[1]
    mlflow("experiments", "rename", "-x", given, "--new-name", f"{name}-2")
    assert client.get_experiment(given).name == f"{name}-2"
    mlflow("experiments", "delete", "--experiment-id", given)
    assert client.get_experiment(given).lifecycle_stage == "deleted"
    mlflow("experiments", "restore", "-x", given)
    assert client.get_experiment(given).lifecycle_stage == "active"


def test_create_takes_a_location(mlflow: Command, client: MlflowClient, name: str) -> None:
    done = mlflow("experiments", "create", "-n", name, "-l", "s3://bucket/runs", "--json")
    document = json.loads(done.stdout)
    assert document["name"] == name
    assert client.get_experiment(document["experiment_id"]).artifact_location == "s3://bucket/runs"


@pytest.mark.parametrize("command", ["search", "list"])
def test_search_by_view(mlflow: Command, client: MlflowClient, name: str, command: str) -> None:
    active, deleted = client.create_experiment(f"{name}-a"), client.create_experiment(f"{name}-d")
    client.delete_experiment(deleted)
    only_ours = ("--filter", f"name LIKE '{name}%'", "--order-by", "name ASC")
    for view, expected in (
        ((), [active]),
        (("-v", "deleted_only"), [deleted]),
        (("--view", "ALL"), [active, deleted]),
        (("--view", "all", "--max-results", "1"), [active]),
    ):
        shown = json.loads(mlflow("experiments", command, *view, *only_ours, "--json").stdout)
        assert [each["experiment_id"] for each in shown] == expected


def test_search_in_a_pipe_is_lines_of_cells(mlflow: Command, client: MlflowClient, name: str) -> None:
    given = client.create_experiment(name)
    header, line = mlflow("experiments", "search", "--filter", f"name = '{name}'").stdout.splitlines()
    assert header.split("\t") == ["Id", "Name", "Stage", "Artifact location"]
    location = client.get_experiment(given).artifact_location
    assert line.split("\t") == [given, name, "active", location]


def test_what_would_command_a_terminal_is_escaped(mlflow: Command, client: MlflowClient, name: str) -> None:
    """Security principle P7."""
    client.create_experiment(f"{name}\x1b[31m\t\u202eliaf\nx")
    shown = mlflow("experiments", "search", "--filter", f"name LIKE '{name}%'").stdout
    assert f"{name}\\x1b[31m\\t\\u202eliaf\\nx" in shown
    assert len(shown.splitlines()) == 2


def test_get_by_id_and_by_name(mlflow: Command, client: MlflowClient, name: str) -> None:
    given = client.create_experiment(name, tags={"team": "vision"})
    for options in (("-x", given), ("--experiment-id", given), ("-n", name), ("--experiment-name", name)):
        for form in (("--output", "json"), ("--json",)):
            shown = json.loads(mlflow("experiments", "get", *options, *form).stdout)
            assert (shown["experiment_id"], shown["name"], shown["tags"]) == (given, name, {"team": "vision"})
        lines = mlflow("experiments", "get", *options).stdout.splitlines()
        assert f"Name\t{name}" in lines
        assert "Tag team\tvision" in lines


def test_what_is_not_there_ends_with_1(mlflow: Command, name: str) -> None:
    for arguments in (
        ("get", "-x", "987654321"),
        ("get", "-n", name),
        ("delete", "-x", "987654321"),
        ("restore", "-x", "987654321"),
        ("rename", "-x", "987654321", "--new-name", name),
        ("csv", "-x", "987654321"),
    ):
        done = mlflow("experiments", *arguments, expect=1)
        assert done.stderr.startswith("Error: "), arguments
        assert done.stdout == ""


def test_a_name_in_use_ends_with_1(mlflow: Command, name: str) -> None:
    mlflow("experiments", "create", "-n", name)
    assert "RESOURCE_ALREADY_EXISTS" in mlflow("experiments", "create", "-n", name, expect=1).stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("create",), "Missing option '--experiment-name'"),
        (("get",), "Give either --experiment-id or --experiment-name"),
        (("get", "-x", "0", "-n", "Default"), "Give either --experiment-id or --experiment-name"),
        (("search", "-v", "gone"), "'gone' is not one of"),
        (("rename", "-x", "0"), "Missing option '--new-name'"),
        (("drop",), "No such command 'drop'"),
    ],
)
def test_wrong_use_ends_with_2(mlflow: Command, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in mlflow("experiments", *arguments, expect=2).stderr


def test_csv_has_every_run_and_column(mlflow: Command, client: MlflowClient, name: str, elsewhere: Path) -> None:
    """rest-facts §12: the columns of search_runs."""
    experiment = client.create_experiment(name)
    first = client.create_run(experiment, start_time=0, tags={"note": 'a "b",\nc'}, run_name="one").info.run_id
    client.log_metric(first, "loss", 0.25)
    client.log_metric(first, "none", float("nan"))
    client.set_terminated(first, end_time=1500)
    second = client.create_run(experiment, start_time=1, run_name="two").info.run_id
    client.log_param(second, "lr", "-0.1")
    client.delete_run(client.create_run(experiment).info.run_id)
    mlflow("experiments", "csv", "--experiment-id", experiment, "--filename", "runs.csv")
    text = (elsewhere / "runs.csv").read_text()
    rows = {row["run_id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert list(rows) == [second, first]
    assert list(rows[first]) == [
        "run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time",
        "metrics.loss", "metrics.none", "params.lr", "tags.mlflow.runName", "tags.note",
    ]  # fmt: skip
    assert rows[first] == {
        "run_id": first,
        "experiment_id": experiment,
        "status": "FINISHED",
        "artifact_uri": client.get_run(first).info.artifact_uri,
        "start_time": "1970-01-01 00:00:00.000+00:00",
        "end_time": "1970-01-01 00:00:01.500+00:00",
        "metrics.loss": "0.25",
        "metrics.none": "",
        "params.lr": "",
        "tags.mlflow.runName": "one",
        "tags.note": 'a "b",\nc',
    }
    assert (rows[second]["params.lr"], rows[second]["end_time"]) == ("-0.1", "")
    assert mlflow("experiments", "csv", "-x", experiment).stdout == text


def test_csv_runs_no_formula(mlflow: Command, client: MlflowClient, name: str) -> None:
    """Security, list of names: spreadsheet formulas in exports."""
    run = client.create_run(client.create_experiment(name), run_name="r").info
    values = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "-3.5e2", "+7", "plain", "-inf"]
    for number, value in enumerate(values):
        client.log_param(run.run_id, f"p{number}", value)
    (row,) = csv.DictReader(io.StringIO(mlflow("experiments", "csv", "-x", run.experiment_id).stdout))
    shown = [row[f"params.p{number}"] for number in range(len(values))]
    assert shown == ["'=1+1", "'+cmd", "'-2+3", "'@SUM(A1)", "'\t=1", "-3.5e2", "+7", "plain", "-inf"]
    (raw,) = csv.DictReader(io.StringIO(mlflow("experiments", "csv", "-x", run.experiment_id, "--raw").stdout))
    assert [raw[f"params.p{number}"] for number in range(len(values))] == values


def test_csv_to_a_place_that_cannot_be_written_ends_with_1(mlflow: Command) -> None:
    done = mlflow("experiments", "csv", "-x", "0", "-o", "no/such/folder/runs.csv", expect=1)
    assert "no/such/folder/runs.csv cannot be written" in done.stderr
