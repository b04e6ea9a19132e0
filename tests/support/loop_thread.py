"""Runs asyncio servers beside a test that is written without asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")

TIMEOUT_S = 60
"""Far beyond what starting or stopping takes: a hung server fails the test and does not hang it."""


@contextmanager
def hosted(serve: Callable[[], AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """Enters `serve()` in an event loop of a thread of its own, gives what it gives, and leaves it at the end."""
    started: Future[tuple[T, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def live() -> None:
        try:
            async with serve() as served:
                over = asyncio.Event()
                started.set_result((served, asyncio.get_running_loop(), over))
                await over.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    ended: Future[None] = Future()

    def run() -> None:
        try:
            ended.set_result(asyncio.run(live()))
        except BaseException as error:  # noqa: BLE001 # raised again in the thread of the test
            ended.set_exception(error)

    thread = threading.Thread(target=run, name="servers")
    thread.start()
    try:
        served, loop, over = started.result(TIMEOUT_S)
        try:
            yield served
        finally:
            loop.call_soon_threadsafe(over.set)
    finally:
        ended.result(TIMEOUT_S)
        thread.join(TIMEOUT_S)
