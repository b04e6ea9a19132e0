"""docs/search.md: its examples are accepted, its limits and its sample message are the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.search import (
    parse_experiment_filter,
    parse_run_filter,
    parse_run_order,
)

TEXT = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")


def examples(kind: str) -> list[str]:
    """The lines of all fenced blocks of a kind."""
    return [line for block in re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("text", examples("filter"))
def test_filters(text: str) -> None:
    assert parse_run_filter(text) is not None


@pytest.mark.parametrize("text", examples("experiment-filter"))
def test_experiment_filters(text: str) -> None:
    assert parse_experiment_filter(text) is not None


def test_order() -> None:
    items = examples("order")
    assert len(parse_run_order(items)) == len(items)


def test_the_sample_message() -> None:
    with pytest.raises(InvalidParameter) as refusal:
        parse_run_filter("params.lr = 0.1")
    assert f"```text\n{refusal.value.message}\n```" in TEXT


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (limits.MAX_FILTER_CHARS, "{:,} characters, "),
        (limits.MAX_FILTER_PREDICATES, "{:,} comparisons"),
        (limits.MAX_FILTER_LIST_ITEMS, "{:,} values in lists"),
        (limits.MAX_FILTER_PATTERNS, "{:,} patterns"),
        (limits.MAX_FILTER_DEPTH, "{:,} open parentheses"),
        (limits.MAX_PATTERN_CHARS, "A pattern has at most {:,} characters"),
        (limits.MAX_ORDER_COLUMNS, "at most {:,} columns"),
    ],
)
def test_limits(limit: int, words: str) -> None:
    assert words.format(limit) in TEXT
