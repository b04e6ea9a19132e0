"""Syntax tree to typed tree: which field each column names, and whether operator and value suit it (rest-facts §7)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, NoReturn, TypeVar

from trackwell_service.domain.limits import MAX_EXPERIMENT_ID, MAX_PATTERN_CHARS
from trackwell_service.domain.validation import shown
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    ExperimentAttribute,
    ExperimentField,
    ExperimentFilter,
    Filter,
    IsNull,
    Like,
    Matches,
    Metric,
    MetricOrStatistic,
    Not,
    OneOf,
    Or,
    RunAttribute,
    RunField,
    RunFilter,
)
from trackwell_service.search.columns import experiment_field, run_field
from trackwell_service.search.patterns import PatternFault, regex_test
from trackwell_service.search.source import Source
from trackwell_service.search.syntax import (
    AllOf,
    AnyOf,
    Condition,
    Form,
    Inverse,
    Match,
    Membership,
    NullTest,
    Word,
)
from trackwell_service.search.syntax import Comparison as WrittenComparison

_FieldT = TypeVar("_FieldT", bound=RunField | ExperimentField)

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_EXPERIMENT_ID: Final = re.compile(r"[0-9]{1,19}")
_MAX_INT64: Final = 2**63 - 1

_COMPARISONS: Final = {comparison.value: comparison for comparison in Comparison}
_SIZE_COMPARISONS: Final = frozenset((Comparison.GT, Comparison.GE, Comparison.LT, Comparison.LE))
_OPERATOR_ADVICE: Final = {
    "==": " Write =.",
    "<>": " Write !=.",
    "=<": " Write <=.",
    "=>": " Write >=.",
    "~": " Write RLIKE.",
}


class _Kind(Enum):
    """What values a field has, and so which operators and operands it takes."""

    DOUBLE = "a number"
    TIME = "a time in milliseconds"
    TEXT = "a text"
    EXPERIMENT_ID = "an experiment id"


_OPERATORS: Final = {
    _Kind.DOUBLE: "=, !=, >, >=, <, <= or IS [NOT] NULL",
    _Kind.TIME: "=, !=, >, >=, <, <= or IS [NOT] NULL",
    _Kind.TEXT: "=, !=, [NOT] LIKE, [NOT] ILIKE, [NOT] RLIKE, [NOT] IN or IS [NOT] NULL",
    _Kind.EXPERIMENT_ID: "=, != or [NOT] IN",
}


def resolve_run_filter(source: Source, condition: Condition) -> RunFilter:
    """What a filter on runs means. Raises InvalidParameter, pointing at what is unknown or ill-typed."""
    return _Resolver(source, run_field, words_in_any_case=True).filter(condition)


def resolve_experiment_filter(source: Source, condition: Condition) -> ExperimentFilter:
    """What a filter on experiments means. Raises InvalidParameter, pointing at what is unknown or ill-typed."""
    return _Resolver(source, experiment_field, words_in_any_case=False).filter(condition)


def _kind(field: RunField | ExperimentField) -> _Kind:
    match field:
        case Metric() | MetricOrStatistic():
            return _Kind.DOUBLE
        case (
            RunAttribute.START_TIME
            | RunAttribute.END_TIME
            | ExperimentAttribute.CREATION_TIME
            | ExperimentAttribute.LAST_UPDATE_TIME
        ):
            return _Kind.TIME
        case ExperimentAttribute.EXPERIMENT_ID:
            return _Kind.EXPERIMENT_ID
        case _:
            return _Kind.TEXT


@dataclass(frozen=True, slots=True)
class _Resolver(Generic[_FieldT]):
    """Types one filter. `words_in_any_case`: whether LIKE and ILIKE may be written in small letters."""

    source: Source
    find_field: Callable[[Source, Word], _FieldT]
    words_in_any_case: bool

    def filter(self, condition: Condition) -> Filter[_FieldT]:
        match condition:
            case AllOf(operands):
                return And(tuple(map(self.filter, operands)))
            case AnyOf(operands):
                return Or(tuple(map(self.filter, operands)))
            case Inverse(operand):
                return Not(self.filter(operand))
            case WrittenComparison():
                return self.comparison(condition)
            case Match():
                return self.match(condition)
            case Membership():
                return self.membership(condition)
            case NullTest():
                return IsNull(self.find_field(self.source, condition.column), condition.negated)

    def comparison(self, written: WrittenComparison) -> Compare[_FieldT]:
        field, kind = self.find(written.column)
        operator = written.operator
        comparison = _COMPARISONS.get(operator.text)
        if comparison is None:
            advice = _OPERATOR_ADVICE.get(operator.text, "")
            self.refuse(
                operator, f"unknown operator {shown(operator.text)}.{advice} Allowed are {', '.join(_COMPARISONS)}."
            )
        if comparison in _SIZE_COMPARISONS and kind in (_Kind.TEXT, _Kind.EXPERIMENT_ID):
            self.refuse_operator(written.column, kind, operator)
        return Compare(field, comparison, self.value(written.column, kind, written.operand))

    def match(self, written: Match) -> Like[_FieldT] | Matches[_FieldT]:
        field, kind = self.find(written.column)
        operator = written.operator
        word = operator.text.upper()
        if kind is not _Kind.TEXT:
            self.refuse_operator(written.column, kind, operator)
        pattern = self.text(written.column, written.operand)
        if len(pattern) > MAX_PATTERN_CHARS:
            self.refuse(
                written.operand,
                f"the pattern has {len(pattern)} characters, at most {MAX_PATTERN_CHARS} are allowed. Shorten it.",
            )
        if word in ("LIKE", "ILIKE"):
            if not self.words_in_any_case and operator.text != word:
                self.refuse(operator, f"a search for experiments takes {word} in capital letters only.")
            return Like(field, pattern, word == "ILIKE", written.negated)
        try:
            regex_test(pattern)
        except PatternFault as fault:
            self.refuse(written.operand, f"RE2 refuses this regular expression: {fault}.")
        return Matches(field, pattern, written.negated)

    def membership(self, written: Membership) -> OneOf[_FieldT]:
        field, kind = self.find(written.column)
        if kind not in (_Kind.TEXT, _Kind.EXPERIMENT_ID):
            self.refuse_operator(written.column, kind, written.operator)
        if kind is _Kind.TEXT:
            texts = tuple(dict.fromkeys(self.text(written.column, operand) for operand in written.operands))
            return OneOf(field, texts, written.negated)
        ids = tuple(dict.fromkeys(self.experiment_id(written.column, operand) for operand in written.operands))
        return OneOf(field, ids, written.negated)

    def find(self, column: Word) -> tuple[_FieldT, _Kind]:
        field = self.find_field(self.source, column)
        return field, _kind(field)

    def value(self, column: Word, kind: _Kind, operand: Word) -> float | int | str:
        match kind:
            case _Kind.DOUBLE:
                return self.double(column, operand)
            case _Kind.TIME:
                return self.time(column, operand)
            case _Kind.EXPERIMENT_ID:
                return self.experiment_id(column, operand)
            case _Kind.TEXT:
                return self.text(column, operand)

    def double(self, column: Word, operand: Word) -> float:
        if operand.form is not Form.NUMBER or _NUMBER.fullmatch(operand.text) is None:
            self.refuse(
                operand,
                f"{shown(column.text)} is compared with a number, such as 0.5, -3 or 5e-1, without quotes; "
                f"found {shown(operand.text)}.",
            )
        number = float(operand.text)
        if math.isinf(number):
            self.refuse(operand, "the number is beyond the range of double precision, which ends at 1.8e308.")
        return number

    def time(self, column: Word, operand: Word) -> int:
        if operand.form is not Form.NUMBER or _INTEGER.fullmatch(operand.text) is None:
            self.refuse(
                operand,
                f"{shown(column.text)} is compared with an integer of milliseconds since 1970, without quotes; "
                f"found {shown(operand.text)}.",
            )
        number = int(operand.text)
        if not -_MAX_INT64 - 1 <= number <= _MAX_INT64:
            self.refuse(operand, "the number is beyond the range of 64-bit integers.")
        return number

    def experiment_id(self, column: Word, operand: Word) -> int:
        text = self.text(column, operand)
        if _EXPERIMENT_ID.fullmatch(text) is None or int(text) > MAX_EXPERIMENT_ID:
            self.refuse(operand, f"experiment ids are non-negative integers, such as '12'; found {shown(text)}.")
        return int(text)

    def text(self, column: Word, operand: Word) -> str:
        if operand.form is not Form.QUOTED:
            self.refuse(
                operand,
                f"{shown(column.text)} is compared with a text in quotes, not with {shown(operand.text)}.",
            )
        return operand.content

    def refuse_operator(self, column: Word, kind: _Kind, operator: Word) -> NoReturn:
        word = operator.text.upper()
        self.refuse(
            operator, f"{shown(column.text)} is {kind.value}, which does not take {word}. Use {_OPERATORS[kind]}."
        )

    def refuse(self, word: Word, problem: str) -> NoReturn:
        self.source.refuse(problem, word.start, word.end)
