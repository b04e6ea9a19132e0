"""Merges the oldest of what is written and not yet merged of one run, in the writer's transaction.

All is read and computed first: what cannot be read changes nothing. Then exactly the rows that were read are deleted
and their points written as new blocks; when another writer has merged them first, fewer rows are deleted than were
read, and the merge is given up. Nothing that a reader can see changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from trackwell_service.stores.point_arrays import Arrays, merged
from trackwell_service.stores.sql import columns_codec
from trackwell_service.stores.sql.blocks import Block, Level
from trackwell_service.stores.sql.dialects.base import Bulk, Dialect, Row
from trackwell_service.stores.sql.merge_plan import FULL_POINTS, Allowance, Piece, plan, stands_alone
from trackwell_service.stores.sql.session import Session

MOST_POINTS = 16_384
"""Points of a merged block: 400 KB unpacked, read in about 1 ms."""

MERGED_AT_ONCE = 262_144
"""Points that one merge takes, and as many again of merged blocks that it writes anew: 12 MB. It takes some tenths of a
second, for which the writers of other servers wait."""

_NEVER_MS = -(2**63)


class Left(NamedTuple):
    """What a merge has not taken: points in each of the writes, and how many unmerged blocks there are."""

    writes: list[int]
    blocks: int


class _Found(NamedTuple):
    """What a merge has read of a run, by key id."""

    written: dict[int, Arrays]
    fresh: dict[int, list[Piece]]
    settled: dict[int, list[Piece]]
    full_until_ms: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Change:
    """What a merge changes of one metric."""

    key_id: int
    gone: list[int] = field(default_factory=list)
    """Blocks that others take the place of."""
    accepted: list[int] = field(default_factory=list)
    """Blocks as they were written which count as merged as they are."""
    blocks: list[Block] = field(default_factory=list)


class RunMerger:
    """The statements of a merge. `add_block` inserts rows of `metric_blocks`."""

    def __init__(self, dialect: Dialect, add_block: Bulk) -> None:
        self._dialect = dialect
        self._add_block = add_block
        text = dialect.text
        one_of = dialect.among("seq")
        self._writes = text("SELECT seq, points FROM metric_writes WHERE run_pk = ? ORDER BY seq")
        self._written = text(f"SELECT encoding, series, points, data FROM metric_writes WHERE run_pk = ? AND {one_of}")
        self._delete_writes = text(f"DELETE FROM metric_writes WHERE run_pk = ? AND {one_of}")
        pieces = (
            "SELECT key_id, seq, level, points, min_timestamp_ms, max_timestamp_ms FROM metric_blocks WHERE run_pk = ?"
        )
        in_order = "ORDER BY key_id, min_timestamp_ms, max_timestamp_ms, seq"
        self._fresh = text(f"{pieces} AND level = {Level.WRITTEN.value} {in_order}")
        self._settled = text(
            f"{pieces} AND level = {Level.MERGED.value} AND (points < ? OR max_timestamp_ms >= ?) {in_order}"
        )
        self._full_until = text(
            "SELECT key_id, MAX(max_timestamp_ms) FROM metric_blocks WHERE run_pk = ?"
            f" AND level = {Level.MERGED.value} AND points >= ? AND max_timestamp_ms < ? GROUP BY key_id"
        )
        chosen = f"run_pk = ? AND key_id = ? AND {one_of}"
        self._data = text(f"SELECT encoding, points, data FROM metric_blocks WHERE {chosen}")
        self._delete = text(f"DELETE FROM metric_blocks WHERE {chosen}")
        self._accept = text(f"UPDATE metric_blocks SET level = {Level.MERGED.value} WHERE {chosen}")

    def merge(self, session: Session, run_pk: int, next_seq: Callable[[], int]) -> Left:
        """Merges what is pending of one run, or a part of it.

        Raises DataLoss before anything is changed, and RuntimeError when another writer was faster.
        """
        writes = session.query(self._writes, (run_pk,))
        pieces = [Piece(*row) for row in session.query(self._fresh, (run_pk,))]
        taken, points = _first([row[1] for row in writes], MERGED_AT_ONCE)
        seqs = [row[0] for row in writes[:taken]]
        fresh, _ = _first([piece.points for piece in pieces], MERGED_AT_ONCE - points)
        changes: list[_Change] = []
        if taken or fresh:
            found = self._read(session, run_pk, seqs, pieces[:fresh])
            allowance = Allowance(MERGED_AT_ONCE)
            changes = [
                self._computed(session, run_pk, key_id, found, allowance)
                for key_id in sorted({*found.written, *found.fresh})
            ]
        self._write(session, run_pk, seqs, changes, next_seq)
        again = sum(block.level == Level.WRITTEN for change in changes for block in change.blocks)
        return Left([row[1] for row in writes[taken:]], len(pieces) - fresh + again)

    def _read(self, session: Session, run_pk: int, seqs: Sequence[int], fresh: Sequence[Piece]) -> _Found:
        rows = session.query(self._written, (run_pk, self._dialect.ints(seqs))) if seqs else []
        written = columns_codec.points_by_key(rows)
        begins = [int(points.timestamps[0]) for points in written.values()]
        limits = (run_pk, FULL_POINTS, min([*begins, *(piece.min_timestamp_ms for piece in fresh)]))
        settled = _by_key(Piece(*row) for row in session.query(self._settled, limits))
        return _Found(written, _by_key(fresh), settled, dict(session.query(self._full_until, limits)))

    def _computed(self, session: Session, run_pk: int, key_id: int, found: _Found, allowance: Allowance) -> _Change:
        """What takes the place of what was read of one metric."""
        change = _Change(key_id)
        written, fresh = found.written.get(key_id), found.fresh.get(key_id, [])
        settled, full_until_ms = found.settled.get(key_id, []), found.full_until_ms.get(key_id, _NEVER_MS)
        if written is None and len(fresh) == 1 and stands_alone(fresh[0], settled, full_until_ms):
            change.accepted.append(fresh[0].seq)
            return change
        parts = [] if written is None else [written]
        new = merged([*parts, *self._decoded(session, run_pk, key_id, fresh)])
        groups, stop = plan(new.timestamps, settled, full_until_ms, allowance)
        change.gone.extend(piece.seq for piece in fresh)
        for group in groups:
            own = new.slice(group.start, group.stop)
            whole = merged([own, *self._decoded(session, run_pk, key_id, group.pieces)]) if group.pieces else own
            change.gone.extend(piece.seq for piece in group.pieces)
            change.blocks.extend(columns_codec.block_of(Level.MERGED, part) for part in _cut(whole))
        change.blocks.extend(
            columns_codec.block_of(Level.WRITTEN, part) for part in _cut(new.slice(stop, len(new.bits)))
        )
        return change

    def _decoded(self, session: Session, run_pk: int, key_id: int, pieces: Sequence[Piece]) -> list[Arrays]:
        if not pieces:
            return []
        claim = (run_pk, key_id, self._dialect.ints([piece.seq for piece in pieces]))
        return [columns_codec.decode(*row) for row in session.query(self._data, claim)]

    def _write(
        self,
        session: Session,
        run_pk: int,
        seqs: Sequence[int],
        changes: Sequence[_Change],
        next_seq: Callable[[], int],
    ) -> None:
        ints = self._dialect.ints
        rows: list[Row] = []
        for change in changes:
            for statement, gone in ((self._delete, change.gone), (self._accept, change.accepted)):
                if gone and session.run(statement, (run_pk, change.key_id, ints(gone))) != len(gone):
                    raise RuntimeError("another writer has merged the same blocks")
            rows += ((run_pk, change.key_id, next_seq(), *block) for block in change.blocks)
        if seqs and session.run(self._delete_writes, (run_pk, ints(seqs))) != len(seqs):
            raise RuntimeError("another writer has merged the same writes")
        session.run_many(self._add_block, rows)


def _first(points: Sequence[int], most: int) -> tuple[int, int]:
    """How many rows from the first on have `most` points together, and how many points; one row may have more."""
    taken = whole = 0
    while taken < len(points) and whole < most and (not taken or whole + points[taken] <= most):
        whole += points[taken]
        taken += 1
    return taken, whole


def _by_key(pieces: Iterable[Piece]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.key_id, []).append(piece)
    return found


def _cut(points: Arrays) -> Iterator[Arrays]:
    for start in range(0, len(points.bits), MOST_POINTS):
        yield points.slice(start, start + MOST_POINTS)
