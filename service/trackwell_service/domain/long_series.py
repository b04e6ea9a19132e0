"""What `series` says of points, for columns long enough that numpy beats a loop. Loaded when such columns come."""

from __future__ import annotations

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
