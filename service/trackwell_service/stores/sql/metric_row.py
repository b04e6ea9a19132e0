"""What is stored beside a metric's history, in the columns' own form, and how points change it.

The rules are those of `series.summarize`. They stand here again on ranks, because a batch brings a thousand metrics
with a point each and comparing integers costs a tenth of making summaries; tests hold both to the same answers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trackwell_service.domain.entities import MetricSummary
from trackwell_service.stores.sql.ranks import NAN_RANK, rank_of

COLUMNS = ("value_rank", "negative_zero", "step", "timestamp_ms", "min_rank", "min_step", "max_rank", "max_step")
"""The columns of `metric_latest` that points change, in the order of `MetricRow.values`."""


@dataclass(slots=True)
class MetricRow:
    """A row of `metric_latest` without its key. The extremes are None while every value is NaN."""

    value_rank: int
    negative_zero: int
    step: int
    timestamp_ms: int
    min_rank: int | None
    min_step: int | None
    max_rank: int | None
    max_step: int | None

    def values(self) -> tuple[int | None, ...]:
        """The row in the order of COLUMNS."""
        return (
            self.value_rank,
            self.negative_zero,
            self.step,
            self.timestamp_ms,
            self.min_rank,
            self.min_step,
            self.max_rank,
            self.max_step,
        )

    def add_point(self, timestamp_ms: int, step: int, value: float) -> bool:
        """Takes a point into account; whether that changed anything."""
        rank = rank_of(value)
        negative_zero = 1 if rank == 0 and math.copysign(1.0, value) < 0 else 0
        changed = False
        if step > self.step or (step == self.step and self._is_later(timestamp_ms, rank, negative_zero)):
            self.value_rank, self.negative_zero, self.step, self.timestamp_ms = rank, negative_zero, step, timestamp_ms
            changed = True
        return (rank != NAN_RANK and self._widen(rank, step, rank, step)) or changed

    def add_summary(self, summary: MetricSummary) -> bool:
        """Takes points into account of which the summary is known; whether that changed anything."""
        other = row_of(summary)
        changed = False
        if other.step > self.step or (
            other.step == self.step and self._is_later(other.timestamp_ms, other.value_rank, other.negative_zero)
        ):
            self.value_rank, self.negative_zero = other.value_rank, other.negative_zero
            self.step, self.timestamp_ms = other.step, other.timestamp_ms
            changed = True
        low, low_step, high, high_step = other.min_rank, other.min_step, other.max_rank, other.max_step
        if low is None or low_step is None or high is None or high_step is None:
            return changed
        return self._widen(low, low_step, high, high_step) or changed

    def _is_later(self, timestamp_ms: int, rank: int, negative_zero: int) -> bool:
        """Whether a point of the same step is the later one."""
        if timestamp_ms != self.timestamp_ms:
            return timestamp_ms > self.timestamp_ms
        return _tie_rank(rank, negative_zero) > _tie_rank(self.value_rank, self.negative_zero)

    def _widen(self, low: int, low_step: int, high: int, high_step: int) -> bool:
        if self.min_rank is None or self.min_step is None or self.max_rank is None or self.max_step is None:
            self.min_rank, self.min_step, self.max_rank, self.max_step = low, low_step, high, high_step
            return True
        changed = False
        if low < self.min_rank or (low == self.min_rank and low_step < self.min_step):
            self.min_rank, self.min_step = low, low_step
            changed = True
        if high > self.max_rank or (high == self.max_rank and high_step < self.max_step):
            self.max_rank, self.max_step = high, high_step
            changed = True
        return changed


def row_of_point(timestamp_ms: int, step: int, value: float) -> MetricRow:
    """The row of a metric with one point."""
    rank = rank_of(value)
    if rank == NAN_RANK:
        return MetricRow(rank, 0, step, timestamp_ms, None, None, None, None)
    negative_zero = 1 if rank == 0 and math.copysign(1.0, value) < 0 else 0
    return MetricRow(rank, negative_zero, step, timestamp_ms, rank, step, rank, step)


def row_of(summary: MetricSummary) -> MetricRow:
    """The row of a metric with that summary."""
    value, low, high = summary.value, summary.min_value, summary.max_value
    rank = rank_of(value)
    return MetricRow(
        rank,
        1 if rank == 0 and math.copysign(1.0, value) < 0 else 0,
        summary.step,
        summary.timestamp_ms,
        None if low is None else rank_of(low),
        summary.min_step,
        None if high is None else rank_of(high),
        summary.max_step,
    )


def _tie_rank(rank: int, negative_zero: int) -> tuple[int, int]:
    """`series.value_rank` of a rank: NaN comes right after zero, and -0.0 before it."""
    return (0, 1) if rank == NAN_RANK else (rank, -negative_zero)
