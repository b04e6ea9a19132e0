"""The one thread that writes: takes what is queued, handles it in one transaction, answers the callers (DESIGN §4).

What makes a group's failure harmless: decisions are pure and everything that varies is fixed in the mutation,
so a group can be rolled back and handled again, whole or one by one.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trackwell_service.domain.errors import InternalError, TrackwellError
from trackwell_service.domain.mutations import Done, Mutation, Outcome, Submission
from trackwell_service.stores.sql.dialects.base import Dialect, Failure
from trackwell_service.stores.sql.failures import failure_of, translated
from trackwell_service.stores.sql.group import GroupCommit
from trackwell_service.stores.sql.session import NoConnection
from trackwell_service.stores.write_queue import QUEUE_BYTES, WriteQueue

logger = logging.getLogger(__name__)

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
        self._queue = WriteQueue(self._run, "trackwell-writer", self._limits.queue_bytes)
        self._queue.start()

    @property
    def queued_bytes(self) -> int:
        """Size of what waits or is being written, in bytes."""
        return self._queue.queued_bytes

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`. A mutation larger than the queue is taken when the queue is empty."""
        self._queue.submit(mutation, done)

    def close(self) -> None:
        """Takes no more mutations, finishes those that are queued, and ends the thread. May be called twice."""
        self._queue.close()

    def _run(self) -> None:
        open_ended = True
        has_upkeep = True
        while open_ended:
            group: list[Submission] = []
            open_ended = self._queue.collect(
                group,
                most=self._limits.group_mutations,
                most_bytes=self._limits.group_bytes,
                wait_s=IDLE_AFTER_S if has_upkeep else None,
            )
            if group:
                self._commit(group)
            if open_ended:
                has_upkeep = self._upkeep(not group)
        self._group.close()

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
            self._queue.answer(part, outcomes)

    def _outcomes(self, group: list[Submission]) -> list[Outcome] | None:
        """The outcomes once they are durable; None when the group must be taken apart."""
        give_up_at = time.monotonic() + self._limits.give_up_after_s
        pause_s = FIRST_PAUSE_S
        mutations = [submission.mutation for submission in group]
        while True:
            try:
                return self._group.commit(mutations)
            except (self._dialect.driver_error, NoConnection) as error:
                failure = failure_of(self._dialect, error)
                if failure is Failure.FAULT and len(group) > 1:
                    return None
                if self._is_worth_a_try(failure) and time.monotonic() + pause_s < give_up_at:
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

    def _is_worth_a_try(self, failure: Failure) -> bool:
        """Whether another attempt may succeed soon; nobody waits at the end for a database that is away."""
        if failure is Failure.LOST:
            return not self._queue.is_closing
        return failure in {Failure.BUSY, Failure.TOO_LONG}

    def _all(self, group: list[Submission], error: TrackwellError) -> list[Outcome]:
        return [error] * len(group)
