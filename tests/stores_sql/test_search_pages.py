"""Pages of the SQL store equal those of the memory store, whose selection is the evaluator's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.determinism import SteppingClock
from support.search_trees import experiment_filters, experiment_orders, run_filters, run_orders
from support.search_values import KEYS
from support.sql_stores import Changes, opened, outcome, points, run_info, url_of
from support.weak_dialect import WeakDialect, check_parameters
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddParam,
    AddRun,
    Change,
    SetExperimentStage,
    SetExperimentTag,
    SetRunStage,
    SetTag,
)
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    ExperimentInfo,
    LifecycleStage,
    RunStatus,
    ViewType,
)
from trackwell_service.search.ast import And, Compare, Comparison, Metric, OneOf, Param, RunAttribute, RunOrder, Tag
from trackwell_service.search.parse import parse_run_filter
from trackwell_service.stores.memory import open_memory_store
from trackwell_service.stores.roles import ExperimentQuery, RunQuery, Store
from trackwell_service.stores.sql import SqlStore

LONG = "a" * 190
TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "a\nb",
    "x%y",
    "x_y",
    "é",
    "É",
    "ß",
    "SS",
    "\u212a",
    "\U0001f600",
    "0.1",
    "0.10",
    "a ",
    LONG[:-1],
]
TEXTS += [LONG, LONG + "a", LONG + "b", LONG + "é", LONG + "\U0001f600"]
NUMBERS = [
    0.0,
    -0.0,
    1.0,
    0.5,
    -3.0,
    5e-324,
    -5e-324,
    1.7976931348623157e308,
    float("inf"),
    float("-inf"),
    float("nan"),
]
RUNS = 120
EXPERIMENTS = 4


def population(seed: int) -> Iterator[tuple[Change, ...]]:
    """Changes that make experiments and runs with few different values, so that filters hit and orders tie."""
    source = random.Random(seed)
    for number in range(1, EXPERIMENTS):
        info = ExperimentInfo(
            number,
            f"{source.choice(TEXTS)}{number}",
            "root",
            LifecycleStage.ACTIVE,
            source.randrange(3),
            source.randrange(3),
        )
        tags = [SetExperimentTag(number, key, source.choice(TEXTS)) for key in source.sample(KEYS, source.randrange(4))]
        yield (AddExperiment(info), *tags)
    run_id = ""
    for number in range(RUNS):
        run_id = source.choice(["r", "R", "10"]) + f"{number * 7919 % 1009}"
        run = run_info(
            run_id,
            source.choice([0, 0, 0, 1, 1, 2]),
            name=source.choice(TEXTS),
            user_id=source.choice(TEXTS),
            status=source.choice(list(RunStatus)),
            start_time_ms=source.choice([0, 0, 1, 2, 3, -(2**63), 2**63 - 1]),
            end_time_ms=source.choice([None, 0, 1, 2]),
            artifact_uri=source.choice(TEXTS),
        )
        changes: list[Change] = [AddRun(run)]
        for key in source.sample(KEYS, source.randrange(5)):
            triples = [(0, step, source.choice(NUMBERS)) for step in range(source.randrange(1, 4))]
            changes.append(points(run_id, key, *triples))
        changes += [AddParam(run_id, key, source.choice(TEXTS)) for key in source.sample(KEYS, source.randrange(4))]
        changes += [SetTag(run_id, key, source.choice(TEXTS)) for key in source.sample(KEYS, source.randrange(4))]
        for digest in range(source.randrange(3)):
            contexts: list[dict[str, str]] = [{}, {"mlflow.data.context": source.choice(TEXTS)}]
            dataset = Dataset(source.choice(TEXTS), str(digest), "local", "{}")
            changes.append(AddDatasetInput(run_id, DatasetInput(dataset, source.choice(contexts))))
        if source.random() < 0.2:
            changes.append(SetRunStage(run_id, LifecycleStage.DELETED))
        yield tuple(changes)
    yield (SetExperimentStage(1, LifecycleStage.DELETED, 5),)
    yield (SetRunStage(run_id, LifecycleStage.ACTIVE),)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database is."""
    return tmp_path_factory.mktemp("search")


@pytest.fixture(scope="module")
def stores(folder: Path) -> Iterator[tuple[Store, Store]]:
    """The memory and the SQL store with the same population."""
    memory = open_memory_store(default_artifact_location="root/0", clock=SteppingClock())
    with opened(folder) as sql:
        for changes in population(1):
            for each in (memory, sql):
                assert outcome(each, Changes(changes)) is None
        yield memory, sql


@pytest.fixture(scope="module")
def weak(folder: Path, stores: tuple[Store, Store]) -> Iterator[tuple[Store, Store]]:
    """The memory store, and one on the same database through a dialect that says less than others."""
    store = SqlStore(WeakDialect(url_of(folder)), SteppingClock(), on_read_statement=check_parameters)
    yield stores[0], store
    store.close()


def all_pages(store: Store, query: Any, find: str) -> list[Any]:
    """The items of every page, one after the other."""
    items: list[Any] = []
    while True:
        page = getattr(store, find)(query)
        assert len(page.items) <= query.limit
        items += page.items
        if page.after is None:
            return items
        assert page.items
        query = replace(query, after=page.after)


def run_ids(items: list[Any]) -> list[tuple[str, LifecycleStage]]:
    return [(ref.run_id, ref.stage) for ref in items]


sizes = st.sampled_from([1, 2, 7, 50])
views = st.sampled_from(ViewType)
experiment_lists = st.sampled_from([(0,), (0, 1), (0, 1, 2, 3, 99), (2,), (3,), (99,), tuple(range(250))])
held = st.builds(RunQuery, experiment_lists, views, st.none() | run_filters, run_orders, sizes)
texts = st.sampled_from(TEXTS)
some_keys = st.sampled_from(KEYS)
fields = (
    st.builds(Metric, some_keys)
    | st.builds(Param, some_keys)
    | st.builds(Tag, some_keys)
    | st.just(RunAttribute.RUN_NAME)
)
text_fields = st.builds(Param, some_keys) | st.builds(Tag, some_keys) | st.just(RunAttribute.RUN_NAME)
walked_filters = (
    st.none()
    | st.builds(Compare, text_fields, st.just(Comparison.EQ), texts)
    | st.builds(OneOf, text_fields, st.lists(texts, min_size=1, unique=True).map(tuple), st.booleans())
    | st.builds(
        Compare, st.builds(Metric, some_keys), st.sampled_from(Comparison), st.sampled_from([0.0, -0.0, 0.5, 1.0])
    )
)
walked = st.builds(
    RunQuery,
    experiment_lists,
    views,
    walked_filters,
    st.lists(st.builds(RunOrder, fields, st.booleans()), max_size=1).map(tuple),
    sizes,
)
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


@pytest.mark.parametrize("few", [0, 500])
@relaxed
@given(query=held)
def test_pages_of_any_search_are_those_of_the_evaluator(stores: tuple[Store, Store], few: int, query: RunQuery) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trackwell_service.stores.sql.runs_find.FEW_RUNS", few)
        memory, sql = stores
        assert run_ids(all_pages(sql, query, "find_runs")) == run_ids(all_pages(memory, query, "find_runs"))


@pytest.mark.parametrize("few", [0, 500])
@relaxed
@given(query=walked)
def test_pages_that_walk_an_index_are_those_of_the_evaluator(
    stores: tuple[Store, Store], few: int, query: RunQuery
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trackwell_service.stores.sql.runs_find.FEW_RUNS", few)
        memory, sql = stores
        assert run_ids(all_pages(sql, query, "find_runs")) == run_ids(all_pages(memory, query, "find_runs"))


@settings(relaxed, max_examples=60)
@given(query=held | walked)
def test_what_a_database_cannot_say_is_checked(weak: tuple[Store, Store], query: RunQuery) -> None:
    memory, sql = weak
    assert run_ids(all_pages(sql, query, "find_runs")) == run_ids(all_pages(memory, query, "find_runs"))


def test_a_long_filter_over_many_experiments_has_as_many_parameters_as_the_database_takes(
    weak: tuple[Store, Store],
) -> None:
    """On any database: 500 predicates in a hundred experiments would be more than PostgreSQL takes."""
    memory, sql = weak
    for predicates in (3, 500):
        values = tuple(Compare(Param("a"), Comparison.NE, f"{LONG}{number}") for number in range(predicates))
        for order in ((), (RunOrder(Param("a")),), (RunOrder(RunAttribute.USER_ID),)):
            query = RunQuery(tuple(range(250)), ViewType.ALL, And(values), order, 50)
            assert run_ids(all_pages(sql, query, "find_runs")) == run_ids(all_pages(memory, query, "find_runs"))


@relaxed
@given(query=st.builds(ExperimentQuery, views, st.none() | experiment_filters, experiment_orders, sizes))
def test_pages_of_experiments_are_those_of_the_evaluator(stores: tuple[Store, Store], query: ExperimentQuery) -> None:
    memory, sql = stores
    found = all_pages(sql, query, "search_experiments")
    assert found == all_pages(memory, query, "search_experiments")


def test_what_is_loaded_is_what_memory_holds(stores: tuple[Store, Store]) -> None:
    memory, sql = stores
    everything = RunQuery(tuple(range(EXPERIMENTS)), ViewType.ALL, None, (), 1000)
    ids = [ref.run_id for ref in memory.find_runs(everything).items]
    expected, loaded = memory.load_runs(ids), sql.load_runs([*ids, "nobody"])
    assert len(loaded) == RUNS
    for run_id in ids:
        assert repr(replace(loaded[run_id], version=0)) == repr(replace(expected[run_id], version=0))
        assert sql.run_refs([run_id])[run_id].version == loaded[run_id].version


def test_a_search_that_takes_too_long_answers_what_it_has_with_a_token(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, sql = stores
    monkeypatch.setattr("trackwell_service.stores.sql.runs_find.CHECKING_BUDGET_S", -1.0)
    monkeypatch.setattr("trackwell_service.stores.sql.runs_find.CHECKED_AT_ONCE", 10)
    query = RunQuery((0, 1, 2), ViewType.ALL, parse_run_filter("params.a RLIKE '^a'"), (), 5)
    items: list[Any] = []
    pages = 0
    while True:
        page = sql.find_runs(query)
        items += page.items
        pages += 1
        if page.after is None:
            break
        query = replace(query, after=page.after)
    assert pages > 5
    assert run_ids(items) == run_ids(all_pages(memory, replace(query, after=None), "find_runs"))
