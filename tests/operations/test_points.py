"""Points become columns: grouped by key in their order, the same whether they came as rows or as raw arrays."""

from __future__ import annotations

import math
import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.series import CANONICAL_NAN, Columns
from trackwell_service.operations.points import (
    SHORT_COLUMN_ITEMS,
    RawSeries,
    Row,
    check_rows,
    from_raw,
    grouped,
    joined,
    one_point,
)

ODD_NAN = struct.unpack("<d", bytes.fromhex("010000000000f0ff"))[0]

values = st.floats() | st.sampled_from([math.nan, ODD_NAN, -0.0, math.inf, -math.inf])
int64 = st.integers(-(2**63), 2**63 - 1)
rows = st.lists(st.tuples(st.sampled_from(["a", "b", "c/d"]), st.integers(0, 2**63 - 1), int64, values))


def bits(value: float) -> bytes:
    """What tells every double from every other."""
    return struct.pack("<d", value)


def listed(columns: Columns) -> list[tuple[int, int, bytes]]:
    """The points, comparable to the bit."""
    return [(timestamp_ms, step, bits(value)) for timestamp_ms, step, value in columns.triples()]


def stored(value: float) -> bytes:
    """The value as it is to be stored."""
    return bits(CANONICAL_NAN if math.isnan(value) else value)


@given(rows)
def test_rows_are_grouped_by_key_in_their_order(given_rows: list[Row]) -> None:
    groups = grouped(given_rows)
    assert list(groups) == list(dict.fromkeys(key for key, _, _, _ in given_rows))
    for key, columns in groups.items():
        assert listed(columns) == [(t, s, stored(v)) for name, t, s, v in given_rows if name == key]


def test_rows_with_a_key_each() -> None:
    groups = grouped([(f"k{n}", n, -n, math.nan) for n in range(5)])
    assert {key: listed(columns) for key, columns in groups.items()} == {
        f"k{n}": [(n, -n, stored(math.nan))] for n in range(5)
    }


def test_one_point() -> None:
    assert listed(one_point(7, -1, ODD_NAN)) == [(7, -1, stored(math.nan))]


@given(rows)
def test_joined_points_follow_one_another(given_rows: list[Row]) -> None:
    half = len(given_rows) // 2
    both = joined(grouped(given_rows[:half]), grouped(given_rows[half:]))
    whole = grouped(given_rows)
    assert {key: listed(columns) for key, columns in both.items()} == {
        key: listed(columns) for key, columns in whole.items()
    }


def packed(kind: str, items: list[int] | list[float]) -> bytes:
    """Little-endian 64-bit items."""
    return struct.pack(f"<{len(items)}{kind}", *items)


def raw(key: str, points: list[tuple[int, int, float]], *, with_steps: bool = True) -> RawSeries:
    """A series as it comes."""
    return RawSeries(
        key,
        packed("d", [value for _, _, value in points]),
        packed("q", [step for _, step, _ in points]) if with_steps else b"",
        packed("q", [timestamp for timestamp, _, _ in points]),
    )


@pytest.mark.parametrize("count", [1, SHORT_COLUMN_ITEMS - 1, SHORT_COLUMN_ITEMS, 1000])
@pytest.mark.parametrize("odd", [1.5, ODD_NAN, -math.inf])
def test_raw_columns_come_out_as_points(count: int, odd: float) -> None:
    """Short columns and long ones are read in two ways with one result."""
    points = [(n, -n, float(n)) for n in range(count)]
    points[count // 2] = (3, 4, odd)
    (columns,) = from_raw([raw("k", points)]).values()
    assert listed(columns) == [(t, s, stored(v)) for t, s, v in points]
    assert isinstance(columns.values, array)


def test_absent_steps_are_zero() -> None:
    (columns,) = from_raw([raw("k", [(1, 9, 1.0), (2, 9, 2.0)], with_steps=False)]).values()
    assert listed(columns) == [(1, 0, bits(1.0)), (2, 0, bits(2.0))]


def test_a_series_without_points_is_left_out() -> None:
    assert list(from_raw([raw("a", []), raw("b", [(1, 1, 1.0)])])) == ["b"]


POINT = (1, 1, 1.0)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ([raw("a//b", [POINT])], "parameter 'series[0].key'"),
        ([raw("a", [POINT]), raw("", [POINT])], "Missing value for required parameter 'series[1].key'"),
        ([raw("a", [POINT]), raw("a", [POINT])], "Key \"a\" is given more than once in parameter 'series'"),
        ([RawSeries("a", b"1234567", b"", b"12345678")], "Column 'series[0].values' has 7 bytes"),
        ([RawSeries("a", b"12345678", b"123", b"12345678")], "Column 'series[0].steps' has 3 bytes"),
        ([RawSeries("a", b"12345678", b"", b"1234567890")], "Column 'series[0].timestamps' has 10 bytes"),
        ([RawSeries("a", bytes(16), bytes(8), bytes(16))], "Column 'series[0].steps' has 1 items and 'values' has 2"),
        ([RawSeries("a", bytes(16), b"", b"")], "Column 'series[0].timestamps' has 0 items and 'values' has 2"),
        ([RawSeries("a", b"", b"", bytes(8))], "Column 'series[0].timestamps' has 1 items and 'values' has 0"),
        ([raw("a", [POINT, (-5, 0, 1.0)])], "Invalid value -5 for parameter 'series[0].timestamps[1]'"),
        ([raw("a", [POINT] * 99 + [(-5, 0, 1.0)])], "Invalid value -5 for parameter 'series[0].timestamps[99]'"),
        ([raw(f"k{n}", [POINT]) for n in range(1001)], "Parameter 'series' has 1001 items, at most 1000"),
        ([RawSeries("a", bytes(8 * 500_001), b"", bytes(8 * 500_001))], "has 500001 points, at most 500000"),
    ],
)
def test_columns_that_are_refused(series: list[RawSeries], words: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        from_raw(series)
    assert words in caught.value.message


def test_as_many_points_as_allowed() -> None:
    (columns,) = from_raw([RawSeries("a", bytes(8 * 500_000), b"", bytes(8 * 500_000))]).values()
    assert len(columns) == 500_000
    assert len(from_raw([raw(f"k{n}", [POINT]) for n in range(1000)])) == 1000


@pytest.mark.parametrize(
    ("bad_rows", "parameter"),
    [
        ([("a", 1, 1, 1.0), ("a//b", -1, 1, 1.0)], "metrics[1].name"),
        ([("a", -1, 1, 1.0), ("a//b", 1, 1, 1.0)], "metrics[0].timestamp"),
        ([("a", 1, 1, 1.0), ("b", 1, 1, 1.0), ("a", -1, 1, 1.0)], "metrics[2].timestamp"),
    ],
)
def test_the_first_bad_row_is_named(bad_rows: list[Row], parameter: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        check_rows(bad_rows, "metrics")
    assert f"parameter '{parameter}'" in caught.value.message


def test_no_rows_are_fine() -> None:
    check_rows([], "metrics")
    assert grouped([]) == {}
