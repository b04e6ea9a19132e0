"""Composition root of `mlflow server`: opens service and doors in one event loop, and drains them when told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

import uvloop

from mlflow.cli._settings import STANDARD_ERROR, GrpcTarget, Plan, WorkerPlace
from mlflow.cli._worker_metrics import WorkerMetrics
from trackwell_service.rpc.access_log import AccessLog, Call
from trackwell_service.rpc.telemetry import Telemetry

if TYPE_CHECKING:
    from trackwell_gateway.app import Observer, RunningGateway, Served
    from trackwell_gateway.backend import Backend
    from trackwell_gateway.backends.grpc import GrpcBackend
    from trackwell_gateway.config import GatewayConfig
    from trackwell_service.config import ServerConfig
    from trackwell_service.rpc.asyncio_bridge import AsyncCore
    from trackwell_service.rpc.server import GrpcServer
    from trackwell_service.service import Service

COLLECT_AFTER: Final = (50_000, 20, 20)
"""Objects after which the collector runs, and how often it also looks at older ones. A batch of a thousand points makes
some ten thousand objects without cycles; looking at those each 700 took a tenth of the processor time of writes."""

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

SERVICE: Final = (
    "trackwell_service.service",
    "trackwell_service.rpc.asyncio_bridge",
    "trackwell_service.rpc.server",
)
"""What a plan with a store needs; one without it, a gateway alone, starts with a third less memory."""

GATEWAY: Final = ("trackwell_gateway.app",)
"""What a plan with a REST door needs."""


class Host(Protocol):
    """Whom a server tells what becomes of it."""

    def begun(self, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        """The event loop runs; setting `stop` in it has the effect of a signal."""

    def ready(self, rest_port: int | None, grpc_ports: tuple[int, ...]) -> None:
        """Every door is open."""

    def stopping(self) -> None:
        """The doors are being closed."""

    def stopped(self) -> None:
        """Nothing is open any more."""


def run(plan: Plan, host: Host) -> None:
    """Serves until a signal comes. Raises TrackwellError and OSError when the server cannot start."""
    logging.basicConfig(level=plan.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    _load(plan)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(plan, host))


def _load(plan: Plan) -> None:
    """Loads what the plan has before anything is open.

    Until then a signal ends the process at once, and no door that is open waits for the modules of another one.
    """
    for part, modules in ((plan.server, SERVICE), (plan.gateway, GATEWAY)):
        if part is not None:
            for module in modules:
                import_module(module)


async def _serve(plan: Plan, host: Host) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    host.begun(loop, stop)
    parts = _Parts(plan.drain_s)
    try:
        await parts.open(plan)
        # What is loaded by now stays: the collector need not look at it again and again. Nor once before: a start's
        # garbage is 2% of what is loaded, and finding it takes longer than opening the store and both doors.
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        gc.enable()
        host.ready(
            None if parts.gateway is None else parts.gateway.port, () if parts.grpc is None else parts.grpc.ports
        )
        await stop.wait()
        _end_at_the_next_signal(loop)
        host.stopping()
    finally:
        await parts.close()
    host.stopped()


def _end_at_the_next_signal(loop: asyncio.AbstractEventLoop) -> None:
    """A second signal ends the process as the system does it. What was acknowledged is on disk already."""
    for number in STOP_SIGNALS:
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)


@dataclass(slots=True)
class _Parts:
    """What is open in this process."""

    drain_s: float
    service: Service | None = None
    core: AsyncCore | None = None
    target: GrpcBackend | None = None
    grpc: GrpcServer | None = None
    gateway: RunningGateway | None = None
    access_log: AccessLog | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)
    publishing: asyncio.Task[None] | None = None

    async def open(self, plan: Plan) -> None:
        """Opens what the plan asks for: the store first, the REST door last."""
        backend: Backend | None = None
        if plan.access_log is not None:
            self.access_log = AccessLog(_log_output(plan.access_log))
        if plan.server is not None:
            core = await self._open_service(plan.server)
            if plan.gateway is not None:
                from trackwell_gateway.backends.inprocess import InProcessBackend

                backend = InProcessBackend(core, None if self.service is None else self.service.run_texts)
        elif plan.target is not None:
            backend = self.target = _dialled(plan.target)
        if plan.gateway is not None and backend is not None:
            await self._open_gateway(plan.gateway, backend, plan.place)

    async def _open_service(self, config: ServerConfig) -> AsyncCore:
        from trackwell_service.rpc.asyncio_bridge import AsyncCore
        from trackwell_service.rpc.server import GrpcServer
        from trackwell_service.service import open_service

        self.service = await asyncio.to_thread(open_service, config.service)
        self.core = AsyncCore(self.service.core)
        if config.grpc is not None:
            self.grpc = await GrpcServer.start(
                self.core, config.grpc, telemetry=self.telemetry, access_log=self.access_log
            )
        return self.core

    async def _open_gateway(self, config: GatewayConfig, backend: Backend, place: WorkerPlace | None) -> None:
        from trackwell_gateway.app import start_gateway

        metrics = None if place is None else WorkerMetrics(place)
        self.gateway = await start_gateway(
            backend,
            config,
            more_metrics=self.telemetry.exposition,
            metrics_of_all=None if metrics is None else metrics.of_all,
            observer=None if self.access_log is None else _rest_observer(self.access_log),
        )
        if metrics is not None:
            self.publishing = asyncio.create_task(metrics.publish(self.gateway.metrics))

    async def close(self) -> None:
        """Takes no new calls, lets open ones end, writes what is queued: nothing that was acknowledged is lost."""
        if self.core is not None:
            self.core.drain()
        if self.publishing is not None:
            self.publishing.cancel()
        await asyncio.gather(*(door.stop(self.drain_s) for door in (self.gateway, self.grpc) if door is not None))
        if self.target is not None:
            await self.target.close()
        for part in (self.core, self.service, self.access_log):
            if part is not None:
                await asyncio.to_thread(part.close)


def _rest_observer(log: AccessLog) -> Observer:
    """Writes what the REST door has served into the log of the gRPC door, in its terms."""

    def note(request: Served) -> None:
        log.add(
            Call(
                door="rest",
                method=f"{request.verb} {request.path}",
                code=str(request.status),
                duration_s=request.duration_s,
                received_bytes=request.received_bytes,
                sent_bytes=request.sent_bytes,
                peer=request.peer,
                request_id=request.request_id,
            )
        )

    return note


def _dialled(target: GrpcTarget) -> GrpcBackend:
    import grpc

    from trackwell_gateway.backends.grpc import GrpcBackend

    if target.ca is None:
        return GrpcBackend(target.address)
    return GrpcBackend(target.address, credentials=grpc.ssl_channel_credentials(target.ca.read_bytes()))


def _log_output(path: Path) -> BinaryIO:
    # Unbuffered, so that the lines of several processes which write to one file stay whole.
    return sys.stderr.buffer if path == STANDARD_ERROR else path.open("ab", buffering=0)
