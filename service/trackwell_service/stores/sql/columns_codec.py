"""Columns of points as bytes and back, by numpy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import zstandard

from trackwell_service.domain.errors import DataLoss
from trackwell_service.domain.long_series import Integers, value_ranks
from trackwell_service.domain.series import Columns
from trackwell_service.stores.point_arrays import Arrays, concatenated, differs, merged
from trackwell_service.stores.sql.blocks import PACK_FROM, Block, Encoding, Level

COMPRESSION_LEVEL = 1
"""zstd's level: after differences and shuffling higher ones gain a few percent and cost several times the time."""

WriteRow = tuple[int, int, int, bytes]
"""(encoding, series, points, data) of a row of `metric_writes`."""

_SINGLE_BYTES = 40
"""A write of one point: key id, count, timestamp, step, value."""


def block_of(level: int, arrays: Arrays) -> Block:
    """A block of sorted points; small ones are not worth packing."""
    is_packed = len(arrays.bits) >= PACK_FROM
    return Block(
        level,
        Encoding.PACKED if is_packed else Encoding.RAW,
        len(arrays.bits),
        int(arrays.timestamps[0]),
        int(arrays.timestamps[-1]),
        int(arrays.steps.min()),
        int(arrays.steps.max()),
        packed(arrays) if is_packed else b"".join(column.astype("<i8", copy=False).tobytes() for column in arrays),
    )


def written_block(columns: Columns) -> Block:
    """A block of points of one metric as they came."""
    return block_of(Level.WRITTEN, merged([Arrays.of(columns)]))


def decode(encoding: int, points: int, data: bytes | memoryview) -> Arrays:
    """The points of one block. Raises DataLoss when the bytes are not those of so many points."""
    if encoding == Encoding.PACKED:
        return _unpacked(points, data)
    if encoding != Encoding.RAW or len(data) != 24 * points:
        raise DataLoss(
            f"A block of {points} metric points in encoding {encoding} has {len(data)} bytes, not as many as it must."
        )
    table = np.frombuffer(data, "<i8").astype(np.int64, copy=False).reshape(3, points)
    return Arrays(table[0], table[1], table[2])


def gathered(writes: Iterable[WriteRow]) -> tuple[Integers, Arrays]:
    """The points of many writes, in no order, with the key id of each. Raises DataLoss when one cannot be read."""
    singles: list[bytes] = []
    keys: list[Integers] = []
    parts: list[Arrays] = []
    for write in writes:
        encoding, series, points, data = write
        if encoding == Encoding.RAW and series == points == 1 and len(data) == _SINGLE_BYTES:
            # By far the most there are; one array for all of them costs what decoding two would.
            singles.append(data)
        else:
            key_ids, counts, arrays = decode_write(*write)
            keys.append(np.repeat(key_ids, counts))
            parts.append(arrays)
    if singles:
        table = np.frombuffer(b"".join(singles), "<i8").astype(np.int64, copy=False).reshape(-1, 5)
        keys.append(table[:, 0])
        parts.append(Arrays(table[:, 2], table[:, 3], table[:, 4]))
    if not parts:
        nothing = np.empty(0, np.int64)
        return nothing, Arrays(nothing, nothing, nothing)
    return np.concatenate(keys), concatenated(parts)


def decode_write(encoding: int, series: int, points: int, data: bytes) -> tuple[Integers, Integers, Arrays]:
    """(key ids, point counts, points) of one write. Raises DataLoss when the bytes do not hold that."""
    header = 16 * series
    if len(data) < header:
        raise DataLoss(f"A write of {series} metrics has {len(data)} bytes, not as many as it must.")
    heads = np.frombuffer(data, "<i8", 2 * series).astype(np.int64, copy=False)
    counts = heads[series:]
    if counts.sum() != points:
        raise DataLoss(f"A write of {points} metric points counts {counts.sum()} of them.")
    return heads[:series], counts, decode(encoding, points, memoryview(data)[header:])


def points_of_key(key_id: int, writes: Iterable[WriteRow]) -> Arrays | None:
    """One metric's points in many writes, in no order; None when they have none."""
    keys, whole = gathered(writes)
    wanted = keys == key_id
    return Arrays(*(column[wanted] for column in whole)) if wanted.any() else None


def points_by_key(writes: Iterable[WriteRow]) -> dict[int, Arrays]:
    """The points of many writes by key id, sorted and without exact duplicates, keys in order."""
    keys, whole = gathered(writes)
    if not len(keys):
        return {}
    order = np.lexsort((value_ranks(whole.bits), whole.steps, whole.timestamps, keys))
    keys = keys[order]
    whole = Arrays(*(column[order] for column in whole))
    distinct = np.ones(len(keys), np.bool_)
    distinct[1:] = differs(whole) | (keys[1:] != keys[:-1])
    keys = keys[distinct]
    whole = Arrays(*(column[distinct] for column in whole))
    found, starts = np.unique(keys, return_index=True)
    ends = [*starts[1:].tolist(), len(keys)]
    return {
        key_id: whole.slice(start, end)
        for key_id, start, end in zip(found.tolist(), starts.tolist(), ends, strict=True)
    }


def packed(arrays: Arrays) -> bytes:
    """The points in the encoding PACKED."""
    points = len(arrays.bits)
    table = np.empty((3, points), "<i8")
    table[:, 0] = arrays.timestamps[0], arrays.steps[0], arrays.bits[0]
    np.subtract(arrays.timestamps[1:], arrays.timestamps[:-1], out=table[0, 1:])
    np.subtract(arrays.steps[1:], arrays.steps[:-1], out=table[1, 1:])
    changes = np.empty(points, "<i8")
    changes[0] = arrays.bits[0]
    np.bitwise_xor(arrays.bits[1:], arrays.bits[:-1], out=changes[1:])
    # Bytes of equal weight stand together: signs and exponents change little, the other bytes are noise.
    table[2].view(np.uint8).reshape(8, points)[:] = changes.view(np.uint8).reshape(points, 8).T
    return zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(table.data)


def _unpacked(points: int, data: bytes | memoryview) -> Arrays:
    size = 24 * points
    try:
        raw: Any = zstandard.ZstdDecompressor().decompress(data, max_output_size=size)
    except zstandard.ZstdError as error:
        raise DataLoss(f"A compressed block of {points} metric points cannot be read.") from error
    if len(raw) != size:
        raise DataLoss(f"A compressed block of {points} metric points holds {len(raw)} bytes and cannot be read.")
    table = np.frombuffer(raw, "<i8").reshape(3, points)
    changes = table[2].view(np.uint8).reshape(8, points).T.copy().view("<i8").reshape(points)
    return Arrays(
        np.cumsum(table[0], dtype=np.int64),
        np.cumsum(table[1], dtype=np.int64),
        np.bitwise_xor.accumulate(changes.astype(np.int64, copy=False)),
    )
