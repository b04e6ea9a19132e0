"""Serves get-history from columns: a long history streams as JSON without a message object for each point."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Final, cast

import orjson

from trackwell.v1 import metrics_pb2
from trackwell_gateway import web
from trackwell_gateway.call import Call
from trackwell_gateway.errors import BackendError, missing_value
from trackwell_gateway.json_encode import double_to_json
from trackwell_gateway.json_scalars import refuse
from trackwell_gateway.limits import HISTORY_POINTS_MAX, STREAM_BUFFER_BYTES
from trackwell_gateway.replies import json_reply, json_stream
from trackwell_gateway.streams import closing, parsed, without_deadline
from trackwell_gateway.unary import UnaryEndpoint

_GET_SERIES: Final = "/trackwell.v1.MetricService/GetSeries"

_SLICE_POINTS: Final = 8_192
"""Points encoded at a time: about 5 ms of the event loop."""


class HistoryEndpoint(UnaryEndpoint):
    """The REST form of GetMetricHistory; asks the service for GetSeries, whose tokens and order are the same."""

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Sends a page of the history, or all of it."""
        if call.wants_protobuf:
            return await super().__call__(call)
        request = _columns_request(cast("metrics_pb2.GetMetricHistoryRequest", await self.bind(call)))
        answers = self._backend.server_stream(_GET_SERIES, request, without_deadline(call.context))
        chunks = parsed(answers, metrics_pb2.GetSeriesResponse, self._limits.request_timeout_s)
        try:
            async with closing(answers), aclosing(_json_text(chunks)) as texts:
                return await _send(call, texts)
        except BackendError as refusal:
            raise _of_what_was_asked(refusal) from None


def _of_what_was_asked(refusal: BackendError) -> BackendError:
    """The refusal of the columns, with the parameters of the call that the caller knows."""
    message = refusal.message
    for ours, theirs in (("run_ids", "run_id"), ("metric_keys", "metric_key")):
        message = message.replace(f"for parameter '{ours}'", f"for parameter '{theirs}'")
    return BackendError(refusal.code_name, message, refusal.retry_after_s)


def _columns_request(given: metrics_pb2.GetMetricHistoryRequest) -> metrics_pb2.GetSeriesRequest:
    run_id = given.run_id or given.run_uuid
    for name, value in (("run_id", run_id), ("metric_key", given.metric_key)):
        if not value:
            raise missing_value(name)
    request = metrics_pb2.GetSeriesRequest(run_ids=[run_id], metric_keys=[given.metric_key])
    if given.HasField("max_results"):
        if not 1 <= given.max_results <= HISTORY_POINTS_MAX:
            raise refuse(given.max_results, "max_results", f"It must be an integer from 1 to {HISTORY_POINTS_MAX}")
        request.max_points = given.max_results
    if given.HasField("page_token"):
        request.page_token = given.page_token
    return request


async def _json_text(chunks: AsyncIterator[metrics_pb2.GetSeriesResponse]) -> AsyncGenerator[bytes, None]:
    """The answer's text in pieces; the pieces together are one JSON object."""
    token: str | None = None
    begun = False
    async for chunk in chunks:
        if chunk.HasField("next_page_token"):
            token = chunk.next_page_token
        for points in _points(chunk.series):
            yield (b"," if begun else b'{"metrics":[') + points
            begun = True
            # Other requests get their turn between slices.
            await asyncio.sleep(0)
    end = b"]" if begun else b"{"
    if token is not None:
        end += (b"," if begun else b"") + b'"next_page_token":' + orjson.dumps(token)
    yield end + b"}"


def _points(series: metrics_pb2.Series) -> Iterator[bytes]:
    """The points of one chunk as JSON objects joined by commas, a bounded number at a time."""
    key = series.key
    values: list[float | str] = list(series.values)
    timestamps = list(series.timestamps)
    steps = list(series.steps) or [0] * len(values)
    if not len(values) == len(timestamps) == len(steps):
        raise BackendError("DATA_LOSS", "The columns of a metric's history differ in length.")
    if not math.isfinite(sum(series.values)):
        values = [double_to_json(value) for value in series.values]
    for start in range(0, len(values), _SLICE_POINTS):
        end = start + _SLICE_POINTS
        points = [
            {"key": key, "value": value, "timestamp": timestamp, "step": step}
            for value, timestamp, step in zip(values[start:end], timestamps[start:end], steps[start:end], strict=True)
        ]
        yield orjson.dumps(points)[1:-1]


async def _send(call: Call, texts: AsyncIterator[bytes]) -> web.StreamResponse:
    """Sends a short text whole, with its length, and a longer one as it comes."""
    gathered = bytearray()
    response: web.StreamResponse | None = None
    async for text in texts:
        gathered += text
        if len(gathered) >= STREAM_BUFFER_BYTES:
            if response is None:
                response = json_stream()
                await call.start(response)
                if call.request.method == "HEAD":
                    # Whatever follows the head would be read as the beginning of the next answer.
                    await response.write_eof()
                    return response
            await response.write(bytes(gathered))
            gathered.clear()
    if response is None:
        return json_reply(bytes(gathered))
    await response.write(bytes(gathered))
    await response.write_eof()
    return response
