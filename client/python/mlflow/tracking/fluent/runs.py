"""Fluent calls about runs: starting, nesting, resuming and ending them."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, cast

from mlflow._tags import NOTE_CONTENT, PARENT_RUN_ID, RUN_NAME
from mlflow.entities import LifecycleStage, Run, RunStatus
from mlflow.environment_variables import MLFLOW_RUN_ID
from mlflow.exceptions import MlflowException
from mlflow.tracking import _state
from mlflow.tracking._system_metrics import Settings, SystemMetrics, started
from mlflow.tracking.client import MlflowClient
from mlflow.tracking.context.registry import resolve_tags
from mlflow.tracking.fluent.experiments import current_experiment_id

_logger = logging.getLogger(__name__)


class ActiveRun(Run):
    """A run that is open in this process. As a context manager it ends the run: FINISHED, or FAILED on an exception.

    It remembers the service it was started at: changing the tracking URI meanwhile does not lead its calls astray.
    """

    __slots__ = ("_system_metrics", "ended", "process_id", "tracking_uri")

    def __init__(self, run: Run, tracking_uri: str, system_metrics: SystemMetrics | None = None) -> None:
        super().__init__(run.info, run.data, run.inputs, run.outputs)
        self.tracking_uri = tracking_uri
        self.ended = False
        self.process_id = os.getpid()
        self._system_metrics = system_metrics

    def stop_system_metrics(self) -> None:
        """Ends the sampling of the machine, if there is any, and logs what has been sampled."""
        if self._system_metrics is not None:
            self._system_metrics.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # In a forked child the block is a copy; the run is its parent's to end.
        if not self.ended and self.process_id == os.getpid():
            _end(self, RunStatus.FINISHED.name if kind is None else RunStatus.FAILED.name)


def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool | None = False,
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,
) -> ActiveRun:
    """Starts a run, or resumes the one named by `run_id` or MLFLOW_RUN_ID, and makes it the active one.

    A run within another needs ``nested=True``; its parent is the active run, or `parent_run_id`. A resumed run is
    RUNNING again; `run_name`, `tags` and `description` are set on it. A deleted run, or one of another experiment than
    the chosen one, is not resumed. `log_system_metrics` logs CPU, memory, disk and network of the machine as metrics
    ``system/…`` while the run is active; None leaves that to MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING.
    """
    outer = _state.active_runs()
    if outer and not nested:
        current = cast(ActiveRun, outer[-1])
        raise Exception(  # noqa: TRY002 - what programs know to expect here (rest-facts §12)
            f"The run {current.info.run_id} is active already. End it with mlflow.end_run() before another is started, "
            "or start one within it with start_run(nested=True)."
        )
    machine = Settings.if_wanted(log_system_metrics)
    uri = _state.tracking_uri()
    client = MlflowClient(uri)
    existing_id = run_id or MLFLOW_RUN_ID.get()
    if existing_id is not None:
        run = _resumed(client, existing_id, experiment_id, run_name, tags, description)
        MLFLOW_RUN_ID.unset()
    else:
        parent = (
            parent_run_id if parent_run_id is not None else (cast(ActiveRun, outer[-1]).info.run_id if outer else None)
        )
        run = _created(client, experiment_id, run_name, parent, tags, description)
    active = ActiveRun(run, uri, None if machine is None else started(machine, client, run))
    _state.push_run(active, _end_left_open)
    _state.set_last_active_run_id(run.info.run_id)
    return active


def end_run(status: str = RunStatus.FINISHED.name) -> None:
    """Ends the active run with a status such as "FINISHED", "FAILED" or "KILLED"; does nothing when there is none."""
    outer = _state.active_runs()
    if outer:
        _end(cast(ActiveRun, outer[-1]), status)
        MLFLOW_RUN_ID.unset()


def active_run() -> ActiveRun | None:
    """The active run of this thread or task, or None. What was logged since it was started is not in its `data`."""
    runs = _state.active_runs()
    return cast(ActiveRun, runs[-1]) if runs else None


def last_active_run() -> Run | None:
    """The active run, or else the one that this thread started last, as it is now; None when there was none."""
    current = active_run()
    if current is not None:
        return MlflowClient(current.tracking_uri).get_run(current.info.run_id)
    last_id = _state.last_active_run_id()
    return None if last_id is None else MlflowClient().get_run(last_id)


def get_or_start_run() -> ActiveRun:
    """The active run; when there is none, one is started and stays open."""
    current = active_run()
    return current if current is not None else start_run()


def get_run(run_id: str) -> Run:
    """The run, active or deleted, with the latest value of each metric."""
    return MlflowClient().get_run(run_id)


def get_parent_run(run_id: str) -> Run | None:
    """The run under which `run_id` is nested, or None."""
    return MlflowClient().get_parent_run(run_id)


def delete_run(run_id: str) -> None:
    """Marks a run as deleted, which makes it read-only."""
    MlflowClient().delete_run(run_id)


def restore_run(run_id: str) -> None:
    """Makes a deleted run active."""
    MlflowClient().restore_run(run_id)


def _created(
    client: MlflowClient,
    experiment_id: str | None,
    run_name: str | None,
    parent_id: str | None,
    tags: Mapping[str, Any] | None,
    description: str | None,
) -> Run:
    given = _with_note(tags, description)
    if run_name is not None:
        given[RUN_NAME] = run_name
    if parent_id is not None:
        given[PARENT_RUN_ID] = parent_id
    chosen = experiment_id if experiment_id is not None else current_experiment_id()
    return client.create_run(chosen, tags=resolve_tags(given), run_name=run_name)


def _resumed(
    client: MlflowClient,
    run_id: str,
    experiment_id: str | None,
    run_name: str | None,
    tags: Mapping[str, Any] | None,
    description: str | None,
) -> Run:
    info = client.get_run(run_id).info
    if info.lifecycle_stage == LifecycleStage.DELETED:
        raise MlflowException.invalid_parameter_value(
            f"The run {run_id} is deleted and cannot be resumed. Restore it with mlflow.restore_run first."
        )
    chosen = experiment_id if experiment_id is not None else _state.experiment_id()
    if chosen is not None and str(chosen) != info.experiment_id:
        raise MlflowException.invalid_parameter_value(
            f"The run {run_id} belongs to the experiment {info.experiment_id}, but the chosen one is {chosen}. Choose "
            "that of the run with mlflow.set_experiment, or start a new run."
        )
    client.update_run(run_id, RunStatus.RUNNING.name, run_name)
    given = _with_note(tags, description)
    if given:
        from mlflow.entities import RunTag

        client.log_batch(run_id, tags=[RunTag(key, value) for key, value in given.items()])
    return client.get_run(run_id)


def _with_note(tags: Mapping[str, Any] | None, description: str | None) -> dict[str, Any]:
    given = dict(tags or {})
    if description is None:
        return given
    if NOTE_CONTENT in given:
        raise MlflowException.invalid_parameter_value(
            f"Give the description once: as `description` or as the tag {NOTE_CONTENT}."
        )
    return {**given, NOTE_CONTENT: description}


def _end(run: ActiveRun, status: str) -> None:
    """Ends a run at the service and forgets it here; here also when the service cannot be told.

    What was logged to it asynchronously is stored first: it was logged before the run's end.
    """
    try:
        run.stop_system_metrics()
        _state.flush_async_queues(run.tracking_uri, run.info.run_id)
        MlflowClient(run.tracking_uri).set_terminated(run.info.run_id, status)
    finally:
        _state.drop_run(run)


def _end_left_open(run: _state.StackedRun, status: str) -> None:
    """Ends a run that is still open when the process ends, after an uncaught exception too (rest-facts §12)."""
    try:
        _end(cast(ActiveRun, run), status)
    except Exception as error:  # noqa: BLE001 - nobody is left to handle it
        _logger.warning("The run %s could not be ended at exit: %s", cast(ActiveRun, run).info.run_id, error)
