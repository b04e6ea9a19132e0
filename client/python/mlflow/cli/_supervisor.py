"""The parent of `mlflow server --workers N`: holds the ports, starts the workers, replaces those that die, ends all.

Each worker is a whole server. All listen on the same ports (SO_REUSEPORT), and the kernel deals connections out among
them. This process holds the ports as long as it lives, so that no other program gets them, and listens on none.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from mlflow.cli._announcing import STOPPED, announce, doors_of, say_stopping
from mlflow.cli._settings import Plan, WorkerPlace
from mlflow.cli._worker import plan_message
from trackwell_gateway.sockets import bound_sockets

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

LIVED_S: Final = 10.0
"""A worker that ends before it has served so long is likely to end again, for the same reason."""

DELAYS_S: Final = (0.0, 0.5, 1.0, 2.0, 4.0)
"""How long to wait before each new worker in a row of such ends. After the last of them the server gives up, unless
another worker serves: whoever watches over it learns that something is wrong only when it ends."""


class CannotServe(Exception):
    """The server ends, or cannot begin, because its workers do not run; the text says why."""


def run(plan: Plan) -> None:
    """Serves with `plan.workers` processes until a signal comes. Raises CannotServe, and OSError for the ports."""
    asyncio.run(_supervise(plan))
    click.echo(STOPPED, err=True)


async def _supervise(plan: Plan) -> None:
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory(prefix="mlflow-server-", ignore_cleanup_errors=True)))
        team = Team(_with_ports(plan, held), folder)
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, team.told, number)
        await team.work()


def _with_ports(plan: Plan, held: ExitStack) -> Plan:
    """The plan with ports that are held until `held` is closed, and which workers may share."""
    gateway, server = plan.gateway, plan.server
    if gateway is not None:
        port = _hold("REST", gateway.host, gateway.port, held)
        gateway = replace(gateway, port=port, reuse_port=True)
    if server is not None and server.grpc is not None:
        places = [address.rpartition(":") for address in server.grpc.addresses]
        addresses = tuple(f"{host}:{_hold('gRPC', host.strip('[]'), int(port), held)}" for host, _, port in places)
        server = replace(server, grpc=replace(server.grpc, addresses=addresses, reuse_port=True))
    return replace(plan, gateway=gateway, server=server)


def _hold(door: str, host: str, port: int, held: ExitStack) -> int:
    try:
        if port:
            # Without sharing first: another server which shares its ports must not share them with this one.
            for each in bound_sockets(host, port):
                each.close()
        sockets = bound_sockets(host, port, reuse_port=True)
    except OSError as error:
        raise OSError(error.errno, f"{door} cannot listen on {host}:{port}: {error.strerror}") from error
    for each in sockets:
        held.callback(each.close)
    chosen: int = sockets[0].getsockname()[1]
    return chosen


class Restarts:
    """Decides when a worker that has ended is replaced."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def delay_s(self, served_s: float, *, others_serve: bool) -> float | None:
        """How long to wait before the next worker is started, after one that served so long; None: no more of them.

        As long as others serve there are always more: what keeps a new one from starting, a database that is away for
        a while, need not keep them from going on.
        """
        if served_s >= LIVED_S:
            self._in_a_row = 0
        if self._in_a_row == len(DELAYS_S):
            return DELAYS_S[-1] if others_serve else None
        self._in_a_row += 1
        return DELAYS_S[self._in_a_row - 1]


@dataclass(slots=True)
class Worker:
    """One worker process, starting or serving."""

    process: asyncio.subprocess.Process
    channel: asyncio.StreamWriter
    answers: asyncio.StreamReader
    serving_since_s: float | None = None
    """Moment on the monotonic clock; None: its doors are not open yet."""

    async def opened(self) -> None:
        """Waits until its doors are open. Raises CannotServe with what it says instead, or with how it ended."""
        try:
            line = await self.answers.readline()
        except ConnectionError:  # it has died with something unread
            line = b""
        message = json.loads(line) if line.endswith(b"\n") else {}
        if message.get("ready"):
            self.serving_since_s = time.monotonic()
            return
        await self.ended()
        raise CannotServe(message.get("error") or f"A worker {self.ending()} before its doors were open.")

    async def ended(self) -> None:
        """Waits for the end of the process."""
        await self.process.wait()
        self.channel.close()

    def ending(self) -> str:
        """How it has ended, as a part of a sentence."""
        code = self.process.returncode or 0
        return f"ended with exit code {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"

    def ended_well(self) -> bool:
        """Whether it ended as it should when asked to: a worker that only started has nothing to close."""
        return self.process.returncode == 0 or self.serving_since_s is None

    def served_s(self) -> float:
        """How long its doors have been open."""
        return 0.0 if self.serving_since_s is None else time.monotonic() - self.serving_since_s

    def is_proven(self) -> bool:
        """Whether it serves, and has done so for long enough to go on."""
        return self.process.returncode is None and self.served_s() >= LIVED_S

    def signal(self, number: int) -> None:
        """Sends a signal, unless the process has ended."""
        if self.process.returncode is None:
            self.process.send_signal(number)


async def _started() -> Worker:
    """A new process, which waits for its plan. Raises OSError."""
    ours, theirs = socket.socketpair()
    with theirs, ExitStack() as on_failure:
        on_failure.callback(ours.close)
        ours.setblocking(False)
        answers, channel = await asyncio.open_connection(sock=ours)
        on_failure.callback(channel.close)
        # With the modules that this process sees, and none that happen to lie in its working folder.
        code = f"import sys; sys.path[:] = {sys.path!r}; from mlflow.cli._worker import main; main({theirs.fileno()})"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code),
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            process_group=0,  # a Ctrl-C reaches this process alone, which passes it on
        )
        on_failure.pop_all()
    return Worker(process, channel, answers)


@dataclass(slots=True)
class Team:
    """The workers of one server, and whether they shall go on."""

    plan: Plan
    folder: Path
    """Where the workers leave things for each other."""
    restarts: Restarts = field(default_factory=Restarts)
    workers: dict[int, Worker] = field(default_factory=dict)
    stopping: bool = False
    failure: CannotServe | None = None

    async def work(self) -> None:
        """Serves until told to stop. Raises CannotServe."""
        # The first alone: it may have to make a new database.
        await self._begin(0)
        if not self.stopping:
            await asyncio.gather(*(self._begin(slot) for slot in range(1, self.plan.workers)))
        if not self.stopping:
            self._announce()
        await asyncio.gather(*(self._keep(slot) for slot in self.workers))
        if self.failure is not None:
            raise self.failure
        lost = [f"{each.process.pid} {each.ending()}" for each in self.workers.values() if not each.ended_well()]
        if lost:
            raise CannotServe(f"Not every worker closed its doors in good order: {', '.join(lost)}.")

    def told(self, number: int) -> None:
        """Takes a signal. The first lets open calls end, a second ends all processes at once."""
        if not self.stopping:
            say_stopping(self.plan.drain_s)
            self._stop()
            return
        for worker in self.workers.values():
            worker.signal(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _announce(self) -> None:
        gateway, server = self.plan.gateway, self.plan.server
        addresses = () if server is None or server.grpc is None else server.grpc.addresses
        ports = tuple(int(address.rpartition(":")[2]) for address in addresses)
        announce(doors_of(self.plan, None if gateway is None else gateway.port, ports), self.plan.ready_file)

    async def _begin(self, slot: int) -> None:
        try:
            await self._open(slot)
        except CannotServe as error:
            self._give_up(error)

    async def _open(self, slot: int) -> None:
        """Starts a worker and waits until it serves. Raises CannotServe."""
        try:
            worker = self.workers[slot] = await _started()
        except OSError as error:  # too many processes or files, or no memory for another
            raise CannotServe(f"No worker can be started: {error.strerror or error}.") from error
        if self.stopping:
            worker.signal(signal.SIGTERM)
        worker.channel.write(plan_message(replace(self.plan, place=WorkerPlace(slot, self.folder))))
        await worker.opened()

    async def _keep(self, slot: int) -> None:
        """Replaces a worker whenever it has ended, until all are to stop."""
        known: Worker | None = None
        while True:
            worker = self.workers[slot]
            await worker.ended()
            if self.stopping:
                return
            is_news, known = worker is not known, worker
            others_serve = any(each.is_proven() for each in self.workers.values())
            delay_s = self.restarts.delay_s(worker.served_s() if is_news else 0.0, others_serve=others_serve)
            if delay_s is None:
                self._give_up(
                    CannotServe(
                        f"{len(DELAYS_S) + 1} workers in a row ended before they had served {LIVED_S:g} s; the "
                        f"last {worker.ending()}. What they wrote stands above."
                    )
                )
                return
            if is_news:
                click.echo(f"Worker {worker.process.pid} {worker.ending()}. Another one takes its place.", err=True)
            await asyncio.sleep(delay_s)
            if self.stopping:
                return
            try:
                await self._open(slot)
            except CannotServe as error:
                if not self.stopping:
                    click.echo(f"Error: {error}", err=True)

    def _give_up(self, error: CannotServe) -> None:
        if not self.stopping:
            self.failure = error
            self._stop()

    def _stop(self) -> None:
        self.stopping = True
        for worker in self.workers.values():
            worker.signal(signal.SIGTERM)
