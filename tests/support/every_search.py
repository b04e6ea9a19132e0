"""The search language laid out in full: every field with every operator, every order, in every shape a filter can have.

What random search trees (see `search_trees`) meet sooner or later is here at once, for what must be looked at whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from trackwell_service.domain.entities import ViewType
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    DatasetField,
    ExperimentAttribute,
    ExperimentFilter,
    ExperimentOrder,
    IsNull,
    Like,
    Matches,
    Metric,
    MetricOrStatistic,
    Not,
    OneOf,
    Or,
    Param,
    RunAttribute,
    RunFilter,
    RunOrder,
    RunOrderField,
    Statistic,
    Tag,
)
from trackwell_service.stores.roles import ExperimentQuery, RunQuery
from trackwell_service.stores.sql.texts import HEAD_LENGTH

VIEWS = tuple(ViewType)

LONG = "long " * HEAD_LENGTH
"""A text of which an index has the beginning only."""

TEXT_ATTRIBUTES = (
    RunAttribute.RUN_ID,
    RunAttribute.RUN_NAME,
    RunAttribute.STATUS,
    RunAttribute.ARTIFACT_URI,
    RunAttribute.USER_ID,
)
TIMES = (RunAttribute.START_TIME, RunAttribute.END_TIME)


def run_fields(key: str) -> tuple[RunOrderField, ...]:
    """What runs can be ordered by, for one key of metrics, params and tags."""
    statistics = tuple(Metric(key, statistic) for statistic in Statistic)
    either = tuple(MetricOrStatistic(f"{key}.{statistic}", key, statistic) for statistic in Statistic)
    return (*statistics, *either, Param(key), Tag(key), *RunAttribute)


def run_predicates(key: str) -> Iterator[RunFilter]:
    """Every field of runs with every operator that it takes, for one key."""
    for metric in run_fields(key):
        if isinstance(metric, Metric | MetricOrStatistic):
            yield from _of_number(metric, 0.5)
    for time in TIMES:
        yield from _of_number(time, 1_000)
    for field in (Param(key), Tag(key), *TEXT_ATTRIBUTES, *DatasetField):
        yield from _of_text(field)


def experiment_predicates(key: str) -> Iterator[ExperimentFilter]:
    """Every field of experiments with every operator that it takes, for one key."""
    for time in (ExperimentAttribute.CREATION_TIME, ExperimentAttribute.LAST_UPDATE_TIME):
        yield from _of_number(time, 1_000)
    yield from _of_identity(ExperimentAttribute.EXPERIMENT_ID, (1, 2))
    yield from _of_text(ExperimentAttribute.NAME)
    yield from _of_text(Tag(key))


def run_orders(keys: tuple[str, ...]) -> Iterator[tuple[RunOrder, ...]]:
    """No order, every single column in both directions, and every column before and behind another one."""
    yield ()
    for key in keys:
        for field in run_fields(key):
            for descending in (False, True):
                yield (RunOrder(field, descending),)
                other = RunOrder(Param("other"), not descending)
                yield (RunOrder(field, descending), other)
                yield (other, RunOrder(field, descending))


def ways_to_find(key: str, *, descending: bool = False) -> tuple[tuple[RunOrder, ...], ...]:
    """An order for each way in which a page can be found: by an index of each sort, and by sorting."""
    by_metric, by_text = RunOrder(Metric(key), descending), RunOrder(Tag(key), descending)
    return (by_metric,), (by_text,), (RunOrder(RunAttribute.RUN_NAME, descending),), (by_text, by_metric)


def experiment_orders() -> Iterator[tuple[ExperimentOrder, ...]]:
    """No order, every single column in both directions, and every pair."""
    yield ()
    for first in ExperimentAttribute:
        for descending in (False, True):
            yield (ExperimentOrder(first, descending),)
            for second in ExperimentAttribute:
                if second is not first:
                    yield (ExperimentOrder(first, descending), ExperimentOrder(second, not descending))


def shapes(predicate: Any, other: Any) -> tuple[Any, ...]:
    """The ways in which a predicate stands in a filter."""
    return predicate, Not(predicate), And((predicate, other)), Or((predicate, other)), Not(Or((predicate, other)))


def run_queries(experiment_ids: tuple[int, ...], key: str, unknown: str, limit: int) -> Iterator[RunQuery]:
    """Every order with every view; every predicate in every shape and with every way to find a page, views in turn.

    Under the key `unknown` nothing was logged: then a predicate or a column of an order is decided beforehand.
    """
    for order in run_orders((key, unknown)):
        for view in VIEWS:
            yield RunQuery(experiment_ids, view, None, order, limit)
    views = cycle(VIEWS)
    for predicate in run_predicates(key):
        for shape in shapes(predicate, Compare(Param("other"), Comparison.EQ, "o")):
            yield RunQuery(experiment_ids, next(views), shape, (), limit)
        for order in ways_to_find(key):
            yield RunQuery(experiment_ids, next(views), predicate, order, limit)
    for predicate in run_predicates(unknown):
        yield RunQuery(experiment_ids, next(views), predicate, (), limit)


def experiment_queries(key: str, limit: int) -> Iterator[ExperimentQuery]:
    """Every order with every view; every predicate in every shape, views in turn."""
    for order in experiment_orders():
        for view in VIEWS:
            yield ExperimentQuery(view, None, order, limit)
    views = cycle(VIEWS)
    for predicate in experiment_predicates(key):
        for shape in shapes(predicate, Compare(ExperimentAttribute.NAME, Comparison.NE, "none")):
            yield ExperimentQuery(next(views), shape, (), limit)


def _of_number(field: Any, value: float) -> Iterator[Any]:
    for comparison in Comparison:
        yield Compare(field, comparison, value)
    yield from _of_nothing(field)


def _of_identity(field: Any, values: tuple[Any, ...]) -> Iterator[Any]:
    yield Compare(field, Comparison.EQ, values[0])
    yield Compare(field, Comparison.NE, values[0])
    for negated in (False, True):
        yield OneOf(field, values, negated)
    yield from _of_nothing(field)


def _of_text(field: Any) -> Iterator[Any]:
    yield from _of_identity(field, ("a", LONG))
    yield Compare(field, Comparison.EQ, LONG)
    yield OneOf(field, (LONG,))
    for negated in (False, True):
        yield Like(field, "a%_", fold=False, negated=negated)
        yield Like(field, "%a%b%c%", fold=False, negated=negated)
        yield Like(field, "a%", fold=True, negated=negated)
        yield Matches(field, "^a", negated)


def _of_nothing(field: Any) -> Iterator[Any]:
    for negated in (False, True):
        yield IsNull(field, negated)
