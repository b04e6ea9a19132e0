"""Hands results from any thread to futures of one event loop, with one wake-up for many."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any


class Completions:
    """A queue of callbacks that other threads want to run in an event loop.

    Waking a loop costs a system call and a switch (50-100 us on a small machine), and a writer finishes hundreds of
    mutations at once: so only the first callback of a batch wakes the loop, and the loop then runs all there are.
    """

    __slots__ = ("_loop", "_queue", "_woken")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: deque[tuple[Callable[[Any], None], Any]] = deque()
        self._woken = False

    def put(self, callback: Callable[[Any], None], value: Any) -> None:
        """Runs `callback(value)` in the loop soon. Called from any thread; does nothing once the loop is closed."""
        self._queue.append((callback, value))
        # `_run` clears the flag before it looks into the queue, so a callback appended before this test is seen by a
        # run which is still to come. Two threads may both find the flag clear; the second run then finds nothing.
        if not self._woken:
            self._woken = True
            try:
                self._loop.call_soon_threadsafe(self._run)
            except RuntimeError:
                if not self._loop.is_closed():
                    raise

    def _run(self) -> None:
        self._woken = False
        queue = self._queue
        while queue:
            callback, value = queue.popleft()
            callback(value)
