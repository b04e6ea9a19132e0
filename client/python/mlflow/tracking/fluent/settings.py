"""Settings of this process and those it starts which have a variable of the environment and a call."""

from __future__ import annotations

from typing import Any

from mlflow import environment_variables as env
from mlflow.environment_variables import EnvironmentVariable
from mlflow.exceptions import MlflowException


def enable_async_logging(enable: bool = True) -> None:
    """Whether calls that do not say so log asynchronously: sets MLFLOW_ENABLE_ASYNC_LOGGING."""
    env.MLFLOW_ENABLE_ASYNC_LOGGING.set(bool(enable))


def enable_system_metrics_logging() -> None:
    """Measures the machine in runs that are started from now on: sets MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING."""
    env.MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING.set(True)


def disable_system_metrics_logging() -> None:
    """Measures the machine no more, in runs that are started from now on, unless `start_run` asks for it."""
    env.MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING.set(False)


def set_system_metrics_sampling_interval(interval: float | None) -> None:
    """Seconds between two samples of the machine, more than 0; None is the default, 10."""
    _set(env.MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL, interval)


def set_system_metrics_samples_before_logging(samples: int | None) -> None:
    """How many samples are averaged into one point, 1 or more; None is the default, 1."""
    _set(env.MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING, samples)


def set_system_metrics_node_id(node_id: str | None) -> None:
    """Which of several machines of one run this is, a part of the metrics' keys; None is none."""
    _set(env.MLFLOW_SYSTEM_METRICS_NODE_ID, node_id)


def _set(variable: EnvironmentVariable[Any], value: object) -> None:
    """Sets a variable, or removes it for None. Raises MlflowException for what it cannot mean; it stays as it was."""
    before = variable.get_raw()
    if value is None:
        variable.unset()
        return
    variable.set(value)
    try:
        variable.get()
    except MlflowException:
        if before is None:
            variable.unset()
        else:
            variable.set(before)
        raise
