"""Opens each kind of door around a core."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

from support.doors.base import Api
from support.doors.core import CoreDoor
from support.doors.grpc import GrpcDoor
from support.doors.rest import RestDoor
from support.loop_thread import hosted
from trackwell_gateway.app import GatewayConfig, start_gateway
from trackwell_gateway.backends.inprocess import InProcessBackend
from trackwell_service.config import GrpcConfig
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.core import ServiceCore
from trackwell_service.rpc.server import GrpcServer


@contextmanager
def _core(core: ServiceCore) -> Iterator[Api]:
    yield Api(CoreDoor(core))


@contextmanager
def _grpc(core: ServiceCore) -> Iterator[Api]:
    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        async_core = AsyncCore(core)
        server = await GrpcServer.start(async_core, GrpcConfig(addresses=("127.0.0.1:0",)))
        try:
            yield server.ports[0]
        finally:
            async_core.drain()
            await server.stop(0)
            async_core.close()

    with hosted(serve) as port:
        door = GrpcDoor(f"127.0.0.1:{port}")
        try:
            yield Api(door)
        finally:
            door.close()


@contextmanager
def _rest(core: ServiceCore) -> Iterator[Api]:
    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        async_core = AsyncCore(core)
        gateway = await start_gateway(InProcessBackend(async_core), GatewayConfig(port=0))
        try:
            yield gateway.port
        finally:
            async_core.drain()
            await gateway.stop(0)
            async_core.close()

    with hosted(serve) as port:
        door = RestDoor(f"http://127.0.0.1:{port}")
        try:
            yield Api(door, rest=True)
        finally:
            door.close()


DOORS: dict[str, Callable[[ServiceCore], AbstractContextManager[Api]]] = {
    "core": _core,
    "grpc": _grpc,
    "rest": _rest,
}
"""How to reach a core through each kind of door."""


def open_door(door: str, core: ServiceCore) -> AbstractContextManager[Api]:
    """A door of that kind, closed at the end. The core stays the caller's to close."""
    return DOORS[door](core)
