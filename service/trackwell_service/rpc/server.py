"""The gRPC server: sockets, limits, TLS, health and reflection around the servicers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import grpc
from grpc import aio
from grpc_health.v1 import health, health_pb2_grpc
from grpc_health.v1.health_pb2 import DESCRIPTOR as HEALTH
from grpc_health.v1.health_pb2 import HealthCheckResponse

from trackwell_service.config import GrpcConfig, TlsFiles
from trackwell_service.rpc.access_log import AccessLog
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.servicers import SERVICES, Servicers
from trackwell_service.rpc.telemetry import Telemetry

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

HANDSHAKE_TIMEOUT_S: Final = 10
"""A connection that has not begun to speak TLS and HTTP/2 by then is closed; a slow mobile line needs 2 s."""

CLIENT_PING_INTERVAL_S: Final = 10
"""Pings which a client sends more often than this, for a while, end its connection."""


class CannotListen(OSError):
    """An address that cannot be served: it is in use, not of this machine, or cannot be resolved."""


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
        config: GrpcConfig,
        *,
        telemetry: Telemetry | None = None,
        access_log: AccessLog | None = None,
    ) -> GrpcServer:
        """Binds every address and begins to serve. Raises CannotListen, and another OSError for TLS files."""
        server = aio.server(options=_options(config), maximum_concurrent_rpcs=OPEN_CALLS)
        servicers = Servicers(
            core,
            telemetry=telemetry or Telemetry(),
            access_log=access_log,
            longest_call_s=config.longest_call_s,
        )
        server.add_generic_rpc_handlers(servicers.generic_handlers())
        health_servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
        if config.reflection:
            # Few servers describe themselves, and all would load what does it.
            from grpc_reflection.v1alpha import reflection  # noqa: PLC0415 - see the comment

            health_name = HEALTH.services_by_name["Health"].full_name
            reflection.enable_server_reflection((*SERVICES, health_name, reflection.SERVICE_NAME), server)
        ports = _bind(server, config)
        for name in ("", *SERVICES):
            await health_servicer.set(name, HealthCheckResponse.SERVING)
        await server.start()
        return cls(server, health_servicer, ports)

    async def stop(self, grace_s: float) -> None:
        """Accepts no more calls, reports NOT_SERVING, waits at most `grace_s` for open calls, and ends the rest."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_s)


def _bind(server: aio.Server, config: GrpcConfig) -> tuple[int, ...]:
    credentials = None if config.tls is None else _credentials(config.tls)
    ports: list[int] = []
    for address in config.addresses:
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


def _credentials(tls: TlsFiles) -> grpc.ServerCredentials:
    client_ca = None if tls.client_ca is None else tls.client_ca.read_bytes()
    return grpc.ssl_server_credentials(
        [(tls.key.read_bytes(), tls.certificate.read_bytes())],
        root_certificates=client_ca,
        require_client_auth=client_ca is not None,
    )


def _options(config: GrpcConfig) -> Sequence[tuple[str, int]]:
    return (
        ("grpc.max_receive_message_length", config.received_message_bytes),
        ("grpc.max_send_message_length", SENT_MESSAGE_BYTES),
        ("grpc.max_metadata_size", METADATA_BYTES),
        ("grpc.absolute_max_metadata_size", METADATA_HARD_BYTES),
        ("grpc.max_concurrent_streams", STREAMS_PER_CONNECTION),
        ("grpc.server_handshake_timeout_ms", int(HANDSHAKE_TIMEOUT_S * 1000)),
        ("grpc.keepalive_time_ms", KEEPALIVE_TIME_S * 1000),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_S * 1000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", CLIENT_PING_INTERVAL_S * 1000),
        ("grpc.so_reuseport", int(config.reuse_port)),
    )
