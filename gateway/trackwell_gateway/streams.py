"""Small helpers around the streams of a backend."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar, cast

from google.protobuf.message import Message

M = TypeVar("M", bound=Message)


async def parsed(answers: AsyncIterator[Message | bytes], message_class: type[M]) -> AsyncGenerator[M, None]:
    """The answers as messages, whichever form they arrive in."""
    async for answer in answers:
        yield message_class.FromString(answer) if isinstance(answer, bytes) else cast("M", answer)


@asynccontextmanager
async def closing(answers: AsyncIterator[Message | bytes]) -> AsyncIterator[None]:
    """Ends the call when the block is left, also when the client hangs up in the middle."""
    try:
        yield
    finally:
        close = getattr(answers, "aclose", None)
        if close is not None:
            await close()
