"""The orders of runs and experiments, with sort keys that a page token can hold (rest-facts §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Any, Final, Generic, TypeAlias, TypeVar

from trackwell_service.domain.entities import Experiment, Run
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.search.ast import (
    ExperimentAttribute,
    ExperimentOrder,
    Metric,
    MetricOrStatistic,
    RunAttribute,
    RunOrder,
)
from trackwell_service.search.evaluate import Value, experiment_values, run_values

SortKey: TypeAlias = tuple[float | int | str | None, ...]
"""Where something stands in an order: ints, floats (infinite ones too, never NaN), texts and None.

Each column gives two elements: the class of its value (`VALUE`, `NAN`, `MISSING`), and the value, which is None
unless the class is `VALUE`. Sort keys do not compare by themselves; their ranks do, see `Ordering.rank`.
"""

VALUE: Final = 0
NAN: Final = 1
MISSING: Final = 2

_SubjectT = TypeVar("_SubjectT")

_TIME_ATTRIBUTES: Final = frozenset(
    (
        RunAttribute.START_TIME,
        RunAttribute.END_TIME,
        ExperimentAttribute.EXPERIMENT_ID,
        ExperimentAttribute.CREATION_TIME,
        ExperimentAttribute.LAST_UPDATE_TIME,
    )
)


def run_columns(order: Sequence[RunOrder]) -> tuple[RunOrder, ...]:
    """The order with its tie-breakers: start time descending, then run id ascending. No two runs are equal in it."""
    named = {column.field for column in order}
    ties = (RunOrder(RunAttribute.START_TIME, descending=True), RunOrder(RunAttribute.RUN_ID))
    return (*order, *(tie for tie in ties if tie.field not in named))


def experiment_columns(order: Sequence[ExperimentOrder]) -> tuple[ExperimentOrder, ...]:
    """The order with its tie-breaker, experiment id descending; without any column the documented default."""
    if not order:
        newest_first = ExperimentOrder(ExperimentAttribute.CREATION_TIME, descending=True)
        return (newest_first, ExperimentOrder(ExperimentAttribute.EXPERIMENT_ID))
    tie = ExperimentOrder(ExperimentAttribute.EXPERIMENT_ID, descending=True)
    return tuple(order) if any(column.field is tie.field for column in order) else (*order, tie)


@dataclass(frozen=True, slots=True)
class _Column(Generic[_SubjectT]):
    read: Callable[[_SubjectT], Sequence[Value]]
    types: type | tuple[type, ...]
    descending: bool


class Ordering(Generic[_SubjectT]):
    """One order over runs or experiments, made by `run_ordering` or `experiment_ordering`."""

    __slots__ = ("_columns",)

    def __init__(self, columns: Sequence[_Column[_SubjectT]]) -> None:
        self._columns = columns

    def key(self, subject: _SubjectT) -> SortKey:
        """Where the subject stands; different subjects have different keys."""
        return tuple(part for column in self._columns for part in _classed(column.read(subject)))

    def rank(self, key: SortKey) -> tuple[Any, ...]:
        """The key made comparable: whatever comes first in the order has the smaller rank."""
        return tuple(self._rank_parts(key))

    def check(self, key: SortKey) -> SortKey:
        """The key itself. Raises InvalidParameter if it is no key of this order, as one from a forged page token."""
        columns = self._columns
        if len(key) != 2 * len(columns) or not all(
            _fits(key[2 * index], key[2 * index + 1], column.types) for index, column in enumerate(columns)
        ):
            raise InvalidParameter(
                "Invalid value for parameter 'page_token' supplied: It holds no position of this order. "
                "Send next_page_token exactly as it was answered."
            )
        return key

    def _rank_parts(self, key: SortKey) -> Iterator[Any]:
        for index, column in enumerate(self._columns):
            value = key[2 * index + 1]
            yield key[2 * index]
            if not column.descending or value is None:
                yield value
            else:
                yield _Descending(value) if isinstance(value, str) else -value


def run_ordering(order: Sequence[RunOrder]) -> Ordering[Run]:
    """The ordering of runs by `order` and the tie-breakers; an empty one is the default order."""
    return Ordering(
        [_Column(run_values(column.field), _types(column.field), column.descending) for column in run_columns(order)]
    )


def experiment_ordering(order: Sequence[ExperimentOrder]) -> Ordering[Experiment]:
    """The ordering of experiments by `order` and the tie-breaker; an empty one is the default order."""
    return Ordering(
        [
            _Column(experiment_values(column.field), _types(column.field), column.descending)
            for column in experiment_columns(order)
        ]
    )


def run_sort_key(order: Sequence[RunOrder], run: Run) -> SortKey:
    """Where the run stands; for many runs use `run_ordering`."""
    return run_ordering(order).key(run)


def experiment_sort_key(order: Sequence[ExperimentOrder], experiment: Experiment) -> SortKey:
    """Where the experiment stands; for many experiments use `experiment_ordering`."""
    return experiment_ordering(order).key(experiment)


@total_ordering
class _Descending:
    """A text that sorts the other way round."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __lt__(self, other: _Descending) -> bool:
        return self._text > other._text


def _types(field: object) -> type | tuple[type, ...]:
    if isinstance(field, Metric | MetricOrStatistic):
        return (float, int)
    return int if field in _TIME_ATTRIBUTES else str


def _classed(values: Sequence[Value]) -> tuple[int, Value | None]:
    if not values:
        return MISSING, None
    value = values[0]
    return (VALUE, value) if value == value else (NAN, None)


def _fits(value_class: object, value: object, types: type | tuple[type, ...]) -> bool:
    if value_class == VALUE:
        return isinstance(value, types) and value == value
    return value_class in (NAN, MISSING) and value is None
