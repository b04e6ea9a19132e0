"""get-history from columns, and search pages from cached fragments."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.loop_thread import TIMEOUT_S
from support.rest_gateway import FakeBackend, GatewayThread
from trackwell.v1 import metrics_pb2, runs_pb2
from trackwell.wire.v1.wire_pb2 import PageWire
from trackwell_gateway.errors import BackendError
from trackwell_gateway.fragments import FragmentCache

HISTORY = "/api/2.0/mlflow/metrics/get-history"
SEARCH = "/api/2.0/mlflow/runs/search"


def chunk(key: str, points: list[tuple[float, int, int]], token: str | None = None) -> metrics_pb2.GetSeriesResponse:
    series = metrics_pb2.Series(
        key=key,
        values=[value for value, _, _ in points],
        timestamps=[timestamp for _, timestamp, _ in points],
        steps=[step for _, _, step in points],
    )
    return metrics_pb2.GetSeriesResponse(run_id="r", series=series, next_page_token=token)


def as_json(key: str, points: list[tuple[float, int, int]]) -> list[dict[str, object]]:
    words = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return [
        {"key": key, "value": "NaN" if value != value else words.get(value, value), "timestamp": at, "step": step}
        for value, at, step in points
    ]


POINTS = [(0.5, 1, 0), (math.nan, 2, -5), (math.inf, 3, 2**63 - 1), (-math.inf, 4, -(2**63)), (-0.0, 5, 1)]


class TestHistory:
    @pytest.mark.parametrize("as_bytes", [False, True])
    @pytest.mark.parametrize("cuts", [[], [1], [2, 3], [0, 5], [1, 2, 3, 4]])
    def test_chunks_become_one_list(
        self, gateway: GatewayThread, backend: FakeBackend, cuts: list[int], as_bytes: bool
    ) -> None:
        edges = [0, *cuts, len(POINTS)]
        chunks = [chunk("loss", POINTS[start:end]) for start, end in pairwise(edges)]
        backend.streams["GetSeries"] = lambda _: iter(
            [one.SerializeToString() for one in chunks] if as_bytes else chunks
        )
        answer = gateway.get(HISTORY, params={"run_id": "r", "metric_key": "loss"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json() == {"metrics": as_json("loss", POINTS)}
        gateway.run(gateway.gateway.stop(TIMEOUT_S))
        assert backend.closed_streams == 1

    def test_the_request_is_mapped(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.streams["GetSeries"] = lambda _: iter([chunk("loss", POINTS[:1], "u")])
        answer = gateway.get(
            HISTORY, params={"run_uuid": "r", "metric_key": "a/b c", "max_results": "1", "page_token": "t"}
        )
        assert answer.json() == {"metrics": as_json("loss", POINTS[:1]), "next_page_token": "u"}
        assert backend.last.request == metrics_pb2.GetSeriesRequest(
            run_ids=["r"], metric_keys=["a/b c"], max_points=1, page_token="t"
        )
        assert backend.last.context.deadline is None

    def test_nothing_logged_is_an_empty_object(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.streams["GetSeries"] = lambda _: iter(())
        answer = gateway.get(HISTORY, params={"run_id": "r", "metric_key": "k"})
        assert (answer.status_code, answer.json()) == (200, {})

    def test_a_token_without_points(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.streams["GetSeries"] = lambda _: iter([metrics_pb2.GetSeriesResponse(next_page_token="u")])
        assert gateway.get(HISTORY, params={"run_id": "r", "metric_key": "k"}).json() == {"next_page_token": "u"}

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({}, "Missing value for required parameter 'run_id'."),
            ({"run_id": "", "metric_key": "k"}, "Missing value for required parameter 'run_id'."),
            ({"run_id": "r"}, "Missing value for required parameter 'metric_key'."),
            ({"run_id": "r", "metric_key": ""}, "Missing value for required parameter 'metric_key'."),
            ({"run_id": "r", "metric_key": "k", "max_results": "0"}, "Invalid value 0 for parameter 'max_results'"),
            ({"run_id": "r", "metric_key": "k", "max_results": "-1"}, "Invalid value -1 for parameter 'max_results'"),
            ({"run_id": "r", "metric_key": "k", "max_results": "1000001"}, "from 1 to 1000000"),
        ],
    )
    def test_bad_requests(
        self, gateway: GatewayThread, backend: FakeBackend, params: dict[str, str], message: str
    ) -> None:
        answer = gateway.get(HISTORY, params=params)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
        assert message in answer.json()["message"]
        assert backend.calls == []

    def test_a_long_history_is_streamed(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        points = [(float(n), n, n) for n in range(50_000)]
        backend.streams["GetSeries"] = lambda _: iter([chunk("k", points[:30_000]), chunk("k", points[30_000:], "u")])
        answer = gateway.get(HISTORY, params={"run_id": "r", "metric_key": "k"}, headers={"X-Request-Id": "i"})
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert answer.headers["X-Request-Id"] == "i"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.json() == {"metrics": as_json("k", points), "next_page_token": "u"}

    def test_a_head_of_a_long_history_is_its_head_alone(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        points = [(float(n), n, n) for n in range(50_000)]
        backend.streams["GetSeries"] = lambda _: iter([chunk("k", points)])
        asked = f"HEAD {HISTORY}?run_id=r&metric_key=k HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        last = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        head, _, rest = gateway.exchange(asked + last).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert rest.startswith(b"HTTP/1.1 200")
        assert rest.endswith(b"\r\n\r\nOK")

    def test_a_refusal_before_the_first_point_is_an_error(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        def refuse(_: Any) -> Iterator[metrics_pb2.GetSeriesResponse]:
            raise BackendError("RESOURCE_DOES_NOT_EXIST", "Run with id=r not found")
            yield chunk("k", [])

        backend.streams["GetSeries"] = refuse
        answer = gateway.get(HISTORY, params={"run_id": "r", "metric_key": "k"})
        assert (answer.status_code, answer.json()["message"]) == (404, "Run with id=r not found")

    @pytest.mark.parametrize("error", [BackendError("DATA_LOSS", "torn"), RuntimeError("a fault")])
    def test_a_failure_in_the_middle_cannot_be_taken_for_the_end(
        self, gateway: GatewayThread, backend: FakeBackend, error: Exception
    ) -> None:
        def fail(_: Any) -> Iterator[metrics_pb2.GetSeriesResponse]:
            yield chunk("k", [(0.0, n, n) for n in range(20_000)])
            raise error

        backend.streams["GetSeries"] = fail
        raw = f"GET {HISTORY}?run_id=r&metric_key=k HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answer = gateway.exchange(raw.encode())
        assert not answer.endswith(b"0\r\n\r\n")
        assert b"torn" not in answer
        gateway.run(gateway.gateway.stop(TIMEOUT_S))
        assert backend.closed_streams == 1

    def test_columns_of_different_lengths_are_never_sent(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        torn = metrics_pb2.GetSeriesResponse(series=metrics_pb2.Series(key="k", values=[1.0, 2.0], timestamps=[1]))
        backend.streams["GetSeries"] = lambda _: iter([torn])
        answer = gateway.get(HISTORY, params={"run_id": "r", "metric_key": "k"})
        assert (answer.status_code, answer.json()["error_code"]) == (500, "DATA_LOSS")

    def test_protobuf_asks_for_the_message(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        wanted = metrics_pb2.GetMetricHistoryResponse(metrics=[metrics_pb2.Metric(key="k", value=1)])
        backend.answers["GetMetricHistory"] = lambda _: wanted
        answer = gateway.get(
            HISTORY, params={"run_id": "r", "metric_key": "k"}, headers={"Accept": "application/x-protobuf"}
        )
        assert metrics_pb2.GetMetricHistoryResponse.FromString(answer.content) == wanted


class TestPages:
    def test_runs_are_encoded_once(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        runs = [
            runs_pb2.Run(info=runs_pb2.RunInfo(run_id=f"r{n}", status=runs_pb2.RunStatus.RUNNING)) for n in range(3)
        ]
        backend.answers["SearchRuns"] = lambda _: runs_pb2.SearchRunsResponse(runs=runs).SerializeToString()
        first = gateway.post(SEARCH, {}).json()
        assert [run["info"] for run in first["runs"]] == [{"run_id": f"r{n}", "status": "RUNNING"} for n in range(3)]
        runs[1].info.status = runs_pb2.RunStatus.FINISHED
        second = gateway.post(SEARCH, {}).json()
        assert [run["info"]["status"] for run in second["runs"]] == ["RUNNING", "FINISHED", "RUNNING"]
        lines = gateway.get("/metrics").text.splitlines()
        assert "trackwell_fragment_cache_misses 4" in lines
        assert "trackwell_fragment_cache_hits 2" in lines

    def test_runs_that_are_json_already_are_joined(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        """ADR 0017: a backend in the same process answers with JSON, if the caller does not want the message."""
        items = [b'{"info":{"run_id":"r0"}}', b'{"info":{"run_id":"r1"}}']
        pages = [PageWire(items=items, next_page_token='"'), PageWire(items=items[1:]), PageWire()]
        backend.answers["SearchRuns"] = lambda _: pages.pop(0)
        texts = [gateway.post(SEARCH, {}).content for _ in range(3)]
        assert texts == [b'{"runs":[%b,%b],"next_page_token":"\\""}' % tuple(items), b'{"runs":[%b]}' % items[1], b"{}"]
        assert backend.last.context.accepts_json
        backend.answers["SearchRuns"] = lambda _: runs_pb2.SearchRunsResponse(next_page_token="t")
        answer = gateway.post(SEARCH, {}, headers={"Accept": "application/x-protobuf"})
        assert runs_pb2.SearchRunsResponse.FromString(answer.content).next_page_token == "t"
        assert not backend.last.context.accepts_json

    def test_a_token_is_text_like_any_other(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        page = runs_pb2.SearchRunsResponse(next_page_token='"}]\\é')
        backend.answers["SearchRuns"] = lambda _: page.SerializeToString()
        assert gateway.post(SEARCH, {}).json() == {"next_page_token": '"}]\\é'}

    def test_the_cache_is_bounded_and_forgets_the_least_used(self) -> None:
        encoded: list[bytes] = []

        def encode(item: bytes) -> bytes:
            encoded.append(item)
            return item * 2

        cache = FragmentCache(encode, max_bytes=3 * (10 + 20 + 250))
        items = [b"%010d" % n for n in range(4)]
        for item in (items[0], items[1], items[2], items[0], items[3], items[0], items[1]):
            assert cache.get(item) == item * 2
        assert encoded == [items[0], items[1], items[2], items[3], items[1]]
        assert cache.size_bytes <= 3 * 280
        assert (cache.hits, cache.misses) == (2, 5)

    def test_an_entry_larger_than_the_cache_is_still_answered(self) -> None:
        cache = FragmentCache(lambda item: item, max_bytes=100)
        assert cache.get(b"x" * 1000) == b"x" * 1000
        assert cache.get(b"y") == b"y"

    @given(st.lists(st.binary(max_size=40), max_size=60), st.integers(0, 2000))
    def test_any_use_keeps_its_promises(self, items: list[bytes], max_bytes: int) -> None:
        cache = FragmentCache(lambda item: json.dumps(list(item)).encode(), max_bytes=max_bytes)
        for item in items:
            assert json.loads(cache.get(item)) == list(item)
        assert cache.hits + cache.misses == len(items)
        assert cache.size_bytes == sum(len(key) + len(text) + 250 for key, text in cache._entries.items())
