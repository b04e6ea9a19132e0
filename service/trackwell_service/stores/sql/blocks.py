"""Points as they are stored: writes of a run, which hold what one group commit appended, and blocks of one metric.

A *write* (level 0, table `metric_writes`) is one row for each run and group commit, however many metrics it
appends to: its bytes begin with the metrics' key ids and point counts, the points follow metric by metric. A column
of APART_FROM points or more becomes a *block* (table `metric_blocks`) of its own at once. Merging (see `merging`) turns
writes into blocks. A block is sorted by `series.history_rank` and free of exact duplicates. Merged blocks (level
MERGED) lie one behind the other in time, and share at most the time at which they meet; blocks as they were written
(level WRITTEN) may overlap.

Points are three columns (timestamps, steps, values) in one of two encodings:

- RAW: one column after the other, little-endian, 8 bytes each value.
- PACKED: each value as the difference to the one before it; the bits of the points' values as their XOR, with bytes of
  equal weight together; the whole compressed with zstd.
"""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from trackwell_service.domain.series import CANONICAL_NAN, Columns

APART_FROM = 1_024
"""Points of one metric in one group commit which become a block of their own: 24 KB that others need not read past."""

PACK_FROM = 2_048
"""Points from which on a write is compressed: writing it costs more than packing it."""


class Level(IntEnum):
    """Whether a block is as it was written, or merged."""

    WRITTEN = 0
    MERGED = 1


class Encoding(IntEnum):
    """How points are laid out."""

    RAW = 0
    PACKED = 1


class Write(NamedTuple):
    """A row of `metric_writes` without its key. `series` is the number of metrics."""

    encoding: int
    series: int
    points: int
    data: bytes


class Block(NamedTuple):
    """A row of `metric_blocks` without its key."""

    level: int
    encoding: int
    points: int
    min_timestamp_ms: int
    max_timestamp_ms: int
    min_step: int
    max_step: int
    data: bytes


_SINGLE = struct.Struct("<qqqqd")


def single_write(key_id: int, timestamp_ms: int, step: int, value: float) -> Write:
    """A write of one point."""
    stored = value if value == value else CANONICAL_NAN
    return Write(Encoding.RAW, 1, 1, _SINGLE.pack(key_id, 1, timestamp_ms, step, stored))


def write_of(pieces: Sequence[tuple[int, Columns]]) -> Write:
    """A write of points by key id. NaN gets its one bit pattern."""
    key_ids = array("q", [key_id for key_id, _ in pieces])
    counts = array("q", [len(columns.values) for _, columns in pieces])
    count = sum(counts)
    if count == len(pieces):
        points = Columns(
            array("q", [columns.timestamps[0] for _, columns in pieces]),
            array("q", [columns.steps[0] for _, columns in pieces]),
            array("d", [columns.values[0] for _, columns in pieces]),
        )
    else:
        points = joined([columns for _, columns in pieces])
    header = _little_endian(key_ids) + _little_endian(counts)
    if count >= PACK_FROM:
        # numpy takes long to load; a server which only ever sees few points at a time never does.
        from trackwell_service.stores.point_arrays import Arrays  # noqa: PLC0415 - see the comment
        from trackwell_service.stores.sql import columns_codec  # noqa: PLC0415 - see the comment

        arrays = Arrays.of(points)
        return Write(Encoding.PACKED, len(key_ids), count, header + columns_codec.packed(arrays))
    values = points.values
    if not math.isfinite(sum(values)):
        for place, value in enumerate(values):
            if value != value:
                values[place] = CANONICAL_NAN
    body = _little_endian(points.timestamps) + _little_endian(points.steps) + _little_endian(values)
    return Write(Encoding.RAW, len(key_ids), count, header + body)


def joined(parts: Sequence[Columns]) -> Columns:
    """The points of several columns as one, in that order."""
    whole = Columns(array("q"), array("q"), array("d"))
    for part in parts:
        whole.timestamps.extend(part.timestamps)
        whole.steps.extend(part.steps)
        whole.values.extend(part.values)
    return whole


def _little_endian(column: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()
