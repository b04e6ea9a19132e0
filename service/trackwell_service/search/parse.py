"""Text of filter and order_by parameters to typed trees: the front door of the language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from types import ModuleType
from typing import Final, TypeVar

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_FILTER_CHARS, MAX_ORDER_COLUMNS, MAX_ORDER_ITEM_CHARS
from trackwell_service.domain.validation import check_text
from trackwell_service.search.ast import (
    DatasetField,
    ExperimentFilter,
    ExperimentOrder,
    RunFilter,
    RunOrder,
    Tag,
)
from trackwell_service.search.columns import experiment_field, run_field
from trackwell_service.search.resolve import resolve_experiment_filter, resolve_run_filter
from trackwell_service.search.source import Source
from trackwell_service.search.syntax import Condition, OrderItem

_FilterT = TypeVar("_FilterT")
_OrderT = TypeVar("_OrderT", RunOrder, ExperimentOrder)

CACHED_FILTERS: Final = 256
"""How many read filters are kept: pages and dashboards send the same few again and again."""

CACHED_COLUMNS: Final = 256
"""How many read columns of orders are kept, of runs and of experiments each."""

MAX_CACHED_FILTER_CHARS: Final = 4096
"""Longer filters are read anew each time, so that the kept ones need a few MB at most."""


def parse_run_filter(text: str, parameter: str = "filter") -> RunFilter | None:
    """The meaning of runs/search's filter, None for a blank one. Raises InvalidParameter.

    `parameter` is the name under which the caller knows the text.
    """
    return (_kept_run_filter if len(text) <= MAX_CACHED_FILTER_CHARS else _read_run_filter)(text, parameter)


def parse_experiment_filter(text: str, parameter: str = "filter") -> ExperimentFilter | None:
    """The meaning of experiments/search's filter, None for a blank one. Raises InvalidParameter."""
    read = _kept_experiment_filter if len(text) <= MAX_CACHED_FILTER_CHARS else _read_experiment_filter
    return read(text, parameter)


def parse_run_order(items: Sequence[str], parameter: str = "order_by") -> tuple[RunOrder, ...]:
    """The meaning of runs/search's order_by; a column named before is left out. Raises InvalidParameter."""
    return _distinct(items, parameter, _run_column)


def parse_experiment_order(items: Sequence[str], parameter: str = "order_by") -> tuple[ExperimentOrder, ...]:
    """The meaning of experiments/search's order_by; a column named before is left out. Raises InvalidParameter."""
    return _distinct(items, parameter, _experiment_column)


def _distinct(items: Sequence[str], parameter: str, read: Callable[[str, str], _OrderT]) -> tuple[_OrderT, ...]:
    if len(items) > MAX_ORDER_COLUMNS:
        raise InvalidParameter(
            f"Parameter '{parameter}' has {len(items)} items, at most {MAX_ORDER_COLUMNS} are allowed. "
            "Keep the first ones, the others only break ties."
        )
    columns: dict[object, _OrderT] = {}
    for number, text in enumerate(items):
        column = read(text, f"{parameter}[{number}]")
        columns.setdefault(column.field, column)
    return tuple(columns.values())


@lru_cache(maxsize=CACHED_COLUMNS)
def _run_column(text: str, parameter: str) -> RunOrder:
    source, item = _order_item(text, parameter)
    field = run_field(source, item.column)
    if isinstance(field, DatasetField):
        source.refuse(
            "a run may have several datasets, so they give no order. Order by a metric, param, tag or attribute.",
            item.column.start,
            item.column.end,
        )
    return RunOrder(field, item.descending)


@lru_cache(maxsize=CACHED_COLUMNS)
def _experiment_column(text: str, parameter: str) -> ExperimentOrder:
    source, item = _order_item(text, parameter)
    field = experiment_field(source, item.column)
    if isinstance(field, Tag):
        source.refuse("experiments are not ordered by tags. Order by an attribute.", item.column.start, item.column.end)
    return ExperimentOrder(field, item.descending)


def _order_item(text: str, parameter: str) -> tuple[Source, OrderItem]:
    check_text(text, parameter, MAX_ORDER_ITEM_CHARS)
    source = Source(parameter, text)
    return source, _grammar().parse_order_item(source)


def _read_filter(text: str, parameter: str, resolve: Callable[[Source, Condition], _FilterT]) -> _FilterT | None:
    check_text(text, parameter, MAX_FILTER_CHARS)
    if not text.strip():
        return None
    source = Source(parameter, text)
    return resolve(source, _grammar().parse_filter(source))


def _read_run_filter(text: str, parameter: str) -> RunFilter | None:
    return _read_filter(text, parameter, resolve_run_filter)


def _read_experiment_filter(text: str, parameter: str) -> ExperimentFilter | None:
    return _read_filter(text, parameter, resolve_experiment_filter)


_kept_run_filter = lru_cache(maxsize=CACHED_FILTERS)(_read_run_filter)
_kept_experiment_filter = lru_cache(maxsize=CACHED_FILTERS)(_read_experiment_filter)


def _grammar() -> ModuleType:
    from trackwell_service.search import grammar  # noqa: PLC0415  # loads lark: for the first search, not for every start

    return grammar
