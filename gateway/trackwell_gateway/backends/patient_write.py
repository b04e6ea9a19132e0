"""Writes to a gRPC stream so that a refusal in the middle is told in the service's words.

When a service refuses a stream before its end, two things reach grpc.aio: that a write failed, and the status that
says why. It reacts to the first by replacing the second with an INTERNAL error of its own. Here it does not get to
see the failed write of a call that has a status.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any, Final, Protocol

_STATUS_WAIT_S: Final = 5.0
"""How long a status may come after the failure it explains; a connection that broke has none."""
_POLL_S: Final = 0.005


class WritableCall(Protocol):
    """The part of a grpc.aio call that is needed."""

    def write(self, request: Any) -> Coroutine[Any, Any, None]:
        """Sends one message."""
        ...

    def done(self) -> bool:
        """Whether the call has a status."""
        ...


class PatientWrite:
    """`await PatientWrite(call, message)` sends a message like `await call.write(message)`.

    Raises asyncio.InvalidStateError when the call has ended: awaiting the call then tells how.
    """

    def __init__(self, call: WritableCall, message: object) -> None:
        self._call = call
        self._message = message

    def __await__(self) -> Generator[Any, Any, None]:
        """Runs the write step by step; a failure waits for the status before the step that would react to it."""
        steps = self._call.write(self._message).__await__()
        resume = partial(next, steps)
        try:
            while True:
                try:
                    waited_for = resume()
                except StopIteration:
                    return
                try:
                    yield waited_for
                except asyncio.CancelledError as stop:
                    resume = partial(steps.throw, stop)
                except Exception as failure:  # noqa: BLE001  # passed on, unless the call's status says more
                    yield from _until_done(self._call).__await__()
                    if self._call.done():
                        raise asyncio.InvalidStateError("The call has ended.") from None
                    resume = partial(steps.throw, failure)
                else:
                    resume = partial(next, steps)
        finally:
            steps.close()


async def _until_done(call: WritableCall) -> None:
    loop = asyncio.get_running_loop()
    end_s = loop.time() + _STATUS_WAIT_S
    while not call.done() and loop.time() < end_s:  # noqa: ASYNC110  # grpc.aio has no event for it
        await asyncio.sleep(_POLL_S)
