"""Blocks: how a piece of a metric's history is stored in one row.

A block holds n points as three columns (timestamps, steps, values). Level 0 is what one group commit wrote: as it
came, perhaps with duplicates, perhaps overlapping others. Level 1 is merged: sorted by `series.history_rank`, exact duplicates
dropped, disjoint from other level 1 blocks. Two encodings exist:

- RAW: the three columns one after the other, little-endian, 8 bytes each value.
- PACKED: each column as differences to the one before (for values: XOR of the bits), bytes of equal weight together,
  the whole compressed with zstd.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from trackwell_service.domain.series import CANONICAL_NAN, Columns

VECTORISE_FROM = 64
"""Points from which on numpy beats a Python loop."""

PACK_FROM = 2_048
"""Points from which on a new block is compressed at once: its write then costs more than packing it."""


class Level(IntEnum):
    """Whether a block is as it was written, or merged."""

    WRITTEN = 0
    MERGED = 1


class Encoding(IntEnum):
    """How a block's bytes are laid out."""

    RAW = 0
    PACKED = 1


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


def written(columns: Columns) -> Block:
    """A level 0 block of points as they came. NaN gets its one bit pattern."""
    points = len(columns)
    if points == 1:
        timestamp_ms, step, value = columns.timestamps[0], columns.steps[0], columns.values[0]
        data = _raw(columns) if value == value else _raw(_canonical(columns))
        return Block(Level.WRITTEN, Encoding.RAW, 1, timestamp_ms, timestamp_ms, step, step, data)
    if points >= VECTORISE_FROM:
        # numpy takes long to load; a server which only ever sees single points never does.
        from trackwell_service.stores.sql import columns_codec  # noqa: PLC0415 - see the comment

        return Block(Level.WRITTEN, *columns_codec.encode(columns, pack=points >= PACK_FROM))
    return Block(
        Level.WRITTEN,
        Encoding.RAW,
        points,
        min(columns.timestamps),
        max(columns.timestamps),
        min(columns.steps),
        max(columns.steps),
        _raw(_canonical(columns)),
    )


def joined(parts: Sequence[Columns]) -> Columns:
    """The points of several columns as one, in that order."""
    if len(parts) == 1:
        return parts[0]
    whole = Columns(array("q"), array("q"), array("d"))
    for part in parts:
        whole.timestamps.extend(part.timestamps)
        whole.steps.extend(part.steps)
        whole.values.extend(part.values)
    return whole


def _canonical(columns: Columns) -> Columns:
    if all(value == value for value in columns.values):
        return columns
    values = array("d", (value if value == value else CANONICAL_NAN for value in columns.values))
    return Columns(columns.timestamps, columns.steps, values)


def _raw(columns: Columns) -> bytes:
    if sys.byteorder == "big":
        columns = Columns(array("q", columns.timestamps), array("q", columns.steps), array("d", columns.values))
        for column in (columns.timestamps, columns.steps, columns.values):
            column.byteswap()
    return b"".join((columns.timestamps, columns.steps, columns.values))
