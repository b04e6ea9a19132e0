"""Reads the streams of a backend: as messages, with a time for each, closed when the reader leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar, cast

from google.protobuf.message import Message

from trackwell_gateway.backend import CallContext
from trackwell_gateway.errors import BackendError

M = TypeVar("M", bound=Message)


async def parsed(
    answers: AsyncIterator[Message | bytes], message_class: type[M], timeout_s: float
) -> AsyncGenerator[M, None]:
    """The answers as messages, whichever form they arrive in.

    A stream as a whole may take as long as its reader does. The service may take `timeout_s` for each answer; then it
    is DEADLINE_EXCEEDED.
    """
    while True:
        try:
            async with asyncio.timeout(timeout_s):
                answer = await anext(answers, None)
        except TimeoutError:
            raise BackendError("DEADLINE_EXCEEDED", "The tracking service did not answer in time.") from None
        if answer is None:
            return
        yield message_class.FromString(answer) if isinstance(answer, bytes) else cast("M", answer)


def without_deadline(context: CallContext) -> CallContext:
    """The context of a stream, whose length depends on the other end."""
    return replace(context, deadline=None)


@asynccontextmanager
async def closing(answers: AsyncIterator[Message | bytes]) -> AsyncIterator[None]:
    """Ends the call when the block is left, also when the client hangs up in the middle."""
    try:
        yield
    finally:
        close = getattr(answers, "aclose", None)
        if close is not None:
            await close()
