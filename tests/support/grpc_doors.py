"""A gRPC server on a real socket around a core of the test's choice, and what a refused call says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from grpc import aio

from trackwell.v1.errors_pb2 import Error
from trackwell_service.config import GrpcConfig
from trackwell_service.rpc.access_log import AccessLog
from trackwell_service.rpc.asyncio_bridge import AsyncCore, Core
from trackwell_service.rpc.server import GrpcServer
from trackwell_service.rpc.telemetry import Telemetry


class Served:
    """A server, its parts, and a channel to it."""

    def __init__(self, server: GrpcServer, core: AsyncCore, telemetry: Telemetry, channel: aio.Channel) -> None:
        self.server = server
        self.core = core
        self.telemetry = telemetry
        self.channel = channel

    def raw(self, method: str, message: bytes) -> Awaitable[bytes]:
        """Calls a method of one message and one answer with bytes of the test's making."""
        call: aio.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(method)
        return call(message)


class Serve(Protocol):
    """Starts a server around a core; the settings are those of GrpcConfig."""

    def __call__(self, core: Core, *, access_log: AccessLog | None = None, **settings: Any) -> Awaitable[Served]: ...


@asynccontextmanager
async def servers() -> AsyncIterator[Serve]:
    """Gives a function that starts servers, and stops them all at the end."""
    started: list[Served] = []

    async def start(core: Core, *, access_log: AccessLog | None = None, **settings: Any) -> Served:
        async_core = AsyncCore(core)
        telemetry = Telemetry()
        given = GrpcConfig(**{"addresses": ("127.0.0.1:0",), **settings})
        server = await GrpcServer.start(async_core, given, telemetry=telemetry, access_log=access_log)
        served = Served(server, async_core, telemetry, own_channel(server.ports[0]))
        started.append(served)
        return served

    yield start
    for served in started:
        await served.channel.close()
        served.core.drain()
        await served.server.stop(0)
        served.core.close()


def own_channel(port: int) -> aio.Channel:
    """A channel with a connection of its own: gRPC else shares one among the channels of a process."""
    return aio.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])


async def refusal(call: Any) -> aio.AioRpcError:
    """The error that the call must end with."""
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return caught.value


def details_of(error: aio.AioRpcError) -> tuple[Error, RetryInfo | None]:
    """The details of a refusal, which must agree with its status."""
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    assert isinstance(packed, bytes)
    status = Status.FromString(packed)
    assert status.code == error.code().value[0]
    assert status.message == error.details()
    detail = Error()
    assert status.details[0].Unpack(detail)
    hint = RetryInfo()
    return detail, hint if len(status.details) > 1 and status.details[1].Unpack(hint) else None
