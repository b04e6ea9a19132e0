"""Strategies for filters and orders: every tree that a text can mean, and no other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from support.search_values import KEYS, texts
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

_EITHER_WAY = st.booleans()

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
params = st.builds(Param, keys)
tags = st.builds(Tag, keys)
run_order_fields: st.SearchStrategy[RunOrderField] = metrics | params | tags | st.sampled_from(RunAttribute)


def _numeric(fields: st.SearchStrategy[Any], values: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Any]]:
    return [st.builds(Compare, fields, st.sampled_from(Comparison), values), st.builds(IsNull, fields, _EITHER_WAY)]


def _identifying(fields: st.SearchStrategy[Any], values: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Any]]:
    lists = st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
    equality = st.sampled_from([Comparison.EQ, Comparison.NE])
    return [
        st.builds(Compare, fields, equality, values),
        st.builds(OneOf, fields, lists, _EITHER_WAY),
        st.builds(IsNull, fields, _EITHER_WAY),
    ]


def _textual(fields: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Any]]:
    return [
        *_identifying(fields, quotable),
        st.builds(Like, fields, patterns, _EITHER_WAY, _EITHER_WAY),
        st.builds(Matches, fields, regexes, _EITHER_WAY),
    ]


def _joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(parts, min_size=2, max_size=3)
    return several.map(_all_of) | several.map(_any_of) | st.builds(Not, parts)


def _all_of(operands: list[Any]) -> Any:
    return And(tuple(part for each in operands for part in (each.operands if isinstance(each, And) else (each,))))


def _any_of(operands: list[Any]) -> Any:
    return Or(tuple(part for each in operands for part in (each.operands if isinstance(each, Or) else (each,))))


run_predicates: st.SearchStrategy[Any] = st.one_of(
    *_numeric(metrics, numbers),
    *_numeric(st.sampled_from([RunAttribute.START_TIME, RunAttribute.END_TIME]), integers),
    *_textual(
        params
        | tags
        | st.sampled_from(
            [
                RunAttribute.RUN_ID,
                RunAttribute.RUN_NAME,
                RunAttribute.STATUS,
                RunAttribute.ARTIFACT_URI,
                RunAttribute.USER_ID,
            ]
        )
        | st.sampled_from(DatasetField)
    ),
)
experiment_predicates: st.SearchStrategy[Any] = st.one_of(
    *_numeric(st.sampled_from([ExperimentAttribute.CREATION_TIME, ExperimentAttribute.LAST_UPDATE_TIME]), integers),
    *_identifying(st.just(ExperimentAttribute.EXPERIMENT_ID), st.integers(0, 5) | st.integers(0, 2**63 - 1)),
    *_textual(tags | st.just(ExperimentAttribute.NAME)),
)
run_filters: st.SearchStrategy[RunFilter] = st.recursive(run_predicates, _joined, max_leaves=6)
experiment_filters: st.SearchStrategy[ExperimentFilter] = st.recursive(experiment_predicates, _joined, max_leaves=6)
run_orders: st.SearchStrategy[tuple[RunOrder, ...]] = st.lists(
    st.builds(RunOrder, run_order_fields, _EITHER_WAY), max_size=3, unique_by=lambda column: column.field
).map(tuple)
experiment_orders: st.SearchStrategy[tuple[ExperimentOrder, ...]] = st.lists(
    st.builds(ExperimentOrder, st.sampled_from(ExperimentAttribute), _EITHER_WAY),
    max_size=3,
    unique_by=lambda column: column.field,
).map(tuple)
