"""Metric points on their way into a mutation: checked, and grouped by key into columns, as wholes where possible."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trackwell_service.domain.changes import AppendPoints
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_POINTS_PER_REQUEST, MAX_SERIES_PER_REQUEST
from trackwell_service.domain.series import Columns, canonical
from trackwell_service.domain.validation import check_key, check_list_size, check_time, shown

Row = tuple[str, int, int, float]
"""(key, timestamp_ms, step, value)."""

POINT_BYTES: Final = 24
"""Memory of one point in columns."""

SERIES_BYTES: Final = 400
"""Memory of a series beside its points: three arrays, the columns object, the key."""

SHORT_COLUMN_ITEMS: Final = 32
"""Columns with fewer items are looked at item by item, which costs less than making a vector of them."""


@dataclass(frozen=True, slots=True)
class RawSeries:
    """One metric's points as they came: little-endian doubles and 64-bit integers; empty `steps` mean all 0."""

    key: str
    values: bytes
    steps: bytes
    timestamps: bytes


def one_point(timestamp_ms: int, step: int, value: float) -> Columns:
    """Columns of a single point."""
    return Columns(array("q", (timestamp_ms,)), array("q", (step,)), array("d", (canonical(value),)))


def grouped(rows: Sequence[Row]) -> dict[str, Columns]:
    """Columns by key, in the order in which keys first appear; points of a key keep their order."""
    if not rows:
        return {}
    keys, timestamps, steps, values = zip(*rows, strict=True)
    total = sum(values)
    if total != total:
        # Only then is there a NaN, or infinities of both signs.
        values = tuple(map(canonical, values))
    distinct = dict.fromkeys(keys)
    if len(distinct) == 1:
        return {keys[0]: Columns(array("q", timestamps), array("q", steps), array("d", values))}
    if len(distinct) == len(rows):
        return {
            key: Columns(array("q", (timestamp,)), array("q", (step,)), array("d", (value,)))
            for key, timestamp, step, value in zip(keys, timestamps, steps, values, strict=True)
        }
    groups = {key: Columns(array("q"), array("q"), array("d")) for key in distinct}
    for key, timestamp, step, value in zip(keys, timestamps, steps, values, strict=True):
        columns = groups[key]
        columns.timestamps.append(timestamp)
        columns.steps.append(step)
        columns.values.append(value)
    return groups


def check_rows(rows: Sequence[Row], parameter: str) -> None:
    """Keys and timestamps of all rows; the first bad one is reported as `metrics[3].name` or `metrics[3].timestamp`."""
    try:
        for key in dict.fromkeys(row[0] for row in rows):
            check_key(key, parameter)
        if rows and min(row[1] for row in rows) >= 0:
            return
    except InvalidParameter:
        pass
    # Something is wrong: find the first one, in the caller's order.
    for index, (key, timestamp_ms, _, _) in enumerate(rows):
        check_key(key, f"{parameter}[{index}].name")
        check_time(timestamp_ms, f"{parameter}[{index}].timestamp")


def from_raw(series: Sequence[RawSeries], parameter: str = "series") -> dict[str, Columns]:
    """Columns by key of series as they came, checked as whole columns. Series without points are left out.

    Raises InvalidParameter for a bad key, a key given twice, columns of unequal length or broken size,
    negative timestamps, and beyond the limits in number of series and points.
    """
    check_list_size(len(series), parameter, MAX_SERIES_PER_REQUEST)
    total = sum(len(one.values) for one in series) // 8
    if total > MAX_POINTS_PER_REQUEST:
        raise InvalidParameter(
            f"Parameter '{parameter}' has {total} points, at most {MAX_POINTS_PER_REQUEST} are allowed. "
            "Split the request into smaller ones."
        )
    result: dict[str, Columns] = {}
    for index, one in enumerate(series):
        check_key(one.key, f"{parameter}[{index}].key")
        if one.key in result:
            raise InvalidParameter(
                f"Key {shown(one.key)} is given more than once in parameter '{parameter}'. Send it as one series."
            )
        result[one.key] = _columns(one, f"{parameter}[{index}]")
    return {key: columns for key, columns in result.items() if len(columns)}


def _columns(series: RawSeries, parameter: str) -> Columns:
    count = len(series.values) // 8
    steps = series.steps or bytes(len(series.values))
    for name, column in (("values", series.values), ("steps", steps), ("timestamps", series.timestamps)):
        if len(column) % 8:
            raise InvalidParameter(
                f"Column '{parameter}.{name}' has {len(column)} bytes, which is not a multiple of 8. "
                "Send whole 64-bit numbers, little-endian."
            )
        if len(column) != count * 8:
            raise InvalidParameter(
                f"Column '{parameter}.{name}' has {len(column) // 8} items and 'values' has {count}. "
                "Send columns of equal length."
            )
    timestamps = _integers(series.timestamps)
    if count and _least(timestamps) < 0:
        index = next(index for index, timestamp_ms in enumerate(timestamps) if timestamp_ms < 0)
        check_time(timestamps[index], f"{parameter}.timestamps[{index}]")
    return Columns(timestamps, _integers(steps), _doubles(series.values))


def _integers(data: bytes) -> array[int]:
    column = array("q")
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _doubles(data: bytes) -> array[float]:
    column = array("d")
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    if len(column) < SHORT_COLUMN_ITEMS:
        return array("d", map(canonical, column))
    from trackwell_service.domain import long_series  # noqa: PLC0415 - loads numpy, which few servers need at start

    long_series.make_canonical(column)
    return column


def _least(column: array[int]) -> int:
    if len(column) < SHORT_COLUMN_ITEMS:
        return min(column)
    from trackwell_service.domain import long_series  # noqa: PLC0415 - see _doubles

    return long_series.least(column)


def joined(first: Mapping[str, Columns], second: Mapping[str, Columns]) -> dict[str, Columns]:
    """The points of both, by key."""
    result = dict(first)
    for key, columns in second.items():
        known = result.get(key)
        result[key] = (
            columns
            if known is None
            else Columns(
                known.timestamps + columns.timestamps, known.steps + columns.steps, known.values + columns.values
            )
        )
    return result


def appended(run_id: str, points: Mapping[str, Columns]) -> Iterable[AppendPoints]:
    """The changes which append `points`."""
    return (AppendPoints(run_id, key, columns) for key, columns in points.items())


def size_bytes(points: Mapping[str, Columns]) -> int:
    """Roughly the memory that `points` take."""
    return sum(SERIES_BYTES + POINT_BYTES * len(columns) for columns in points.values())
