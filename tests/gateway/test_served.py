"""What an observer of the gateway is told of each request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.rest_gateway import FakeBackend, GatewayThread, running_gateway
from trackwell.v1 import artifacts_pb2
from trackwell_gateway.app import GatewayConfig, Served
from trackwell_gateway.served import PATH_MAX_CHARS

METRIC = "/api/2.0/mlflow/runs/log-metric"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def seen() -> list[Served]:
    """What the observer was told."""
    return []


@pytest.fixture
def gateway(seen: list[Served]) -> Iterator[GatewayThread]:
    """A gateway that is observed. Stopping it waits for what is under way."""
    content = artifacts_pb2.DownloadArtifactResponse()
    content.info.size_bytes = 5
    content.body.data = b"bytes"
    backend = FakeBackend(streams={"DownloadArtifact": lambda _: iter([content])})
    with running_gateway(lambda: backend, GatewayConfig(port=0), observer=seen.append) as running:
        yield running


def test_a_quick_answer(gateway: GatewayThread, seen: list[Served]) -> None:
    answer = gateway.request("POST", METRIC + "?token=secret", data="{}", headers={**JSON, "X-Request-Id": "id 1"})
    (one,) = seen
    assert (one.verb, one.path, one.status, one.request_id) == ("POST", METRIC, 200, "id 1")
    assert (one.received_bytes, one.sent_bytes) == (2, len(answer.content))
    assert (one.peer, one.duration_s > 0) == ("127.0.0.1", True)
    assert "secret" not in repr(one)


def test_a_streamed_answer(gateway: GatewayThread, seen: list[Served]) -> None:
    assert gateway.get("/api/2.0/mlflow-artifacts/artifacts/a.txt").content == b"bytes"
    # A stream is told of after its end: the next request of the same connection comes later than that.
    gateway.get("/version")
    assert (seen[0].status, seen[0].sent_bytes) == (200, 5)


def test_a_head_sends_nothing(gateway: GatewayThread, seen: list[Served]) -> None:
    gateway.request("HEAD", "/version")
    assert [(one.verb, one.sent_bytes) for one in seen] == [("HEAD", 0)]


@pytest.mark.parametrize(("verb", "path", "status"), [("GET", "/nowhere", 404), ("PUT", METRIC, 405)])
def test_refusals(gateway: GatewayThread, seen: list[Served], verb: str, path: str, status: int) -> None:
    answer = gateway.request(verb, path)
    assert [(one.status, one.sent_bytes) for one in seen] == [(status, len(answer.content))]


def test_hostile_paths_stay_short_and_ascii(gateway: GatewayThread, seen: list[Served]) -> None:
    gateway.exchange(b"GET /\xff\xe9" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    gateway.get("/" + "y" * 10_000)
    assert all(one.path.isascii() and len(one.path) <= 2 * PATH_MAX_CHARS for one in seen)
    assert seen[-1].path == "/" + "y" * (PATH_MAX_CHARS - 1)


@pytest.mark.parametrize("sent", [b"\x16\x03\x01 secret", b"GET", b"GET /version HTTP/1.1\r\nsecret"])
def test_what_is_no_http(gateway: GatewayThread, seen: list[Served], sent: bytes) -> None:
    answer = gateway.exchange(sent + b"\r\n\r\n")
    _, _, body = answer.partition(b"\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    (one,) = seen
    assert (one.verb, one.path, one.status) == ("UNKNOWN", "/", 400)
    assert (one.received_bytes, one.sent_bytes, one.peer) == (0, len(body), "127.0.0.1")
    assert 'trackwell_http_requests_total{endpoint="unrouted",status="400"} 1' in gateway.get("/metrics").text
