"""`mlflow artifacts`, over every way to a service (rest-facts §14)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlflow.tracking.client import MlflowClient
from support.mlflow_command import Command


@pytest.fixture
def run_id(client: MlflowClient, name: str) -> str:
    """A new run."""
    return client.create_run(client.create_experiment(name)).info.run_id


def listed(mlflow: Command, *arguments: str) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = json.loads(mlflow("artifacts", "list", *arguments).stdout)
    return shown


def test_a_file_goes_and_comes(mlflow: Command, run_id: str, elsewhere: Path) -> None:
    (elsewhere / "model.txt").write_text("weights")
    mlflow("artifacts", "log-artifact", "--local-file", "model.txt", "--run-id", run_id)
    mlflow("artifacts", "log-artifact", "-l", "model.txt", "-r", run_id, "-a", "a/b")
    assert listed(mlflow, "-r", run_id) == [
        {"path": "a", "is_dir": True},
        {"path": "model.txt", "is_dir": False, "file_size": 7},
    ]
    assert listed(mlflow, "-r", run_id, "-a", "a/b") == [{"path": "a/b/model.txt", "is_dir": False, "file_size": 7}]
    done = mlflow("artifacts", "download", "-r", run_id, "-a", "a/b/model.txt", "-d", "got/here")
    assert Path(done.stdout.strip()) == elsewhere / "got/here/a/b/model.txt"
    assert (elsewhere / "got/here/a/b/model.txt").read_text() == "weights"


def test_a_folder_goes_and_comes(mlflow: Command, run_id: str, elsewhere: Path) -> None:
    (elsewhere / "out/deep").mkdir(parents=True)
    (elsewhere / "out/one.txt").write_text("1")
    (elsewhere / "out/deep/two.txt").write_text("2")
    mlflow("artifacts", "log-artifacts", "--local-dir", "out", "--run-id", run_id, "--artifact-path", "result")
    for given in (("-r", run_id, "-a", "result"), ("-u", f"runs:/{run_id}/result")):
        found = Path(mlflow("artifacts", "download", *given).stdout.strip())
        assert (found / "one.txt").read_text() == "1"
        assert (found / "deep/two.txt").read_text() == "2"
    whole = Path(mlflow("artifacts", "download", "--run-id", run_id, "--dst-path", "all").stdout.strip())
    assert (whole / "result/deep/two.txt").read_text() == "2"


def test_what_is_not_there_ends_with_1(mlflow: Command, run_id: str, elsewhere: Path) -> None:
    (elsewhere / "f").write_text("")
    for arguments in (
        ("list", "-r", "f" * 32),
        ("log-artifact", "-r", "f" * 32, "-l", "f"),
        ("log-artifact", "-r", run_id, "-l", "f", "-a", "../up"),
        ("download", "-r", run_id, "-a", "absent.txt"),
        ("download", "-u", "nowhere://x/y"),
    ):
        assert mlflow("artifacts", *arguments, expect=1).stderr.startswith("Error: "), arguments


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("log-artifact", "-r", "r", "-l", "absent"), "'absent' does not exist"),
        (("log-artifacts", "-r", "r", "-l", "absent"), "'absent' does not exist"),
        (("log-artifact", "-l", "."), "Missing option '--run-id'"),
        (("download",), "Give either --run-id or --artifact-uri"),
        (("download", "-r", "r", "-u", "runs:/r/x"), "Give either --run-id or --artifact-uri"),
        (("download", "-u", "runs:/r", "-a", "x"), "--artifact-path goes with --run-id"),
    ],
)
def test_wrong_use_ends_with_2(mlflow: Command, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in mlflow("artifacts", *arguments, expect=2).stderr
