"""The names, and the arguments by name, that libraries use of us (rest-facts §16); runs without those libraries."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mlflow
from mlflow.entities import Metric, Param

RAY: list[tuple[str, dict[str, Any]]] = [
    ("mlflow.set_tracking_uri", {"uri": "u"}),
    ("mlflow.set_registry_uri", {"uri": "u"}),
    ("mlflow.get_registry_uri", {}),
    ("mlflow.get_experiment", {"experiment_id": "0"}),
    ("mlflow.get_experiment_by_name", {"name": "n"}),
    ("mlflow.create_experiment", {"name": "n"}),
    ("mlflow.set_experiment", {"experiment_id": "0"}),
    ("mlflow.active_run", {}),
    ("mlflow.start_run", {"run_name": "r", "experiment_id": "0", "tags": {}, "nested": True}),
    ("mlflow.get_run", {"run_id": "r"}),
    ("mlflow.log_param", {"key": "k", "value": "v"}),
    ("mlflow.log_metric", {"key": "k", "value": 1.0, "step": 1}),
    ("mlflow.log_artifacts", {"local_dir": "d"}),
    ("mlflow.end_run", {"status": "FAILED"}),
    ("mlflow.tracking.MlflowClient", {"tracking_uri": "u", "registry_uri": "u"}),
    ("mlflow.tracking.MlflowClient.create_run", {"self": None, "experiment_id": "0", "tags": {}}),
    ("mlflow.tracking.MlflowClient.set_terminated", {"self": None, "run_id": "r", "status": "FAILED"}),
    ("mlflow.tracking.MlflowClient.log_artifacts", {"self": None, "run_id": "r", "local_dir": "d"}),
    ("mlflow.exceptions.MlflowException", {"message": "m"}),
]

ULTRALYTICS: list[tuple[str, dict[str, Any]]] = [
    ("mlflow.set_tracking_uri", {"uri": "runs/mlflow"}),
    ("mlflow.get_tracking_uri", {}),
    ("mlflow.set_experiment", {"experiment_name": "n"}),
    ("mlflow.autolog", {}),
    ("mlflow.active_run", {}),
    ("mlflow.start_run", {"run_name": "r"}),
    ("mlflow.log_params", {"params": {}}),
    ("mlflow.log_metrics", {"metrics": {}, "step": 1}),
    ("mlflow.log_artifact", {"local_path": "f"}),
    ("mlflow.end_run", {}),
]

OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("mlflow.tracking.MlflowClient.log_batch", {"self": None, "run_id": "r", "params": [], "synchronous": True}),
    ("mlflow.tracking.MlflowClient.log_artifact",
     {"self": None, "run_id": "r", "local_path": "f", "artifact_path": Path("p")}),
    ("mlflow.tracking.context.registry.resolve_tags", {"tags": {}}),
    ("mlflow.search_experiments", {"filter_string": "name = 'n'"}),
    ("mlflow.start_run",
     {"run_id": None, "experiment_id": "0", "run_name": "r", "nested": False, "tags": {}, "description": "d"}),
    ("mlflow.log_figure", {"figure": None, "artifact_file": "f.png"}),
    ("mlflow.log_metrics", {"metrics": {}, "step": 1, "synchronous": False}),
    ("mlflow.is_tracking_uri_set", {}),
    ("mlflow.utils.validation.validate_param_and_metric_name", {"name": "n"}),
]  # fmt: skip


def resolved(path: str) -> Any:
    """What the dotted name leads to, by attributes after a bare import of the package."""
    found: Any = mlflow
    for name in path.split(".")[1:]:
        found = getattr(found, name)
    return found


@pytest.mark.parametrize(
    ("path", "arguments"),
    [pytest.param(*case, id=f"{library}-{case[0]}-{number}")
     for library, cases in (("ray", RAY), ("ultralytics", ULTRALYTICS), ("others", OTHERS))
     for number, case in enumerate(cases)],
)  # fmt: skip
def test_a_call_fits(path: str, arguments: dict[str, Any]) -> None:
    inspect.signature(resolved(path)).bind(**arguments)


@pytest.mark.parametrize(
    "path",
    ["mlflow.utils.mlflow_tags.MLFLOW_RUN_NAME", "mlflow.utils.validation.MAX_PARAM_VAL_LENGTH",
     "mlflow.utils.validation.MAX_TAG_VAL_LENGTH", "mlflow.utils.validation.MAX_PARAMS_TAGS_PER_BATCH"],
)  # fmt: skip
def test_constants_are_attributes_after_a_bare_import(path: str) -> None:
    """Optuna does not import what it reads."""
    done = subprocess.run(
        [sys.executable, "-c", f"import mlflow; print({path})"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == str(resolved(path))


def test_entities_are_made_by_keyword() -> None:
    assert Metric(key="k", value=1.0, timestamp=2, step=3).step == 3
    assert Param(key="k", value="v").value == "v"


def test_modules_are_imported_by_name() -> None:
    for name in ("mlflow.tracking.context.registry", "mlflow.utils.validation", "mlflow.exceptions", "mlflow.entities"):
        assert importlib.import_module(name).__name__ == name


def test_what_ultralytics_does(tmp_path: Path) -> None:
    """Its callbacks from the begin of a training to its end: a plain path as URI, a folder as artifact."""
    (tmp_path / "train/weights").mkdir(parents=True)
    (tmp_path / "train/weights/best.pt").write_bytes(b"weights")
    (tmp_path / "train/results.csv").write_text("epoch,loss")
    mlflow.set_tracking_uri(str(tmp_path / "runs/mlflow"))
    mlflow.set_experiment("/Shared/Ultralytics")
    mlflow.autolog()
    run = mlflow.active_run() or mlflow.start_run(run_name="train")
    mlflow.log_params({"epochs": 2, "imgsz": 640, "data": None, "classes": [0, 1]})
    for epoch in range(2):
        mlflow.log_metrics(metrics={"metrics/mAP50-95B": 0.5 + epoch / 10, "lr/pg0": 0.01}, step=epoch)
    mlflow.log_artifact(str(tmp_path / "train/weights"))
    mlflow.log_artifact(str(tmp_path / "train/results.csv"))
    mlflow.end_run()
    assert mlflow.get_tracking_uri() == str(tmp_path / "runs/mlflow")
    found = mlflow.get_run(run.info.run_id)
    assert (found.info.run_name, found.info.status) == ("train", "FINISHED")
    assert found.data.params == {"epochs": "2", "imgsz": "640", "data": "None", "classes": "[0, 1]"}
    assert found.data.metrics == {"metrics/mAP50-95B": 0.6, "lr/pg0": 0.01}
    stored = mlflow.artifacts.list_artifacts(run_id=run.info.run_id)
    assert [file.path for file in stored] == ["results.csv", "weights"]


def test_what_ray_does(tmp_path: Path) -> None:
    """Each trial is a run of an experiment that is found by id or by name, or made."""
    mlflow.set_tracking_uri((tmp_path / "mlruns").as_uri())
    mlflow.set_registry_uri(mlflow.get_registry_uri())
    assert mlflow.get_experiment_by_name(name="tune") is None
    with pytest.raises(mlflow.exceptions.MlflowException):
        mlflow.get_experiment(experiment_id="7")
    experiment_id = mlflow.create_experiment(name="tune")
    client = mlflow.tracking.MlflowClient(mlflow.get_tracking_uri(), mlflow.get_registry_uri())
    tags = {"trial_name": "trial_1", mlflow.utils.mlflow_tags.MLFLOW_RUN_NAME: "trial_1"}
    run = client.create_run(experiment_id=experiment_id, tags=tags)
    client.log_param(run.info.run_id, key="lr", value=0.1)
    client.log_metric(run.info.run_id, key="loss", value=0.5, step=1)
    (tmp_path / "results").mkdir()
    (tmp_path / "results/progress.csv").write_text("loss")
    client.log_artifacts(run.info.run_id, local_dir=str(tmp_path / "results"))
    client.set_terminated(run.info.run_id, status="FAILED")
    found = mlflow.get_run(run_id=run.info.run_id)
    assert (found.info.run_name, found.info.status) == ("trial_1", "FAILED")
    assert (found.data.params, found.data.metrics) == ({"lr": "0.1"}, {"loss": 0.5})
