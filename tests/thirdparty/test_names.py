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
