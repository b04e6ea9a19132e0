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
    """The summary of `columns` (at least one point), joined with what was `known` before."""
    points = columns.triples()
    latest_rank: tuple[int, int, ValueRank] | None = None
    value, step, timestamp_ms = 0.0, 0, 0
    low: tuple[float, int] | None = None
    high: tuple[float, int] | None = None
    if known is not None:
        value, step, timestamp_ms = known.value, known.step, known.timestamp_ms
        latest_rank = point_rank(timestamp_ms, step, value)
        if known.min_value is not None and known.min_step is not None:
            low = (known.min_value, known.min_step)
        if known.max_value is not None and known.max_step is not None:
            high = (-known.max_value, known.max_step)
    for point_timestamp, point_step, point_value in points:
        rank = point_rank(point_timestamp, point_step, point_value)
        if latest_rank is None or rank > latest_rank:
            latest_rank = rank
            value, step, timestamp_ms = point_value, point_step, point_timestamp
        if point_value == point_value:
            if low is None or (point_value, point_step) < low:
                low = (point_value, point_step)
            if high is None or (-point_value, point_step) < high:
                high = (-point_value, point_step)
    return MetricSummary(
        value=value,
        step=step,
        timestamp_ms=timestamp_ms,
        min_value=None if low is None else low[0],
        min_step=None if low is None else low[1],
        max_value=None if high is None else -high[0],
        max_step=None if high is None else high[1],
    )
