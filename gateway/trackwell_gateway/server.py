"""The HTTP server under the gateway: sockets, TLS, dropped slow readers, orderly shutdown."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Final

from trackwell_gateway import web
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.limits import HEADER_MAX_BYTES, REQUEST_LINE_MAX_BYTES, STREAM_BUFFER_BYTES, GatewayLimits
from trackwell_gateway.replies import error_reply
from trackwell_gateway.sockets import bound_sockets

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_BACKLOG: Final = 1_024
_SWEEP_INTERVAL_S: Final = 5.0


Note = Callable[[web.BaseRequest, web.StreamResponse], None]
"""Takes note of the answer to something that was no HTTP request, and which no handler has seen."""


class _Connection(web.RequestHandler):
    """One connection. What cannot be parsed as HTTP is answered without repeating any of it (principle P7)."""

    __slots__ = ("_note_unreadable",)

    def __init__(self, server: web.Server, note_unreadable: Note, **options: Any) -> None:
        super().__init__(server, **options)
        self._note_unreadable = note_unreadable

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answers what the parser refused (400); `status` 500 would be a fault of this package."""
        if status >= 500:
            self.log_exception("Error outside of the gateway's own handling", exc_info=exc)
        reply = error_reply(InvalidRequest("The request is not valid HTTP/1.1, or its head is too large."), False)
        reply.force_close()
        if status < 500:
            self._note_unreadable(request, reply)
        return reply


class Server(web.Server):
    """Makes connections, and drops those whose reader has stalled."""

    def __init__(self, handler: Handler, note_unreadable: Note, limits: GatewayLimits) -> None:
        self._options: dict[str, Any] = {
            "access_log": None,
            "keepalive_timeout": limits.idle_timeout_s,
            "max_line_size": REQUEST_LINE_MAX_BYTES,
            "max_field_size": HEADER_MAX_BYTES,
            "read_bufsize": STREAM_BUFFER_BYTES,
            # Bodies are decompressed by the gateway, which bounds the outcome; uploads are stored as they are sent.
            "auto_decompress": False,
        }
        super().__init__(handler, request_factory=self._begin)
        self._event_loop = asyncio.get_running_loop()
        self._limits = limits
        self._note_unreadable = note_unreadable
        self._transports: dict[object, asyncio.Transport] = {}
        self._stalled: dict[object, tuple[int, float]] = {}
        self._silent: dict[object, asyncio.TimerHandle] = {}

    def __call__(self) -> web.RequestHandler:
        """Makes the protocol of one connection."""
        return _Connection(self, self._note_unreadable, loop=self._event_loop, **self._options)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Counts a connection, and cuts it when there are too many."""
        super().connection_made(handler, transport)
        self._transports[handler] = transport
        # aiohttp bounds the wait for the first request only since 3.14.
        self._silent[handler] = self._event_loop.call_later(self._limits.idle_timeout_s, transport.abort)
        if len(self._transports) > self._limits.connections_max:
            transport.abort()

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Forgets a connection."""
        self._transports.pop(handler, None)
        self._stalled.pop(handler, None)
        self._end_silence(handler)
        super().connection_lost(handler, exc)

    def _begin(
        self, message: Any, payload: Any, protocol: web.RequestHandler, writer: Any, task: asyncio.Task[None]
    ) -> web.BaseRequest:
        self._end_silence(protocol)
        return web.BaseRequest(message, payload, protocol, writer, task, self._event_loop)

    def _end_silence(self, handler: object) -> None:
        timer = self._silent.pop(handler, None)
        if timer is not None:
            timer.cancel()

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        return len(self._transports)

    def close_idle(self, busy: set[object]) -> None:
        """Closes every connection that is not in `busy`."""
        for connection in self.connections:
            if connection not in busy:
                connection.force_close()

    def drop_stalled(self, now_s: float) -> None:
        """Cuts connections whose unsent bytes have not become fewer for `stalled_write_timeout_s`."""
        for handler, transport in list(self._transports.items()):
            waiting = transport.get_write_buffer_size()
            before, since_s = self._stalled.get(handler, (0, now_s))
            if waiting == 0:
                self._stalled.pop(handler, None)
            elif handler not in self._stalled or waiting < before:
                self._stalled[handler] = (waiting, now_s)
            elif now_s - since_s >= self._limits.stalled_write_timeout_s:
                transport.abort()

    async def sweep(self) -> None:
        """Looks for stalled readers until it is cancelled."""
        interval_s = min(_SWEEP_INTERVAL_S, self._limits.stalled_write_timeout_s / 2)
        while True:
            await asyncio.sleep(interval_s)
            self.drop_stalled(self._event_loop.time())


def tls_context(config: GatewayConfig) -> ssl.SSLContext | None:
    """The TLS settings of the door, or None for plain HTTP. Raises OSError or ssl.SSLError for unusable files."""
    if config.tls_cert_path is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(config.tls_cert_path, config.tls_key_path)
    return context


def listening_sockets(config: GatewayConfig) -> list[socket.socket]:
    """Listening sockets for every address of the door, all on one port. Raises OSError, naming the address."""
    try:
        sockets = bound_sockets(config.host, config.port, reuse_port=config.reuse_port)
    except OSError as error:
        raise OSError(error.errno, f"REST cannot listen on {config.host}:{config.port}: {error.strerror}") from error
    for each in sockets:
        each.listen(_BACKLOG)
    return sockets
