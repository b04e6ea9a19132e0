"""Summaries of metrics: joining them in any grouping gives what all the points at once give (rest-facts §6)."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from support.histories import points
from trackwell_service.domain.series import Columns, canonical, history_rank, point_rank, summarize


@given(st.lists(points, min_size=1, max_size=12), st.data())
def test_a_summary_can_be_joined_from_parts(given_points: list[tuple[int, int, float]], data: st.DataObject) -> None:
    """§6: latest, minimum and maximum do not depend on how the points came."""
    whole = summarize(Columns.of(given_points))
    shuffled = data.draw(st.permutations(given_points))
    joined = None
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        joined, shuffled = summarize(Columns.of(shuffled[:size]), joined), shuffled[size:]
    assert joined is not None
    assert repr(joined) == repr(whole)


@given(st.lists(points, min_size=1, max_size=12))
def test_a_summary_is_what_its_words_say(given_points: list[tuple[int, int, float]]) -> None:
    """§6: the maximum by (step, timestamp, value); entities.MetricSummary: extremes disregard NaN, smallest step."""
    summary = summarize(Columns.of(given_points))
    timestamp, step, value = max(given_points, key=lambda point: point_rank(*point))
    assert (summary.timestamp_ms, summary.step, repr(summary.value)) == (timestamp, step, repr(value))
    numbers = [(value, step) for _, step, value in given_points if not math.isnan(value)]
    if not numbers:
        assert summary.min_value is summary.max_value is summary.min_step is summary.max_step is None
        return
    least, greatest = min(value for value, _ in numbers), max(value for value, _ in numbers)
    assert (summary.min_value, summary.max_value) == (least, greatest)
    assert summary.min_step == min(step for value, step in numbers if value == least)
    assert summary.max_step == min(step for value, step in numbers if value == greatest)


@given(points, points)
def test_ranks_tell_points_apart_exactly(first: tuple[int, int, float], second: tuple[int, int, float]) -> None:
    """DESIGN §4: an exact duplicate has the same bits after canonicalising NaN; every other has its own rank."""
    same_bits = [repr(part) for part in (*first[:2], canonical(first[2]))] == [
        repr(part) for part in (*second[:2], canonical(second[2]))
    ]
    for rank in (point_rank, history_rank):
        assert (rank(*first) == rank(*second)) is same_bits
