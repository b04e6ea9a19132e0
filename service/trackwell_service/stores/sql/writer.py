"""The one thread that writes: takes what is queued, handles it in one transaction, answers the callers (DESIGN §4).

What makes a group's failure harmless: decisions are pure and everything that varies is fixed in the mutation,
so a group can be rolled back and handled again, whole or one by one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from trackwell_service.domain.errors import (
    InternalError,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.domain.mutations import Done, Mutation, Outcome, Submission
from trackwell_service.stores.sql.dialects.base import Dialect, Failure
from trackwell_service.stores.sql.group import GroupCommit
from trackwell_service.stores.sql.session import RETRY_AFTER_S, translated

logger = logging.getLogger(__name__)

QUEUE_BYTES = 64 * 1024 * 1024
"""Mutations waiting to be written, in bytes: a second's worth of the widest series, small beside a server's memory."""

GROUP_BYTES = 8 * 1024 * 1024
"""Mutations handled in one transaction, in bytes: what a disk takes in some 50 ms."""

GROUP_MUTATIONS = 2_048
"""Mutations handled in one transaction: some 50 ms of work, so that nobody waits for a group longer than that."""

IDLE_AFTER_S = 0.005
"""How long nothing must be queued before upkeep may take its time, in seconds: a client's pause between requests."""

GIVE_UP_AFTER_S = 15.0
"""How long a group is tried again before its callers are told that the database is away, in seconds."""

FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.5
"""Pauses between attempts, in seconds; each is twice the one before."""


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """How much the writer holds and how long it tries; see the constants of the same names."""

    queue_bytes: int = QUEUE_BYTES
    group_bytes: int = GROUP_BYTES
    group_mutations: int = GROUP_MUTATIONS
    give_up_after_s: float = GIVE_UP_AFTER_S


class GroupCommitWriter:
    """Plays `roles.MutationWriter`.

    `upkeep` is called by the thread after each group (with False) and when nothing is queued (with True), until it
    says that there is no more to do.
    """

    def __init__(
        self, dialect: Dialect, group: GroupCommit, upkeep: Callable[[bool], bool], limits: WriterLimits | None = None
    ) -> None:
        self._dialect = dialect
        self._group = group
        self._upkeep = upkeep
        self._limits = limits or WriterLimits()
        self._queue: SimpleQueue[Submission | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._queued_bytes = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="trackwell-writer", daemon=True)
        self._thread.start()

    @property
    def queued_bytes(self) -> int:
        """Size of what waits or is being written, in bytes."""
        return self._queued_bytes

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`. A mutation larger than the queue is taken when the queue is empty."""
        size_bytes = mutation.size_bytes
        with self._lock:
            if self._closing:
                raise TemporarilyUnavailable(
                    "The store is closing and takes no more writes.", retry_after_s=RETRY_AFTER_S
                )
            if self._queued_bytes and self._queued_bytes + size_bytes > self._limits.queue_bytes:
                raise ResourceExhausted(
                    f"The write queue is full ({self._queued_bytes} of {self._limits.queue_bytes} bytes). Try again.",
                    retry_after_s=RETRY_AFTER_S,
                )
            self._queued_bytes += size_bytes
            self._queue.put(Submission(mutation, done))

    def close(self) -> None:
        """Takes no more mutations, finishes those that are queued, and ends the thread. May be called twice."""
        with self._lock:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        open_ended = True
        has_upkeep = True
        while open_ended:
            group: list[Submission] = []
            open_ended = self._collect(group, wait=not has_upkeep)
            if group:
                self._commit(group)
            if open_ended:
                has_upkeep = self._upkeep(not group)
        self._group.close()

    def _collect(self, group: list[Submission], *, wait: bool) -> bool:
        """Adds what is queued, up to the limits, to `group`; False when the store is closing."""
        size_bytes = 0
        queue = self._queue
        most, most_bytes = self._limits.group_mutations, self._limits.group_bytes
        try:
            submission = queue.get() if wait else queue.get(timeout=IDLE_AFTER_S)
            while submission is not None:
                group.append(submission)
                size_bytes += submission.mutation.size_bytes
                if len(group) >= most or size_bytes >= most_bytes:
                    return True
                submission = queue.get_nowait()
        except Empty:
            return True
        return False

    def _commit(self, group: list[Submission]) -> None:
        """Handles a group to its end, whatever happens: every caller is answered."""
        work = deque([group])
        while work:
            part = work.popleft()
            outcomes = self._outcomes(part)
            if outcomes is None:
                # Something in it cannot be stored. Alone, each mutation either can or is the one to be refused.
                work.extendleft([submission] for submission in reversed(part))
                continue
            freed_bytes = sum(submission.mutation.size_bytes for submission in part)
            with self._lock:
                self._queued_bytes -= freed_bytes
            for submission, outcome in zip(part, outcomes, strict=True):
                try:
                    submission.done(outcome)
                except Exception:
                    logger.exception("a caller could not be told the outcome of its mutation")

    def _outcomes(self, group: list[Submission]) -> list[Outcome] | None:
        """The outcomes once they are durable; None when the group must be taken apart."""
        give_up_at = time.monotonic() + self._limits.give_up_after_s
        pause_s = FIRST_PAUSE_S
        mutations = [submission.mutation for submission in group]
        while True:
            try:
                return self._group.commit(mutations)
            except self._dialect.driver_error as error:
                failure = self._dialect.classify(error)
                if failure is Failure.FAULT and len(group) > 1:
                    return None
                if failure in {Failure.BUSY, Failure.LOST} and time.monotonic() + pause_s < give_up_at:
                    logger.warning("a group of %d mutations is tried again: %s", len(group), error)
                    time.sleep(pause_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                    continue
                return self._all(group, translated(self._dialect, error))
            except Exception as error:
                if len(group) > 1:
                    return None
                if isinstance(error, TrackwellError):
                    return self._all(group, error)
                logger.exception("a mutation could not be written")
                return self._all(group, InternalError("The server failed to store this; its log holds the cause."))

    def _all(self, group: list[Submission], error: TrackwellError) -> list[Outcome]:
        return [error] * len(group)
