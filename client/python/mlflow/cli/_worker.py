"""One of the processes of `mlflow server --workers N`: gets its plan from the supervisor, serves, ends with it.

They talk through a socket pair: the supervisor sends the plan, the worker answers with one line of JSON, either that
its doors are open or why they are not, and the end of the stream tells the worker that the supervisor has died.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pickle
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from mlflow.cli._settings import Plan

SIZE_BYTES: Final = 4
"""Length of the number before the plan, which tells how many bytes the plan has."""

FORCED_END_S: Final = 5.0
"""A worker without a supervisor ends this long after its calls had their time, however stuck it may be."""


def plan_message(plan: Plan) -> bytes:
    """The plan as the supervisor sends it."""
    body = pickle.dumps(plan)
    return len(body).to_bytes(SIZE_BYTES, "big") + body


class Supervisor:
    """The supervisor, as its worker sees it; a `_serve.Host`."""

    def __init__(self, channel: socket.socket, plan: Plan) -> None:
        self._channel = channel
        self._plan = plan

    def begun(self, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        """Ends this process with the supervisor: open calls get their time, as after a signal."""

        def end() -> None:
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=self._outlive, args=(end,), name="supervisor", daemon=True).start()

    def ready(self, rest_port: int | None, grpc_ports: tuple[int, ...]) -> None:
        """Tells that the doors are open. Where they are the supervisor knows: it has chosen the ports."""
        self._tell({"ready": True})

    def stopping(self) -> None:
        """The supervisor knows: it has sent the signal, and speaks for all workers."""

    def stopped(self) -> None:
        """The supervisor sees it by the end of the process."""

    def failed(self, reason: str) -> None:
        """Tells why this worker cannot serve."""
        self._tell({"error": reason})

    def _tell(self, message: dict[str, object]) -> None:
        # A supervisor that has died is noticed elsewhere.
        with suppress(OSError):
            self._channel.sendall(json.dumps(message).encode() + b"\n")

    def _outlive(self, end: Callable[[], None]) -> None:
        """Waits for the end of the supervisor, then sees to the end of this process."""
        while _received(self._channel, 1):
            pass
        end()
        time.sleep(self._plan.drain_s + FORCED_END_S)
        os._exit(1)


def _received(channel: socket.socket, size_bytes: int) -> bytes:
    """That many bytes, or fewer at the end of the stream."""
    parts: list[bytes] = []
    while size_bytes > 0:
        try:
            part = channel.recv(size_bytes)
        except ConnectionError:
            break
        if not part:
            break
        parts.append(part)
        size_bytes -= len(part)
    return b"".join(parts)


def main(file_descriptor: int) -> None:
    """Serves what the supervisor at the other end of the socket asks for."""
    gc.disable()  # as in `server._run`
    channel = socket.socket(fileno=file_descriptor)
    size_bytes = int.from_bytes(_received(channel, SIZE_BYTES), "big")
    body = _received(channel, size_bytes)
    if not body or len(body) < size_bytes:
        sys.exit(1)  # the supervisor has died
    plan = pickle.loads(body)  # noqa: S301 - comes from the process that has started this one
    supervisor = Supervisor(channel, plan)
    from mlflow.cli import _serve
    from trackwell_service.domain.errors import TrackwellError

    try:
        _serve.run(plan, supervisor)
    except TrackwellError as error:
        supervisor.failed(error.message)
        sys.exit(1)
    except OSError as error:
        supervisor.failed(str(error))
        sys.exit(1)
