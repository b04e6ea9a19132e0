"""The rpcs of MetricService: values in, entities out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import repeat

from mlflow import entities
from mlflow._convert import entities as convert
from mlflow._transport import series
from mlflow._transport.base import Transport
from trackwell.v1 import metrics_pb2 as pb

_SERVICE = "/trackwell.v1.MetricService/"

MAX_RUNS_OF_A_REQUEST = 100
MAX_KEYS_OF_A_REQUEST = 100
"""How much one GetSeries call may name (metrics.proto)."""


def log(transport: Transport, run_id: str, key: str, value: float, timestamp_ms: int, step: int) -> None:
    """Logs one point."""
    with convert.building("a metric"):
        request = pb.LogMetricRequest(
            run_id=run_id, run_uuid=run_id, key=key, value=value, timestamp=timestamp_ms, step=step
        )
    transport.unary(_SERVICE + "LogMetric", request, pb.LogMetricResponse)


def history(transport: Transport, run_id: str, key: str) -> list[entities.Metric]:
    """Every point of one metric, by (timestamp, step, value)."""
    points: list[entities.Metric] = []
    for chunk in chunks(transport, [run_id], [key]):
        points.extend(map(entities.Metric, repeat(chunk.key), chunk.values, chunk.timestamps, chunk.steps))
    return points


def columns(transport: Transport, run_ids: Sequence[str], keys: Sequence[str]) -> Iterator[series.SeriesChunk]:
    """As `chunks`, for any number of runs and keys. Without keys there is nothing."""
    run_ids, keys = list(dict.fromkeys(run_ids)), list(dict.fromkeys(keys))
    if not keys:
        return
    for runs_from in range(0, len(run_ids), MAX_RUNS_OF_A_REQUEST):
        some_runs = run_ids[runs_from : runs_from + MAX_RUNS_OF_A_REQUEST]
        if len(keys) <= MAX_KEYS_OF_A_REQUEST:
            yield from chunks(transport, some_runs, keys)
            continue
        for run_id in some_runs:
            for keys_from in range(0, len(keys), MAX_KEYS_OF_A_REQUEST):
                yield from chunks(transport, [run_id], keys[keys_from : keys_from + MAX_KEYS_OF_A_REQUEST])


def chunks(transport: Transport, run_ids: Sequence[str], keys: Sequence[str]) -> Iterator[series.SeriesChunk]:
    """The histories of these keys of these runs in columns, a bounded chunk at a time."""
    with convert.building("a run id or metric key"):
        request = pb.GetSeriesRequest(run_ids=run_ids, metric_keys=keys)
    with closing(transport.server_stream(_SERVICE + "GetSeries", request)) as items:
        for chunk in map(series.decode, items):
            if len(chunk):
                yield chunk
