"""What waits for a store's one writing thread: bounded in bytes, taken in groups, every caller answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final

from trackwell_service.domain.errors import ResourceExhausted, TemporarilyUnavailable
from trackwell_service.domain.mutations import Done, Mutation, Outcome, Submission

logger = logging.getLogger(__name__)

QUEUE_BYTES: Final = 64 * 1024 * 1024
"""Mutations waiting to be written, in bytes: a second's worth of the widest series, small beside a server's memory."""

RETRY_AFTER_S: Final = 1.0
"""When to try again what the queue could not take, in seconds."""


class WriteQueue:
    """Filled by any thread, emptied by the one which it starts."""

    def __init__(self, empty: Callable[[], None], thread_name: str, most_bytes: int = QUEUE_BYTES) -> None:
        """`empty` runs in the thread, once the queue is started, until `collect` has said that it is closed."""
        self._most_bytes = most_bytes
        self._thread = threading.Thread(target=empty, name=thread_name, daemon=True)
        self._queue: SimpleQueue[Submission | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._queued_bytes = 0
        self._closing = False

    def start(self) -> None:
        """Starts the thread that empties the queue."""
        self._thread.start()

    @property
    def queued_bytes(self) -> int:
        """Size of what waits or is being written, in bytes."""
        return self._queued_bytes

    @property
    def is_closing(self) -> bool:
        """Whether `close` has been called."""
        return self._closing

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`. A mutation larger than the queue is taken when the queue is empty."""
        size_bytes = mutation.size_bytes
        with self._lock:
            if self._closing:
                raise TemporarilyUnavailable(
                    "The store is closing and takes no more writes.", retry_after_s=RETRY_AFTER_S
                )
            if self._queued_bytes and self._queued_bytes + size_bytes > self._most_bytes:
                raise ResourceExhausted(
                    f"The write queue is full ({self._queued_bytes} of {self._most_bytes} bytes). Try again.",
                    retry_after_s=RETRY_AFTER_S,
                )
            self._queued_bytes += size_bytes
            self._queue.put(Submission(mutation, done))

    def close(self) -> None:
        """Takes no more mutations, has those that are queued finished, and ends the thread. May be called twice."""
        with self._lock:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join()

    def collect(self, group: list[Submission], *, most: int, most_bytes: int, wait_s: float | None = None) -> bool:
        """Adds to `group` what is queued, at most `most` mutations and the one that exceeds `most_bytes`.

        Waits for the first one, at most `wait_s` seconds if given. False when the queue is closed and all is taken.
        """
        size_bytes = 0
        try:
            submission = self._queue.get(timeout=wait_s)
            while submission is not None:
                group.append(submission)
                size_bytes += submission.mutation.size_bytes
                if len(group) >= most or size_bytes >= most_bytes:
                    return True
                submission = self._queue.get_nowait()
        except Empty:
            return True
        return False

    def answer(self, group: Sequence[Submission], outcomes: Sequence[Outcome]) -> None:
        """Frees what the group took of the queue and tells its callers, whatever they raise."""
        freed_bytes = sum(submission.mutation.size_bytes for submission in group)
        with self._lock:
            self._queued_bytes -= freed_bytes
        for submission, outcome in zip(group, outcomes, strict=True):
            try:
                submission.done(outcome)
            except Exception:
                logger.exception("a caller could not be told the outcome of its mutation")
