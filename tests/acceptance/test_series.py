"""The contract, LogSeries, GetSeries and Watch: what they share with the documented calls, and what they refuse."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from support.doors.base import Api
from support.errors import ApiError

pytestmark = pytest.mark.parametrize(
    "way", [("memory", "core"), ("sqlite", "core"), ("sqlite", "grpc")], ids="-".join, indirect=True
)
"""These have no REST form."""

Point = tuple[int, int, float]

POINTS: list[Point] = [
    (3, 1, 0.5),
    (1, -7, math.nan),
    (1, 2**63 - 1, -0.0),
    (2**63 - 1, -(2**63), math.inf),
    (2, 0, 1.0),
]


def series(key: str, points: list[Point]) -> dict[str, Any]:
    """Columns as a request holds them."""
    timestamps, steps, values = (list(column) for column in zip(*points, strict=True)) if points else ([], [], [])
    return {"key": key, "timestamps": timestamps, "steps": steps, "values": values}


def history(api: Api, run_id: str, key: str) -> list[str]:
    """The points as get-history tells them, to the bit."""
    return [
        repr((m.timestamp, m.step, m.value)) for m in api("GetMetricHistory", run_id=run_id, metric_key=key).metrics
    ]


def streamed(api: Api, **fields: Any) -> tuple[dict[tuple[str, str], list[str]], str | None]:
    """The points by (run, key) as GetSeries streams them, and the token at the end."""
    found: dict[tuple[str, str], list[str]] = {}
    token = None
    for chunk in api.stream("GetSeries", **fields):
        assert token is None, "only the last chunk carries a token"
        columns = chunk.series
        assert len(columns.timestamps) == len(columns.steps) == len(columns.values)
        points = zip(columns.timestamps, columns.steps, columns.values, strict=True)
        found.setdefault((chunk.run_id, columns.key), []).extend(map(repr, points))
        token = chunk.next_page_token if chunk.HasField("next_page_token") else None
    return found, token


def by_rank(points: list[Point]) -> list[str]:
    """In the order of histories, for points which differ in time or step."""
    return [repr(point) for point in sorted(points, key=lambda point: point[:2])]


def test_columns_are_points(api: Api, run_id: str) -> None:
    """One message, many keys; the run shows the latest; get-history and GetSeries agree."""
    api("LogSeries", run_id=run_id, series=[series("a", POINTS), series("b", POINTS[:1])])
    assert history(api, run_id, "a") == by_rank(POINTS)
    assert history(api, run_id, "b") == by_rank(POINTS[:1])
    shown = {m.key: (m.timestamp, m.step, m.value) for m in api("GetRun", run_id=run_id).run.data.metrics}
    assert shown == {"a": (1, 2**63 - 1, -0.0), "b": (3, 1, 0.5)}
    found, token = streamed(api, run_ids=[run_id])
    assert found == {(run_id, "a"): by_rank(POINTS), (run_id, "b"): by_rank(POINTS[:1])}
    assert token is None


def test_columns_can_be_sent_again(api: Api, run_id: str) -> None:
    """Every point that is logged again with the same bits is stored once, by whichever call."""
    for _ in range(2):
        api("LogSeries", run_id=run_id, series=[series("a", [*POINTS, *POINTS])])
    for timestamp, step, value in POINTS:
        api("LogMetric", run_id=run_id, key="a", timestamp=timestamp, step=step, value=value)
    assert history(api, run_id, "a") == by_rank(POINTS)


def test_steps_may_be_left_out(api: Api, run_id: str) -> None:
    """Series.steps: empty: all 0; in answers they are always given."""
    api("LogSeries", run_id=run_id, series=[{"key": "a", "timestamps": [1, 2], "values": [1.0, 2.0]}])
    found, _ = streamed(api, run_ids=[run_id], metric_keys=["a"])
    assert found == {(run_id, "a"): [repr((1, 0, 1.0)), repr((2, 0, 2.0))]}


def test_nothing_but_a_run_is_needed(api: Api, run_id: str) -> None:
    """As for log-batch: no series is accepted on an active run."""
    api("LogSeries", run_id=run_id)
    api.invalid("LogSeries")
    api.missing("LogSeries", run_id="f" * 32)
    api("DeleteRun", run_id=run_id)
    assert "must be in the 'active' state" in api.invalid("LogSeries", run_id=run_id)


@pytest.mark.parametrize(
    ("bad", "hint"),
    [
        ({"key": "", "timestamps": [1], "values": [1.0]}, "key"),
        ({"key": "a//b", "timestamps": [1], "values": [1.0]}, "a//b"),
        ({"key": "k" * 251, "timestamps": [1], "values": [1.0]}, "250"),
        ({"key": "a", "timestamps": [-1], "values": [1.0]}, "timestamp"),
        ({"key": "a", "timestamps": [1], "values": [1.0, 2.0]}, "values"),
        ({"key": "a", "timestamps": [], "values": [1.0]}, "timestamps"),
        ({"key": "a", "timestamps": [1, 2], "values": [1.0, 2.0], "steps": [1]}, "steps"),
        ({"key": "good", "timestamps": [1], "values": [1.0]}, "good"),
    ],
    ids=["no-key", "bad-key", "long-key", "negative", "values", "timestamps", "steps", "twice"],
)
def test_nothing_of_refused_columns_is_stored(api: Api, run_id: str, bad: dict[str, Any], hint: str) -> None:
    """The rules of §5 for keys and times, columns of equal length, each key once: all of them or none."""
    message = api.invalid("LogSeries", run_id=run_id, series=[series("good", POINTS), bad])
    assert hint in message
    assert not api("GetRun", run_id=run_id).run.data.metrics


def test_the_limits_of_columns(api: Api, run_id: str) -> None:
    """LogSeriesRequest: at most 1000 series and 500000 points together."""
    many = [series(f"k{number}", [(1, 1, 1.0)]) for number in range(1001)]
    assert "1000" in api.invalid("LogSeries", run_id=run_id, series=many)
    api("LogSeries", run_id=run_id, series=many[:1000])
    half = list(range(250_000))
    long = [{"key": key, "timestamps": half, "values": [float(step) for step in half]} for key in ("a", "b")]
    assert "500000" in api.invalid("LogSeries", run_id=run_id, series=[*long, many[0]])
    api("LogSeries", run_id=run_id, series=long)
    found, _ = streamed(api, run_ids=[run_id], metric_keys=["a", "b"])
    assert {len(points) for points in found.values()} == {250_000}


def test_series_of_several_runs_and_keys(api: Api) -> None:
    """GetSeries: those that were asked for, of runs which may be deleted or unknown."""
    runs = [api("CreateRun", experiment_id="0").run.info.run_id for _ in range(3)]
    for run_id in runs:
        api("LogSeries", run_id=run_id, series=[series(key, POINTS) for key in ("a", "b", "c")])
    api("DeleteRun", run_id=runs[1])
    found, _ = streamed(api, run_ids=[runs[2], runs[1], "f" * 32], metric_keys=["c", "a", "unknown"])
    assert found == {(run_id, key): by_rank(POINTS) for run_id in runs[1:] for key in ("a", "c")}


@pytest.mark.parametrize("most", [1, 2, 4, 5, 9, 14, 15, 100])
def test_series_are_paged(api: Api, most: int) -> None:
    """GetSeries: max_points stops with a token; the same question with it goes on there."""
    runs = [api("CreateRun", experiment_id="0").run.info.run_id for _ in range(2)]
    for run_id, keys in zip(runs, (("a", "b"), ("b",)), strict=True):
        api("LogSeries", run_id=run_id, series=[series(key, POINTS) for key in keys])
    whole, _ = streamed(api, run_ids=runs)
    collected: dict[tuple[str, str], list[str]] = {}
    token: str | None = None
    while True:
        part, token = streamed(api, run_ids=runs, max_points=most, **({} if token is None else {"page_token": token}))
        assert sum(map(len, part.values())) <= most
        for place, points in part.items():
            collected.setdefault(place, []).extend(points)
        if token is None:
            break
        assert sum(map(len, part.values())) == most
    assert collected == whole


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"run_ids": ["a"] * 101},
        {"run_ids": ["a"], "metric_keys": ["k"] * 101},
        {"run_ids": ["a"], "max_points": 0},
        {"run_ids": ["a"], "max_points": -1},
        {"run_ids": ["a"], "page_token": "x"},
        {"run_ids": [""]},
        {"run_ids": ["a/b"]},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_a_question_for_series_is_refused(api: Api, fields: dict[str, Any]) -> None:
    """GetSeriesRequest: 1 to 100 run ids, at most 100 keys, at least one point, a token of the same question."""
    with pytest.raises(ApiError) as caught:
        list(api.stream("GetSeries", **fields))
    assert caught.value.code == "INVALID_PARAMETER_VALUE"


# -- Watch


def watch(api: Api, **fields: Any) -> Iterator[Any]:
    """The answers of a Watch that looks as often as it may."""
    return api.stream("Watch", poll_interval_ms=100, **fields)


def test_a_watch_answers_at_once_and_then_tells_changes(api: Api, experiment_id: str, run_id: str) -> None:
    """Watch: the first answer comes at once, also when nothing has changed, with a token to resume from."""
    answers = watch(api, experiment_ids=[experiment_id])
    first = next(answers)
    assert not first.changes
    api("SetTag", run_id=run_id, key="k", value="v")
    second = next(answers)
    assert [(change.run_id, change.experiment_id) for change in second.changes] == [(run_id, experiment_id)]
    del answers
    for token, expected in ((first.token, [run_id]), (second.token, [])):
        resumed = next(watch(api, experiment_ids=[experiment_id], token=token))
        assert [change.run_id for change in resumed.changes] == expected


def test_a_watch_sees_only_what_it_watches(api: Api, experiment_id: str, run_id: str) -> None:
    """Watch: all runs of the experiments, and the runs that are named."""
    other = api("CreateRun", experiment_id="0").run.info.run_id
    token = next(watch(api, run_ids=[other])).token
    for changed in (run_id, other, run_id):
        api("LogMetric", run_id=changed, key="m", value=1.0, timestamp=1)
    (change,) = next(watch(api, run_ids=[other], token=token)).changes
    assert (change.run_id, change.experiment_id) == (other, "0")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"experiment_ids": ["x"]},
        {"experiment_ids": ["0"], "token": "x"},
        {"experiment_ids": ["0"] * 21},
        {"run_ids": ["r"] * 1001},
        {"run_ids": ["a/b"]},
        {"experiment_ids": ["0"], "poll_interval_ms": 99},
        {"experiment_ids": ["0"], "poll_interval_ms": 60_001},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_a_watch_is_refused(api: Api, fields: dict[str, Any]) -> None:
    """WatchRequest: at least one run or experiment, at most 1000 and 20, an interval of 100 to 60000 ms."""
    with pytest.raises(ApiError) as caught:
        list(islice(api.stream("Watch", **fields), 1))
    assert caught.value.code == "INVALID_PARAMETER_VALUE"
