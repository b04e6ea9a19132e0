"""Blocks give back every bit, and merging them is sorting the points and dropping exact duplicates."""

from __future__ import annotations

import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_service.domain.errors import DataLoss
from trackwell_service.domain.series import CANONICAL_NAN, Columns, canonical, history_rank
from trackwell_service.stores.point_arrays import Arrays, merged, position_after
from trackwell_service.stores.sql import blocks, columns_codec
from trackwell_service.stores.sql.blocks import Encoding, Level, joined, single_write, write_of
from trackwell_service.stores.sql.columns_codec import (
    decode,
    decode_write,
    packed,
    points_by_key,
    points_of_key,
    written_block,
)
from trackwell_service.stores.sql.ranks import NAN_RANK, rank_of, value_of, values_of
from trackwell_service.stores.sql.texts import HEAD_LENGTH, split

Point = tuple[int, int, float]

values = st.sampled_from([0.0, -0.0, 1.0, float("nan"), -float("nan"), float("inf"), float("-inf")]) | st.floats()
integers = st.integers(-2, 2) | st.integers(-(2**63), 2**63 - 1)
points = st.lists(st.tuples(integers, integers, values), min_size=1, max_size=30)


def bits(columns: Columns) -> list[tuple[int, int, bytes]]:
    """The points with every bit of their values."""
    return [(timestamp, step, struct.pack("<d", value)) for timestamp, step, value in columns.triples()]


def canonical_points(given_points: list[Point]) -> list[Point]:
    return [(timestamp, step, canonical(value)) for timestamp, step, value in given_points]


def naive(batches: list[list[Point]]) -> Columns:
    """What a history is, by definition (rest-facts §6)."""
    distinct = {bits(Columns.of([point]))[0]: point for batch in batches for point in canonical_points(batch)}
    return Columns.of(sorted(distinct.values(), key=lambda point: history_rank(*point)))


series = st.dictionaries(st.integers(1, 2**40), points, min_size=1, max_size=4)


@pytest.mark.parametrize("pack_from", [1, 10**9])
@given(written=series)
def test_a_write_gives_back_the_points_of_each_metric(pack_from: int, written: dict[int, list[Point]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PACK_FROM", pack_from)
        write = write_of([(key_id, Columns.of(each)) for key_id, each in written.items()])
    assert (write.series, write.points) == (len(written), sum(map(len, written.values())))
    for key_id, each in written.items():
        found = points_of_key(key_id, [write])
        assert found is not None
        assert bits(found.columns()) == bits(Columns.of(canonical_points(each)))
        twice = points_of_key(key_id, [write, single_write(key_id, 1, 2, 3.0)])
        assert twice is not None
        assert len(twice.bits) == len(each) + 1
    assert points_of_key(0, [write]) is None


@given(st.lists(series, min_size=1, max_size=3))
def test_writes_are_taken_apart_by_metric(given_writes: list[dict[int, list[Point]]]) -> None:
    writes = [write_of([(key_id, Columns.of(each)) for key_id, each in write.items()]) for write in given_writes]
    found = points_by_key(writes)
    assert list(found) == sorted({key_id for write in given_writes for key_id in write})
    for key_id, arrays in found.items():
        assert bits(arrays.columns()) == bits(naive([write.get(key_id, []) for write in given_writes]))


@pytest.mark.parametrize("pack_from", [1, 10**9])
@given(given_points=points)
def test_a_block_gives_back_its_points_in_order(pack_from: int, given_points: list[Point]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns_codec, "PACK_FROM", pack_from)
        block = written_block(Columns.of(given_points))
    assert block.level == Level.WRITTEN
    found = decode(block.encoding, block.points, block.data).columns()
    assert bits(found) == bits(naive([given_points]))
    timestamps, steps, _ = zip(*given_points, strict=True)
    assert block[2:7] == (len(found), min(timestamps), max(timestamps), min(steps), max(steps))


@given(st.lists(points, min_size=1, max_size=4))
def test_merging_is_sorting_and_dropping_exact_duplicates(batches: list[list[Point]]) -> None:
    merge = merged(Arrays.of(Columns.of(batch)) for batch in batches)
    assert bits(merge.columns()) == bits(naive(batches))


@given(st.lists(points, min_size=1, max_size=3), st.tuples(integers, integers, values))
def test_a_position_is_behind_every_point_that_does_not_rank_higher(batches: list[list[Point]], after: Point) -> None:
    history = naive(batches)
    timestamp_ms, step, value = canonical_points([after])[0]
    packed = struct.unpack("<q", struct.pack("<d", value))[0]
    wanted = [point for point in history.triples() if history_rank(*point) > history_rank(timestamp_ms, step, value)]
    start = position_after(Arrays.of(history), timestamp_ms, step, packed)
    assert len(history) - start == len(wanted)


def test_single_points_keep_one_nan() -> None:
    odd = struct.unpack("<d", bytes.fromhex("010000000000f8ff"))[0]
    assert single_write(5, 1, 2, odd) == write_of([(5, Columns.of([(1, 2, odd)]))])
    assert single_write(5, 1, 2, odd).data[-8:] == struct.pack("<d", CANONICAL_NAN)


def test_regular_series_shrink() -> None:
    regular = Columns.of([(1_700_000_000_000 + 1000 * n, n, 1.0 / (n + 1)) for n in range(10_000)])
    block = written_block(regular)
    assert (block.encoding, block.points) == (Encoding.PACKED, 10_000)
    assert len(block.data) < 24 * block.points / 2.5


@pytest.mark.parametrize(
    ("encoding", "count", "data"),
    [
        (Encoding.RAW, 1, b"short"),
        (Encoding.PACKED, 1, b"not zstd at all"),
        (Encoding.PACKED, 3, packed(Arrays.of(Columns.of([(1, 1, 1.0)])))),
        (Encoding.PACKED, 1, packed(Arrays.of(Columns.of([(1, 1, 1.0)] * 3)))),
        (7, 1, bytes(24)),
    ],
)
def test_damaged_blocks_are_told(encoding: int, count: int, data: bytes) -> None:
    with pytest.raises(DataLoss):
        decode(encoding, count, data)


@pytest.mark.parametrize(("series_count", "data"), [(2, bytes(31)), (1, struct.pack("<qq", 1, 2) + bytes(24))])
def test_damaged_writes_are_told(series_count: int, data: bytes) -> None:
    with pytest.raises(DataLoss):
        decode_write(Encoding.RAW, series_count, 1, data)


def test_joined_columns_are_one_after_the_other() -> None:
    parts = [Columns.of([(1, 2, 3.0)]), Columns.of([(4, 5, 6.0), (7, 8, 9.0)])]
    assert list(joined(parts).triples()) == [(1, 2, 3.0), (4, 5, 6.0), (7, 8, 9.0)]
    assert len(parts[0]) == 1


@given(st.lists(values, min_size=2, max_size=5))
def test_ranks_order_as_values_and_give_them_back(given_values: list[float]) -> None:
    numbers = [value for value in given_values if value == value]
    assert [rank_of(value) for value in sorted(numbers)] == sorted(rank_of(value) for value in numbers)
    assert all(-(2**63) <= rank_of(value) < NAN_RANK for value in numbers)
    back = values_of([rank_of(value) for value in given_values])
    assert array("d", back).tobytes() == array("d", [value_of(rank_of(value)) for value in given_values]).tobytes()
    assert [repr(canonical(value) + 0.0) for value in given_values] == [repr(value) for value in back]


@pytest.mark.parametrize("length", [0, 1, HEAD_LENGTH - 1, HEAD_LENGTH, HEAD_LENGTH + 1, 8000])
def test_texts_are_split_and_whole_again(length: int) -> None:
    text = "é" * length
    head, tail_hash, tail = split(text)
    assert head + (tail or "") == text
    assert (tail is None) == (tail_hash == 0) == (length <= HEAD_LENGTH)
