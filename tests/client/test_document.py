"""The Python snippets of the mission document, as they are printed there, and what they must leave behind.

Those which are broken in print are listed with their smallest repair.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Run

SCOPED = """
with mlflow.start_run():
    mlflow.log_param("x", 1)
    mlflow.log_metric("y", 2)
"""

QUALITY = """
with mlflow.start_run():
    for epoch in range(0, 3):
        mlflow.log_metric(key="quality", value=2*epoch, step=epoch)
"""

FRAUD = """
with mlflow.start_run():
    mlflow.log_param("a", 1)
    mlflow.log_metric("b", 2)
"""

SERVICE_API = """
from  mlflow.tracking import MlflowClient
client = MlflowClient()
experiments = client.list_experiments() # returns a list of mlflow.entities.Experiment
run = client.create_run(experiments[0].experiment_id) # returns mlflow.entities.Run
client.log_param(, "hello", "world")
"""

TAG = 'client.set_tag(, "tag_key", "tag_value")'

ARTIFACTS = 'mlflow.log_artifacts("<mlflow_run_id>", "/path/to/artifact")'

REMOTE = """
import mlflow
with mlflow.start_run():
    mlflow.log_param("a", 1)
    mlflow.log_metric("b", 2)
"""

REPAIRS = {
    SERVICE_API: ('client.log_param(, "hello"', 'client.log_param(run.info.run_id, "hello"'),
    TAG: ("client.set_tag(, ", "client.set_tag(run.info.run_id, "),
}
"""Snippet -> what is wrong in it, an argument left out in print, and what it must say."""


def _run(snippet: str, **names: Any) -> dict[str, Any]:
    """Runs a snippet, repaired where that is needed; the names it knows afterwards."""
    known = {"mlflow": mlflow, **names}
    wrong, right = REPAIRS.get(snippet, ("", ""))
    exec(snippet.replace(wrong, right) if wrong else snippet, known)  # noqa: S102 - the document's own code
    return known


def _last_run() -> Run:
    run = mlflow.last_active_run()
    assert run is not None
    return run


@pytest.mark.parametrize("snippet", REPAIRS)
def test_a_repair_is_needed(snippet: str) -> None:
    with pytest.raises(SyntaxError):
        compile(snippet, "<snippet>", "exec")


def test_launching_runs_in_one_program(tracking_uri: str, name: str) -> None:
    mlflow.set_experiment(name)
    for _ in range(2):
        _run(SCOPED)
    assert len(mlflow.search_runs(output_format="list")) == 2
    run = _last_run()
    assert (run.data.params, run.data.metrics, run.info.status) == ({"x": "1"}, {"y": 2.0}, "FINISHED")


def test_metrics_by_step(client: MlflowClient, name: str) -> None:
    mlflow.set_experiment(name)
    _run(QUALITY)
    points = client.get_metric_history(_last_run().info.run_id, "quality")
    assert [(point.step, point.value) for point in points] == [(0, 0.0), (1, 2.0), (2, 4.0)]


def test_an_experiment_by_its_variable(client: MlflowClient, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", name)
    experiment_id = client.create_experiment(name)
    _run(FRAUD)
    run = _last_run()
    assert (run.info.experiment_id, run.data.params, run.data.metrics) == (experiment_id, {"a": "1"}, {"b": 2.0})


def test_the_tracking_service_api(client: MlflowClient) -> None:
    names = _run(SERVICE_API)
    run = names["run"]
    _run(TAG, client=client, run=run)
    assert names["experiments"][0].experiment_id == run.info.experiment_id
    data = client.get_run(run.info.run_id).data
    assert (data.params, data.tags["tag_key"]) == ({"hello": "world"}, "tag_value")


def test_artifacts_by_run(client: MlflowClient, run_id: str, tmp_path: Path) -> None:
    """The document names run and folder; that is the client's method, as the section is about its tuple."""
    (tmp_path / "artifact").mkdir()
    (tmp_path / "artifact" / "file.txt").write_text("x")
    snippet = ARTIFACTS.replace("mlflow.", "client.", 1)
    _run(snippet.replace("<mlflow_run_id>", run_id).replace("/path/to", str(tmp_path)), client=client)
    assert [item.path for item in client.list_artifacts(run_id)] == ["file.txt"]


def test_logging_to_a_server(tracking_uri: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow.set_tracking_uri("")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking_uri)
    assert mlflow.tracking.get_tracking_uri() == tracking_uri
    mlflow.set_experiment(name)
    _run(REMOTE)
    run = _last_run()
    assert (run.data.params, run.data.metrics) == ({"a": "1"}, {"b": 2.0})
