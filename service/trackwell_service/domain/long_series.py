"""What `series` says of points, for columns long enough that numpy beats a loop. Loaded when such columns come."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from trackwell_service.domain.entities import MetricSummary
from trackwell_service.domain.series import CANONICAL_NAN, Columns

Integers = npt.NDArray[np.int64]

NAN_BITS = np.array([CANONICAL_NAN]).view(np.int64)[0]
_INT64_MAX = np.int64(2**63 - 1)


def canonical_bits(values: npt.NDArray[np.float64]) -> Integers:
    """The bits of values as they are stored, see `series.canonical`."""
    bits = values.view(np.int64)
    unclear = np.isnan(values)
    return np.where(unclear, NAN_BITS, bits) if unclear.any() else bits


def value_ranks(bits: Integers) -> Integers:
    """`series.value_rank` as one integer: -0.0 is -1, 0.0 is 0, NaN is 1, other numbers by size around them."""
    ranks = np.where(bits >= 0, bits + (bits > 0), -1 - (bits & _INT64_MAX))
    return np.where(bits == NAN_BITS, np.int64(1), ranks)


def summary_of_columns(columns: Columns) -> MetricSummary:
    """`series.summarize` of columns alone (at least one point)."""
    timestamps = np.frombuffer(columns.timestamps, np.int64)
    steps = np.frombuffer(columns.steps, np.int64)
    values = np.frombuffer(columns.values, np.float64)
    last_step = steps.max()
    latest = np.flatnonzero(steps == last_step)
    last_timestamp = timestamps[latest].max()
    latest = latest[timestamps[latest] == last_timestamp]
    if len(latest) > 1:
        latest = latest[[value_ranks(canonical_bits(values[latest])).argmax()]]
    numbers = ~np.isnan(values)
    if numbers.all():
        real, real_steps = values, steps
    else:
        real, real_steps = values[numbers], steps[numbers]
    low = high = low_step = high_step = None
    if len(real):
        # 0.0 is added so that an extreme of zero has no sign.
        low, high = float(real.min()) + 0.0, float(real.max()) + 0.0
        low_step, high_step = int(real_steps[real == low].min()), int(real_steps[real == high].min())
    return MetricSummary(float(values[latest[0]]), int(last_step), int(last_timestamp), low, low_step, high, high_step)


def least(column: array[int]) -> int:
    """The smallest of at least one integer."""
    return int(np.frombuffer(column, np.int64).min())


def make_canonical(column: array[float]) -> None:
    """Gives every NaN in the column its one bit pattern, in place."""
    values = np.frombuffer(column, np.float64)
    undefined = np.isnan(values)
    if undefined.any():
        values[undefined] = CANONICAL_NAN


def within_steps(columns: Columns, start_step: int, end_step: int) -> Columns:
    """The points with ``start_step <= step <= end_step``, in their order."""
    steps = np.frombuffer(columns.steps, np.int64)
    mask = (steps >= start_step) & (steps <= end_step)
    if mask.all():
        return columns
    return Columns(
        array("q", np.frombuffer(columns.timestamps, np.int64)[mask].tobytes()),
        array("q", steps[mask].tobytes()),
        array("d", np.frombuffer(columns.values, np.float64)[mask].tobytes()),
    )


def spread_by_step(columns: Columns, count: int) -> list[int]:
    """Positions of at most `count` (2 or more) points of a history, evenly spread by (step, timestamp, value).

    Of n points in that order the ones at ``i * (n-1) // (count-1)`` are taken, which include the first and the last.
    """
    # A history is sorted by (timestamp, step, value), so a stable sort by step is one by (step, timestamp, value).
    order = np.argsort(np.frombuffer(columns.steps, np.int64), kind="stable")
    if len(order) > count:
        order = order[np.arange(count, dtype=np.int64) * (len(order) - 1) // (count - 1)]
    positions: list[int] = order.tolist()
    return positions
