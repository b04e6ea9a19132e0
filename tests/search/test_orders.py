"""The orders of rest-facts §7, tie by tie, and their sort keys as page tokens carry them."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.search_trees import experiment_orders, run_orders
from support.search_values import INFINITY, NAN, experiment, experiments, metric, run, runs
from trackwell_service.domain.entities import Experiment, Run, RunStatus
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.paging import make_token, read_token
from trackwell_service.search import (
    experiment_ordering,
    experiment_sort_key,
    parse_experiment_order,
    parse_run_order,
    run_ordering,
    run_sort_key,
)
from trackwell_service.search.ast import ExperimentOrder, Param, RunOrder


def run_ids(order_by: Sequence[str], subjects: Sequence[Run]) -> list[str]:
    """The ids of the runs in the order, which must not depend on the order in which they come."""
    ordering = run_ordering(parse_run_order(order_by))
    shuffled = random.Random(7).sample(list(subjects), len(subjects))
    return [each.info.run_id for each in sorted(shuffled, key=lambda subject: ordering.rank(ordering.key(subject)))]


def experiment_ids(order_by: Sequence[str], subjects: Sequence[Experiment]) -> list[int]:
    ordering = experiment_ordering(parse_experiment_order(order_by))
    shuffled = random.Random(7).sample(list(subjects), len(subjects))
    ordered = sorted(shuffled, key=lambda subject: ordering.rank(ordering.key(subject)))
    return [each.info.experiment_id for each in ordered]


def test_the_default_order_of_runs() -> None:
    subjects = [
        run("b", start_time_ms=5),
        run("a", start_time_ms=5),
        run("c", start_time_ms=9),
        run("d", start_time_ms=1),
    ]
    assert run_ids([], subjects) == ["c", "a", "b", "d"]


VALUES = [
    run("one", metrics={"m": 1.0}),
    run("two", metrics={"m": 2.0}),
    run("inf", metrics={"m": INFINITY}),
    run("neg", metrics={"m": -INFINITY}),
    run("nan", metrics={"m": NAN}),
    run("missing"),
]


def test_metrics_values_then_nan_then_missing_in_both_directions() -> None:
    assert run_ids(["metrics.m"], VALUES) == ["neg", "one", "two", "inf", "nan", "missing"]
    assert run_ids(["metrics.m DESC"], VALUES) == ["inf", "two", "one", "neg", "nan", "missing"]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("value", [1.0, NAN, None])
def test_ties_newest_first_then_by_id(direction: str, value: float | None) -> None:
    metrics = {} if value is None else {"m": value}
    subjects = [
        run("b", start_time_ms=5, metrics=metrics),
        run("a", start_time_ms=5, metrics=metrics),
        run("c", start_time_ms=9, metrics=metrics),
    ]
    assert run_ids([f"metrics.m {direction}"], subjects) == ["c", "a", "b"]


def test_zeros_tie() -> None:
    subjects = [run("a", metrics={"m": 0.0}), run("b", metrics={"m": -0.0}), run("c", metrics={"m": 0.0})]
    assert run_ids(["metrics.m"], subjects) == run_ids(["metrics.m DESC"], subjects) == ["a", "b", "c"]


@pytest.mark.parametrize("entity", ["params", "tags"])
def test_texts_by_code_point_missing_last(entity: str) -> None:
    words = ["Alpha", "Zeta", "alpha", "alpha ", "beta", "10", "9", "é", "\uffff", "\U0001f600", ""]
    subjects = [run(f"r{index:02}", **{entity: {"k": word}}) for index, word in enumerate(words)]  # type: ignore[arg-type]  # params and tags alike
    in_order = sorted(words)
    by_id = {subject.info.run_id: words[index] for index, subject in enumerate(subjects)}
    subjects.append(run("missing"))
    ascending = run_ids([f"{entity}.k"], subjects)
    descending = run_ids([f"{entity}.k DESC"], subjects)
    assert [by_id.get(run_id) for run_id in ascending] == [*in_order, None]
    assert [by_id.get(run_id) for run_id in descending] == [*reversed(in_order), None]


def test_attributes() -> None:
    subjects = [
        run("a", name="y", status=RunStatus.RUNNING, start_time_ms=3, end_time_ms=None, user_id="u"),
        run("b", name="x", status=RunStatus.FAILED, start_time_ms=1, end_time_ms=7, user_id="V"),
        run("c", name="Z", status=RunStatus.SCHEDULED, start_time_ms=2, end_time_ms=5, user_id="u"),
    ]
    assert run_ids(["run_name"], subjects) == ["c", "b", "a"]
    assert run_ids(["status"], subjects) == ["b", "a", "c"]
    assert run_ids(["created"], subjects) == ["b", "c", "a"]
    assert run_ids(["start_time DESC"], subjects) == ["a", "c", "b"]
    assert run_ids(["end_time"], subjects) == ["c", "b", "a"]
    assert run_ids(["end_time DESC"], subjects) == ["b", "c", "a"]
    assert run_ids(["user_id"], subjects) == ["b", "a", "c"]
    assert run_ids(["user_id DESC", "start_time"], subjects) == ["c", "a", "b"]
    assert run_ids(["run_id DESC"], subjects) == ["c", "b", "a"]


def test_a_later_column_breaks_ties_before_the_start_time() -> None:
    subjects = [
        run("a", start_time_ms=9, metrics={"m": 1.0}, params={"p": "z"}),
        run("b", start_time_ms=1, metrics={"m": 1.0}, params={"p": "y"}),
        run("c", start_time_ms=5, metrics={"m": 0.0}, params={"p": "x"}),
    ]
    assert run_ids(["metrics.m DESC", "params.p"], subjects) == ["b", "a", "c"]


def test_statistics() -> None:
    subjects = [
        run("a", metrics={"m": metric(5, 1, 9)}),
        run("b", metrics={"m": metric(4, 2, 8)}),
        run("c", metrics={"m": metric(6, 3, 7), "m.min": metric(0)}),
        run("d", metrics={"m": metric(NAN)}),
        run("e"),
    ]
    assert run_ids(["metrics.`m`.min"], subjects) == ["a", "b", "c", "d", "e"]
    assert run_ids(["metrics.`m`.max"], subjects) == ["c", "b", "a", "d", "e"]
    assert run_ids(["metrics.`m`.latest DESC"], subjects) == ["c", "a", "b", "d", "e"]
    # c has a metric of that very name, the others have not
    assert run_ids(["metrics.m.min"], subjects) == ["c", "a", "b", "d", "e"]


def test_experiments() -> None:
    subjects = [
        experiment(1, name="b", creation_time_ms=5, last_update_time_ms=9),
        experiment(2, name="a", creation_time_ms=5, last_update_time_ms=9),
        experiment(10, name="B", creation_time_ms=7, last_update_time_ms=9),
    ]
    assert experiment_ids([], subjects) == [10, 1, 2]
    assert experiment_ids(["name"], subjects) == [10, 2, 1]
    assert experiment_ids(["name DESC"], subjects) == [1, 2, 10]
    assert experiment_ids(["creation_time"], subjects) == [2, 1, 10]
    assert experiment_ids(["creation_time DESC"], subjects) == [10, 2, 1]
    assert experiment_ids(["last_update_time"], subjects) == [10, 2, 1]
    assert experiment_ids(["last_update_time", "experiment_id"], subjects) == [1, 2, 10]
    assert experiment_ids(["experiment_id DESC"], subjects) == [10, 2, 1]


@given(run_orders, st.lists(runs(), max_size=6, unique_by=lambda each: each.info.run_id), st.integers(1, 3))
def test_paging_over_tokens_meets_every_run_once(order: tuple[RunOrder, ...], subjects: list[Run], size: int) -> None:
    """Pages cut by sort keys that went through a token, put together, are the whole list in order."""
    ordering = run_ordering(order)
    ranked = sorted(subjects, key=lambda each: ordering.rank(ordering.key(each)))
    paged: list[Run] = []
    token = None
    while True:
        rest = ranked
        if token is not None:
            after = ordering.rank(ordering.check(read_token(token, "asked")))
            rest = [each for each in ranked if ordering.rank(ordering.key(each)) > after]
        if not rest:
            break
        paged += rest[:size]
        token = make_token("asked", run_sort_key(order, paged[-1]))
    assert paged == ranked


@given(experiment_orders, st.lists(experiments(), max_size=6, unique_by=lambda each: each.info.experiment_id))
def test_keys_of_experiments_are_distinct_and_survive_a_token(
    order: tuple[ExperimentOrder, ...], subjects: list[Experiment]
) -> None:
    keys = [experiment_sort_key(order, each) for each in subjects]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert experiment_ordering(order).check(read_token(make_token("asked", key), "asked")) == key


@pytest.mark.parametrize(
    "key",
    [
        (),
        (0, "x"),
        (0, "x", 0, 5, 0, "r", 0),
        (0, 5, 0, 5, 0, "r"),
        (0, None, 0, 5, 0, "r"),
        (0, "x", 0, "5", 0, "r"),
        (0, "x", 0, 5.0, 0, "r"),
        (0, "x", 0, 5, 0, 7),
        (2, "x", 0, 5, 0, "r"),
        (3, None, 0, 5, 0, "r"),
        (-1, None, 0, 5, 0, "r"),
        (None, None, 0, 5, 0, "r"),
        ("0", "x", 0, 5, 0, "r"),
    ],
)
def test_forged_positions_are_refused(key: tuple[float | int | str | None, ...]) -> None:
    ordering = run_ordering((RunOrder(Param("p")),))
    with pytest.raises(InvalidParameter, match="page_token"):
        ordering.check(key)


def test_forged_nan_is_refused() -> None:
    ordering = run_ordering(parse_run_order(["metrics.m"]))
    with pytest.raises(InvalidParameter, match="page_token"):
        ordering.check((0, NAN, 0, 5, 0, "r"))
    assert ordering.check((0, INFINITY, 0, 5, 0, "r"))
