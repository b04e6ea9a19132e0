"""Typed trees back to text: one canonical spelling for each, which reads back as the same tree.

Tables of tests write down what a text means by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from trackwell_service.search.ast import (
    And,
    Compare,
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
    Statistic,
    Tag,
)


def unparse_filter(condition: RunFilter | ExperimentFilter | None) -> str:
    """The canonical text of a filter; "" for None. Raises ValueError for a value with both quotes: no text means it."""
    if condition is None:
        return ""
    match condition:
        case And(operands):
            return " AND ".join(
                _grouped(operand) if isinstance(operand, Or) else unparse_filter(operand) for operand in operands
            )
        case Or(operands):
            return " OR ".join(unparse_filter(operand) for operand in operands)
        case Not(operand):
            return f"NOT {_grouped(operand) if isinstance(operand, And | Or) else unparse_filter(operand)}"
        case Compare(field, comparison, value):
            return f"{_field(field)} {comparison} {_value(value, field)}"
        case OneOf(field, values, negated):
            return f"{_field(field)} {_not(negated)}IN ({', '.join(_quoted(str(value)) for value in values)})"
        case Like(field, pattern, fold, negated):
            return f"{_field(field)} {_not(negated)}{'ILIKE' if fold else 'LIKE'} {_quoted(pattern)}"
        case Matches(field, pattern, negated):
            return f"{_field(field)} {_not(negated)}RLIKE {_quoted(pattern)}"
        case IsNull(field, negated):
            return f"{_field(field)} IS {_not(negated)}NULL"
    assert_never(condition)


def unparse_order(order: Sequence[RunOrder] | Sequence[ExperimentOrder]) -> list[str]:
    """The canonical texts of an order's columns."""
    return [f"{_field(column.field)} {'DESC' if column.descending else 'ASC'}" for column in order]


def _grouped(condition: RunFilter | ExperimentFilter) -> str:
    return f"({unparse_filter(condition)})"


def _not(negated: bool) -> str:
    return "NOT " if negated else ""


def _field(field: RunField | ExperimentField) -> str:
    match field:
        case Metric(key, Statistic.LATEST):
            return f"metrics.{_key(key)}"
        case Metric(key, statistic):
            return f"metrics.{_key(key)}.{statistic}"
        case MetricOrStatistic(key):
            return f"metrics.{key}"
        case Param(key):
            return f"params.{_key(key)}"
        case Tag(key):
            return f"tags.{_key(key)}"
        case DatasetField():
            return f"dataset.{field}"
        case RunAttribute() | ExperimentAttribute():
            return f"attribute.{field}"
    assert_never(field)


def _key(key: str) -> str:
    return _enclosed(key, "`", '"')


def _value(value: float | str, field: RunField | ExperimentField) -> str:
    if isinstance(value, str) or field is ExperimentAttribute.EXPERIMENT_ID:
        return _quoted(str(value))
    return repr(value)


def _quoted(text: str) -> str:
    return _enclosed(text, "'", '"')


def _enclosed(text: str, *quotes: str) -> str:
    for quote in quotes:
        if quote not in text:
            return f"{quote}{text}{quote}"
    raise ValueError(f"no quotes can hold {text!r}, because it contains {' and '.join(quotes)}")
