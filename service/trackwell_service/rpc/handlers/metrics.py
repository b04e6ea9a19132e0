"""Handlers of MetricService's unary rpcs."""

from __future__ import annotations

from functools import partial

from google.protobuf.message import Message

from trackwell.v1 import metrics_pb2 as pb
from trackwell_service.domain.limits import MAX_PAGE_BYTES
from trackwell_service.domain.validation import missing
from trackwell_service.operations import history, logging
from trackwell_service.rpc.columns import read_log_series
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.convert import metric_messages, optional, run_metric_messages
from trackwell_service.rpc.deadlines import check_deadline
from trackwell_service.rpc.handling import Handlers, Read, Services, Write

PREFIX = "/trackwell.v1.MetricService/"

POINT_BYTES = 40
"""The most that an encoded point takes beside its key: two varints of 10 bytes, a double, tags and lengths."""


def handlers(services: Services) -> Handlers:
    """The handlers by method."""
    area = _Metrics(services)
    return {
        f"{PREFIX}LogMetric": Write(_log_metric, lambda _, __: pb.LogMetricResponse()),
        f"{PREFIX}LogSeries": Write(_log_series, lambda _, __: pb.LogSeriesResponse()),
        f"{PREFIX}GetMetricHistory": Read(area.history),
        f"{PREFIX}GetMetricHistoryBulk": Read(area.bulk_history),
        f"{PREFIX}GetMetricHistoryBulkInterval": Read(area.sampled_history),
    }


def _log_metric(request: pb.LogMetricRequest, _: CallContext) -> logging.LogPoints:
    return logging.log_metric(request.run_id, request.key, request.value, request.timestamp, request.step)


def _log_series(request: Message, _: CallContext) -> logging.LogPoints:
    """`request` may be of any class that keeps the bytes of a LogSeriesRequest, see `ServiceCore.request_class`."""
    run_id, series = read_log_series(request.SerializeToString())
    if not run_id:
        raise missing("run_id")
    return logging.log_series(run_id, series)


class _Metrics:
    def __init__(self, services: Services) -> None:
        self._store = services.store

    def history(self, request: pb.GetMetricHistoryRequest, _: CallContext) -> pb.GetMetricHistoryResponse:
        page = history.history_page(
            self._store,
            request.run_id,
            request.metric_key,
            max_results=optional(request, "max_results"),
            page_token=request.page_token or None,
            most_points=MAX_PAGE_BYTES // (POINT_BYTES + len(request.metric_key.encode())),
        )
        return pb.GetMetricHistoryResponse(
            metrics=metric_messages(request.metric_key, page.columns), next_page_token=page.next_page_token
        )

    def bulk_history(self, request: pb.GetMetricHistoryBulkRequest, _: CallContext) -> pb.GetMetricHistoryBulkResponse:
        points = history.bulk_history(
            self._store, list(request.run_id), request.metric_key, max_results=optional(request, "max_results")
        )
        return pb.GetMetricHistoryBulkResponse(metrics=run_metric_messages(request.metric_key, points))

    def sampled_history(
        self, request: pb.GetMetricHistoryBulkIntervalRequest, context: CallContext
    ) -> pb.GetMetricHistoryBulkIntervalResponse:
        points = history.sampled_history(
            self._store,
            list(request.run_ids),
            request.metric_key,
            start_step=optional(request, "start_step"),
            end_step=optional(request, "end_step"),
            max_results=optional(request, "max_results"),
            check_in_time=partial(check_deadline, context, f"{PREFIX}GetMetricHistoryBulkInterval"),
        )
        return pb.GetMetricHistoryBulkIntervalResponse(metrics=run_metric_messages(request.metric_key, points))
