"""Merges what groups have written of histories into sorted blocks, in the writer's spare time or a share of it.

A run with enough unmerged writes and blocks has a row in `merge_backlog`, put there by the group that wrote the last
of them. A merge reads the run's writes, and of each metric the blocks that they overlap or should be joined to, deletes
exactly these and writes their points as new blocks, in one transaction; when another writer has merged them first,
fewer rows are deleted than were read and the merge is given up. Nothing that a reader can see changes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trackwell_service.domain.errors import DataLoss
from trackwell_service.stores.sql.blocks import Block, Level
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.group import GroupCommit
from trackwell_service.stores.sql.known import RunRow
from trackwell_service.stores.sql.session import Session

if TYPE_CHECKING:
    from trackwell_service.stores.point_arrays import Arrays

logger = logging.getLogger(__name__)

FULL_POINTS = 1_024
"""Points from which on a merged block is left alone unless it is overlapped: bounds what a merge writes anew."""

MOST_POINTS = 16_384
"""Points of a merged block: 400 KB unpacked, read in about 1 ms."""

MERGED_AT_ONCE = 1_000_000
"""Points of writes that one merge takes: 32 MB, some tenths of a second."""

STEP_S = 0.01
"""How long one transaction of merges goes on before it is committed, in seconds; it ends behind a whole run."""

SHARE = 0.25
"""Part of the writer's time that merging may take while mutations wait."""

LOOK_EVERY_S = 1.0
"""How often to look what other writers have left to merge, in seconds: a look is a transaction that they wait for."""


class _Piece(NamedTuple):
    """A block without its points."""

    key_id: int
    seq: int
    level: int
    points: int
    min_timestamp_ms: int
    max_timestamp_ms: int


class Merger:
    """The writer's upkeep. Used by the writer's thread; `lag` may be read by any."""

    def __init__(self, dialect: Dialect, group: GroupCommit, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._dialect = dialect
        self._group = group
        self._monotonic = monotonic
        self._rest_until = 0.0
        self._look_from = 0.0
        text = dialect.text
        self._count = text("SELECT COUNT(*) FROM merge_backlog")
        self._next = text(
            "SELECT b.run_pk, r.run_id FROM merge_backlog b JOIN runs r ON r.id = b.run_pk"
            f" ORDER BY b.run_pk {dialect.limit}"
        )
        self._drop = text("DELETE FROM merge_backlog WHERE run_pk = ?")
        self._writes = text("SELECT seq, points FROM metric_writes WHERE run_pk = ? ORDER BY seq")
        one_of = dialect.among("seq")
        self._written = text(f"SELECT encoding, series, points, data FROM metric_writes WHERE run_pk = ? AND {one_of}")
        self._delete_writes = text(f"DELETE FROM metric_writes WHERE run_pk = ? AND {one_of}")
        pieces = (
            "SELECT key_id, seq, level, points, min_timestamp_ms, max_timestamp_ms FROM metric_blocks WHERE run_pk = ?"
        )
        self._fresh = text(f"{pieces} AND level = {Level.WRITTEN.value}")
        self._settled = text(f"{pieces} AND level = {Level.MERGED.value} AND (points < ? OR max_timestamp_ms >= ?)")
        chosen = f"run_pk = ? AND key_id = ? AND {one_of}"
        self._data = text(f"SELECT encoding, points, data FROM metric_blocks WHERE {chosen}")
        self._delete = text(f"DELETE FROM metric_blocks WHERE {chosen}")
        self._accept = text(
            f"UPDATE metric_blocks SET level = {Level.MERGED.value} WHERE run_pk = ? AND key_id = ? AND seq = ?"
        )
        self._set_pending = text("UPDATE runs SET pending_blocks = ?, pending_points = ? WHERE id = ?")

    @property
    def lag(self) -> int:
        """How many runs wait to be merged; not yet counted ones of a store that was just opened are left out."""
        return self._group.known.backlog or 0

    def __call__(self, is_idle: bool) -> bool:
        """Merges for a while if there is something to merge and time for it; True when there is more."""
        if self._group.known.backlog == 0:
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
        except self._dialect.driver_error as error:
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
                is_done = True
            if is_done:
                session.run(self._drop, (run_pk,))
                waiting -= 1
            if self._monotonic() >= until:
                break
        self._group.flusher.write_counters(session, known, before)
        self._group.end()
        known.backlog = waiting
        return waiting > 0

    def _merge(self, session: Session, run_pk: int, known_run: RunRow | None) -> bool:
        """Merges what is pending of one run; False when something is left."""
        # numpy takes long to load; a server which merges nothing never does.
        from trackwell_service.stores.sql import columns_codec  # noqa: PLC0415 - see the comment

        writes = session.query(self._writes, (run_pk,))
        taken = _first(writes, MERGED_AT_ONCE)
        claim = (run_pk, self._dialect.ints(taken))
        written = columns_codec.points_by_key(session.query(self._written, claim)) if taken else {}
        fresh = [_Piece(*row) for row in session.query(self._fresh, (run_pk,))]
        begins = [int(points.timestamps[0]) for points in written.values()]
        begin = min([*begins, *(piece.min_timestamp_ms for piece in fresh)], default=2**63 - 1)
        settled = [_Piece(*row) for row in session.query(self._settled, (run_pk, FULL_POINTS, begin))]
        pieces: dict[int, list[_Piece]] = {}
        for piece in (*fresh, *settled):
            pieces.setdefault(piece.key_id, []).append(piece)
        rows: list[Row] = []
        for key_id in sorted({*written, *(piece.key_id for piece in fresh)}):
            merged = self._merge_metric(session, run_pk, key_id, written.get(key_id), pieces.get(key_id, []))
            rows += ((run_pk, key_id, self._next_seq(), *block) for block in merged)
        if taken and session.run(self._delete_writes, claim) != len(taken):
            raise RuntimeError("another writer has merged the same writes")
        session.run_many(self._group.flusher.points.add_block, rows)
        self._count_pending(session, run_pk, known_run, writes[len(taken) :])
        return len(taken) == len(writes)

    def _merge_metric(
        self, session: Session, run_pk: int, key_id: int, written: Arrays | None, pieces: Sequence[_Piece]
    ) -> list[Block]:
        """The blocks that take the place of what is written of one metric; what they replace is deleted."""
        from trackwell_service.stores import point_arrays  # noqa: PLC0415 - see `_merge`
        from trackwell_service.stores.sql import columns_codec  # noqa: PLC0415 - see `_merge`

        chosen = _chosen(pieces, written)
        if written is None and len(chosen) == 1:
            session.run(self._accept, (run_pk, key_id, chosen[0].seq))
            return []
        parts = [] if written is None else [written]
        if chosen:
            claim = (run_pk, key_id, self._dialect.ints([piece.seq for piece in chosen]))
            parts += [columns_codec.decode(*row) for row in session.query(self._data, claim)]
            if session.run(self._delete, claim) != len(chosen):
                raise RuntimeError("another writer has merged the same blocks")
        points = point_arrays.merged(parts)
        return [
            columns_codec.block_of(Level.MERGED, points.slice(start, start + MOST_POINTS))
            for start in range(0, len(points.bits), MOST_POINTS)
        ]

    def _next_seq(self) -> int:
        counters = self._group.known.counters
        counters["change"] += 1
        return counters["change"]

    def _count_pending(self, session: Session, run_pk: int, known_run: RunRow | None, left: Sequence[Row]) -> None:
        # A run is put into the backlog when it reaches a limit, so one that stays there must not reach it again.
        blocks = max(len(left), self._group.flusher.points.merge_after_blocks) if left else 0
        points = sum(row[1] for row in left)
        session.run(self._set_pending, (blocks, points, run_pk))
        if known_run is not None:
            known_run.pending_blocks, known_run.pending_points = blocks, points


def _first(writes: Sequence[Row], most_points: int) -> list[int]:
    """The oldest writes of (seq, points), as many as a merge takes."""
    taken: list[int] = []
    for seq, points in writes:
        most_points -= points
        if taken and most_points < 0:
            break
        taken.append(seq)
    return taken


def _chosen(pieces: Sequence[_Piece], written: Arrays | None) -> list[_Piece]:
    """The blocks to merge: those as written, merged ones which they or `written` overlap, and small neighbours."""
    fresh = [piece for piece in pieces if piece.level == Level.WRITTEN]
    merged = sorted((piece for piece in pieces if piece.level == Level.MERGED), key=_begin)
    begin = min(piece.min_timestamp_ms for piece in fresh) if fresh else 2**63 - 1
    end = max(piece.max_timestamp_ms for piece in fresh) if fresh else -(2**63)
    if written is not None:
        begin, end = min(begin, int(written.timestamps[0])), max(end, int(written.timestamps[-1]))
    touched = [piece for piece in merged if piece.max_timestamp_ms >= begin and piece.min_timestamp_ms <= end]
    before = [piece for piece in merged if piece.max_timestamp_ms < begin][-1:]
    behind = [piece for piece in merged if piece.min_timestamp_ms > end][:1]
    small = [piece for piece in (*before, *behind) if piece.points < FULL_POINTS]
    return [*fresh, *touched, *small]


def _begin(piece: _Piece) -> int:
    return piece.min_timestamp_ms
