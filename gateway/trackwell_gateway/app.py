"""Starts and stops the REST door; what a composition root needs of this package."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from trackwell_gateway.backend import Backend
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.gateway import Gateway
from trackwell_gateway.served import Observer, Served
from trackwell_gateway.server import Server, listening_sockets, tls_context
from trackwell_gateway.telemetry import Gauge

__all__ = ["GatewayConfig", "Observer", "RunningGateway", "Served", "start_gateway"]

_FORCED_CLOSE_S: Final = 1.0


class RunningGateway:
    """A gateway that listens. Made by `start_gateway`."""

    def __init__(self, gateway: Gateway, server: Server, listeners: list[asyncio.Server], port: int) -> None:
        self.port: Final = port
        """The TCP port it listens on."""
        self._gateway = gateway
        self._server = server
        self._listeners = listeners
        self._sweeper = asyncio.create_task(server.sweep(), name="gateway-sweeper")

    def metrics(self) -> str:
        """The numbers of this process, in the Prometheus text format."""
        return self._gateway.telemetry.own_text()

    async def stop(self, grace_s: float = 10.0) -> None:
        """Stops accepting, lets requests in flight finish for up to `grace_s` seconds, then cuts what is left."""
        self._gateway.draining = True
        for listener in self._listeners:
            listener.close()
        self._server.close_idle(self._gateway.busy)
        if self._gateway.busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gateway.idle.wait(), grace_s)
        await self._server.shutdown(_FORCED_CLOSE_S)
        self._sweeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sweeper
        for listener in self._listeners:
            await listener.wait_closed()


async def start_gateway(
    backend: Backend,
    config: GatewayConfig,
    *,
    more_metrics: Callable[[], str] | None = None,
    metrics_of_all: Callable[[str], str] | None = None,
    observer: Observer | None = None,
) -> RunningGateway:
    """Listens on `config.host` and `config.port` and serves `backend` until `stop` is awaited.

    `more_metrics` gives the numbers of what else runs in this process, in the Prometheus text format, for `/metrics`.
    `metrics_of_all` makes what `/metrics` shows out of this process's numbers, where others serve the port too.
    `observer` is told of every request that was answered, also of what was no HTTP.
    Raises OSError when the address cannot be bound or a TLS file cannot be read, ssl.SSLError when one is malformed.
    """
    tls = tls_context(config)
    gateway = Gateway(backend, config, observer)
    server = Server(gateway.handle, gateway.note_unreadable, config.limits)
    gateway.telemetry.add_gauge(
        Gauge("trackwell_http_connections", "Open connections.", lambda: server.open_connections)
    )
    if more_metrics is not None:
        gateway.telemetry.add_text(more_metrics)
    if metrics_of_all is not None:
        gateway.telemetry.show(metrics_of_all)
    sockets = listening_sockets(config)
    port: int = sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    listeners = [await loop.create_server(server, sock=sock, ssl=tls) for sock in sockets]
    return RunningGateway(gateway, server, listeners, port)
