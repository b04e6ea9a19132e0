"""A gateway on a real socket, in an event loop of its own thread, before a backend of the test's choice."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
from google.protobuf.message import Message

from support.loop_thread import TIMEOUT_S, hosted
from trackwell_gateway.app import GatewayConfig, Observer, RunningGateway, start_gateway
from trackwell_gateway.backend import Backend, CacheFigures, CallContext
from trackwell_gateway.descriptors import methods
from trackwell_gateway.errors import BackendError

T = TypeVar("T")


@dataclass
class Called:
    """One call that reached the backend."""

    method: str
    request: Message
    context: CallContext


@dataclass
class FakeBackend:
    """Remembers every call. Without an answer of the test's choice it returns the method's empty message."""

    answers: dict[str, Callable[[Any], Message | bytes]] = field(default_factory=dict)
    """By method name without service. A function may raise BackendError."""
    streams: dict[str, Callable[[Any], Iterator[Message | bytes]]] = field(default_factory=dict)
    calls: list[Called] = field(default_factory=list)
    uploads: list[list[Any]] = field(default_factory=list)
    """The messages of each finished upload."""
    given_up: list[BaseException] = field(default_factory=list)
    """What ended uploads before their end."""
    closed_streams: int = 0
    unwell: BackendError | None = None
    """What a check of the service raises."""
    run_texts: CacheFigures | None = None

    def __post_init__(self) -> None:
        self._classes = {method.full_name: method.response_class for method, _ in methods()}

    async def check(self) -> None:
        if self.unwell is not None:
            raise self.unwell

    async def unary(self, method: str, request: Message, context: CallContext) -> Message | bytes:
        self.calls.append(Called(method, request, context))
        answer = self.answers.get(method.rsplit("/", 1)[1])
        return self._classes[method]() if answer is None else answer(request)

    async def server_stream(
        self, method: str, request: Message, context: CallContext
    ) -> AsyncGenerator[Message | bytes, None]:
        self.calls.append(Called(method, request, context))
        try:
            for item in self.streams[method.rsplit("/", 1)[1]](request):
                yield item
                await asyncio.sleep(0)
        finally:
            self.closed_streams += 1

    async def client_stream(
        self, method: str, requests: AsyncIterator[Message], context: CallContext
    ) -> Message | bytes:
        received: list[Any] = []
        try:
            async for request in requests:
                # One at a time: what arrived before the end is looked at as well.
                received.append(request)
        except BaseException as error:
            self.given_up.append(error)
            raise
        self.calls.append(Called(method, received[0], context))
        self.uploads.append(received)
        answer = self.answers.get(method.rsplit("/", 1)[1])
        return self._classes[method]() if answer is None else answer(received)

    @property
    def last(self) -> Called:
        """The latest call."""
        return self.calls[-1]


class GatewayThread:
    """A running gateway and ways to talk to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, gateway: RunningGateway) -> None:
        self.loop = loop
        self.gateway = gateway
        self.port = gateway.port
        self.url = f"http://127.0.0.1:{gateway.port}"
        self.session = requests.Session()
        self.session.trust_env = False

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine in the gateway's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(TIMEOUT_S)

    def request(self, verb: str, path: str, **options: Any) -> requests.Response:
        """Sends one request; `path` goes out as it is written, dots and escapes included."""
        prepared = self.session.prepare_request(requests.Request(verb, self.url, **options))
        query = prepared.path_url.partition("?")[2]
        prepared.url = self.url + path + (f"?{query}" if query else "")
        return self.session.send(prepared, timeout=TIMEOUT_S, allow_redirects=False)

    def get(self, path: str, **options: Any) -> requests.Response:
        """Sends a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, document: object = None, **options: Any) -> requests.Response:
        """Posts a JSON document, or `data` with the headers of the test's choice."""
        if "data" not in options:
            options["json"] = document
        return self.request("POST", path, **options)

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_S)

    def exchange(self, data: bytes) -> bytes:
        """Sends bytes over a connection of their own and returns everything until the server hangs up."""
        with self.connect() as connection:
            connection.sendall(data)
            return read_all(connection)


Serve = Callable[..., GatewayThread]
"""Starts a gateway with settings of the test's choice."""


def read_answer(connection: socket.socket) -> bytes:
    """One answer, head and body; the body must have a Content-Length."""
    received = bytearray()
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        assert piece, bytes(received)
        received += piece
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    (length,) = re.findall(rb"(?im)^content-length: (\d+)", head)
    while len(body) < int(length):
        piece = connection.recv(65536)
        assert piece, bytes(received)
        body += piece
    return head + b"\r\n\r\n" + body


def read_all(connection: socket.socket) -> bytes:
    """Everything until the other end hangs up."""
    received = bytearray()
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return bytes(received)
        if not piece:
            return bytes(received)
        received += piece


@contextmanager
def running_gateway(
    make_backend: Callable[[], Backend],
    config: GatewayConfig,
    *,
    grace_s: float = 5.0,
    observer: Observer | None = None,
) -> Iterator[GatewayThread]:
    """Starts a gateway and stops it at the end. `make_backend` is called in the gateway's loop."""

    @asynccontextmanager
    async def serve() -> AsyncIterator[tuple[asyncio.AbstractEventLoop, RunningGateway]]:
        gateway = await start_gateway(make_backend(), config, observer=observer)
        try:
            yield asyncio.get_running_loop(), gateway
        finally:
            await gateway.stop(grace_s)

    with hosted(serve) as (loop, gateway):
        running = GatewayThread(loop, gateway)
        try:
            yield running
        finally:
            running.session.close()
