"""Random searches: SQL finds what the evaluator finds, in its order and page by page (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from support.backends import COMPARED, opened, scratch_folder
from support.determinism import CountingIds, SteppingClock
from support.doors.base import Api
from support.doors.core import CoreDoor, build_core
from support.property_tests import one_in
from support.search_text import unparse_filter, unparse_order
from support.search_trees import experiment_filters, experiment_orders, run_filters, run_orders
from support.search_values import KEYS, doubles, texts
from trackwell_service.domain.entities import ViewType
from trackwell_service.search import (
    ExperimentFilter,
    ExperimentOrder,
    RunFilter,
    RunOrder,
)
from trackwell_service.stores.roles import ExperimentQuery, Keyset, Page, RunQuery, Store

keys = st.sampled_from(KEYS)
names = texts.filter(bool)

sampled_runs = st.lists(
    st.fixed_dictionaries(
        {
            "experiment_id": st.sampled_from(["0", "1"]),
            "start_time": st.integers(0, 3),
            "run_name": names,
            "user_id": texts,
            "status": st.sampled_from(["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"]),
            "end_time": st.none() | st.integers(0, 3),
            "metrics": st.lists(st.tuples(keys, doubles, st.integers(0, 2)), max_size=5),
            "params": st.dictionaries(keys, texts, max_size=3),
            "tags": st.dictionaries(keys, texts, max_size=3),
            "datasets": st.lists(st.tuples(names, names, st.none() | names), max_size=2),
            "deleted": st.sampled_from([False, False, False, True]),
        }
    ),
    min_size=3,
    max_size=9,
)
"""Runs whose values are few, so that filters hit and orders tie."""

sampled_experiments = st.lists(
    st.tuples(names, st.dictionaries(keys, texts, max_size=3), st.integers(0, 2)), max_size=5, unique_by=lambda e: e[0]
)
"""(name, tags, milliseconds until the next)."""

run_questions = st.lists(
    st.tuples(st.none() | run_filters, run_orders, st.sampled_from(ViewType), st.integers(1, 4)), min_size=1, max_size=6
)
experiment_questions = st.lists(
    st.tuples(st.none() | experiment_filters, experiment_orders, st.sampled_from(ViewType), st.integers(1, 4)),
    min_size=1,
    max_size=6,
)


@contextmanager
def filled(backend: str, fill: Callable[[Api, SteppingClock], None]) -> Iterator[Store]:
    """A store of that kind with what `fill` writes."""
    clock = SteppingClock()
    with scratch_folder() as folder, opened(backend, folder, clock) as store:
        core = build_core(store, clock=clock, new_run_id=CountingIds())
        try:
            fill(Api(CoreDoor(core)), clock)
            yield store
        finally:
            core.close()


def log_runs(api: Api, runs: list[dict[str, Any]]) -> None:
    """Writes the runs into Default and an experiment of their own."""
    api("CreateExperiment", name="beside")
    for run in runs:
        created = {name: run[name] for name in ("experiment_id", "start_time", "run_name", "user_id")}
        run_id = api("CreateRun", **created).run.info.run_id
        api(
            "LogBatch",
            run_id=run_id,
            metrics=[{"key": key, "value": value, "timestamp": 1, "step": step} for key, value, step in run["metrics"]],
            params=[{"key": key, "value": value} for key, value in run["params"].items()],
            tags=[{"key": key, "value": value} for key, value in run["tags"].items()],
        )
        datasets = [
            {
                "dataset": {"name": name, "digest": digest, "source_type": "local", "source": "/"},
                "tags": [] if context is None else [{"key": "mlflow.data.context", "value": context}],
            }
            for name, digest, context in run["datasets"]
        ]
        api("LogInputs", run_id=run_id, datasets=datasets)
        api("UpdateRun", run_id=run_id, status=run["status"], end_time=run["end_time"])
        if run["deleted"]:
            api("DeleteRun", run_id=run_id)


def create_experiments(api: Api, clock: SteppingClock, experiments: list[tuple[str, dict[str, str], int]]) -> None:
    """Creates the experiments; every fourth is deleted again."""
    for number, (name, tags, wait_ms) in enumerate(experiments):
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        created = api("CreateExperiment", name=f"{name} {number}", tags=listed).experiment_id
        clock.advance(wait_ms)
        if number % 4 == 3:
            api("DeleteExperiment", experiment_id=created)


def pages(find: Callable[[Keyset | None], Page[Any]], name: Callable[[Any], object]) -> list[list[object]]:
    """What each page names; the last page is the first without a way on."""
    found: list[list[object]] = []
    after: Keyset | None = None
    while True:
        page = find(after)
        found.append([name(item) for item in page.items])
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("backend", COMPARED)
@given(runs=sampled_runs, questions=run_questions)
@one_in(2)
def test_runs(
    backend: str,
    runs: list[dict[str, Any]],
    questions: list[tuple[RunFilter | None, tuple[RunOrder, ...], ViewType, int]],
) -> None:
    """Filters of every form, orders of up to three columns, views, and small pages."""
    with ExitStack() as stack:
        model, store = (
            stack.enter_context(filled(kind, lambda api, _: log_runs(api, runs))) for kind in ("memory", backend)
        )
        for condition, order, view, limit in questions:
            note(f"{unparse_filter(condition)} by {unparse_order(order)}")

            def answer(
                asked: Store,
                condition: RunFilter | None = condition,
                order: tuple[RunOrder, ...] = order,
                view: ViewType = view,
                limit: int = limit,
            ) -> list[list[object]]:
                def find(after: Keyset | None) -> Page[Any]:
                    return asked.find_runs(RunQuery((0, 1, 7), view, condition, order, limit, after))

                return pages(find, lambda reference: (reference.run_id, reference.stage))

            assert answer(store) == answer(model)


@pytest.mark.parametrize("backend", COMPARED)
@given(experiments=sampled_experiments, questions=experiment_questions)
@one_in(2)
def test_experiments(
    backend: str,
    experiments: list[tuple[str, dict[str, str], int]],
    questions: list[tuple[ExperimentFilter | None, tuple[ExperimentOrder, ...], ViewType, int]],
) -> None:
    """The same for experiments."""
    with ExitStack() as stack:
        model, store = (
            stack.enter_context(filled(kind, lambda api, clock: create_experiments(api, clock, experiments)))
            for kind in ("memory", backend)
        )
        for condition, order, view, limit in questions:
            note(f"{unparse_filter(condition)} by {unparse_order(order)}")

            def answer(
                asked: Store,
                condition: ExperimentFilter | None = condition,
                order: tuple[ExperimentOrder, ...] = order,
                view: ViewType = view,
                limit: int = limit,
            ) -> list[list[object]]:
                def find(after: Keyset | None) -> Page[Any]:
                    return asked.search_experiments(ExperimentQuery(view, condition, order, limit, after))

                return pages(find, lambda experiment: experiment)

            assert answer(store) == answer(model)
