"""Record and compare experiments: the Python SDK of the tracking server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import _lazy
from mlflow.version import VERSION

if TYPE_CHECKING:
    from mlflow import artifacts as artifacts
    from mlflow import client as client
    from mlflow import config as config
    from mlflow import data as data
    from mlflow import entities as entities
    from mlflow import environment_variables as environment_variables
    from mlflow import exceptions as exceptions
    from mlflow import store as store
    from mlflow import tracking as tracking
    from mlflow import utils as utils
    from mlflow._doctor import doctor
    from mlflow.exceptions import MlflowException
    from mlflow.tracking._images import Image
    from mlflow.tracking.client import MlflowClient
    from mlflow.tracking.fluent import *

__version__ = VERSION

__all__ = [
    "ActiveRun",
    "Image",
    "MlflowClient",
    "MlflowException",
    "active_run",
    "autolog",
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_run",
    "delete_tag",
    "disable_system_metrics_logging",
    "doctor",
    "enable_system_metrics_logging",
    "end_run",
    "flush_async_logging",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_parent_run",
    "get_registry_uri",
    "get_run",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "iter_runs",
    "last_active_run",
    "list_experiments",
    "list_run_infos",
    "load_table",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_inputs",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_table",
    "log_text",
    "metric_history",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_runs",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_registry_uri",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]

_ELSEWHERE = {
    "doctor": "mlflow._doctor",
    "Image": "mlflow.tracking._images",
    "MlflowClient": "mlflow.tracking.client",
    "MlflowException": "mlflow.exceptions",
}


def _reason_of_absence(name: str) -> str | None:
    from mlflow._absent import reason_in_package

    return None if name.startswith("_") else reason_in_package(name)


__getattr__, __dir__ = _lazy.exports(
    __name__,
    {**dict.fromkeys(__all__, "mlflow.tracking.fluent"), **_ELSEWHERE},
    frozenset(
        {
            "artifacts",
            "cli",
            "client",
            "config",
            "data",
            "entities",
            "environment_variables",
            "exceptions",
            "store",
            "tracking",
            "utils",
        }
    ),
    _reason_of_absence,
)
