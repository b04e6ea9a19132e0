"""Summaries of long columns are those of a plain look at every point."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_service.domain import series
from trackwell_service.domain.entities import MetricSummary
from trackwell_service.domain.long_series import canonical_bits, value_ranks
from trackwell_service.domain.series import Columns, canonical, point_rank, summarize, value_rank
from trackwell_service.stores.sql.metric_row import row_of, row_of_point

values = st.sampled_from([0.0, -0.0, 1.0, float("nan"), float("inf"), float("-inf"), 5e-324]) | st.floats()
integers = st.integers(-2, 2) | st.integers(-(2**63), 2**63 - 1)
triples = st.lists(st.tuples(integers, integers, values), min_size=1, max_size=8)


def plain_summary(points: list[tuple[int, int, float]]) -> MetricSummary:
    """The definition, word by word (`entities.MetricSummary`)."""
    timestamp_ms, step, value = max(points, key=lambda point: point_rank(*point))
    numbers = [(number, at) for _, at, number in points if number == number]
    low = min((number for number, _ in numbers), default=None)
    high = max((number for number, _ in numbers), default=None)
    return MetricSummary(
        value,
        step,
        timestamp_ms,
        None if low is None else low + 0.0,
        min((at for number, at in numbers if number == low), default=None),
        None if high is None else high + 0.0,
        min((at for number, at in numbers if number == high), default=None),
    )


@pytest.mark.parametrize("long_from", [2, 1000])
@given(batches=st.lists(triples, min_size=1, max_size=3))
def test_a_summary_grown_by_batches_is_that_of_all_points(
    long_from: int, batches: list[list[tuple[int, int, float]]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(series, "LONG_FROM", long_from)
        grown: MetricSummary | None = None
        for batch in batches:
            grown = summarize(Columns.of(batch), grown)
    # repr tells -0.0 from 0.0 and takes NaN for equal to itself.
    assert repr(grown) == repr(plain_summary([point for batch in batches for point in batch]))


@given(given_points=st.lists(st.tuples(integers, integers, values), min_size=1, max_size=12), cut=st.integers(0, 12))
def test_a_stored_row_follows_the_same_rules(given_points: list[tuple[int, int, float]], cut: int) -> None:
    row = row_of_point(*given_points[0])
    for point in given_points[1 : 1 + cut]:
        before = row.values()
        assert row.add_point(*point) == (row.values() != before)
    rest = given_points[1 + cut :]
    if rest:
        before = row.values()
        assert row.add_summary(summarize(Columns.of(rest))) == (row.values() != before)
    assert row == row_of(plain_summary(given_points))


@given(st.lists(values, min_size=1))
def test_ranks_of_many_values_order_them_as_the_rank_of_one(given_values: list[float]) -> None:

    stored = [canonical(value) for value in given_values]
    bits = canonical_bits(np.array(given_values))
    assert bits.tobytes() == array("d", stored).tobytes()
    ranks = value_ranks(bits).tolist()
    by_rank = sorted(range(len(stored)), key=lambda place: (ranks[place], place))
    assert by_rank == sorted(range(len(stored)), key=lambda place: (value_rank(stored[place]), place))
