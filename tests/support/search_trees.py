"""Strategies for filters and orders: every tree that a text can mean, and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from support.search_values import KEYS, texts
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    DatasetField,
    ExperimentAttribute,
    ExperimentField,
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
    RunField,
    RunFilter,
    RunOrder,
    RunOrderField,
    Statistic,
    Tag,
)

_EITHER_WAY = st.booleans()
_EQUALITY = st.sampled_from([Comparison.EQ, Comparison.NE])
_ANY_COMPARISON = st.sampled_from(Comparison)
_TIMES = (
    RunAttribute.START_TIME,
    RunAttribute.END_TIME,
    ExperimentAttribute.CREATION_TIME,
    ExperimentAttribute.LAST_UPDATE_TIME,
)

keys = st.sampled_from(KEYS)
numbers = st.sampled_from([0.0, -0.0, 1.0, 0.5, -3.0, 1e-300, 1.7976931348623157e308]) | st.floats(
    allow_nan=False, allow_infinity=False
)
integers = st.integers(0, 3) | st.integers(-(2**63), 2**63 - 1)
quotable = texts | st.text('aZ09 _%."`\\()[*\n\t\x7féß\u0130\u202e\uffff\U0001f600', max_size=8)
patterns = quotable | st.text("%_aAé", max_size=6)
regexes = st.sampled_from(["a", "^a$", "(?i)É", "[0-9]+", ".", "(?s).", "x[%_]y", "^$", "\\d\\.", "a|b"])

metrics = st.builds(Metric, keys, st.sampled_from(Statistic)) | st.sampled_from(
    [
        MetricOrStatistic("a.min", "a", Statistic.MIN),
        MetricOrStatistic("a.max", "a", Statistic.MAX),
        MetricOrStatistic("a.latest", "a", Statistic.LATEST),
        MetricOrStatistic("a.last", "a", Statistic.LATEST),
        MetricOrStatistic("a.min.max", "a.min", Statistic.MAX),
    ]
)
run_order_fields: st.SearchStrategy[RunOrderField] = (
    metrics | st.builds(Param, keys) | st.builds(Tag, keys) | st.sampled_from(RunAttribute)
)
run_fields: st.SearchStrategy[RunField] = run_order_fields | st.sampled_from(DatasetField)
experiment_fields: st.SearchStrategy[ExperimentField] = st.builds(Tag, keys) | st.sampled_from(ExperimentAttribute)


def _predicates(fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return fields.flatmap(lambda field: _comparisons_of(field) | st.builds(IsNull, st.just(field), _EITHER_WAY))


def _comparisons_of(field: RunField | ExperimentField) -> st.SearchStrategy[Any]:
    this = st.just(field)
    if isinstance(field, Metric | MetricOrStatistic):
        return st.builds(Compare, this, _ANY_COMPARISON, numbers)
    if field in _TIMES:
        return st.builds(Compare, this, _ANY_COMPARISON, integers)
    if field is ExperimentAttribute.EXPERIMENT_ID:
        ids = st.integers(0, 5) | st.integers(0, 2**63 - 1)
        return st.builds(Compare, this, _EQUALITY, ids) | st.builds(OneOf, this, _lists(ids), _EITHER_WAY)
    return st.one_of(
        st.builds(Compare, this, _EQUALITY, quotable),
        st.builds(OneOf, this, _lists(quotable), _EITHER_WAY),
        st.builds(Like, this, patterns, _EITHER_WAY, _EITHER_WAY),
        st.builds(Matches, this, regexes, _EITHER_WAY),
    )


def _lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


def _joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _of_several(And, parts) | _of_several(Or, parts) | st.builds(Not, parts)


def _of_several(node: Callable[[Any], Any], parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    others = parts.filter(lambda part: type(part) is not node)
    return st.lists(others, min_size=2, max_size=3).map(lambda operands: node(tuple(operands)))


run_filters: st.SearchStrategy[RunFilter] = st.recursive(_predicates(run_fields), _joined, max_leaves=6)
experiment_filters: st.SearchStrategy[ExperimentFilter] = st.recursive(
    _predicates(experiment_fields), _joined, max_leaves=6
)
run_orders: st.SearchStrategy[tuple[RunOrder, ...]] = st.lists(
    st.builds(RunOrder, run_order_fields, _EITHER_WAY), max_size=3, unique_by=lambda column: column.field
).map(tuple)
experiment_orders: st.SearchStrategy[tuple[ExperimentOrder, ...]] = st.lists(
    st.builds(ExperimentOrder, st.sampled_from(ExperimentAttribute), _EITHER_WAY),
    max_size=3,
    unique_by=lambda column: column.field,
).map(tuple)
