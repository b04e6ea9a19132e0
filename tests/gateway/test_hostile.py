"""Bombs, floods and slow clients at the HTTP door: each is bounded, and the server goes on (security principle P8)."""

from __future__ import annotations

import gzip
import json
import socket
import time
import zlib
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.rest_gateway import FakeBackend, GatewayThread, Serve, read_all, read_answer
from trackwell.v1 import runs_pb2
from trackwell_gateway.limits import GatewayLimits

METRIC = "/api/2.0/mlflow/runs/log-metric"
BATCH = "/api/2.0/mlflow/runs/log-batch"
JSON = {"Content-Type": "application/json"}
HEAD = f"POST {METRIC} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
MIB = 1 << 20


def alive(gateway: GatewayThread) -> bool:
    return gateway.get("/health", headers={"Connection": "close"}).text == "OK"


class TestSizes:
    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_body_beyond_the_limit(self, serve: Serve, backend: FakeBackend, chunked: bool) -> None:
        gateway = serve(limits=GatewayLimits(json_body_max_bytes=1000))
        for size, status in ((1000, 200), (1001, 413), (500_000, 413)):
            body = json.dumps({"key": "x" * (size - 11)}).encode()
            assert len(body) == size
            data: Any = iter([body[: size // 2], body[size // 2 :]]) if chunked else body
            answer = gateway.post(METRIC, data=data, headers=JSON)
            assert answer.status_code == status
            assert status == 200 or answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
        assert len(backend.calls) == 1

    def test_a_body_that_is_announced_too_large_is_not_waited_for(self, gateway: GatewayThread) -> None:
        answer = b""
        with gateway.connect() as connection:
            connection.sendall(HEAD + b"Content-Length: 99999999999999\r\n\r\n{")
            answer = read_answer(connection)
        assert answer.startswith(b"HTTP/1.1 413 ")

    def test_unfinished_bodies_are_bounded_together(self, serve: Serve, backend: FakeBackend) -> None:
        gateway = serve(limits=GatewayLimits(held_bodies_max_bytes=100_000))
        head = HEAD + b"Content-Length: 90000\r\n\r\n"
        with gateway.connect() as first, gateway.connect() as second:
            first.sendall(head + b"x" * 80_000)
            while "trackwell_http_held_body_bytes 80000" not in gateway.get("/metrics").text:
                time.sleep(0.02)
            second.sendall(head + b"x" * 80_000)
            answer = read_answer(second)
            assert answer.startswith(b"HTTP/1.1 429 ")
            assert b"Retry-After: 1\r\n" in answer
            first.sendall(b"x" * 10_000)
            assert read_answer(first).startswith(b"HTTP/1.1 400 ")
        assert "trackwell_http_held_body_bytes 0" in gateway.get("/metrics").text
        assert backend.calls == []

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    def test_a_decompression_bomb(self, serve: Serve, backend: FakeBackend, encoding: str) -> None:
        gateway = serve(limits=GatewayLimits(json_body_max_bytes=MIB))
        plain = b'{"key":"' + b"x" * (200 * MIB) + b'"}'
        body = gzip.compress(plain, 1) if encoding == "gzip" else zlib.compress(plain, 1)
        assert len(body) < MIB
        answer = gateway.post(METRIC, data=body, headers={**JSON, "Content-Encoding": encoding})
        assert answer.status_code == 413
        assert backend.calls == []
        assert alive(gateway)

    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 1_000_000,
            b'{"a":' * 500_000 + b"1" + b"}" * 500_000,
            b'{"metrics":' + b"[" * 900 + b"]" * 900 + b"}",
            b'{"x":' + b"[" * 1000 + b'":"' + b"]" * 1000 + b"}",
            b'"' + b'\\"' * 100_000 + b'"',
            b'{"step":' + b"9" * 100_000 + b"}",
            b'{"value":"' + b"9" * 100_000 + b'"}',
        ],
    )
    def test_json_bombs(self, gateway: GatewayThread, backend: FakeBackend, body: bytes) -> None:
        answer = gateway.post(BATCH, data=body, headers=JSON)
        assert answer.status_code in (200, 400)
        assert len(answer.content) < 2000
        assert alive(gateway)

    @pytest.mark.parametrize(
        "head",
        [
            b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X-Flood: 1\r\n" * 100_000 + b"\r\n",
        ],
    )
    def test_heads_beyond_the_limit(self, gateway: GatewayThread, head: bytes) -> None:
        with gateway.connect() as connection:
            try:
                connection.sendall(head)
            except OSError:
                answer = b""
            else:
                answer = read_all(connection)
        assert not answer or answer.split()[1] == b"400"
        assert b"aaaa" not in answer
        assert alive(gateway)

    def test_connections_beyond_the_limit_are_cut(self, serve: Serve) -> None:
        gateway = serve(limits=GatewayLimits(connections_max=3))
        request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with ExitStack() as stack:
            for _ in range(3):
                connection = stack.enter_context(gateway.connect())
                connection.sendall(request)
                assert read_answer(connection).startswith(b"HTTP/1.1 200")
            assert gateway.exchange(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) == b""


class TestSlowClients:
    @pytest.mark.parametrize("sent", [b"", b"GET", b"GET /health HTTP/1.1\r\nHost: local"])
    def test_a_head_that_does_not_come_ends_the_connection(self, serve: Serve, sent: bytes) -> None:
        gateway = serve(limits=GatewayLimits(idle_timeout_s=0.2))
        with gateway.connect() as connection:
            connection.sendall(sent)
            assert read_all(connection) == b""

    def test_a_second_head_that_does_not_come_ends_the_connection(self, serve: Serve) -> None:
        gateway = serve(limits=GatewayLimits(idle_timeout_s=0.2))
        with gateway.connect() as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
            assert read_all(connection).count(b"HTTP/1.1") == 1

    @pytest.mark.parametrize("path", [METRIC.encode(), b"/api/2.0/mlflow-artifacts/artifacts/f"])
    def test_a_body_that_does_not_come_is_refused(self, serve: Serve, backend: FakeBackend, path: bytes) -> None:
        gateway = serve(limits=GatewayLimits(body_grace_s=0.2))
        verb = b"POST " if path == METRIC.encode() else b"PUT "
        head = verb + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        with gateway.connect() as connection:
            connection.sendall(head + b"Content-Length: 100\r\n\r\n{")
            answer = read_answer(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"DEADLINE_EXCEEDED" in answer
        assert backend.calls == []
        assert backend.uploads == []

    def test_a_reader_that_takes_nothing_is_dropped(self, serve: Serve, backend: FakeBackend) -> None:
        gateway = serve(limits=GatewayLimits(stalled_write_timeout_s=0.3))

        def open_connections() -> int:
            lines = gateway.get("/metrics").text.splitlines()
            return int(next(line for line in lines if line.startswith("trackwell_http_connections ")).split()[1])

        run = runs_pb2.Run(info=runs_pb2.RunInfo(run_name="x" * (30 * MIB)))
        backend.answers["GetRun"] = lambda _: runs_pb2.GetRunResponse(run=run)
        with gateway.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /api/2.0/mlflow/runs/get?run_id=a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(10).startswith(b"HTTP/1.1")
            while open_connections() > 1:
                time.sleep(0.05)
        assert open_connections() == 1


class TestMalformedHttp:
    @pytest.mark.parametrize(
        "data",
        [
            b"\x00\x01\x02\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET /api/2.0/mlflow/experiments/search\r\n\r\n",
            b"GET /health HTTP/9.9\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost localhost\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nBad\x00Name: x\r\n\r\n",
            b"GET /he alth HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: <script>\r\n continued\r\n\r\n",
            HEAD + b"Content-Length: -1\r\n\r\n",
            HEAD + b"Content-Length: x\r\n\r\n",
            HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ],
    )
    def test_is_refused_without_being_repeated(self, gateway: GatewayThread, backend: FakeBackend, data: bytes) -> None:
        with gateway.connect() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = read_all(connection)
        assert not answer or answer.split()[1].startswith(b"4"), answer
        assert b"script" not in answer
        assert backend.calls == []
        assert alive(gateway)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.binary(max_size=80))
    def test_no_bytes_break_the_server(self, gateway: GatewayThread, data: bytes) -> None:
        with gateway.connect() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = read_all(connection)
        assert not answer or answer.split()[1].startswith(b"4")
        assert alive(gateway)

    def test_pipelined_requests_are_answered_in_order(self, gateway: GatewayThread) -> None:
        one = b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n"
        two = HEAD + b"Content-Length: 2\r\n\r\n{}"
        last = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answer = gateway.exchange(one + two + one + last)
        assert answer.count(b"HTTP/1.1 200") == 4
        assert answer.index(b"9.9.9") < answer.index(b"{}") < answer.rindex(b"9.9.9") < answer.rindex(b"OK")

    def test_who_reads_no_answers_is_sent_no_more(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        """They would fill the memory: 400 answers of 1 MB here."""
        reply = runs_pb2.GetRunResponse(run=runs_pb2.Run(info=runs_pb2.RunInfo(run_id="x" * MIB)))
        backend.answers["GetRun"] = lambda _: reply
        asked = b"GET /api/2.0/mlflow/runs/get?run_id=r HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with gateway.connect() as connection:
            connection.sendall(asked * 400)
            answered = -1
            while answered < len(backend.calls):
                answered = len(backend.calls)
                time.sleep(0.2)
            assert 0 < answered < 100
        assert alive(gateway)

    def test_http_1_0_gets_one_answer(self, gateway: GatewayThread) -> None:
        assert gateway.exchange(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n").endswith(b"\r\n\r\nOK")
        head = HEAD.replace(b"HTTP/1.1", b"HTTP/1.0")
        answer = gateway.exchange(head + b"Content-Length: 2\r\n\r\n{}")
        assert answer.startswith(b"HTTP/1.0 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\n{}")
        kept = gateway.connect()
        with kept:
            kept.sendall(head + b"Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}")
            first = read_answer(kept)
            assert b"connection: keep-alive" in first.lower()
