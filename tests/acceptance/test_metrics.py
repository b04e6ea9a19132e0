"""rest-facts §6, Metrics: what is kept, what counts as latest, and the order of a history."""

from __future__ import annotations

import math
import struct
from itertools import permutations

import pytest

from support.doors.base import Api

Point = tuple[int, int, float]
"""(timestamp, step, value)."""

INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)


def log(api: Api, run_id: str, points: list[Point], key: str = "m") -> None:
    """Logs points one by one."""
    for timestamp, step, value in points:
        api("LogMetric", run_id=run_id, key=key, value=value, timestamp=timestamp, step=step)


def bits(value: float) -> bytes:
    """What tells -0.0 from 0.0, and finds NaN equal to itself."""
    return struct.pack("<d", value)


def history(api: Api, run_id: str, key: str = "m") -> list[Point]:
    """The whole history."""
    answer = api("GetMetricHistory", run_id=run_id, metric_key=key)
    assert not answer.HasField("next_page_token")
    assert all(metric.key == key for metric in answer.metrics)
    return [(metric.timestamp, metric.step, metric.value) for metric in answer.metrics]


def same(found: list[Point], expected: list[Point]) -> bool:
    """Equality to the bit."""
    return [(t, s, bits(v)) for t, s, v in found] == [(t, s, bits(v)) for t, s, v in expected]


def latest(api: Api, run_id: str, key: str = "m") -> Point:
    """The point that the run shows for the key."""
    (metric,) = [metric for metric in api("GetRun", run_id=run_id).run.data.metrics if metric.key == key]
    return (metric.timestamp, metric.step, metric.value)


NUMBERS = [0.0, -0.0, 1.5, -1e308, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 0.1, 1e16 + 2]


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_a_value_comes_back_to_the_bit(api: Api, run_id: str, value: float) -> None:
    """§2, DESIGN §4: NaN and ±Infinity are first-class: neither clamped nor turned into 0."""
    log(api, run_id, [(1, 0, value)])
    expected = math.nan if math.isnan(value) else value
    assert same(history(api, run_id), [(1, 0, expected)])
    assert same([latest(api, run_id)], [(1, 0, expected)])


def test_every_nan_is_one_nan(api: Api, run_id: str) -> None:
    """DESIGN §4: an exact duplicate is judged after canonicalising NaN."""
    (odd,) = struct.unpack("<d", bytes.fromhex("010000000000f0ff"))
    log(api, run_id, [(1, 0, math.nan), (1, 0, odd), (1, 0, -math.nan)])
    assert same(history(api, run_id), [(1, 0, math.nan)])


@pytest.mark.parametrize("step", [0, 1, -1, INT64_MAX, INT64_MIN, 2**53 + 1])
def test_a_step_is_any_int64(api: Api, run_id: str, step: int) -> None:
    """§5: step any int64, negative allowed."""
    log(api, run_id, [(1, step, 2.0)])
    assert history(api, run_id) == [(1, step, 2.0)]
    assert latest(api, run_id) == (1, step, 2.0)


@pytest.mark.parametrize("timestamp", [0, 1, 1_700_000_000_000, 2**53 + 1, INT64_MAX])
def test_a_timestamp_is_zero_or_greater(api: Api, run_id: str, timestamp: int) -> None:
    """§5: metric timestamp ≥ 0."""
    log(api, run_id, [(timestamp, 0, 2.0)])
    assert history(api, run_id) == [(timestamp, 0, 2.0)]


@pytest.mark.parametrize("timestamp", [-1, INT64_MIN])
def test_a_negative_timestamp_is_refused(api: Api, run_id: str, timestamp: int) -> None:
    """§5: metric timestamp ≥ 0."""
    assert str(timestamp) in api.invalid("LogMetric", run_id=run_id, key="m", value=1.0, timestamp=timestamp)
    assert history(api, run_id) == []


def test_the_step_is_zero_when_absent(api: Api, run_id: str) -> None:
    """§4: step i =0."""
    api("LogMetric", run_id=run_id, key="m", value=1.0, timestamp=7)
    assert history(api, run_id) == [(7, 0, 1.0)]


def test_every_point_is_kept(api: Api, run_id: str) -> None:
    """§6: every (key, timestamp, step, value) is kept, also when they differ in one part only."""
    points = [(1, 0, 1.0), (2, 0, 1.0), (1, 1, 1.0), (1, 0, 2.0), (1, 0, -0.0), (1, 0, 0.0)]
    log(api, run_id, points)
    assert len(history(api, run_id)) == len(points)
    log(api, run_id, [(1, 0, 1.0)], key="other")
    assert len(history(api, run_id)) == len(points)


def test_an_exact_duplicate_is_stored_once(api: Api, run_id: str) -> None:
    """§6: an exact duplicate is stored once (SQL)."""
    for _ in range(3):
        log(api, run_id, [(1, 0, 1.0), (1, 0, math.nan), (1, 0, math.inf)])
    assert same(history(api, run_id), [(1, 0, math.nan), (1, 0, 1.0), (1, 0, math.inf)])


def test_a_history_is_ordered_by_timestamp_step_value(api: Api, run_id: str) -> None:
    """§6: get-history order: timestamp, step, value. NaN stands at 0, as upstream stores it."""
    ordered = [
        (0, 9, 9.0),
        (1, -5, 3.0),
        (1, 0, -math.inf),
        (1, 0, -1.0),
        (1, 0, -0.0),
        (1, 0, 0.0),
        (1, 0, math.nan),
        (1, 0, 5e-324),
        (1, 0, 1.0),
        (1, 0, math.inf),
        (1, 2, 0.0),
        (2, -9, 0.0),
    ]
    log(api, run_id, [ordered[place] for place in (7, 2, 11, 0, 5, 9, 1, 4, 10, 3, 8, 6)])
    assert same(history(api, run_id), ordered)


def test_the_latest_value_is_the_greatest_by_step_timestamp_value(api: Api) -> None:
    """§6: the maximum by (step, timestamp, value), not the last logged - in whichever order they arrive."""
    points = [(9, 1, 9.0), (1, 2, 5.0), (3, 2, 1.0), (3, 2, 2.0)]
    for order in permutations(points):
        run_id = api("CreateRun", experiment_id="0").run.info.run_id
        log(api, run_id, list(order))
        assert latest(api, run_id) == (3, 2, 2.0)


@pytest.mark.parametrize(
    ("rivals", "winner"),
    [
        ([math.nan, -1.0], math.nan),
        ([math.nan, 0.0], math.nan),
        ([math.nan, 5e-324], 5e-324),
        ([math.nan, math.inf], math.inf),
        ([math.nan, -math.inf], math.nan),
        ([math.inf, 1e308], math.inf),
        ([0.0, -0.0], 0.0),
    ],
    ids=str,
)
def test_nan_ranks_as_zero_in_ties(api: Api, rivals: list[float], winner: float) -> None:
    """§6: NaN is stored as value 0 + flag, so for ties it ranks as 0 (right after it, to be total)."""
    for order in permutations(rivals):
        run_id = api("CreateRun", experiment_id="0").run.info.run_id
        log(api, run_id, [(1, 1, value) for value in order])
        assert same([latest(api, run_id)], [(1, 1, winner)])


def test_steps_beyond_doubles_are_told_apart(api: Api, run_id: str) -> None:
    """§6: latest is the greatest step, also where doubles would not see a difference."""
    log(api, run_id, [(1, INT64_MAX, 1.0), (9, INT64_MAX - 1, 2.0)])
    assert latest(api, run_id) == (1, INT64_MAX, 1.0)


def test_the_run_shows_each_key_once(api: Api, run_id: str) -> None:
    """§4: data.metrics is [latest per key]; sorted by key."""
    for key in ("b", "a", "B", "b ", "a/b"):
        log(api, run_id, [(1, 0, 1.0), (2, 1, 2.0)], key=key)
    metrics = api("GetRun", run_id=run_id).run.data.metrics
    assert [metric.key for metric in metrics] == sorted(["b", "a", "B", "b ", "a/b"])
    assert {(metric.timestamp, metric.step, metric.value) for metric in metrics} == {(2, 1, 2.0)}


def test_an_unknown_key_has_an_empty_history(api: Api, run_id: str) -> None:
    """§6: unknown key → {}."""
    log(api, run_id, [(1, 0, 1.0)])
    assert history(api, run_id, key="unknown") == []
    assert history(api, run_id, key="M") == []


def test_an_unknown_run_has_an_empty_history(api: Api) -> None:
    """§6: unknown run → {} (SQL)."""
    assert history(api, "f" * 32) == []


def test_a_history_is_read_from_a_deleted_run(api: Api, run_id: str) -> None:
    """§6: works on deleted runs."""
    log(api, run_id, [(1, 0, 1.0)])
    api("DeleteRun", run_id=run_id)
    assert history(api, run_id) == [(1, 0, 1.0)]


# -- several runs at once


def bulk(api: Api, rpc: str, **fields: object) -> list[tuple[str, int, int, float]]:
    """The points of a bulk answer."""
    answer = api(rpc, metric_key="m", **fields)
    return [(metric.run_id, metric.timestamp, metric.step, metric.value) for metric in answer.metrics]


def test_bulk_history(api: Api) -> None:
    """§4: get-history-bulk: sorted by run_id, timestamp, step, value; runs without the key have no points."""
    runs = [api("CreateRun", experiment_id="0").run.info.run_id for _ in range(3)]
    log(api, runs[1], [(2, 0, 2.0), (1, 1, 1.0), (1, 0, 9.0)])
    log(api, runs[0], [(5, 0, 5.0)])
    log(api, runs[2], [(5, 0, 5.0)], key="other")
    expected = sorted([(runs[0], 5, 0, 5.0), (runs[1], 1, 0, 9.0), (runs[1], 1, 1, 1.0), (runs[1], 2, 0, 2.0)])
    assert bulk(api, "GetMetricHistoryBulk", run_id=[runs[2], runs[1], runs[0], "f" * 32]) == expected
    assert bulk(api, "GetMetricHistoryBulk", run_id=runs, max_results=2) == expected[:2]


@pytest.mark.parametrize("max_results", [0, -1, 25_001])
def test_bulk_history_page_sizes(api: Api, run_id: str, max_results: int) -> None:
    """§4: max_results ≤ 25000; at least 1."""
    api.invalid("GetMetricHistoryBulk", run_id=[run_id], metric_key="m", max_results=max_results)
    api("GetMetricHistoryBulk", run_id=[run_id], metric_key="m", max_results=25_000)


def test_bulk_history_takes_100_runs(api: Api) -> None:
    """§4: run_id repeated (1..100)."""
    ids = [f"{n:032x}" for n in range(1000, 1101)]
    api("GetMetricHistoryBulk", run_id=ids[:100], metric_key="m")
    api.invalid("GetMetricHistoryBulk", run_id=ids, metric_key="m")
    api("GetMetricHistoryBulkInterval", run_ids=ids[:100], metric_key="m")
    api.invalid("GetMetricHistoryBulkInterval", run_ids=ids, metric_key="m")


def interval_run(api: Api, steps: range) -> str:
    """A run with one point at each step."""
    run_id: str = api("CreateRun", experiment_id="0").run.info.run_id
    metrics = [{"key": "m", "value": float(step), "timestamp": step, "step": step} for step in steps]
    for start in range(0, len(metrics), 1000):
        api("LogBatch", run_id=run_id, metrics=metrics[start : start + 1000])
    return run_id


def test_interval_history_keeps_the_first_and_last_point_of_each_run(api: Api) -> None:
    """§4: down-sampled per run, first and last point always kept."""
    long, short = interval_run(api, range(500)), interval_run(api, range(3))
    points = bulk(api, "GetMetricHistoryBulkInterval", run_ids=[long, short], max_results=10)
    of_long = [step for run_id, _, step, _ in points if run_id == long]
    of_short = [step for run_id, _, step, _ in points if run_id == short]
    assert of_long[0] == 0
    assert of_long[-1] == 499
    assert 2 <= len(of_long) <= 12
    assert of_long == sorted(set(of_long))
    assert of_short[0] == 0
    assert of_short[-1] == 2


def test_interval_history_within_steps(api: Api) -> None:
    """§4: start_step+end_step, both or none."""
    run_id = interval_run(api, range(100))
    points = bulk(api, "GetMetricHistoryBulkInterval", run_ids=[run_id], start_step=10, end_step=20)
    assert [step for _, _, step, _ in points] == list(range(10, 21))
    assert bulk(api, "GetMetricHistoryBulkInterval", run_ids=[run_id], start_step=200, end_step=300) == []
    single = bulk(api, "GetMetricHistoryBulkInterval", run_ids=[run_id], start_step=50, end_step=50)
    assert [step for _, _, step, _ in single] == [50]


@pytest.mark.parametrize(
    "fields",
    [
        {"start_step": 1},
        {"end_step": 1},
        {"start_step": 2, "end_step": 1},
        {"max_results": 0},
        {"max_results": -1},
        {"max_results": 2501},
    ],
    ids=str,
)
def test_interval_history_refusals(api: Api, run_id: str, fields: dict[str, int]) -> None:
    """§4: both or none; max_results 1..2500."""
    api.invalid("GetMetricHistoryBulkInterval", run_ids=[run_id], metric_key="m", **fields)


def test_interval_history_takes_every_allowed_size(api: Api, run_id: str) -> None:
    """§4: max_results 1..2500; the first and the last point are there whatever the size."""
    log(api, run_id, [(step, step, float(step)) for step in range(3)])
    for max_results, steps in ((1, {0, 2}), (2500, {0, 1, 2})):
        points = bulk(api, "GetMetricHistoryBulkInterval", run_ids=[run_id], max_results=max_results)
        assert {step for _, _, step, _ in points} == steps
