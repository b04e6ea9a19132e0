"""Runs a blocking generator in worker threads for a consumer in an event loop, a bounded number of items ahead."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Final

from google.protobuf.message import Message

from trackwell_service.domain.errors import DeadlineExceeded, TemporarilyUnavailable, TrackwellError
from trackwell_service.rpc.completions import Completions
from trackwell_service.rpc.streams import Pause, StreamItem

READ_AHEAD_ITEMS: Final = 4
"""How many items a stream may be ahead of its consumer: hides the thread hop, and 4 items of 1 MiB are little."""

_logger = logging.getLogger(__name__)


class Pump:
    """One server stream on its way from a generator to `next()`.

    A worker thread is held only while the generator works: not while the consumer is slow, nor during a `Pause`.
    The generator is driven by one thread at a time and closed when the stream ends, whoever ends it. All methods
    belong to the event loop.
    """

    def __init__(
        self,
        make_items: Callable[[], Iterator[StreamItem]],
        *,
        executor: Executor,
        completions: Completions,
        deadline: float | None,
    ) -> None:
        self._make_items = make_items
        self._items: Iterator[StreamItem] | None = None
        self._executor = executor
        self._completions = completions
        self._deadline = deadline
        self._loop = asyncio.get_running_loop()
        self._ready: deque[Message | bytes] = deque()
        self._taken = 0
        self._made = 0
        self._working = False
        self._ended = False
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._draining = False
        self._closed = False

    async def next(self) -> Message | bytes | None:
        """The next item, or None at the end. Raises what the generator raises, and DeadlineExceeded."""
        while not self._ready:
            if self._error is not None:
                raise self._error
            if self._ended:
                return None
            self._work()
            await self._wait()
        self._taken += 1
        item = self._ready.popleft()
        self._work()
        return item

    def drain(self) -> None:
        """The server is about to stop: a stream that waits for something to happen ends; another goes on."""
        self._draining = True
        if self._timer is not None:
            self._fail(_shutting_down())

    def close(self) -> None:
        """Hangs up: the generator is closed as soon as no thread works in it."""
        self._closed = True
        self._cancel_timer()
        self._ready.clear()
        if not self._working:
            self._working = True
            self._executor.submit(self._close_items)

    async def _wait(self) -> None:
        waiter = self._waiter = self._loop.create_future()
        expiry: asyncio.TimerHandle | None = None
        if self._deadline is not None:
            remaining_s = max(0.0, self._deadline - time.monotonic())
            expiry = self._loop.call_later(remaining_s, self._fail, _out_of_time())
        try:
            await waiter
        finally:
            self._waiter = None
            if expiry is not None:
                expiry.cancel()

    def _work(self) -> None:
        idle = self._working or self._ended or self._closed or self._timer is not None
        if not idle and self._made - self._taken < READ_AHEAD_ITEMS:
            self._working = True
            self._executor.submit(self._fill)

    def _fill(self) -> None:
        """In a worker thread: makes items while there is room for them."""
        put = self._completions.put
        try:
            if self._items is None:
                self._items = self._make_items()
            while not self._closed and self._made - self._taken < READ_AHEAD_ITEMS:
                item = next(self._items, None)
                if item is None:
                    put(self._finished, None)
                    return
                if isinstance(item, Pause):
                    put(self._paused, item.wait_s)
                    return
                self._made += 1
                put(self._arrived, item)
            put(self._full, None)
        except Exception as error:  # noqa: BLE001  # belongs to the consumer, who tells a refusal from a fault
            put(self._broke, error)

    def _arrived(self, item: Message | bytes) -> None:
        self._ready.append(item)
        self._wake()

    def _full(self, _: None) -> None:
        self._rest()
        self._work()

    def _paused(self, wait_s: float) -> None:
        self._rest()
        if self._draining:
            self._fail(_shutting_down())
        elif not self._closed:
            self._timer = self._loop.call_later(wait_s, self._resume)

    def _finished(self, _: None) -> None:
        self._working = False
        self._ended = True
        self._wake()

    def _broke(self, error: BaseException) -> None:
        self._working = False
        self._ended = True
        self._fail(error)

    def _rest(self) -> None:
        self._working = False
        if self._closed:
            self.close()

    def _resume(self) -> None:
        self._timer = None
        self._work()

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error = error
        self._cancel_timer()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close_items(self) -> None:
        close: Callable[[], None] | None = getattr(self._items, "close", None)
        if close is not None:
            try:
                close()
            except Exception:
                _logger.exception("A stream could not be closed in an orderly way")


def _out_of_time() -> TrackwellError:
    return DeadlineExceeded("The stream's deadline passed. Ask again with a later one, from the last token received.")


def _shutting_down() -> TrackwellError:
    return TemporarilyUnavailable(
        "The server is shutting down. Open the stream again with the last token received.", retry_after_s=1.0
    )
