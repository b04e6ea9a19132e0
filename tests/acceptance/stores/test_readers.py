"""roles.RunReader, MetricReader, ChangeReader: references and versions, positions in histories, what is not there."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from support.determinism import SteppingClock
from support.writing import Writer
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddModelInput,
    AddModelOutput,
    AddParam,
    AppendPoints,
    RemoveTag,
    SetExperimentStage,
    SetRunStage,
    SetTag,
    UpdateRun,
)
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    ExperimentInfo,
    LifecycleStage,
    ModelOutput,
    RunStatus,
    ViewType,
)
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.series import Columns
from trackwell_service.search.ast import Metric, RunAttribute, RunOrder, Tag
from trackwell_service.stores.roles import ExperimentQuery, HistoryPosition, RunQuery, Store

DELETED, ACTIVE = LifecycleStage.DELETED, LifecycleStage.ACTIVE

CHANGES: dict[str, Any] = {
    "update": UpdateRun("r", RunStatus.FAILED, 9, "r"),
    "stage": SetRunStage("r", DELETED),
    "param": AddParam("r", "k", "v"),
    "tag": SetTag("r", "k", "v"),
    "tag-again": SetTag("r", "there", "w"),
    "tag-away": RemoveTag("r", "there"),
    "points": AppendPoints("r", "k", Columns.of([(1, 1, 1.0)])),
    "dataset": AddDatasetInput("r", DatasetInput(Dataset("n", "d", "local", "s"))),
    "model-input": AddModelInput("r", "m"),
    "model-output": AddModelOutput("r", ModelOutput("m", 1)),
}
"""Every kind of change of a run."""


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_of_a_run_gives_it_a_greater_version(store: Store, write: Writer, kind: str) -> None:
    """RunRef: equal references mean equal runs; ChangeReader: every run changed from now on exceeds newest_version."""
    write.run("r")
    write.run("other")
    write.changes(SetTag("r", "there", "v"))
    before, newest, others = store.run_refs(["r"])["r"], store.newest_version(), store.run_refs(["other"])
    write.changes(CHANGES[kind])
    after = store.run_refs(["r"])["r"]
    assert after != before
    assert after.version > newest >= before.version
    assert store.load_runs(["r"])["r"].version == after.version
    assert store.run_refs(["other"]) == others
    assert [change.run_id for change in store.changes([0], [], newest, 10)] == ["r"]


def test_an_experiments_stage_changes_the_references_of_its_runs(store: Store, write: Writer) -> None:
    """RunRef: the effective stage is part of it, so no reference of before names the run after."""
    write.run("r")
    found = [store.run_refs(["r"])["r"]]
    for stage in (DELETED, ACTIVE):
        write.changes(SetExperimentStage(0, stage, 5))
        found.append(store.run_refs(["r"])["r"])
        assert found[-1].stage is stage
        assert store.load_runs(["r"])["r"].info.stage is stage
        assert found[-1] != found[-2]


def test_runs_that_are_not_there(store: Store, write: Writer) -> None:
    """Those of the runs which exist; an unknown run or key is an empty history."""
    write.run("r")
    assert store.run_refs([]) == {}
    assert store.load_runs([]) == {}
    assert set(store.run_refs(["r", "s", "r"])) == set(store.load_runs(["s", "r", "r"])) == {"r"}
    assert store.metric_summaries("s") == store.metric_summaries("r") == {}
    assert len(store.history("s", "k", None, 10)) == len(store.history("r", "k", None, 10)) == 0
    assert store.experiment(4711) is None
    assert store.experiment_by_name("nobody's") is None
    assert list(store.dataset_summaries([4711], 10)) == []
    assert list(store.changes([4711], ["s"], 0, 10)) == []


def test_many_runs_are_loaded_at_once(store: Store, write: Writer) -> None:
    """RunReader: whatever the number, beyond what one statement can name too."""
    names = [f"r{number}" for number in range(40)]
    for name in names:
        write.run(name)
    asked = [*names, *(f"unknown{number}" for number in range(40_000))]
    assert set(store.run_refs(asked)) == set(store.load_runs(asked)) == set(names)


def test_mappings_are_sorted_by_key(store: Store, write: Writer) -> None:
    """entities.Run, MetricReader.metric_summaries: by code point."""
    keys = ["b", "a", "B", "\u00e9", "a b", "a.b", "a/b", "\U0001f600"]
    write.run("r")
    for key in keys:
        write.changes(SetTag("r", key, "v"), AddParam("r", key, "v"), AppendPoints("r", key, Columns.of([(1, 1, 1.0)])))
    run = store.load_runs(["r"])["r"]
    assert list(run.tags) == list(run.params) == list(run.metrics) == sorted(keys)
    assert store.metric_summaries("r") == run.metrics
    assert list(store.metric_summaries("r")) == sorted(keys)


# -- histories

POINTS = [
    (1, 0, -math.inf),
    (1, 0, -0.0),
    (1, 0, 0.0),
    (1, 0, math.nan),
    (1, 0, 2.0),
    (1, 5, -1.0),
    (2, -3, 7.0),
    (2**63 - 1, -(2**63), math.inf),
    (2**63 - 1, 2**63 - 1, math.inf),
]
"""In the order of histories."""


def triples(columns: Columns) -> list[str]:
    """To the bit."""
    return [repr(point) for point in columns.triples()]


@pytest.fixture
def logged(write: Writer) -> None:
    """The points under key k of run r, out of order and in several appends, some twice."""
    write.run("r")
    for part in (POINTS[5:8], POINTS[:3], POINTS[2:6], POINTS[8:], POINTS[4:5]):
        write.changes(AppendPoints("r", "k", Columns.of(reversed(part))))


@pytest.mark.usefixtures("logged")
def test_a_history_after_each_of_its_points(store: Store) -> None:
    """MetricReader.history: points which come after `after`, at most `limit`, fewer only at the end."""
    expected = [repr(point) for point in POINTS]
    assert triples(store.history("r", "k", None, 100)) == expected
    for place, point in enumerate(POINTS):
        rest = expected[place + 1 :]
        for limit in (1, 2, 100):
            assert triples(store.history("r", "k", HistoryPosition(*point), limit)) == rest[:limit]


@pytest.mark.usefixtures("logged")
def test_a_history_after_places_where_no_point_is(store: Store) -> None:
    """MetricReader.history: any position will do, since the point at which a page ended need not exist."""
    expected = [repr(point) for point in POINTS]
    for position, place in (
        (HistoryPosition(0, 0, 0.0), 0),
        (HistoryPosition(1, -1, math.inf), 0),
        (HistoryPosition(1, 0, 1.0), 4),
        (HistoryPosition(1, 0, math.inf), 5),
        (HistoryPosition(1, 2**63 - 1, math.inf), 6),
        (HistoryPosition(2**62, 0, 0.0), 7),
        (HistoryPosition(2**63 - 1, 2**63 - 1, math.inf), 9),
    ):
        assert triples(store.history("r", "k", position, 100)) == expected[place:]


def test_a_long_history_in_many_appends(store: Store, write: Writer) -> None:
    """However a store cuts and merges its blocks."""
    write.run("r")
    expected = sorted((number * 7919 % 5000, number, float(number)) for number in range(5000))
    for start in range(0, 5000, 50):
        part = [(number * 7919 % 5000, number, float(number)) for number in range(start, start + 50)]
        write.changes(AppendPoints("r", "k", Columns.of(part)))
    found: list[tuple[int, int, float]] = []
    after: HistoryPosition | None = None
    while page := list(store.history("r", "k", after, 777).triples()):
        found += page
        after = HistoryPosition(*page[-1])
    assert found == expected
    summary = store.metric_summaries("r")["k"]
    assert (summary.step, summary.value, summary.min_value, summary.max_value) == (4999, 4999.0, 0.0, 4999.0)


# -- changes


def test_changes_come_by_version_and_only_of_what_was_asked(store: Store, write: Writer) -> None:
    """ChangeReader.changes: runs of the experiments, and of the ids, each once, at most `limit`."""
    write.changes(AddExperiment(ExperimentInfo(1, "one", "mlflow-artifacts:/1", ACTIVE, 1, 1)))
    for name, experiment_id in (("a", 0), ("b", 1), ("c", 1)):
        write.run(name, experiment_id)
    start = store.newest_version()
    for name in ("c", "a", "b", "c"):
        write.changes(SetTag(name, "k", "v"))

    def changed(experiment_ids: list[int], run_ids: list[str], limit: int = 10) -> list[str]:
        found = store.changes(experiment_ids, run_ids, start, limit)
        assert [change.version for change in found] == sorted(change.version for change in found)
        assert {change.run_id: change.experiment_id for change in found}.items() <= {"a": 0, "b": 1, "c": 1}.items()
        return [change.run_id for change in found]

    assert changed([0, 1], []) == ["a", "b", "c"]
    assert changed([1], []) == ["b", "c"]
    assert changed([], ["a", "unknown"]) == ["a"]
    assert changed([1], ["a", "b"]) == ["a", "b", "c"]
    assert changed([0, 1], [], limit=2) == ["a", "b"]
    assert changed([], []) == []
    last = store.changes([0, 1], [], start, 10)[-1].version
    assert list(store.changes([0, 1], ["a"], last, 10)) == []
    assert store.newest_version() == last


# -- positions of pages

BAD_POSITIONS: list[tuple[Any, ...]] = [
    (),
    (1,),
    ("x",),
    (None,) * 4,
    ("a", "b", "c", "d"),
    (0, 1, 0, 1, 0, 1),
    (0, 1.5, 0, "r"),
    (9, 1, 0, "r"),
    (0, None, 0, "r"),
    (0, 1, 0, 7),
    (float("nan"), 1, 0, "r"),
]


@pytest.mark.parametrize("position", BAD_POSITIONS, ids=repr)
@pytest.mark.parametrize(
    "order", [(), (RunOrder(Metric("k")),), (RunOrder(Tag("t"), True),)], ids=["-", "metric", "tag"]
)
def test_a_position_of_no_order_is_refused(
    store: Store, write: Writer, order: tuple[RunOrder, ...], position: tuple[Any, ...]
) -> None:
    """roles.Keyset: it comes out of a page token, which is input like any other: refused, or the place it names."""
    write.run("r")
    for find in finders(store, order, position):
        refusal = refusal_of(find)
        assert refusal is None or "page_token" in refusal.message


def refusal_of(find: Callable[[], object]) -> InvalidParameter | None:
    """The refusal, if it is one; any other error fails the test."""
    try:
        find()
    except InvalidParameter as refusal:
        return refusal
    return None


def finders(store: Store, order: tuple[RunOrder, ...], position: tuple[Any, ...]) -> list[Callable[[], object]]:
    """Both searches that take a position."""
    return [
        lambda: store.find_runs(RunQuery((0,), ViewType.ALL, None, order, 10, position)),
        lambda: store.search_experiments(ExperimentQuery(ViewType.ALL, None, (), 10, position)),
    ]


def test_a_page_goes_on_where_it_ended(store: Store, write: Writer, clock: SteppingClock) -> None:
    """Page.after: None on the last page, also on an exactly full one."""
    for number in range(6):
        write.run(f"r{number}", start_time_ms=number // 2)
    order = (RunOrder(RunAttribute.START_TIME),)
    found: list[str] = []
    after = None
    for _ in range(3):
        page = store.find_runs(RunQuery((0,), ViewType.ACTIVE_ONLY, None, order, 2, after))
        found += [reference.run_id for reference in page.items]
        after = page.after
    assert after is None
    assert found == [f"r{number}" for number in range(6)]
