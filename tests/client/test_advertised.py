"""The gRPC door that a REST server offers for logging, and when it is used (DESIGN §6)."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from mlflow._transport.advertised import SERVER_INFO, stream_door
from mlflow.tracking import _state
from support.foreign_server import Foreign, foreign_server
from support.mlflow_server import Server
from support.ports import free_port


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with foreign_server() as running:
        yield running


def _advertise(foreign: Foreign, address: object, tls: object = False) -> None:
    body = json.dumps({"trackwell": {"grpc_address": address, "grpc_tls": tls}}).encode()
    foreign.answer = lambda request: (200, body) if request.path == SERVER_INFO else (404, b"")


def test_a_door_on_the_same_host_is_used(foreign: Foreign, server: Server) -> None:
    _advertise(foreign, server.grpc.removeprefix("grpc://"))
    assert stream_door(foreign.url, _state.transport) == server.grpc
    assert stream_door(foreign.url + "/", _state.transport) == server.grpc
    assert len(foreign.seen) == 2


def test_who_is_not_asked(foreign: Foreign, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _advertise(foreign, server.grpc.removeprefix("grpc://"))
    host = foreign.url.removeprefix("http://")
    for uri in (f"{foreign.url}/prefix", f"http://ann:secret@{host}", "http://127.0.0.1:1"):
        assert stream_door(uri, _state.transport) is None
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    assert stream_door(foreign.url, _state.transport) is None
    assert foreign.seen == []


def test_which_doors_are_not_used(foreign: Foreign, server: Server) -> None:
    port = server.grpc.rpartition(":")[2]
    for address in (
        f"localhost:{port}",
        f"example.org:{port}",
        f"127.0.0.1:{free_port()}",
        "127.0.0.1",
        "",
        None,
        7,
        "[",
    ):
        _advertise(foreign, address)
        assert stream_door(foreign.url, _state.transport) is None
    _advertise(foreign, f"127.0.0.1:{port}", True)
    assert stream_door(foreign.url, _state.transport) is None


@pytest.mark.parametrize(
    "answer",
    [
        (404, b"{}"),
        (500, b""),
        (200, b"no JSON"),
        (200, b"{}"),
        (200, b"[]"),
        (200, b'{"trackwell": {"version": "1"}}'),
    ],
)
def test_servers_that_offer_nothing(foreign: Foreign, answer: tuple[int, bytes]) -> None:
    foreign.answer = lambda _: answer
    assert stream_door(foreign.url, _state.transport) is None


def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert stream_door(f"http://127.0.0.1:{silent.getsockname()[1]}", _state.transport) is None
