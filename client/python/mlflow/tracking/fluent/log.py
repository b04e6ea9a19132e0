"""Fluent calls that log metrics, params, tags and inputs to the active run, which is started when there is none.

Values are checked before that, so that a call which cannot be carried out leaves no run behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlflow._tags import DATASET_CONTEXT
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import _state
from mlflow.tracking._values import metric_value, now_ms, param_text, tag_text, whole_number
from mlflow.tracking.client import MlflowClient
from mlflow.tracking.fluent.runs import active_run, get_or_start_run

if TYPE_CHECKING:
    from mlflow.tracking._async.operations import RunOperations


def log_metric(
    key: str,
    value: float,
    step: int | None = None,
    synchronous: bool | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
) -> RunOperations | None:
    """Logs one point; `step` None is 0, `timestamp` (milliseconds since the epoch) None is now."""
    number = metric_value(key, value)
    time_ms = None if timestamp is None else whole_number("timestamp", timestamp)
    at_step = None if step is None else whole_number("step", step)
    client, target = target_run(run_id)
    return client.log_metric(target, key, number, time_ms, at_step, synchronous)


def log_metrics(
    metrics: Mapping[str, float],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
) -> RunOperations | None:
    """Logs one point of each metric, all with the same step and time."""
    time_ms = now_ms() if timestamp is None else whole_number("timestamp", timestamp)
    at_step = 0 if step is None else whole_number("step", step)
    points = [Metric(key, metric_value(key, value), time_ms, at_step) for key, value in metrics.items()]
    client, target = target_run(run_id)
    return client.log_batch(target, metrics=points, synchronous=synchronous)


def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Logs one param as text and returns the value. A param that has another value already is refused.

    Logged asynchronously, it returns the `RunOperations`.
    """
    param_text(key, value)  # refuses what the client would, before a run is started
    client, target = target_run(None)
    return client.log_param(target, key, value, synchronous)


def log_params(
    params: Mapping[str, Any], synchronous: bool | None = None, run_id: str | None = None
) -> RunOperations | None:
    """Logs params as text, 100 in a request."""
    given = [Param(key, param_text(key, value)) for key, value in params.items()]
    client, target = target_run(run_id)
    return client.log_batch(target, params=given, synchronous=synchronous)


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
    """Sets one tag; the last value wins. The value is logged as text."""
    text = tag_text(key, value)
    client, target = target_run(None)
    return client.set_tag(target, key, text, synchronous)


def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> RunOperations | None:
    """Sets tags, 100 in a request. The values are logged as text."""
    given = [RunTag(key, tag_text(key, value)) for key, value in tags.items()]
    client, target = target_run(None)
    return client.log_batch(target, tags=given, synchronous=synchronous)


def flush_async_logging() -> None:
    """Returns once all that was logged asynchronously is stored, or has failed, which `wait()` and the log tell."""
    _state.flush_async_queues()


def delete_tag(key: str) -> None:
    """Removes one tag of the active run. An absent one is RESOURCE_DOES_NOT_EXIST."""
    client, target = target_run(None)
    client.delete_tag(target, key)


def log_input(dataset: Any, context: str | None = None, tags: Mapping[str, str] | None = None) -> None:
    """Records that the run uses a dataset; `context` says what for, for example "training".

    `dataset` is an `mlflow.entities.Dataset`, or an object whose `_to_mlflow_entity()` returns one.
    """
    entity = _dataset(dataset)
    notes = [InputTag(key, value) for key, value in (tags or {}).items()]
    if context is not None:
        notes.append(InputTag(DATASET_CONTEXT, context))
    client, target = target_run(None)
    client.log_inputs(target, [DatasetInput(entity, notes)])


def log_inputs(
    datasets: Sequence[Any],
    contexts: Sequence[str | None] | None = None,
    tags_list: Sequence[Mapping[str, str] | None] | None = None,
) -> None:
    """Records that the run uses datasets, each with its context and tags; the lists go side by side."""
    chosen_contexts = contexts if contexts is not None else [None] * len(datasets)
    chosen_tags = tags_list if tags_list is not None else [None] * len(datasets)
    if not len(datasets) == len(chosen_contexts) == len(chosen_tags):
        raise MlflowException.invalid_parameter_value(
            f"There are {len(datasets)} datasets, {len(chosen_contexts)} contexts and {len(chosen_tags)} sets of tags; "
            "each dataset needs its own."
        )
    for dataset, context, tags in zip(datasets, chosen_contexts, chosen_tags, strict=True):
        log_input(dataset, context, tags)


def target_run(run_id: str | None) -> tuple[MlflowClient, str]:
    """Which run to log to and the client of its service: `run_id` where given, else the active run."""
    if run_id is not None:
        current = active_run()
        if current is None or current.info.run_id != run_id:
            return MlflowClient(), run_id
    run = get_or_start_run()
    return MlflowClient(run.tracking_uri), run.info.run_id


def _dataset(dataset: Any) -> Dataset:
    if isinstance(dataset, Dataset):
        return dataset
    convert = getattr(dataset, "_to_mlflow_entity", None)
    converted = convert() if callable(convert) else None
    if not isinstance(converted, Dataset):
        raise MlflowException.invalid_parameter_value(f"A {type(dataset).__name__} is no dataset.")
    return converted
