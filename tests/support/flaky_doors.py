"""Doors in front of a real server which lose the answers to the first calls, after the server has made them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import grpc

FORWARDED_METADATA = ("x-request-id", "authorization")


@dataclass(frozen=True)
class HttpRequest:
    """One request as it came; `path` with its query, names of headers in lower case."""

    verb: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Door:
    """Where it listens, and what it saw."""

    uri: str = ""
    failures: int = 0
    """How many answers are still to be lost."""
    request_ids: list[str | None] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    requests: list[HttpRequest] = field(default_factory=list)
    """What was asked over HTTP."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def loses_this_one(self, request_id: str | None) -> bool:
        """Whether the answer to a call is to be lost."""
        with self.lock:
            self.request_ids.append(request_id)
            lost = self.failures > 0
            self.failures -= lost
            return lost


@contextmanager
def flaky_grpc(target: str, status: grpc.StatusCode = grpc.StatusCode.UNAVAILABLE) -> Iterator[Door]:
    """A gRPC server which passes bytes on to `target`; a lost answer is that status."""
    door = Door()
    with grpc.insecure_channel(target.removeprefix("grpc://")) as channel:
        server = grpc.server(ThreadPoolExecutor(4))
        server.add_generic_rpc_handlers((_Forwarder(door, channel, status),))
        door.uri = f"grpc://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield door
        finally:
            server.stop(None).wait()


class _Forwarder(grpc.GenericRpcHandler):
    def __init__(self, door: Door, channel: grpc.Channel, status: grpc.StatusCode) -> None:
        self._door = door
        self._status = status
        self._channel = channel

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        method = handler_call_details.method

        def forward(request: bytes, context: grpc.ServicerContext) -> bytes:
            given = dict(context.invocation_metadata())
            metadata = [(key, given[key]) for key in FORWARDED_METADATA if key in given]
            call: Callable[..., bytes] = self._channel.unary_unary(method, _same, _same)
            answer = call(request, metadata=metadata, timeout=30)
            self._door.authorizations.append(_text(given.get("authorization")))
            if self._door.loses_this_one(_text(given.get("x-request-id"))):
                context.abort(self._status, "the answer was lost")
            return answer

        return grpc.unary_unary_rpc_method_handler(forward, _same, _same)


def _text(value: str | bytes | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


def _same(data: bytes) -> bytes:
    return data


@contextmanager
def flaky_rest(target: str, status: int | None = None) -> Iterator[Door]:
    """An HTTP server which passes requests on to `target`; a lost answer is a closed connection, or that status."""
    door = Door()
    host = urlsplit(target).netloc

    class Forwarder(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._forward()

        def do_GET(self) -> None:
            self._forward()

        def do_PUT(self) -> None:
            self._forward()

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            seen = {name.lower(): value for name, value in self.headers.items()}
            door.requests.append(HttpRequest(self.command, self.path, seen, body))
            connection = HTTPConnection(host, timeout=30)
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            answer = response.read()
            connection.close()
            if door.loses_this_one(self.headers.get("X-Request-Id")):
                self._lose()
                return
            self._answer(response.status, response.headers.get("Content-Type", ""), answer)

        def _lose(self) -> None:
            if status is None:
                self.close_connection = True
            else:
                self._answer(status, "text/html", b"<h1>busy</h1>")

        def _answer(self, code: int, content_type: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Forwarder)
    door.uri = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield door
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
