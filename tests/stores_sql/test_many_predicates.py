"""Filters of many predicates on PostgreSQL: looked up for each run, because its planner tries the orders of joins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.scratch_databases import postgres_databases
from support.sql_stores import change, points, run_info
from trackwell_service.domain.changes import AddParam, AddRun, SetTag
from trackwell_service.domain.limits import MAX_FILTER_PREDICATES
from trackwell_service.operations.searching import SearchText, search_runs
from trackwell_service.search.parse import parse_experiment_filter, parse_run_filter
from trackwell_service.stores.sql import open_sql_store
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.search_compile import MOST_JOINED, compile_experiment_filter, compile_run_filter

MANY = 40

RUN_PREDICATES = (
    "metrics.k > 0",
    "params.k != 'x'",
    "tags.k = 'x'",
    "params.k IS NOT NULL",
    "tags.k IS NULL",
    "dataset.name != 'x'",
)


@pytest.fixture
def url() -> Iterator[str]:
    """A database without runs."""
    with postgres_databases().empty() as empty:
        yield empty


def plan(url: str, question: str, text: str) -> str:
    """What PostgreSQL would do about runs (`r`) or experiments (`e`) that match the filter."""
    dialect = dialect_of(url)
    if question == "runs r":
        condition = compile_run_filter(dialect, {"k": 1}, parse_run_filter(text)).over
    else:
        condition = compile_experiment_filter(dialect, parse_experiment_filter(text)).over
    connection = dialect.connect(writing=False)
    try:
        cursor = connection.cursor()
        sql = f"EXPLAIN SELECT {question[-1]}.id FROM {question} WHERE {condition.text}"
        cursor.execute(dialect.text(sql), condition.parameters)
        return "\n".join(row[0] for row in cursor.fetchall())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("question", "predicate"),
    [*(("runs r", predicate) for predicate in RUN_PREDICATES), ("experiments e", "tags.k != 'x'")],
)
def test_many_predicates_are_no_joins(url: str, question: str, predicate: str) -> None:
    planned = plan(url, question, " AND ".join([predicate] * MANY))
    assert planned.count("(SubPlan") == MANY, planned


def test_predicates_are_counted_across_parentheses(url: str) -> None:
    half = " AND ".join(["metrics.k > 0"] * (MANY // 2))
    planned = plan(url, "runs r", f"({half}) AND (status = 'RUNNING' AND ({half}))")
    assert planned.count("(SubPlan") == MANY, planned


def test_a_few_predicates_are_left_to_the_planner(url: str) -> None:
    planned = plan(url, "runs r", " AND ".join(["metrics.k > 0"] * MOST_JOINED))
    assert "SubPlan" not in planned, planned


def test_the_longest_filter_is_answered(url: str) -> None:
    store = open_sql_store(url, default_artifact_location=lambda number: f"root/{number}")
    try:
        for number, run_id in enumerate(("r0", "r1", "r2")):
            described = (AddParam(run_id, "k", "p"), SetTag(run_id, "k", "t"))
            change(store, AddRun(run_info(run_id)), *described, points(run_id, "k", (1, 1, float(number))))
        kinds = ("metrics.k > 0", "params.k = 'p'", "tags.k != 'x'", "metrics.other IS NULL", "metrics.k < 2")
        text = " AND ".join(kinds[number % len(kinds)] for number in range(MAX_FILTER_PREDICATES))
        found = search_runs((0,), SearchText(filter=text)).page(store)
        assert [each.run_id for each in found.items] == ["r1"]
    finally:
        store.close()
