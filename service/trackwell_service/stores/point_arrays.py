"""Points of one metric as numpy columns: sorted, each once, and found by their position.

Loaded when histories are read: numpy takes long to load, and a process which only takes points never does.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trackwell_service.domain.long_series import Integers, canonical_bits, value_ranks
from trackwell_service.domain.series import Columns, canonical
from trackwell_service.stores.roles import HistoryPosition


class Arrays(NamedTuple):
    """Points as numpy columns; values as the bits of doubles."""

    timestamps: Integers
    steps: Integers
    bits: Integers

    @classmethod
    def of(cls, columns: Columns) -> Arrays:
        """Views of the columns, NaN with its one bit pattern."""
        bits = canonical_bits(np.frombuffer(columns.values, np.float64))
        return cls(np.frombuffer(columns.timestamps, np.int64), np.frombuffer(columns.steps, np.int64), bits)

    def columns(self) -> Columns:
        """The points as plain arrays."""
        made = Columns(array("q"), array("q"), array("d"))
        made.timestamps.frombytes(np.ascontiguousarray(self.timestamps).data.cast("B"))
        made.steps.frombytes(np.ascontiguousarray(self.steps).data.cast("B"))
        made.values.frombytes(np.ascontiguousarray(self.bits).data.cast("B"))
        return made

    def slice(self, start: int, stop: int) -> Arrays:
        """Points `start` to `stop`."""
        return Arrays(self.timestamps[start:stop], self.steps[start:stop], self.bits[start:stop])


def merged(parts: Iterable[Arrays]) -> Arrays:
    """All points of the parts, sorted by `series.history_rank`, exact duplicates dropped."""
    whole = concatenated(list(parts))
    if (whole.timestamps[1:] > whole.timestamps[:-1]).all():
        return whole
    ranks = value_ranks(whole.bits)
    if not _is_sorted(whole, ranks):
        order = np.lexsort((ranks, whole.steps, whole.timestamps))
        whole = Arrays(whole.timestamps[order], whole.steps[order], whole.bits[order])
    distinct = np.ones(len(whole.bits), np.bool_)
    distinct[1:] = differs(whole)
    return whole if distinct.all() else Arrays(*(column[distinct] for column in whole))


def page_after(points: Arrays, after: HistoryPosition | None, limit: int) -> Columns:
    """At most `limit` of the sorted points which come after `after` (`roles.MetricReader.history`)."""
    start = page_start(points, after)
    return points.slice(start, start + limit).columns()


def page_start(points: Arrays, after: HistoryPosition | None) -> int:
    """How many of the sorted points come not after `after`; none when it is None."""
    if after is None:
        return 0
    bits = struct.unpack("=q", struct.pack("=d", canonical(after.value)))[0]
    return position_after(points, after.timestamp_ms, after.step, bits)


def position_after(arrays: Arrays, timestamp_ms: int, step: int, value_bits: int) -> int:
    """How many of the sorted points are not after the given one."""
    rank = int(value_ranks(np.array([value_bits], np.int64))[0])
    low = int(np.searchsorted(arrays.timestamps, timestamp_ms, "left"))
    high = int(np.searchsorted(arrays.timestamps, timestamp_ms, "right"))
    first = low + int(np.searchsorted(arrays.steps[low:high], step, "left"))
    last = low + int(np.searchsorted(arrays.steps[low:high], step, "right"))
    return first + int(np.searchsorted(value_ranks(arrays.bits[first:last]), rank, "right"))


def concatenated(parts: list[Arrays]) -> Arrays:
    """The points of at least one part, one part after the other."""
    return parts[0] if len(parts) == 1 else Arrays(*map(np.concatenate, zip(*parts, strict=True)))


def differs(whole: Arrays) -> npt.NDArray[np.bool_]:
    """For each point but the first, whether it is another one than the point before it."""
    differs: npt.NDArray[np.bool_] = whole.timestamps[1:] != whole.timestamps[:-1]
    differs |= whole.steps[1:] != whole.steps[:-1]
    differs |= whole.bits[1:] != whole.bits[:-1]
    return differs


def _is_sorted(whole: Arrays, ranks: Integers) -> bool:
    later = whole.timestamps[1:] > whole.timestamps[:-1]
    same = whole.timestamps[1:] == whole.timestamps[:-1]
    further = whole.steps[1:] > whole.steps[:-1]
    level = (whole.steps[1:] == whole.steps[:-1]) & (ranks[1:] >= ranks[:-1])
    return bool((later | (same & (further | level))).all())
