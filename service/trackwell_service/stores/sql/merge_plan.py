"""Which merged blocks new points of a metric go into: those that they fall into, and small ones beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trackwell_service.domain.long_series import Integers

FULL_POINTS = 1_024
"""Points from which on a merged block is left alone unless new points fall into it: bounds what a merge writes anew."""


class Piece(NamedTuple):
    """A block without its points."""

    key_id: int
    seq: int
    level: int
    points: int
    min_timestamp_ms: int
    max_timestamp_ms: int

    @property
    def is_small(self) -> bool:
        """Whether it is to be joined with what stands beside it."""
        return self.points < FULL_POINTS


class Group(NamedTuple):
    """New points `start` to `stop`, and the merged blocks that are written anew together with them."""

    start: int
    stop: int
    pieces: tuple[Piece, ...]


class Plan(NamedTuple):
    """Groups in the order of time. The points from `stop` on have to wait for another merge."""

    groups: list[Group]
    stop: int


class Allowance:
    """Points of full blocks that a merge may write anew; whatever it is, one block may be."""

    def __init__(self, points: int) -> None:
        self._left = points
        self._is_used = False

    def take(self, piece: Piece) -> bool:
        """Whether the block may be written anew as well."""
        if piece.is_small:
            return True
        if self._is_used and piece.points > self._left:
            return False
        self._is_used = True
        self._left -= piece.points
        return True


def plan(timestamps: Integers, merged: Sequence[Piece], full_until_ms: int, allowance: Allowance) -> Plan:
    """How to merge points of these sorted timestamps with the metric's merged blocks, which are in the order of time.

    Of the blocks that lie before all points only the small ones need be given; `full_until_ms` is where the last of
    the others ends, behind which a small one is the neighbour of the points.
    """
    begins = np.searchsorted(timestamps, [piece.min_timestamp_ms for piece in merged], "left").tolist()
    ends = np.searchsorted(timestamps, [piece.max_timestamp_ms for piece in merged], "right").tolist()
    groups: list[Group] = []
    joined: list[Piece] = []
    start = stop = 0
    for piece, begin, end in zip(merged, begins, ends, strict=True):
        # Points at a time at which two blocks meet have gone into the first.
        stop = max(stop, begin)
        if end > stop:
            if not allowance.take(piece):
                _add(groups, start, stop, joined)
                return Plan(groups, stop)
            joined.append(piece)
            stop = end
        elif piece.is_small and stop > start:
            joined.append(piece)
        else:
            _add(groups, start, stop, joined)
            start = stop
            joined = [piece] if piece.is_small and piece.max_timestamp_ms > full_until_ms else []
    _add(groups, start, len(timestamps), joined)
    return Plan(groups, len(timestamps))


def stands_alone(piece: Piece, merged: Sequence[Piece], full_until_ms: int) -> bool:
    """Whether a block of new points overlaps no merged one and has no small neighbour."""
    before = [each for each in merged if each.max_timestamp_ms < piece.min_timestamp_ms][-1:]
    behind = [each for each in merged if each.max_timestamp_ms >= piece.min_timestamp_ms][:1]
    return not any(each.is_small and each.max_timestamp_ms > full_until_ms for each in before) and not any(
        each.is_small or each.min_timestamp_ms <= piece.max_timestamp_ms for each in behind
    )


def _add(groups: list[Group], start: int, stop: int, joined: Sequence[Piece]) -> None:
    if stop > start:
        groups.append(Group(start, stop, tuple(joined)))
