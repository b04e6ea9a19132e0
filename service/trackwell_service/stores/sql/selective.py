"""Parts of a filter that an index can answer, and how many runs they leave: what a search looks at first.

Only predicates that must hold for the whole filter count. What one of them leaves is exactly what it says, so a search
among these runs need only ask for the rest of the filter. To ask twice would be right, too, but a planner takes the two
for independent, expects far too few runs and chooses another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    IsNull,
    Like,
    Matches,
    Metric,
    Not,
    OneOf,
    Or,
    Param,
    Predicate,
    RunAttribute,
    RunField,
    RunFilter,
    RunOrderField,
    Statistic,
    Tag,
)
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.page_walk import Group
from trackwell_service.stores.sql.search_compile import equal_text, metric_condition, one_of_texts
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.sql_text import Sql, piece
from trackwell_service.stores.sql.value_index import keyed

FEW_RUNS = 500
"""Candidates that are rather sorted than walked past: some 2 ms of work."""

MOST_PROBES = 4
"""Predicates of one filter whose candidates are counted; each count looks at FEW_RUNS index entries at most."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Exactly the runs that one predicate leaves."""

    predicate: Predicate[RunField]
    ids: Sql
    """A subselect of their internal ids."""
    group: Group | None = None
    """Set when they stand in an index together, newest first."""


def required(condition: RunFilter | None) -> tuple[Predicate[RunField], ...]:
    """The predicates that must hold for the filter to hold."""
    match condition:
        case None | Or() | Not():
            return ()
        case And(operands):
            return tuple(operand for operand in operands if not isinstance(operand, Or | Not | And))
        case _:
            return (condition,)


def remaining(condition: RunFilter | None, predicate: Predicate[RunField]) -> RunFilter | None:
    """What is left of the filter where one of its required predicates is known to hold."""
    if not isinstance(condition, And):
        return None
    first, *others = (operand for operand in condition.operands if operand is not predicate)
    return And((first, *others)) if others else first


def demands(condition: RunFilter | None, field: RunOrderField) -> bool:
    """Whether every match surely has a value of the field."""
    return any(
        predicate.field == field and (predicate.negated if isinstance(predicate, IsNull) else True)
        for predicate in required(condition)
    )


class Selector:
    """Finds the most selective required predicate of one query."""

    def __init__(self, dialect: Dialect, key_ids: Mapping[str, int], experiment_ids: Sequence[int]) -> None:
        self._dialect = dialect
        self._key_ids = key_ids
        self._experiments = piece(dialect.among("k.experiment_id"), dialect.ints(experiment_ids))

    def candidates(self, condition: RunFilter | None) -> Iterator[Candidates]:
        """What the required predicates leave, those first whose candidates stand together."""
        predicates = sorted(required(condition), key=lambda predicate: not _is_equality(predicate))
        for predicate in predicates:
            found = self._of(predicate)
            if found is not None:
                yield found

    def count(self, session: Session, candidates: Candidates) -> int:
        """How many runs there are, counted up to one more than a few."""
        counted = candidates.ids + piece(self._dialect.few, FEW_RUNS + 1)
        count: int = session.query(
            self._dialect.text(f"SELECT COUNT(*) FROM ({counted.text}) few"), counted.parameters
        )[0][0]
        return count

    def _of(self, predicate: Predicate[RunField]) -> Candidates | None:
        match predicate:
            case Compare(Param(key), Comparison.EQ, value) if key in self._key_ids:
                return self._group(predicate, "params", key, equal_text("k", str(value)))
            case Compare(Tag(key), Comparison.EQ, value) if key in self._key_ids:
                return self._group(predicate, "tags", key, equal_text("k", str(value)))
            case Compare(RunAttribute.RUN_NAME, Comparison.EQ, value):
                condition = piece("r.name = ?", value)
                ids = Sql("SELECT k.id FROM runs k WHERE") + self._experiments + piece("AND k.name = ?", value)
                return Candidates(predicate, ids, Group("runs r WHERE 1 = 1", "r", condition))
            case Compare(RunAttribute.RUN_ID, Comparison.EQ, value):
                return Candidates(predicate, piece("SELECT k.id FROM runs k WHERE k.run_id = ?", value))
            case OneOf(RunAttribute.RUN_ID, values, negated=False):
                texts = self._dialect.texts([str(value) for value in values])
                return Candidates(
                    predicate, piece(f"SELECT k.id FROM runs k WHERE {self._dialect.among('k.run_id')}", texts)
                )
            case OneOf(Param(key), values, negated=False) if key in self._key_ids:
                return self._one_of(predicate, "params", key, values)
            case OneOf(Tag(key), values, negated=False) if key in self._key_ids:
                return self._one_of(predicate, "tags", key, values)
            case Compare(Metric(key, Statistic.LATEST), comparison) if key in self._key_ids:
                if comparison is Comparison.NE:
                    return None
                fitting = metric_condition(self._dialect, "k", Statistic.LATEST, predicate)
                return Candidates(predicate, self._ids("metric_latest", key, fitting))
            case Compare() | OneOf() | Like() | Matches() | IsNull():
                return None

    def _group(self, predicate: Predicate[RunField], table: str, key: str, condition: Sql) -> Candidates:
        group = Group(keyed(self._dialect, table, self._key_ids[key]), "k", condition)
        return Candidates(predicate, self._ids(table, key, condition), group)

    def _one_of(self, predicate: Predicate[RunField], table: str, key: str, values: Sequence[object]) -> Candidates:
        condition = one_of_texts(self._dialect, "k", [str(value) for value in values])
        return Candidates(predicate, self._ids(table, key, condition))

    def _ids(self, table: str, key: str, condition: Sql) -> Sql:
        return (
            Sql(f"SELECT k.run_pk FROM {table} k WHERE")
            + self._experiments
            + piece(f"AND k.key_id = ? AND ({condition.text})", self._key_ids[key], *condition.parameters)
        )


def _is_equality(predicate: Predicate[RunField]) -> bool:
    return isinstance(predicate, Compare) and predicate.comparison is Comparison.EQ
