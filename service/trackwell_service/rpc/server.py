"""The gRPC server: sockets, limits, TLS, health and reflection around the servicers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc
from grpc import aio
from grpc_health.v1 import health, health_pb2_grpc
from grpc_health.v1.health_pb2 import DESCRIPTOR as HEALTH
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_reflection.v1alpha import reflection

from trackwell_service.rpc.access_log import AccessLog
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.servicers import SERVICES, Servicers
from trackwell_service.rpc.telemetry import Telemetry

RECEIVED_MESSAGE_BYTES: Final = 32 * 1024 * 1024
"""Longest request. LogSeries with its 500,000 points has 12 MB, and one dataset profile may have 16 MiB."""

SENT_MESSAGE_BYTES: Final = 64 * 1024 * 1024
"""Longest answer. Pages are cut far below (domain/limits.py), but one run comes whole, whatever was logged to it."""

METADATA_BYTES: Final = 8 * 1024
"""Headers of a call: an authorization token and a request id have room, a flood has not."""

METADATA_HARD_BYTES: Final = 16 * 1024
"""Above `METADATA_BYTES` calls are refused more and more often, above this always."""

STREAMS_PER_CONNECTION: Final = 1000
"""Open calls of one connection; more wait on the client's side. Logging processes hold one stream for each thread."""

OPEN_CALLS: Final = 10_000
"""Open calls of the whole server; more are answered RESOURCE_EXHAUSTED. An idle stream holds some 50 kB."""

KEEPALIVE_TIME_S: Final = 60
"""A silent connection is asked for a sign of life after this time, so that a vanished client's streams end."""

KEEPALIVE_TIMEOUT_S: Final = 20
"""How long the sign of life may take: longer than a laptop needs to roam, shorter than a load balancer's patience."""

CLIENT_PING_INTERVAL_S: Final = 10
"""Pings which a client sends more often than this, for a while, end its connection."""

LONGEST_CALL_S: Final = 60.0
"""A call of one message and one answer is given up after this time, whatever deadline its caller set, or none."""

_logger = logging.getLogger(__name__)


class CannotListen(Exception):
    """An address that cannot be served: it is in use, not of this machine, or cannot be resolved."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the server's certificate chain, its private key, and the CA which clients' certificates must be of."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def credentials(self) -> grpc.ServerCredentials:
        """What gRPC needs of them. Raises OSError when a file cannot be read."""
        client_ca = None if self.client_ca is None else self.client_ca.read_bytes()
        return grpc.ssl_server_credentials(
            [(self.key.read_bytes(), self.certificate.read_bytes())],
            root_certificates=client_ca,
            require_client_auth=client_ca is not None,
        )


@dataclass(frozen=True, slots=True)
class GrpcSettings:
    """Where and how the server listens.

    Addresses are ``host:port`` (port 0: any free one), ``[::]:port`` or ``unix:/path``.
    """

    addresses: tuple[str, ...]
    tls: TlsFiles | None = None
    reflection: bool = False
    received_message_bytes: int = RECEIVED_MESSAGE_BYTES
    longest_call_s: float = LONGEST_CALL_S


class GrpcServer:
    """A server that listens. Make it with `start` in the event loop that `core` is bound to."""

    def __init__(self, server: aio.Server, health_servicer: health.aio.HealthServicer, ports: tuple[int, ...]) -> None:
        self._server = server
        self._health = health_servicer
        self.ports = ports
        """The bound port of each address, in their order; 1 for a unix socket."""

    @classmethod
    async def start(
        cls,
        core: AsyncCore,
        settings: GrpcSettings,
        *,
        telemetry: Telemetry | None = None,
        access_log: AccessLog | None = None,
    ) -> GrpcServer:
        """Binds every address and begins to serve. Raises CannotListen, and OSError for TLS files."""
        server = aio.server(options=_options(settings), maximum_concurrent_rpcs=OPEN_CALLS)
        servicers = Servicers(
            core,
            telemetry=telemetry or Telemetry(),
            access_log=access_log,
            longest_call_s=settings.longest_call_s,
        )
        server.add_generic_rpc_handlers(servicers.generic_handlers())
        health_servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
        names = [service.full_name for service in SERVICES]
        if settings.reflection:
            health_name = HEALTH.services_by_name["Health"].full_name
            reflection.enable_server_reflection((*names, health_name, reflection.SERVICE_NAME), server)
        ports = _bind(server, settings)
        for name in ("", *names):
            await health_servicer.set(name, HealthCheckResponse.SERVING)
        await server.start()
        return cls(server, health_servicer, ports)

    async def stop(self, grace_s: float) -> None:
        """Accepts no more calls, reports NOT_SERVING, waits at most `grace_s` for open calls, and ends the rest."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_s)


def _bind(server: aio.Server, settings: GrpcSettings) -> tuple[int, ...]:
    credentials = None if settings.tls is None else settings.tls.credentials()
    ports: list[int] = []
    for address in settings.addresses:
        try:
            if credentials is None:
                port = server.add_insecure_port(address)
            else:
                port = server.add_secure_port(address, credentials)
        except RuntimeError as error:
            raise CannotListen(
                f"gRPC cannot listen on {address}: the port is in use, or the host is no address of this machine."
            ) from error
        ports.append(port)
    return tuple(ports)


def _options(settings: GrpcSettings) -> Sequence[tuple[str, int]]:
    return (
        ("grpc.max_receive_message_length", settings.received_message_bytes),
        ("grpc.max_send_message_length", SENT_MESSAGE_BYTES),
        ("grpc.max_metadata_size", METADATA_BYTES),
        ("grpc.absolute_max_metadata_size", METADATA_HARD_BYTES),
        ("grpc.max_concurrent_streams", STREAMS_PER_CONNECTION),
        ("grpc.keepalive_time_ms", KEEPALIVE_TIME_S * 1000),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_S * 1000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", CLIENT_PING_INTERVAL_S * 1000),
        # A second server on the port must fail to start, not take half of the connections.
        ("grpc.so_reuseport", 0),
    )
