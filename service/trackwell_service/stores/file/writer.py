"""The one thread that writes: handles what is queued under the store's lock, then tells the callers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from trackwell_service.domain.errors import (
    InternalError,
    ResourceConflict,
    TrackwellError,
)
from trackwell_service.domain.mutations import Done, Mutation, Outcome, Submission
from trackwell_service.stores.file import disk
from trackwell_service.stores.file.commit import Committer
from trackwell_service.stores.file.plan import plan_of
from trackwell_service.stores.file.staged import SomebodyWasFaster
from trackwell_service.stores.file.state import FolderState
from trackwell_service.stores.file.store_lock import StoreLock
from trackwell_service.stores.remembered import RememberedOutcomes
from trackwell_service.stores.write_queue import WriteQueue

logger = logging.getLogger(__name__)

GROUP_MUTATIONS: Final = 200
"""Mutations written under one hold of the lock: some 20 ms, after which another process has its turn."""

GROUP_BYTES: Final = 8 * 1024 * 1024
"""The same in bytes of mutations."""

ATTEMPTS: Final = 5
"""How often a mutation is decided when foreign programs change the same run at the same moments."""


class FileWriter:
    """Plays `roles.MutationWriter`."""

    def __init__(
        self,
        state: FolderState,
        committer: Committer,
        remembered: RememberedOutcomes,
        written: Callable[[Iterable[str]], None],
    ) -> None:
        """`written` is told the ids of runs that were changed, before the callers are."""
        self._state = state
        self._committer = committer
        self._remembered = remembered
        self._written = written
        self._store_lock = StoreLock(state.places.root)
        self._queue = WriteQueue(self._run, "trackwell-file-writer")
        self._queue.start()

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`. A mutation larger than the queue is taken when the queue is empty."""
        self._queue.submit(mutation, done)

    def close(self) -> None:
        """Takes no more mutations, finishes those that are queued, and ends the thread. May be called twice."""
        self._queue.close()

    def _run(self) -> None:
        open_ended = True
        while open_ended:
            group: list[Submission] = []
            open_ended = self._queue.collect(group, most=GROUP_MUTATIONS, most_bytes=GROUP_BYTES)
            if group:
                self._write(group)
        self._store_lock.close()

    def _write(self, group: list[Submission]) -> None:
        outcomes: list[Outcome] = []
        try:
            with self._store_lock:
                outcomes.extend(self._remembered.outcome(each.mutation, self._outcome) for each in group)
        except OSError as error:
            refusal = disk.translated(error)
            outcomes += [refusal] * (len(group) - len(outcomes))
        self._queue.answer(group, outcomes)
        # Once for each folder, and when nobody waits for it any more.
        if self._committer.leftovers.pending:
            with suppress(OSError), self._store_lock:
                self._committer.leftovers.remove()

    def _outcome(self, mutation: Mutation[Any]) -> Outcome:
        for _ in range(ATTEMPTS):
            try:
                decision = mutation.decide(self._state)
                if decision.changes:
                    plan = plan_of(decision.changes)
                    self._committer.carry_out(plan)
                    self._written(plan.runs)
            except SomebodyWasFaster:
                continue
            except TrackwellError as error:
                return error
            except OSError as error:
                return disk.translated(error)
            except Exception:
                logger.exception("%s failed", type(mutation).__name__)
                return InternalError("The server failed to handle this; its log holds the cause.")
            return decision.reply
        return ResourceConflict("Another program changes the same run at this moment. Try again.")
