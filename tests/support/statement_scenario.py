"""A fixed course of events in which the SQL store does everything that it can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.determinism import SteppingClock
from support.every_search import LONG, experiment_queries, run_orders, run_queries, ways_to_find
from support.paired_dialect import PairedDialect
from support.sql_stores import Asking, Changes, change, outcome, points, run_info, together
from trackwell_migrations.baseline import baseline
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddModelInput,
    AddModelOutput,
    AddParam,
    AddRun,
    Change,
    RemoveExperimentTag,
    RemoveTag,
    RenameExperiment,
    SetExperimentStage,
    SetExperimentTag,
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
from trackwell_service.domain.errors import InternalError, InvalidParameter
from trackwell_service.domain.mutations import Decision, ReadSet
from trackwell_service.domain.tags import DATASET_CONTEXT
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    DatasetField,
    Matches,
    Metric,
    OneOf,
    Param,
    RunAttribute,
    RunOrder,
    Tag,
)
from trackwell_service.stores.default_experiment import create_default_experiment
from trackwell_service.stores.roles import HistoryPosition, RunQuery
from trackwell_service.stores.sql import SqlStore
from trackwell_service.stores.sql.blocks import APART_FROM
from trackwell_service.stores.sql.creation import create_schema
from trackwell_service.stores.sql.page_walk import EXPERIMENTS_AT_ONCE
from trackwell_service.stores.sql.points_flush import MERGE_AFTER_BLOCKS
from trackwell_service.stores.sql.requests import LIFETIME_MS
from trackwell_service.stores.sql.schema_check import is_new
from trackwell_service.stores.sql.selective import FEW_RUNS

FEW, OTHER, RESTORED, GONE, MANY = range(5)
"""Experiments: two with some runs, one deleted and restored, one deleted, and one with too many runs to be sorted."""

FIRST_OF_A_HUNDRED = 10
"""The first of the experiments of which there are more than one statement takes."""


def run_everything(dialect: PairedDialect, database: Path) -> None:
    """Everything, in a new database at that place, which is the one that the dialect runs on."""
    if not dialect.undoes_ddl:
        _interrupt_a_creation(database)
    for _ in range(2):
        if is_new(dialect):
            create_schema(dialect)
    clock = SteppingClock()
    store = SqlStore(dialect, clock)
    try:
        create_default_experiment(store, "root/0", clock())
        _write(store)
        _write_twice_under_request_ids(store, clock)
        _fail(store)
    finally:
        store.close()
    # One that knows nothing yet, so that it asks.
    store = SqlStore(dialect, clock)
    try:
        _write_again(store)
        _merge(store)
        _read(store)
        _search(store)
    finally:
        store.close()


def _interrupt_a_creation(database: Path) -> None:
    connection = sqlite3.connect(database)
    for statement in baseline("sqlite")[:3]:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _experiment(number: int) -> AddExperiment:
    info = ExperimentInfo(number, f"experiment {number}", f"root/{number}", LifecycleStage.ACTIVE, 1_000, 1_000)
    return AddExperiment(info)


def _new_run(run_id: str, experiment_id: int, number: int) -> Iterator[Change]:
    """A run with something of everything; runs of different numbers lack different things."""
    ended_ms = 2_000 + number if number % 2 else None
    yield AddRun(run_info(run_id, experiment_id, start_time_ms=1_000 + number // 3, end_time_ms=ended_ms))
    if number % 5:
        yield AddParam(run_id, "k", ("a", LONG + str(number % 2), "b", "a")[number % 4])
        yield SetTag(run_id, "k", ("b", LONG + str(number % 2), "a", "a")[number % 4])
        yield points(run_id, "k", (1, 1, (float("nan"), 0.5, 1.5, 0.5)[number % 4]))
    yield AddParam(run_id, "other", "o")
    tags = {DATASET_CONTEXT: "train"} if number % 2 else {}
    yield AddDatasetInput(run_id, DatasetInput(Dataset(f"d{number % 2}", "1", "local", "{}"), tags))
    yield AddModelInput(run_id, "m")
    yield AddModelOutput(run_id, ModelOutput("m", 1))


def _write(store: SqlStore) -> None:
    change(store, *(_experiment(number) for number in (OTHER, RESTORED, GONE, MANY)))
    change(store, *(_experiment(FIRST_OF_A_HUNDRED + number) for number in range(EXPERIMENTS_AT_ONCE)))
    for number in range(12):
        for experiment_id in (FEW, OTHER, RESTORED, GONE):
            change(store, *_new_run(f"r{experiment_id}-{number}", experiment_id, number))
    change(
        store,
        *(each for number in range(FEW_RUNS + 10) for each in _new_run(f"m{number:03}", MANY, 4 * number + 3)),
    )
    change(store, SetExperimentStage(RESTORED, LifecycleStage.DELETED, 2_000))
    change(store, SetExperimentStage(RESTORED, LifecycleStage.ACTIVE, 2_001))
    change(store, SetExperimentStage(GONE, LifecycleStage.DELETED, 2_002))
    change(store, SetRunStage("r0-1", LifecycleStage.DELETED), SetRunStage("r2-1", LifecycleStage.DELETED))
    change(store, UpdateRun("r0-2", RunStatus.FINISHED, 5_000, "ended"))
    change(store, SetExperimentTag(FEW, "k", "a"), SetExperimentTag(OTHER, "k", LONG), SetExperimentTag(FEW, "x", "y"))
    change(store, RemoveExperimentTag(FEW, "x"), SetTag("r0-2", "x", "y"))
    change(store, RemoveTag("r0-2", "x"), RenameExperiment(OTHER, "renamed", 2_003))
    # Two at once, which might take over each other's names.
    change(store, RenameExperiment(OTHER, "one", 2_004), RenameExperiment(RESTORED, "two", 2_004))


def _write_again(store: SqlStore) -> None:
    seen = ReadSet(
        experiment_ids=(FEW, 10_000),
        experiment_names=("one", "none"),
        run_ids=("r0-2", "none"),
        params=(("r0-2", "k"), ("none", "k")),
        tags=(("r0-2", "k"), ("r0-2", "none")),
        experiment_tags=((FEW, "k"), (OTHER, "none")),
        inputs_of=("r0-2",),
    )
    assert outcome(store, Asking(seen, lambda _: Decision((), "nothing to do"))) == "nothing to do"
    change(store, points("r0-2", "k", (2, 2, 3.0)), points("r0-2", "new", (1, 1, 1.0)))
    change(store, SetTag("r0-2", "k", "again"), AddParam("r0-2", "more", LONG))


def _write_twice_under_request_ids(store: SqlStore, clock: SteppingClock) -> None:
    for _ in range(2):
        asked = Changes((SetTag("r0-2", "asked", "once"),), reply="done", request_id="request")
        assert outcome(store, asked) == "done"
    clock.advance(LIFETIME_MS)
    assert outcome(store, Changes((SetTag("r0-2", "asked", "later"),), request_id="later")) is None


def _fail(store: SqlStore) -> None:
    """What no rule has checked, the database refuses; the transaction is then given up."""
    refused = Changes((AddParam("r0-2", "other", "a second one"),))
    assert isinstance(outcome(store, refused), InternalError)
    kept = together(store, [refused, Changes((SetTag("r0-2", "kept", "1"),), reply="kept")])
    assert kept[1] == "kept"


def _merge(store: SqlStore) -> None:
    """Histories of every form come to be merged: short columns, a long one alone, long ones, and again over merged."""
    long = [(number, number, 1.0) for number in range(APART_FROM)]
    for begin in (0, 10 * APART_FROM):
        for number in range(MERGE_AFTER_BLOCKS):
            change(store, points("r0-2", "short", (begin + number, 1, 1.0), (begin + number + 1, 2, 1.0)))
        _wait_for_merging(store)
    change(store, points("r0-4", "alone", *long))
    change(store, *(points("r0-4", f"s{number}", *long) for number in range(MERGE_AFTER_BLOCKS)))
    _wait_for_merging(store)
    for _ in range(2):
        change(store, points("r0-4", "alone", *long))
    change(store, *(points("r0-4", f"t{number}", *long) for number in range(MERGE_AFTER_BLOCKS)))
    _wait_for_merging(store)
    change(store, points("r0-4", "alone", *long), points("r0-4", "s0", (1, 1, 2.0)))


def _wait_for_merging(store: SqlStore) -> None:
    # Merging is done by the writer when it has nothing else to do, so a write that is answered may be before it.
    for _ in range(10_000):
        if store.merge_lag == 0:
            return
        assert outcome(store, Asking(ReadSet(), lambda _: Decision((), True))) is True
    raise AssertionError("histories are never merged")


def _read(store: SqlStore) -> None:
    for number in (FEW, OTHER, 10_000):
        store.experiment(number)
    for name in ("one", "none"):
        store.experiment_by_name(name)
    store.dataset_summaries((FEW, OTHER), 10)
    store.run_refs(("r0-1", "none"))
    for run_ids in (("r0-1", "r0-2", "r1-3"), ("none",)):
        store.load_runs(run_ids)
    for run_id in ("r0-2", "none"):
        store.metric_summaries(run_id)
        for after in (None, HistoryPosition(1, 1, 1.0)):
            for key in ("k", "short", "none"):
                store.history(run_id, key, after, 100)
    store.history("r0-4", "alone", None, 100)
    store.changes((FEW,), ("r1-3",), 0, store.newest_version())


def _search(store: SqlStore) -> None:
    for experiments in experiment_queries("k", 2):
        page = store.search_experiments(experiments)
        if page.after is not None:
            store.search_experiments(replace(experiments, after=page.after))
    for query in run_queries((FEW, RESTORED), "k", "unknown", 3):
        store.find_runs(query)
    for order in run_orders(("k",)):
        _walk_through(store, RunQuery((FEW, OTHER), ViewType.ALL, None, order, 5))
    for order in ((), *ways_to_find("k"), *ways_to_find("k", descending=True)):
        for view in ViewType:
            for experiment_id in (FEW, RESTORED, GONE):
                _walk_through(store, RunQuery((experiment_id,), view, None, order, 1))
        for condition in (*_frequent(), *_checked()):
            _walk_through(store, RunQuery((MANY,), ViewType.ACTIVE_ONLY, condition, order, 400))
    everywhere = (FEW, OTHER, RESTORED, *range(FIRST_OF_A_HUNDRED, FIRST_OF_A_HUNDRED + EXPERIMENTS_AT_ONCE))
    for order in ((), (RunOrder(Metric("k")),)):
        _walk_through(store, RunQuery(everywhere, ViewType.ACTIVE_ONLY, None, order, 10))
    try:
        store.find_runs(RunQuery((FEW,), ViewType.ALL, None, (), 1, after=("of", "another", "query")))
    except InvalidParameter:
        return
    raise AssertionError("a token of another query was taken")


def _frequent() -> Iterator[Any]:
    """Filters that leave so many runs that an order is rather walked in its index."""
    yield None
    yield Compare(Param("other"), Comparison.EQ, "o")
    yield Compare(RunAttribute.USER_ID, Comparison.EQ, "ada")
    yield Compare(Metric("k"), Comparison.GT, 0.0)
    yield Compare(Metric("k"), Comparison.LE, 2.0)
    yield OneOf(Param("k"), ("a", "b"))
    yield OneOf(Tag("k"), ("a", "b"))


def _checked() -> Iterator[Any]:
    """Filters that no database decides alone, so that the evaluator is given what they look at."""
    for field in (Param("k"), Tag("k"), DatasetField.NAME):
        yield And((Matches(field, "^a"), Compare(Metric("k"), Comparison.GT, 0.0)))


def _walk_through(store: SqlStore, query: RunQuery) -> None:
    page = store.find_runs(query)
    for _ in range(20):
        if page.after is None:
            return
        page = store.find_runs(replace(query, after=page.after))
