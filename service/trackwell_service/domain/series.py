"""Metric points in columns, the order they have, and what is known of a column without keeping it."""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from trackwell_service.domain.entities import MetricSummary

CANONICAL_NAN: float = struct.unpack("<d", bytes.fromhex("000000000000f87f"))[0]
"""The one NaN that is stored, so that "logged again" can be told by comparing bits."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Points of one metric as three arrays of equal length: int64 timestamps (ms), int64 steps, doubles."""

    timestamps: array[int]
    steps: array[int]
    values: array[float]

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, points: Iterable[tuple[int, int, float]]) -> Columns:
        """Columns of (timestamp_ms, step, value) triples."""
        columns = cls(array("q"), array("q"), array("d"))
        for timestamp_ms, step, value in points:
            columns.timestamps.append(timestamp_ms)
            columns.steps.append(step)
            columns.values.append(value)
        return columns

    def triples(self) -> Iterable[tuple[int, int, float]]:
        """The points as (timestamp_ms, step, value), in their order."""
        return zip(self.timestamps, self.steps, self.values, strict=True)


LONG_FROM = 100
"""Points from which on a summary is made by numpy: its fixed cost is that of a loop over so many."""

ValueRank = tuple[float, int]


def value_rank(value: float) -> ValueRank:
    """Position of a value in the total order of metric values.

    Numbers by size, -0.0 before 0.0, and NaN right after zero: upstream stores NaN as 0 with a flag,
    and ties were always broken that way (rest-facts §6).
    """
    if value != value:
        return (0.0, 1)
    if value == 0.0:
        return (0.0, 0 if math.copysign(1.0, value) > 0 else -1)
    return (value, 0)


def point_rank(timestamp_ms: int, step: int, value: float) -> tuple[int, int, ValueRank]:
    """Which of two points of a metric is the later one: the greater by (step, timestamp, value) (rest-facts §6)."""
    return (step, timestamp_ms, value_rank(value))


def history_rank(timestamp_ms: int, step: int, value: float) -> tuple[int, int, ValueRank]:
    """Where a point stands in a history: by (timestamp, step, value) (rest-facts §6)."""
    return (timestamp_ms, step, value_rank(value))


def canonical(value: float) -> float:
    """The value as it is stored: any NaN becomes the one NaN, everything else keeps its bits."""
    return value if value == value else CANONICAL_NAN


def summarize(columns: Columns, known: MetricSummary | None = None) -> MetricSummary:
    """The summary of `columns` (at least one point), joined with what was `known` before.

    An extreme of zero is told as 0.0, whatever its sign was.
    """
    if len(columns) == 1:
        alone = summary_of_point(columns.timestamps[0], columns.steps[0], columns.values[0])
    elif len(columns) < LONG_FROM:
        alone = _summary_of_points(columns)
    else:
        # numpy takes long to load; a process which only ever sees short columns never does.
        from trackwell_service.domain.long_series import summary_of_columns  # noqa: PLC0415 - see the comment

        alone = summary_of_columns(columns)
    return alone if known is None else _joined(known, alone)


def summary_of_point(timestamp_ms: int, step: int, value: float) -> MetricSummary:
    """`summarize` of a single point."""
    if value != value:
        return MetricSummary(value, step, timestamp_ms, None, None, None, None)
    extreme = value + 0.0
    return MetricSummary(value, step, timestamp_ms, extreme, step, extreme, step)


def _summary_of_points(columns: Columns) -> MetricSummary:
    timestamp_ms, step, value = max(columns.triples(), key=_point_rank)
    numbers = [pair for pair in zip(columns.values, columns.steps, strict=True) if pair[0] == pair[0]]
    if not numbers:
        return MetricSummary(value, step, timestamp_ms, None, None, None, None)
    low, low_step = min(numbers)
    high = max(columns.values) if len(numbers) == len(columns) else max(number for number, _ in numbers)
    high_step = min(step for number, step in numbers if number == high)
    return MetricSummary(value, step, timestamp_ms, low + 0.0, low_step, high + 0.0, high_step)


def _point_rank(point: tuple[int, int, float]) -> tuple[int, int, ValueRank]:
    return point_rank(*point)


def _joined(one: MetricSummary, other: MetricSummary) -> MetricSummary:
    """The summary of all points of two summaries."""
    latest = one
    if other.step > one.step or (
        other.step == one.step
        and (other.timestamp_ms, value_rank(other.value)) > (one.timestamp_ms, value_rank(one.value))
    ):
        latest = other
    low, low_step, high, high_step = one.min_value, one.min_step, one.max_value, one.max_step
    if low is None or low_step is None or high is None or high_step is None:
        low, low_step, high, high_step = other.min_value, other.min_step, other.max_value, other.max_step
    elif (
        other.min_value is not None
        and other.min_step is not None
        and other.max_value is not None
        and other.max_step is not None
    ):
        if other.min_value < low or (other.min_value == low and other.min_step < low_step):
            low, low_step = other.min_value, other.min_step
        if other.max_value > high or (other.max_value == high and other.max_step < high_step):
            high, high_step = other.max_value, other.max_step
    return MetricSummary(latest.value, latest.step, latest.timestamp_ms, low, low_step, high, high_step)
