"""Handlers of the rpcs that stream answers: GetSeries and Watch."""

from __future__ import annotations

from collections.abc import Iterator

from trackwell.v1 import metrics_pb2, runs_pb2
from trackwell_service.domain.validation import experiment_id
from trackwell_service.operations.changes import Changes, Watcher, poll_interval_s
from trackwell_service.operations.history import series_chunks
from trackwell_service.rpc.columns import encode_series
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.convert import optional
from trackwell_service.rpc.handling import Handlers, ServerStream, Services
from trackwell_service.rpc.streams import Pause, StreamItem


def handlers(services: Services) -> Handlers:
    """The handlers by method."""
    area = _Streams(services)
    return {
        "/trackwell.v1.MetricService/GetSeries": ServerStream(area.series),
        "/trackwell.v1.RunService/Watch": ServerStream(area.watch),
    }


class _Streams:
    def __init__(self, services: Services) -> None:
        self._store = services.store

    def series(self, request: metrics_pb2.GetSeriesRequest, _: CallContext) -> Iterator[StreamItem]:
        chunks = series_chunks(
            self._store,
            list(request.run_ids),
            list(request.metric_keys),
            max_points=optional(request, "max_points"),
            page_token=request.page_token or None,
        )
        return map(encode_series, chunks)

    def watch(self, request: runs_pb2.WatchRequest, _: CallContext) -> Iterator[StreamItem]:
        ids = [experiment_id(text, f"experiment_ids[{index}]") for index, text in enumerate(request.experiment_ids)]
        interval_s = poll_interval_s(optional(request, "poll_interval_ms"))
        return _watch(Watcher(self._store, ids, list(request.run_ids), request.token or None), interval_s)


def _watch(watcher: Watcher, interval_s: float) -> Iterator[StreamItem]:
    """Answers at once, then whenever something has changed."""
    changes = watcher.look()
    yield _watch_response(changes)
    while True:
        if not changes.more:
            yield Pause(interval_s)
        changes = watcher.look()
        if changes.runs:
            yield _watch_response(changes)


def _watch_response(changes: Changes) -> runs_pb2.WatchResponse:
    return runs_pb2.WatchResponse(
        changes=[
            runs_pb2.RunChange(run_id=run_id, experiment_id=str(experiment), version=version)
            for run_id, experiment, version in changes.runs
        ],
        token=changes.token,
    )
