"""Merges what groups have written of histories into sorted blocks, in the writer's spare time or a share of it.

A run with enough unmerged writes and blocks has a row in `merge_backlog`, put there by the group that wrote the last
of them. See `run_merge` for what is done with it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from trackwell_service.domain.errors import DataLoss
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.group import GroupCommit
from trackwell_service.stores.sql.known import RunRow
from trackwell_service.stores.sql.session import NoConnection, Session

if TYPE_CHECKING:
    from trackwell_service.stores.sql.run_merge import Left, RunMerger

logger = logging.getLogger(__name__)

STEP_S = 0.01
"""How long one transaction of merges goes on before it is committed, in seconds; it ends behind a whole merge."""

SHARE = 0.25
"""Part of the writer's time that merging may take while mutations wait."""

LOOK_EVERY_S = 1.0
"""How often to look what other writers have left to merge, in seconds: a look is a transaction that they wait for."""


class Merger:
    """The writer's upkeep. Used by the writer's thread; `lag` may be read by any."""

    def __init__(self, dialect: Dialect, group: GroupCommit, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._dialect = dialect
        self._group = group
        self._monotonic = monotonic
        self._rest_until = 0.0
        self._look_from = 0.0
        self._runs: RunMerger | None = None
        text = dialect.text
        self._count = text("SELECT COUNT(*) FROM merge_backlog")
        self._next = text(
            "SELECT b.run_pk, r.run_id FROM merge_backlog b JOIN runs r ON r.id = b.run_pk"
            f" ORDER BY b.run_pk {dialect.limit}"
        )
        self._drop = text("DELETE FROM merge_backlog WHERE run_pk = ?")
        self._set_pending = text("UPDATE runs SET pending_blocks = ?, pending_points = ? WHERE id = ?")

    @property
    def lag(self) -> int:
        """How many runs wait to be merged; not yet counted ones of a store that was just opened are left out."""
        return self._group.known.backlog or 0

    def __call__(self, is_idle: bool) -> bool:
        """Merges for a while if there is something to merge and time for it; True when there is more.

        After a failure it waits for a group to get through: to look for a database that is away takes seconds, which a
        caller may need.
        """
        if self._group.has_failed or self._group.known.backlog == 0:
            return False
        started = self._monotonic()
        if self._group.known.backlog is None:
            if started < self._look_from:
                return False
            self._look_from = started + LOOK_EVERY_S
        if not is_idle and started < self._rest_until:
            return True
        try:
            has_more = self._step(started + STEP_S)
        except (self._dialect.driver_error, NoConnection) as error:
            logger.warning("merging metric blocks is put off: %s", error)
            self._group.abandon()
            has_more = False
        except Exception:
            logger.exception("merging metric blocks failed")
            self._group.abandon()
            self._group.known.backlog = 0
            return False
        ended = self._monotonic()
        self._rest_until = ended + (ended - started) * (1 / SHARE - 1)
        return has_more

    def _step(self, until: float) -> bool:
        session = self._group.begin()
        known = self._group.known
        waiting: int = session.query(self._count)[0][0]
        known.backlog = waiting
        if not waiting:
            self._group.end_unchanged()
            return False
        before = dict(known.counters)
        while waiting:
            run_pk, run_id = session.query(self._next, (1,))[0]
            try:
                is_done = self._merge(session, run_pk, known.runs.get(run_id))
            except DataLoss:
                # Every read of this history says so too; the other runs must not wait for it.
                logger.exception("histories of run %d cannot be merged", run_pk)
                self._group.abandon()
                self._give_up(run_pk)
                return True
            if is_done:
                self._take_off(session, run_pk)
                waiting -= 1
            if self._monotonic() >= until:
                break
        self._group.flusher.write_counters(session, known, before)
        self._group.end()
        known.backlog = waiting
        return waiting > 0

    def _give_up(self, run_pk: int) -> None:
        """Merges a run no more."""
        session = self._group.begin()
        before = dict(self._group.known.counters)
        self._take_off(session, run_pk)
        self._group.flusher.write_counters(session, self._group.known, before)
        self._group.end()

    def _take_off(self, session: Session, run_pk: int) -> None:
        """Takes a run off the backlog."""
        session.run(self._drop, (run_pk,))

    def _merge(self, session: Session, run_pk: int, known_run: RunRow | None) -> bool:
        """Merges what is pending of one run; False when something is left."""
        if self._runs is None:
            # numpy takes long to load; a server which merges nothing never does.
            from trackwell_service.stores.sql.run_merge import RunMerger  # noqa: PLC0415 - see the comment

            self._runs = RunMerger(self._dialect, self._group.flusher.points.add_block)
        left = self._runs.merge(session, run_pk, self._next_seq)
        self._count_pending(session, run_pk, known_run, left)
        return not left.writes and not left.blocks

    def _next_seq(self) -> int:
        counters = self._group.known.counters
        counters["change"] += 1
        return counters["change"]

    def _count_pending(self, session: Session, run_pk: int, known_run: RunRow | None, left: Left) -> None:
        blocks = len(left.writes) + left.blocks
        if blocks:
            # A run is put into the backlog when it reaches a limit, so one that stays there must not reach it again.
            blocks = max(blocks, self._group.flusher.points.merge_after_blocks)
        points = sum(left.writes)
        session.run(self._set_pending, (blocks, points, run_pk))
        if known_run is not None:
            known_run.pending_blocks, known_run.pending_points = blocks, points
