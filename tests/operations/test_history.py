"""Reading histories in chunks, pages and samples is the same as reading them whole (rest-facts §4, §6, §8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.listed_metrics import ListedMetrics
from trackwell_service.domain import limits
from trackwell_service.domain.errors import DeadlineExceeded, InvalidParameter
from trackwell_service.operations.history import (
    SeriesChunk,
    bulk_history,
    history_page,
    sampled_history,
    series_chunks,
)

Point = tuple[int, int, float]

points = st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3), st.sampled_from([0.0, 1.5, -2.0])), max_size=12)
stores = st.dictionaries(st.sampled_from(["r1", "r2"]), st.dictionaries(st.sampled_from("abc"), points, max_size=3))


def told(chunks: Sequence[SeriesChunk]) -> list[tuple[str, str, Point]]:
    """Every point with its run and key, in the order in which it was sent."""
    return [(chunk.run_id, chunk.key, point) for chunk in chunks for point in chunk.columns.triples()]


def whole(reader: ListedMetrics, runs: Sequence[str], keys: Sequence[str]) -> list[tuple[str, str, Point]]:
    """What the chunks must tell."""
    return [
        (run, key, point)
        for run in runs
        for key in (keys or reader.metric_summaries(run))
        for point in reader.points(run, key)
    ]


@given(stores, st.sampled_from([(), ("a",), ("b", "a")]), st.integers(1, 5))
def test_chunks_tell_everything_once(
    given_points: dict[str, dict[str, list[Point]]], keys: Sequence[str], chunk_points: int
) -> None:
    reader = ListedMetrics(given_points)
    chunks = list(series_chunks(reader, ("r2", "r1"), keys, chunk_points=chunk_points))
    assert told(chunks) == whole(reader, ("r2", "r1"), keys)
    assert all(1 <= len(chunk.columns) <= chunk_points and chunk.next_page_token is None for chunk in chunks)


@given(stores, st.sampled_from([(), ("a",), ("b", "a")]), st.integers(1, 5), st.integers(1, 7))
def test_pages_tell_everything_once(
    given_points: dict[str, dict[str, list[Point]]], keys: Sequence[str], chunk_points: int, max_points: int
) -> None:
    """A token exactly when a point is left, on the last chunk; the pages joined are the whole."""
    reader = ListedMetrics(given_points)
    expected = whole(reader, ("r2", "r1"), keys)
    found: list[tuple[str, str, Point]] = []
    token: str | None = None
    for _ in range(len(expected) + 1):
        chunks = list(
            series_chunks(
                reader, ("r2", "r1"), keys, chunk_points=chunk_points, max_points=max_points, page_token=token
            )
        )
        assert all(chunk.next_page_token is None for chunk in chunks[:-1])
        page = told(chunks)
        found += page
        token = chunks[-1].next_page_token if chunks else None
        if token is None:
            break
        assert len(page) == max_points
    assert found == expected


def test_keys_that_came_since_are_told_when_they_lie_ahead() -> None:
    reader = ListedMetrics({"r1": {"b": [(1, 0, 1.0), (2, 0, 1.0)], "d": [(1, 0, 1.0)]}})
    (first,) = series_chunks(reader, ("r1",), (), max_points=1)
    later = ListedMetrics(
        {"r1": {"a": [(1, 0, 1.0)], "b": [(1, 0, 1.0), (2, 0, 1.0)], "c": [(1, 0, 1.0)], "d": [(1, 0, 1.0)]}}
    )
    rest = list(series_chunks(later, ("r1",), (), page_token=first.next_page_token))
    assert [(chunk.key, list(chunk.columns.timestamps)) for chunk in rest] == [("b", [2]), ("c", [1]), ("d", [1])]


def test_a_run_asked_for_twice_is_told_once() -> None:
    reader = ListedMetrics({"r1": {"a": [(1, 0, 1.0)]}})
    assert len(list(series_chunks(reader, ("r1", "r1"), ("a", "a")))) == 1


@pytest.mark.parametrize(
    ("runs", "keys", "max_points", "words"),
    [
        ((), (), None, "Missing value for required parameter 'run_ids'"),
        (tuple(f"r{n}" for n in range(101)), (), None, "Parameter 'run_ids' has 101 items, at most 100"),
        (("r", "a/b"), (), None, "for parameter 'run_ids[1]'"),
        (("r",), tuple(f"k{n}" for n in range(101)), None, "Parameter 'metric_keys' has 101 items, at most 100"),
        (("r",), ("k", "a//b"), None, "for parameter 'metric_keys[1]'"),
        (("r",), (), 0, "Invalid value 0"),
        (("r",), (), -1, "Invalid value -1"),
    ],
)
def test_a_bad_request_is_refused_before_the_first_chunk(
    runs: Sequence[str], keys: Sequence[str], max_points: int | None, words: str
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        series_chunks(ListedMetrics({}), runs, keys, max_points=max_points)
    assert words in caught.value.message


def test_a_page_is_bounded_by_what_fits_an_answer() -> None:
    reader = ListedMetrics({"r": {"a": [(n, 0, 1.0) for n in range(10)]}})
    first = history_page(reader, "r", "a", max_results=None, page_token=None, most_points=4)
    assert list(first.columns.timestamps) == [0, 1, 2, 3]
    second = history_page(reader, "r", "a", max_results=2, page_token=first.next_page_token, most_points=4)
    assert list(second.columns.timestamps) == [4, 5]
    last = history_page(reader, "r", "a", max_results=100, page_token=second.next_page_token, most_points=4)
    assert list(last.columns.timestamps) == [6, 7, 8, 9]
    assert last.next_page_token is None


def test_a_pages_token_is_one_of_the_series() -> None:
    """ADR 0005: two rpcs share one token format."""
    reader = ListedMetrics({"r": {"a": [(n, 0, 1.0) for n in range(4)]}})
    token = history_page(reader, "r", "a", max_results=1, page_token=None, most_points=9).next_page_token
    (chunk,) = series_chunks(reader, ("r",), ("a",), page_token=token)
    assert list(chunk.columns.timestamps) == [1, 2, 3]


def test_bulk_history_is_bounded_over_all_runs() -> None:
    reader = ListedMetrics({"r1": {"a": [(n, 0, 1.0) for n in range(3)]}, "r2": {"a": [(9, 0, 1.0)]}})
    found = bulk_history(reader, ("r2", "r1", "r2"), "a", max_results=None)
    assert [(point.run_id, point.timestamp_ms) for point in found] == [("r1", 0), ("r1", 1), ("r1", 2), ("r2", 9)]
    assert bulk_history(reader, ("r2", "r1"), "a", max_results=3) == found[:3]
    reader.asked.clear()
    bulk_history(reader, ("r1", "r2"), "a", max_results=3)
    assert reader.asked == [("r1", "a", 3)], "a full answer asks for no further run"


def in_time() -> None:
    """Somebody waits for the answer."""


def test_a_sample_that_nobody_waits_for_is_given_up() -> None:
    reader = ListedMetrics({"r": {"a": [(1, 1, 1.0)]}})

    def late() -> None:
        raise DeadlineExceeded("late")

    with pytest.raises(DeadlineExceeded):
        sampled_history(reader, ("r",), "a", start_step=None, end_step=None, max_results=1, check_in_time=late)
    assert reader.asked == []


def steps_of(count: int, most: int) -> list[int]:
    """Steps that a sample of steps 0 … count-1 keeps."""
    reader = ListedMetrics({"r": {"a": [(1000 - n, n, 1.0) for n in range(count)]}})
    found = sampled_history(
        reader, ("r",), "a", start_step=None, end_step=None, max_results=most, check_in_time=in_time
    )
    return [point.step for point in found]


@given(st.integers(0, 200), st.integers(1, 50))
def test_a_sample_is_even_and_keeps_both_ends(count: int, most: int) -> None:
    steps = steps_of(count, most)
    assert len(steps) == min(count, max(2, most))
    assert steps == sorted(set(steps))
    if count:
        assert (steps[0], steps[-1]) == (0, count - 1)
    gaps = [after - before for before, after in pairwise(steps)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_a_sample_stays_within_the_steps() -> None:
    reader = ListedMetrics({"r": {"a": [(n, n % 7, float(n)) for n in range(100)]}})
    found = sampled_history(reader, ("r",), "a", start_step=2, end_step=3, max_results=2500, check_in_time=in_time)
    expected = sorted((n % 7, n) for n in range(100) if 2 <= n % 7 <= 3)
    assert [(point.step, point.timestamp_ms) for point in found] == expected


def test_a_sample_of_a_long_history() -> None:
    """Longer than one chunk, so that it is put together from several."""
    count = limits.MAX_SERIES_CHUNK_POINTS + 10
    reader = ListedMetrics({"r": {"a": [(n, n, 1.0) for n in range(count)]}})
    found = sampled_history(
        reader, ("r",), "a", start_step=None, end_step=None, max_results=None, check_in_time=in_time
    )
    assert len(found) == limits.DEFAULT_INTERVAL_POINTS
    assert (found[0].step, found[-1].step) == (0, count - 1)


@pytest.mark.parametrize(
    ("start_step", "end_step", "max_results", "words"),
    [
        (1, None, None, "must be given both or not at all"),
        (None, 1, None, "must be given both or not at all"),
        (2, 1, None, "'start_step' (2) must not be greater than parameter 'end_step' (1)"),
        (None, None, 0, "Invalid value 0 for parameter 'max_results'"),
        (None, None, 2501, "Invalid value 2501 for parameter 'max_results'"),
    ],
)
def test_samples_that_are_refused(
    start_step: int | None, end_step: int | None, max_results: int | None, words: str
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        sampled_history(
            ListedMetrics({}),
            ("r",),
            "a",
            start_step=start_step,
            end_step=end_step,
            max_results=max_results,
            check_in_time=in_time,
        )
    assert words in caught.value.message
