"""Starting, stopping and settings of the HTTP server."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from support.certificates import self_signed
from support.loop_thread import TIMEOUT_S
from support.rest_gateway import FakeBackend, GatewayThread, Serve, read_all, read_answer, running_gateway
from trackwell.v1 import metrics_pb2
from trackwell_gateway.app import GatewayConfig
from trackwell_gateway.backend import CallContext
from trackwell_gateway.sockets import bound_sockets

METRIC = "/api/2.0/mlflow/runs/log-metric"
REQUEST = (
    f"POST {METRIC} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
)


class HeldBackend(FakeBackend):
    """Answers when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.release: asyncio.Event = asyncio.Event()

    async def unary(self, method: str, request: Message, context: CallContext) -> Message | bytes:
        self.entered.set()
        await self.release.wait()
        return metrics_pb2.LogMetricResponse()


class TestStop:
    def test_requests_in_flight_are_answered_and_new_ones_not_taken(self) -> None:
        backends: list[HeldBackend] = []

        def make() -> HeldBackend:
            backends.append(HeldBackend())
            return backends[0]

        with running_gateway(make, GatewayConfig(port=0)) as gateway:
            idle = gateway.connect()
            idle.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert read_answer(idle).startswith(b"HTTP/1.1 200")
            busy = gateway.connect()
            busy.sendall(REQUEST.encode())
            assert backends[0].entered.wait(TIMEOUT_S)
            stopping = asyncio.run_coroutine_threadsafe(gateway.gateway.stop(TIMEOUT_S), gateway.loop)
            with idle:
                assert read_all(idle) == b""
            with pytest.raises(OSError, match="refused"):
                gateway.connect()
            gateway.loop.call_soon_threadsafe(backends[0].release.set)
            with busy:
                answer = read_all(busy)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"connection: close" in answer.lower()
            stopping.result(TIMEOUT_S)

    def test_an_upload_in_flight_is_finished(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        with gateway.connect() as connection:
            head = "PUT /api/2.0/mlflow-artifacts/artifacts/f HTTP/1.1\r\nHost: localhost\r\n"
            connection.sendall(head.encode() + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n")
            assert connection.recv(1000).startswith(b"HTTP/1.1 100")
            stopping = asyncio.run_coroutine_threadsafe(gateway.gateway.stop(TIMEOUT_S), gateway.loop)
            connection.sendall(b"abc")
            connection.sendall(b"def")
            assert read_all(connection).startswith(b"HTTP/1.1 200 OK\r\n")
            stopping.result(TIMEOUT_S)
        assert [message.body.data for message in backend.uploads[0]] == [b"abcdef"]

    def test_what_takes_longer_than_the_grace_is_cut(self) -> None:
        backends: list[HeldBackend] = []

        def make() -> HeldBackend:
            backends.append(HeldBackend())
            return backends[0]

        with running_gateway(make, GatewayConfig(port=0)) as gateway, gateway.connect() as connection:
            connection.sendall(REQUEST.encode())
            assert backends[0].entered.wait(TIMEOUT_S)
            gateway.run(gateway.gateway.stop(0.05))
            assert read_all(connection) == b""


class TestListening:
    @pytest.mark.parametrize("reuse_port", [False, True])
    def test_port_zero_is_chosen_once_for_all_addresses(self, reuse_port: bool) -> None:
        sockets = bound_sockets("localhost", 0, reuse_port=reuse_port)
        try:
            assert len({each.getsockname()[1] for each in sockets}) == 1
        finally:
            for each in sockets:
                each.close()

    @pytest.mark.parametrize("reuse_port", [False, True])
    def test_a_port_in_use_is_an_error(self, gateway: GatewayThread, reuse_port: bool) -> None:
        with pytest.raises(OSError, match="in use"):
            bound_sockets("127.0.0.1", gateway.port, reuse_port=reuse_port)

    @pytest.mark.skipif(not hasattr(socket, "SO_REUSEPORT"), reason="this system shares no ports")
    def test_a_port_is_shared_by_those_that_want_to_share_it(self) -> None:
        (first,) = bound_sockets("127.0.0.1", 0, reuse_port=True)
        port = first.getsockname()[1]
        (second,) = bound_sockets("127.0.0.1", port, reuse_port=True)
        with first, second:
            first.listen()
            second.listen()
            with pytest.raises(OSError, match="in use"):
                bound_sockets("127.0.0.1", port)

    def test_several_gateways_share_a_process(self, serve: Serve) -> None:
        first, second = serve(), serve(version="2")
        assert first.port != second.port
        assert (first.get("/version").text, second.get("/version").text) == ("9.9.9", "2")

    def test_small_answers_leave_at_once(self, gateway: GatewayThread) -> None:
        accepted: list[Any] = []

        async def look() -> None:
            for transport in gateway.gateway._server._transports.values():
                raw = transport.get_extra_info("socket")
                accepted.append(raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        with gateway.connect() as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert read_answer(connection)
            gateway.run(look())
        assert accepted
        assert all(accepted)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost and its key."""
    return self_signed(tmp_path_factory.mktemp("tls"), "server")


class TestTls:
    def test_https(self, serve: Serve, certificate: tuple[Path, Path]) -> None:
        cert, key = certificate
        gateway = serve(tls_cert_path=str(cert), tls_key_path=str(key))
        url = f"https://localhost:{gateway.port}/version"
        assert gateway.session.get(url, verify=str(cert), timeout=TIMEOUT_S).text == "9.9.9"

    def test_old_protocols_are_refused(self, serve: Serve, certificate: tuple[Path, Path]) -> None:
        cert, key = certificate
        gateway = serve(tls_cert_path=str(cert), tls_key_path=str(key))
        context = ssl.create_default_context(cafile=str(cert))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        with gateway.connect() as raw, context.wrap_socket(raw, server_hostname="localhost") as connection:
            assert connection.version() in ("TLSv1.2", "TLSv1.3")

    def test_unusable_files_are_errors(self, serve: Serve, certificate: tuple[Path, Path], tmp_path: Path) -> None:
        cert, key = certificate
        with pytest.raises(FileNotFoundError):
            serve(tls_cert_path=str(tmp_path / "none.pem"), tls_key_path=str(key))
        (tmp_path / "bad.pem").write_text("nonsense")
        with pytest.raises(ssl.SSLError):
            serve(tls_cert_path=str(tmp_path / "bad.pem"), tls_key_path=str(key))
        assert cert.exists()


class TestConfig:
    @pytest.mark.parametrize(
        ("settings", "named"),
        [
            ({"port": -1}, "port"),
            ({"port": 65536}, "port"),
            ({"tls_cert_path": "c"}, "tls_key_path"),
            ({"tls_key_path": "k"}, "tls_cert_path"),
            ({"static_prefix": "p"}, "static_prefix"),
            ({"static_prefix": "/p/"}, "static_prefix"),
            ({"static_prefix": "/"}, "static_prefix"),
            ({"static_prefix": "/a b"}, "static_prefix"),
            ({"static_prefix": "/{a}"}, "static_prefix"),
            ({"store_type": "Other"}, "store_type"),
            ({"cors_allowed_origins": ("ui.example",)}, "cors_allowed_origins"),
            ({"cors_allowed_origins": ("https://ui.example/",)}, "cors_allowed_origins"),
        ],
    )
    def test_bad_settings_are_named(self, settings: dict[str, Any], named: str) -> None:
        with pytest.raises(ValueError, match=named):
            GatewayConfig(**settings)

    def test_good_settings(self) -> None:
        config = GatewayConfig(static_prefix="/a/b-c.d", cors_allowed_origins=("*", "https://ui.example:8443"))
        assert config.static_prefix == "/a/b-c.d"
