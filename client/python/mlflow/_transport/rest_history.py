"""Metric histories over REST: pages of the documented get-history call, as the columns of GetSeries."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from mlflow._transport.base import Replies
from mlflow._transport.http import HttpClient
from mlflow.exceptions import MlflowException
from trackwell.v1 import metrics_pb2

PATH = "/api/2.0/mlflow/metrics/get-history"

PAGE_POINTS = 25_000
"""Points asked for at a time, which servers that know pages answer with (rest-facts §8)."""


def series(http: HttpClient, request: metrics_pb2.GetSeriesRequest) -> Replies:
    """Chunks of the histories of the named keys. Keys must be named: get-history knows no "all"."""
    if not request.metric_keys:
        raise MlflowException.invalid_parameter_value("Name the metric keys whose histories to read over REST.")
    for run_id in request.run_ids:
        for key in request.metric_keys:
            yield from _one(http, run_id, key)


def _one(http: HttpClient, run_id: str, key: str) -> Iterator[metrics_pb2.GetSeriesResponse]:
    token: str | None = None
    while True:
        fields = [("run_id", run_id), ("run_uuid", run_id), ("metric_key", key), ("max_results", str(PAGE_POINTS))]
        if token is not None:
            fields.append(("page_token", token))
        response = http.request("GET", PATH, fields=fields, headers={"Accept": "application/json"})
        try:
            page = orjson.loads(response.body)
            points = page.get("metrics", [])
            token = page.get("next_page_token") or None
            chunk = metrics_pb2.GetSeriesResponse(
                run_id=run_id,
                series=metrics_pb2.Series(
                    key=key,
                    values=[float(point["value"]) for point in points],
                    steps=[int(point.get("step", 0)) for point in points],
                    timestamps=[int(point["timestamp"]) for point in points],
                ),
            )
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise MlflowException(
                f"{response.url} answered with something that is no metric history: {error!r}"
            ) from error
        if points:
            yield chunk
        if token is None:
            return
