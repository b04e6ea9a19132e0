"""The client's methods that log metrics, params, tags and inputs to a run, and read metrics back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mlflow._limits import MAX_ITEMS_PER_BATCH, MAX_METRICS_PER_BATCH, MAX_PARAMS_PER_BATCH, MAX_TAGS_PER_BATCH
from mlflow.entities import DatasetInput, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag
from mlflow.tracking._client_base import ClientBase
from mlflow.tracking._values import metric_value, now_ms, whole_number


class LoggingMethods(ClientBase):
    """Logs to runs. Everything is durable when a method returns; all raise RestException for what is refused."""

    def log_metric(
        self, run_id: str, key: str, value: float, timestamp: int | None = None, step: int | None = None
    ) -> None:
        """Logs one point; `timestamp` in milliseconds since the epoch, None is now; `step` None is 0."""
        from mlflow._convert import metrics

        metrics.log(
            self._transport,
            run_id,
            key,
            metric_value(key, value),
            now_ms() if timestamp is None else whole_number("timestamp", timestamp),
            0 if step is None else whole_number("step", step),
        )

    def log_param(self, run_id: str, key: str, value: Any) -> Any:
        """Logs one param as text and returns the value. A param that has another value already is refused."""
        from mlflow._convert import runs

        runs.log_param(self._transport, run_id, key, str(value))
        return value

    def set_tag(self, run_id: str, key: str, value: Any) -> None:
        """Sets one tag; the last value wins. The value is logged as text."""
        from mlflow._convert import runs

        runs.set_tag(self._transport, run_id, key, str(value))

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
    ) -> None:
        """Logs metrics, params and tags together.

        What fits one request (1000 metrics, 100 params, 100 tags, 1000 of all) is stored as a whole or not at all;
        more is split into several requests: params and tags first, then the metrics in order.
        """
        from mlflow._convert import runs

        for batch in _batches(list(map(_plain_point, metrics)), list(params), list(tags)):
            runs.log_batch(self._transport, run_id, *batch)

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


def _batches(
    metrics: list[Metric], params: list[Param], tags: list[RunTag]
) -> Iterable[tuple[list[Metric], list[Param], list[RunTag]]]:
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
