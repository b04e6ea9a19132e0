"""Merges the oldest of what is written and not yet merged of one run, in the writer's transaction.

Exactly the rows that were read are deleted, and their points written as new blocks; when another writer has merged them
first, fewer rows are deleted than were read, and the merge is given up. Nothing that a reader can see changes. How many
statements it takes depends on the number of points, not on that of the metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from trackwell_service.stores.point_arrays import Arrays, merged
from trackwell_service.stores.sql import columns_codec
from trackwell_service.stores.sql.blocks import Block, Level
from trackwell_service.stores.sql.dialects.base import Bulk, Dialect, Row
from trackwell_service.stores.sql.merge_plan import FULL_POINTS, Allowance, Piece, Plan, plan, stands_alone
from trackwell_service.stores.sql.session import Session

MOST_POINTS = 16_384
"""Points of a merged block: 400 KB unpacked, read in about 1 ms."""

MERGED_AT_ONCE = 262_144
"""Points that one merge takes, and as many again of full blocks that it writes anew: 12 MB. It takes some tenths of a
second, for which the writers of other servers wait; more with thousands of metrics."""

WRITTEN_AT_ONCE = 262_144
"""Points that are decoded, computed and written by the same few statements: 6 MB, and as much again as blocks. A run of
thousands of metrics has as many small blocks to write anew."""

_NEVER_MS = -(2**63)

_Place = tuple[int, int]
"""Key id and seq of a block."""


class Left(NamedTuple):
    """What a merge has not taken: points in each of the writes, and how many unmerged blocks there are."""

    writes: list[int]
    blocks: int


class _Found(NamedTuple):
    """What a merge has read of a run, by key id."""

    new: dict[int, list[Arrays]]
    fresh: dict[int, list[Piece]]
    settled: dict[int, list[Piece]]
    full_until_ms: dict[int, int]
    accepted: list[_Place]
    """Blocks as they were written which count as merged as they are; they are in none of the others."""

    def beside(self, key_id: int) -> tuple[list[Piece], int]:
        """The merged blocks of a metric that new points may go into, and where the last of the others ends."""
        return self.settled.get(key_id, []), self.full_until_ms.get(key_id, _NEVER_MS)


class _Work(NamedTuple):
    """What is to be done with the new points of one metric: where they go, and the blocks that held them."""

    key_id: int
    new: Arrays
    plan: Plan
    fresh: list[Piece]

    @property
    def points(self) -> int:
        """How many are in memory while it is done."""
        return len(self.new.bits) + sum(piece.points for group in self.plan.groups for piece in group.pieces)

    def joined(self) -> list[_Place]:
        """The merged blocks that are written anew."""
        return [(self.key_id, piece.seq) for group in self.plan.groups for piece in group.pieces]


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
        self._data = text(
            "SELECT t.key_id, t.seq, t.encoding, t.points, t.data"
            f" FROM {dialect.by_pairs('metric_blocks', 'key_id', 'seq')} WHERE t.run_pk = ?"
        )
        keys = ("run_pk", "key_id", "seq")
        self._delete = dialect.delete("metric_blocks", keys)
        self._accept = dialect.update("metric_blocks", ("level",), keys)

    def merge(self, session: Session, run_pk: int, next_seq: Callable[[], int]) -> Left:
        """Merges what is pending of one run, or a part of it.

        Raises DataLoss when something cannot be read, and RuntimeError when another writer was faster; the transaction
        must then be given up.
        """
        writes = session.query(self._writes, (run_pk,))
        pieces = [Piece(*row) for row in session.query(self._fresh, (run_pk,))]
        taken, points = _first([row[1] for row in writes], MERGED_AT_ONCE)
        seqs = [row[0] for row in writes[:taken]]
        fresh, _ = _first([piece.points for piece in pieces], MERGED_AT_ONCE - points)
        again = 0
        if taken or fresh:
            found = self._read(session, run_pk, seqs, pieces[:fresh])
            self._claim(session, self._accept, [(Level.MERGED.value, run_pk, *place) for place in found.accepted])
            for batch in _batches(found):
                again += self._write(session, run_pk, batch, next_seq)
        if seqs and session.run(self._delete_writes, (run_pk, self._dialect.ints(seqs))) != len(seqs):
            raise RuntimeError("another writer has merged the same writes")
        return Left([row[1] for row in writes[taken:]], len(pieces) - fresh + again)

    def _read(self, session: Session, run_pk: int, seqs: Sequence[int], fresh: Sequence[Piece]) -> _Found:
        rows = session.query(self._written, (run_pk, self._dialect.ints(seqs))) if seqs else []
        new = {key_id: [points] for key_id, points in columns_codec.points_by_key(rows).items()}
        begins = [int(points.timestamps[0]) for (points,) in new.values()]
        limits = (run_pk, FULL_POINTS, min([*begins, *(piece.min_timestamp_ms for piece in fresh)]))
        settled = _by_key(Piece(*row) for row in session.query(self._settled, limits))
        found = _Found(new, _by_key(fresh), settled, dict(session.query(self._full_until, limits)), [])
        for key_id, own in list(found.fresh.items()):
            if key_id not in new and len(own) == 1 and stands_alone(own[0], *found.beside(key_id)):
                found.accepted.append(_place(own[0]))
                del found.fresh[key_id]
        taken = [_place(piece) for own in found.fresh.values() for piece in own]
        for (key_id, _), points in self._decoded(session, run_pk, taken).items():
            new.setdefault(key_id, []).append(points)
        return found

    def _decoded(self, session: Session, run_pk: int, places: Sequence[_Place]) -> dict[_Place, Arrays]:
        if not places:
            return {}
        rows = session.query(self._data, (*self._dialect.int_pairs(places), run_pk))
        return {(key_id, seq): columns_codec.decode(*row) for key_id, seq, *row in rows}

    def _write(self, session: Session, run_pk: int, batch: Sequence[_Work], next_seq: Callable[[], int]) -> int:
        """Puts merged blocks in the place of what holds the points; how many blocks are still to be merged."""
        joined = [place for work in batch for place in work.joined()]
        held = self._decoded(session, run_pk, joined)
        rows: list[Row] = []
        again = 0
        for work in batch:
            blocks = list(_blocks(work, held))
            again += sum(block.level == Level.WRITTEN for block in blocks)
            rows += ((run_pk, work.key_id, next_seq(), *block) for block in blocks)
        gone = [*joined, *(_place(piece) for work in batch for piece in work.fresh)]
        self._claim(session, self._delete, [(run_pk, *place) for place in sorted(gone)])
        session.run_many(self._add_block, rows)
        return again

    def _claim(self, session: Session, statement: Bulk, rows: Sequence[Row]) -> None:
        if rows and session.run_counted(statement, rows) != len(rows):
            raise RuntimeError("another writer has merged the same blocks")


def _batches(found: _Found) -> Iterator[list[_Work]]:
    """What is to be done with each metric's points, in parts that fit into memory together."""
    allowance = Allowance(MERGED_AT_ONCE)
    batch: list[_Work] = []
    points = 0
    for key_id in sorted(found.new):
        new = merged(found.new.pop(key_id))
        planned = plan(new.timestamps, *found.beside(key_id), allowance)
        batch.append(_Work(key_id, new, planned, found.fresh.get(key_id, [])))
        points += batch[-1].points
        if points >= WRITTEN_AT_ONCE:
            yield batch
            batch, points = [], 0
    if batch:
        yield batch


def _blocks(work: _Work, held: Mapping[_Place, Arrays]) -> Iterator[Block]:
    """The new blocks of a metric. Points that have to wait are in blocks as if they had just been written."""
    groups, stop = work.plan
    for group in groups:
        own = work.new.slice(group.start, group.stop)
        parts = [held[work.key_id, piece.seq] for piece in group.pieces]
        for part in _cut(merged([own, *parts]) if parts else own):
            yield columns_codec.block_of(Level.MERGED, part)
    for part in _cut(work.new.slice(stop, len(work.new.bits))):
        yield columns_codec.block_of(Level.WRITTEN, part)


def _place(piece: Piece) -> _Place:
    return piece.key_id, piece.seq


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
