"""Hostile searches (security.md P8): each is refused at its limit, and what is just allowed still works."""

from __future__ import annotations

import sys
import threading

import pytest

from support.search_text import unparse_filter
from support.search_values import run
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import (
    MAX_FILTER_CHARS,
    MAX_FILTER_DEPTH,
    MAX_FILTER_LIST_ITEMS,
    MAX_FILTER_PATTERNS,
    MAX_FILTER_PREDICATES,
    MAX_ORDER_COLUMNS,
    MAX_ORDER_ITEM_CHARS,
    MAX_PATTERN_CHARS,
)
from trackwell_service.search import (
    matches_run,
    parse_experiment_filter,
    parse_experiment_order,
    parse_run_filter,
    parse_run_order,
)

CLAUSE = "tags.a = 'b'"


def filter_of_length(chars: int) -> str:
    return f"tags.`a` = '{'x' * (chars - len('tags.`a` = ') - 2)}'"


def listed(count: int) -> str:
    return ", ".join(f"'{index}'" for index in range(count))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(filter_of_length(MAX_FILTER_CHARS), id="characters"),
        pytest.param(" AND ".join([CLAUSE] * MAX_FILTER_PREDICATES), id="comparisons joined with AND"),
        pytest.param(" OR ".join([CLAUSE] * MAX_FILTER_PREDICATES), id="comparisons joined with OR"),
        pytest.param("(" * MAX_FILTER_DEPTH + CLAUSE + ")" * MAX_FILTER_DEPTH, id="parentheses"),
        pytest.param("NOT " * MAX_FILTER_DEPTH + CLAUSE, id="NOT"),
        pytest.param(
            "NOT (" * (MAX_FILTER_DEPTH // 2) + CLAUSE + ")" * (MAX_FILTER_DEPTH // 2), id="NOT and parentheses"
        ),
        pytest.param(" AND ".join([f"NOT {CLAUSE}"] * MAX_FILTER_PREDICATES), id="NOTs side by side"),
        pytest.param(" AND ".join([f"(NOT {CLAUSE})"] * MAX_FILTER_PREDICATES), id="parentheses side by side"),
        pytest.param(f"run_id IN ({listed(MAX_FILTER_LIST_ITEMS)})", id="list"),
        pytest.param(" OR ".join(["run_id IN ('x', 'y')"] * (MAX_FILTER_LIST_ITEMS // 2)), id="lists"),
        pytest.param(f"tags.a LIKE '{'%_' * (MAX_PATTERN_CHARS // 2)}'", id="LIKE pattern"),
        pytest.param(f"tags.a ILIKE '{'k' * MAX_PATTERN_CHARS}'", id="ILIKE pattern"),
        pytest.param(f"tags.a RLIKE '{'.' * MAX_PATTERN_CHARS}'", id="RLIKE pattern"),
        pytest.param(f"tags.a RLIKE '{'(' * 500}{')' * 500}'", id="RLIKE with 500 groups"),
        pytest.param(" OR ".join(["tags.a LIKE 'b%'"] * MAX_FILTER_PATTERNS), id="patterns"),
    ],
)
def test_as_much_as_is_allowed(text: str) -> None:
    condition = parse_run_filter(text)
    assert parse_run_filter(unparse_filter(condition)) == condition
    assert matches_run(condition, run(tags={"a": "b"})) in (True, False)


TOO_MUCH = [
    pytest.param(filter_of_length(MAX_FILTER_CHARS + 1), "65537 characters", id="characters"),
    pytest.param("x" * 1_000_000, "1000000 characters", id="a megabyte of nothing"),
    pytest.param(" AND ".join([CLAUSE] * 70_000), "characters", id="a megabyte of clauses"),
    pytest.param(" AND ".join([CLAUSE] * (MAX_FILTER_PREDICATES + 1)), "at most 500 comparisons", id="comparisons"),
    pytest.param("tags.a='b'OR " * 5000, "at most 500 comparisons", id="many comparisons"),
    pytest.param("(" * 10_000, "at most 64 open", id="10,000 parentheses"),
    pytest.param("(" * 10_000 + CLAUSE + ")" * 10_000, "at most 64 open", id="10,000 pairs of parentheses"),
    pytest.param("(" * (MAX_FILTER_DEPTH + 1) + CLAUSE + ")" * (MAX_FILTER_DEPTH + 1), "at most 64", id="parentheses"),
    pytest.param("NOT " * (MAX_FILTER_DEPTH + 1) + CLAUSE, "at most 64 open", id="NOT"),
    pytest.param("NOT(" * 10_000, "at most 64 open", id="NOT and parentheses"),
    pytest.param(f"run_id IN ({listed(MAX_FILTER_LIST_ITEMS + 1)})", "at most 1000 values", id="list"),
    pytest.param("run_id IN ('a'" + ",'a'" * 10_000, "at most 1000 values", id="long list"),
    pytest.param(" OR ".join(["run_id IN ('x', 'y', 'z')"] * 334), "at most 1000 values", id="lists"),
    pytest.param(f"tags.a LIKE '{'%_' * (MAX_PATTERN_CHARS // 2)}%'", "at most 1000", id="LIKE pattern"),
    pytest.param(f"tags.a RLIKE '{'.' * (MAX_PATTERN_CHARS + 1)}'", "at most 1000", id="RLIKE pattern"),
    pytest.param("tags.a RLIKE '(\\pL{100}){2}'", "regular expression", id="RLIKE with many instructions"),
    pytest.param("tags.a RLIKE '((a{100}){100}){100}'", "regular expression", id="RLIKE with nested repetitions"),
    pytest.param("tags.a RLIKE '\\pL{100}'", "regular expression", id="RLIKE with a large alphabet"),
    pytest.param(" OR ".join(["tags.a LIKE 'b%'"] * (MAX_FILTER_PATTERNS + 1)), "at most 100 patterns", id="patterns"),
    pytest.param(f"tags.a = {'9' * 60_000}", "in quotes", id="a long number for a text"),
    pytest.param(f"metrics.a = {'9' * 60_000}", "double precision", id="a long number"),
    pytest.param(f"start_time = {'9' * 60_000}", "integer", id="a long integer"),
    pytest.param("'" * 60_001, "column 1", id="quotes"),
    pytest.param("`" * 60_001, "column 3", id="backticks"),
    pytest.param("tags.a " * 9_000, "operator", id="words"),
    pytest.param("=" * 60_000, "column 1", id="operators"),
]


@pytest.mark.parametrize(("text", "message"), TOO_MUCH)
def test_more_than_is_allowed(text: str, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message) as refusal:
        parse_run_filter(text)
    assert len(refusal.value.message) < 1000
    with pytest.raises(InvalidParameter):
        parse_experiment_filter(text)


def test_orders() -> None:
    columns = [f"metrics.m{index}" for index in range(MAX_ORDER_COLUMNS)]
    assert len(parse_run_order(columns)) == MAX_ORDER_COLUMNS
    longest = f"tags.`{'k' * (MAX_ORDER_ITEM_CHARS - len('tags.``'))}`"
    assert len(parse_run_order([longest])) == 1
    for parse in (parse_run_order, parse_experiment_order):
        with pytest.raises(InvalidParameter, match="at most 20"):
            parse([*columns, "name"])
        with pytest.raises(InvalidParameter, match=r"order_by\[0\].*at most 1000"):
            parse([longest + " "])
        with pytest.raises(InvalidParameter, match=r"order_by\[0\]"):
            parse(["(" * 900])


EVIL_TEXT = "ab" * 4000


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"LIKE '{'%_' * 500}'", True),
        (f"LIKE '{'%_' * 499}%c'", False),
        (f"LIKE '{'a%' * 500}'", True),
        (f"LIKE '{'%a' * 499}%c'", False),
        (f"LIKE '%a{'_' * 900}c'", False),
        (f"ILIKE '{'%K' * 499}%c'", False),
        ("RLIKE '(a+)+$'", False),
        ("RLIKE '(a|a)*c'", False),
        ("RLIKE '^(([a-z])+.)+[A-Z]([a-z])+$'", False),
        ("RLIKE '(.*a){100}.*b$'", True),
        ("RLIKE '(x+x+)+y'", False),
    ],
)
def test_patterns_that_backtracking_would_never_finish(condition: str, expected: bool) -> None:
    """A backtracking engine would need longer than the test run's time limit for most of these."""
    condition_of_tag = parse_run_filter(f"tags.a {condition}")
    assert matches_run(condition_of_tag, run(tags={"a": EVIL_TEXT})) is expected


def test_the_deepest_filter_needs_little_stack() -> None:
    """Reading, spelling and evaluating it fit into a small thread stack and far below Python's recursion limit."""
    depth = MAX_FILTER_DEPTH // 2
    text = f"{'NOT (' * depth}{CLAUSE} AND {CLAUSE}{')' * depth}"
    outcome: list[bool] = []

    def work() -> None:
        condition = parse_run_filter(text)
        assert parse_run_filter(unparse_filter(condition)) == condition
        outcome.append(matches_run(condition, run(tags={"a": "b"})))

    limit = sys.getrecursionlimit()
    previous = threading.stack_size(256 * 1024)
    try:
        sys.setrecursionlimit(400)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(previous)
    assert outcome == [True]


def test_many_threads_may_parse_at_once() -> None:
    """The parser is built once and shared; every thread gets the tree of its own text."""
    texts = [
        f"metrics.m{index} > {index} AND (tags.a = '{index}' OR NOT params.p LIKE '{index}%')" for index in range(200)
    ]
    expected = [unparse_filter(parse_run_filter(text)) for text in texts]
    results: dict[int, list[str]] = {}
    barrier = threading.Barrier(4)

    def work(number: int) -> None:
        barrier.wait()
        results[number] = [unparse_filter(parse_run_filter(f"{text} ")) for text in texts]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [results[number] for number in range(4)] == [expected] * 4
