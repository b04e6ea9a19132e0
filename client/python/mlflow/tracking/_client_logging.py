"""The client's methods that log metrics, params, tags and inputs to a run, and read metrics back."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mlflow._limits import MAX_ITEMS_PER_BATCH, MAX_METRICS_PER_BATCH, MAX_PARAMS_PER_BATCH, MAX_TAGS_PER_BATCH
from mlflow.entities import DatasetInput, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag
from mlflow.tracking import _state
from mlflow.tracking._client_base import ClientBase, is_synchronous
from mlflow.tracking._values import metric_value, now_ms, param_text, tag_text, whole_number

if TYPE_CHECKING:
    from mlflow.tracking._async.operations import RunOperations

MetricColumns = tuple[str, str, "array[int]", "array[int]", "array[float]"]
"""Run, key, timestamps, steps and values."""

Batch = tuple[list[Metric], list[Param], list[RunTag]]
"""What goes into one request."""


class LoggingMethods(ClientBase):
    """Logs to runs. Everything is durable when a method returns; all raise RestException for what is refused.

    With ``synchronous=False``, or without it when MLFLOW_ENABLE_ASYNC_LOGGING is true, the methods return at once, with
    `RunOperations` whose `wait()` returns or raises what the method otherwise would. What is logged to one run arrives
    in order. The rest is sent when the run or the process ends, and by `mlflow.flush_async_logging`.
    """

    def log_metric(
        self,
        run_id: str,
        key: str,
        value: float,
        timestamp: int | None = None,
        step: int | None = None,
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Logs one point; `timestamp` in milliseconds since the epoch, None is now; `step` None is 0."""
        from mlflow._convert import metrics

        number = metric_value(key, value)
        time_ms = now_ms() if timestamp is None else whole_number("timestamp", timestamp)
        at_step = 0 if step is None else whole_number("step", step)
        if not is_synchronous(synchronous):
            return self._queue(run_id, [([Metric(key, number, time_ms, at_step)], [], [])])
        metrics.log(self._transport, run_id, key, number, time_ms, at_step)
        return None

    def log_param(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> Any:
        """Logs one param as text and returns the value. A param that has another value already is refused."""
        from mlflow._convert import runs

        if not is_synchronous(synchronous):
            return self._queue(run_id, [([], [Param(key, param_text(key, value))], [])])
        runs.log_param(self._transport, run_id, key, param_text(key, value))
        return value

    def set_tag(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
        """Sets one tag; the last value wins. The value is logged as text."""
        from mlflow._convert import runs

        if not is_synchronous(synchronous):
            return self._queue(run_id, [([], [], [RunTag(key, tag_text(key, value))])])
        runs.set_tag(self._transport, run_id, key, tag_text(key, value))
        return None

    def delete_tag(self, run_id: str, key: str) -> None:
        """Removes one tag. An absent one is RESOURCE_DOES_NOT_EXIST."""
        from mlflow._convert import runs

        runs.delete_tag(self._transport, run_id, key)

    def log_batch(
        self,
        run_id: str,
        metrics: Iterable[Metric] = (),
        params: Iterable[Param] = (),
        tags: Iterable[RunTag] = (),
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Logs metrics, params and tags together.

        What fits one request (1000 metrics, 100 params, 100 tags, 1000 of all) is stored as a whole or not at all;
        more is split into several requests: params and tags first, then the metrics in order.
        """
        from mlflow._convert import runs

        batches = _batches(
            list(map(_plain_point, metrics)),
            [Param(param.key, param_text(param.key, param.value)) for param in params],
            [RunTag(tag.key, tag_text(tag.key, tag.value)) for tag in tags],
        )
        if not is_synchronous(synchronous):
            return self._queue(run_id, batches)
        for batch in batches:
            runs.log_batch(self._transport, runs.batch(run_id, *batch))
        return None

    def log_inputs(
        self,
        run_id: str,
        datasets: Sequence[DatasetInput] | None = None,
        models: Sequence[LoggedModelInput] | None = None,
    ) -> None:
        """Records the datasets and models that a run used. What it has already is left as it is."""
        from mlflow._convert import runs

        runs.log_inputs(self._transport, run_id, datasets or (), models or ())

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Records the models that a run produced. What it has already is left as it is."""
        from mlflow._convert import runs

        runs.log_outputs(self._transport, run_id, models)

    def get_metric_history(self, run_id: str, key: str) -> list[Metric]:
        """Every point of one metric, ordered by (timestamp, step, value). Empty for a key that was never logged."""
        from mlflow._convert import metrics

        return metrics.history(self._transport, run_id, key)

    def metric_columns(self, run_ids: Sequence[str], keys: Sequence[str] | None = None) -> Iterator[MetricColumns]:
        """The histories of some metrics, or of all with `keys` None, of some runs in columns, a chunk at a time.

        Each chunk is the run, the key, and `array.array` columns of timestamps (milliseconds since the epoch), steps
        and values. A long history comes in several chunks, ordered by (timestamp, step, value) over all of them.
        """
        from mlflow._convert import metrics, runs

        wanted: list[tuple[Sequence[str], Sequence[str]]]
        if keys is not None:
            wanted = [(run_ids, keys)]
        else:
            wanted = [([run_id], list(runs.get(self._transport, run_id).data.metrics)) for run_id in run_ids]
        for some_runs, some_keys in wanted:
            for chunk in metrics.columns(self._transport, some_runs, some_keys):
                yield chunk.run_id, chunk.key, chunk.timestamps, chunk.steps, chunk.values

    def _queue(self, run_id: str, batches: Iterable[Batch]) -> RunOperations:
        """Has the batches logged in their order, after what was queued for the run before."""
        from mlflow.tracking._async.logging import operations
        from mlflow.tracking._async.operations import RunOperations

        queued = operations(run_id, batches)
        _state.async_queue(self._tracking_uri).submit(queued)
        return RunOperations([operation.done for operation in queued])


def _plain_point(point: Metric) -> Metric:
    """The point with plain numbers; itself when it has them already."""
    if type(point.value) is float and type(point.timestamp) is int and type(point.step) is int:
        return point
    return Metric(
        point.key,
        metric_value(point.key, point.value),
        whole_number("timestamp", point.timestamp),
        whole_number("step", point.step),
    )


def _batches(metrics: list[Metric], params: list[Param], tags: list[RunTag]) -> Iterable[Batch]:
    """What to send in one request each: one at least, so that an empty batch is checked too."""
    first = True
    while first or metrics or params or tags:
        first = False
        sent_params, params = params[:MAX_PARAMS_PER_BATCH], params[MAX_PARAMS_PER_BATCH:]
        sent_tags, tags = tags[:MAX_TAGS_PER_BATCH], tags[MAX_TAGS_PER_BATCH:]
        # Metrics wait until the params are through: a changed param is the likelier refusal.
        room = 0 if params or tags else MAX_ITEMS_PER_BATCH - len(sent_params) - len(sent_tags)
        count = min(room, MAX_METRICS_PER_BATCH)
        sent_metrics, metrics = metrics[:count], metrics[count:]
        yield sent_metrics, sent_params, sent_tags
