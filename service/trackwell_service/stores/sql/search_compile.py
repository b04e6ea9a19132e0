"""Filters as SQL conditions: exact where SQL can say it, else two conditions with the filter between them.

A compiled filter has a condition that holds for every match (`over`) and one that holds for matches only (`under`).
Where both are the same the filter is exact; else what `over` finds is checked by the evaluator. Negation swaps
them. Every condition is either true or false, never unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from trackwell_service.domain.entities import LifecycleStage, Run, RunInfo, RunStatus
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    DatasetField,
    ExperimentAttribute,
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
    Param,
    Predicate,
    RunAttribute,
    RunField,
    RunFilter,
    Statistic,
    Tag,
)
from trackwell_service.search.evaluate import matches_run
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.ranks import NAN_RANK, rank_of
from trackwell_service.stores.sql.sql_text import FALSE, TRUE, Sql, all_of, any_of, negation, piece
from trackwell_service.stores.sql.texts import split

MOST_WILDCARDS = 2
"""Runs of ``%`` in a pattern that a database matches itself: the time grows with the text's length to that power."""


SHARE_OF_PARAMETERS = 0.4
"""Part of a statement's parameters that a filter may have: the predicate that drives a search repeats some of them, and
orders and keysets need the rest. A longer filter is left to the evaluator."""

MOST_JOINED = 8
"""Subselects that a planner may make joins of. It tries their orders: 200 of them take PostgreSQL longer than any
search may, while each added look-up costs the same."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A filter between two conditions."""

    over: Sql
    under: Sql

    @property
    def is_exact(self) -> bool:
        """Whether the conditions say exactly what the filter says."""
        return self.over == self.under


EVERYTHING = Bounds(TRUE, TRUE)
UNDECIDED = Bounds(TRUE, FALSE)

Leaf = Callable[[Predicate[Any]], Bounds]


def exactly(condition: Sql) -> Bounds:
    """A filter that the condition says exactly."""
    return Bounds(condition, condition)


def opposite(bounds: Bounds) -> Bounds:
    """The negated filter."""
    return Bounds(negation(bounds.under), negation(bounds.over))


def compile_filter(condition: Filter[Any] | None, leaf: Leaf) -> Bounds:
    """The filter's bounds, given those of its leaves."""
    match condition:
        case None:
            return EVERYTHING
        case And(operands):
            parts = [compile_filter(operand, leaf) for operand in operands]
            return Bounds(all_of(part.over for part in parts), all_of(part.under for part in parts))
        case Or(operands):
            parts = [compile_filter(operand, leaf) for operand in operands]
            return Bounds(any_of(part.over for part in parts), any_of(part.under for part in parts))
        case Not(operand):
            return opposite(compile_filter(operand, leaf))
        case _:
            return leaf(condition)


class RunPredicates:
    """The leaves of filters on runs, as conditions on the table ``runs r``."""

    def __init__(self, dialect: Dialect, key_ids: Mapping[str, int], subselect_end: str) -> None:
        self._dialect = dialect
        self._key_ids = key_ids
        self._subselect_end = subselect_end

    def __call__(self, predicate: Predicate[RunField]) -> Bounds:
        """The predicate's bounds."""
        field = predicate.field
        match field:
            case Metric(key, statistic):
                return self._metric(key, statistic, predicate)
            case MetricOrStatistic():
                return self._metric_or_statistic(field, predicate)
            case Param(key):
                return self._text_by_key("params", key, predicate)
            case Tag(key):
                return self._text_by_key("tags", key, predicate)
            case RunAttribute():
                return self._attribute(field, predicate)
            case DatasetField():
                return self._dataset(field, predicate)
        assert_never(field)

    def _metric(self, key: str, statistic: Statistic, predicate: Predicate[RunField]) -> Bounds:
        key_id = self._key_ids.get(key)
        if isinstance(predicate, IsNull):
            return exactly(self._presence("metric_latest", key_id, TRUE, negated=not predicate.negated))
        return exactly(
            self._presence("metric_latest", key_id, metric_condition(self._dialect, "x", statistic, predicate))
        )

    def _metric_or_statistic(self, field: MetricOrStatistic, predicate: Predicate[RunField]) -> Bounds:
        by_key = self._metric(field.key, Statistic.LATEST, predicate)
        by_base = self._metric(field.base, field.statistic, predicate)
        has_key = self._presence("metric_latest", self._key_ids.get(field.key), TRUE)
        return exactly(
            any_of((all_of((has_key, by_key.over)), all_of((negation(has_key), by_base.over)))),
        )

    def _text_by_key(self, table: str, key: str, predicate: Predicate[RunField]) -> Bounds:
        key_id = self._key_ids.get(key)
        if isinstance(predicate, IsNull):
            return exactly(self._presence(table, key_id, TRUE, negated=not predicate.negated))
        inner = split_text(self._dialect, "x", predicate)
        over = self._presence(table, key_id, inner.over)
        return exactly(over) if inner.is_exact else Bounds(over, self._presence(table, key_id, inner.under))

    def _presence(self, table: str, key_id: int | None, condition: Sql, *, negated: bool = False) -> Sql:
        if key_id is None or condition == FALSE:
            return TRUE if negated else FALSE
        word = "NOT EXISTS" if negated else "EXISTS"
        more = Sql("") if condition == TRUE else piece(f" AND ({condition.text})", *condition.parameters)
        return Sql(
            f"{word} (SELECT 1 FROM {table} x WHERE x.run_pk = r.id AND x.key_id = ?{more.text}{self._subselect_end})",
            (key_id, *more.parameters),
        )

    def _attribute(self, attribute: RunAttribute, predicate: Predicate[RunField]) -> Bounds:
        if attribute is RunAttribute.STATUS:
            fitting = [status.value for status in RunStatus if matches_run(predicate, _run_with(status))]
            return exactly(piece(self._dialect.among("r.status"), self._dialect.ints(fitting)))
        column = ATTRIBUTE_COLUMNS[attribute]
        if isinstance(predicate, IsNull):
            if attribute is RunAttribute.END_TIME:
                return exactly(Sql(f"{column} IS {'NOT ' if predicate.negated else ''}NULL"))
            return exactly(TRUE if predicate.negated else FALSE)
        if attribute is RunAttribute.START_TIME:
            return exactly(number_condition(column, predicate))
        if attribute is RunAttribute.END_TIME:
            return exactly(all_of((Sql(f"{column} IS NOT NULL"), number_condition(column, predicate))))
        return whole_text(self._dialect, column, predicate)

    def _dataset(self, field: DatasetField, predicate: Predicate[RunField]) -> Bounds:
        column = {DatasetField.NAME: "d.name", DatasetField.DIGEST: "d.digest", DatasetField.CONTEXT: "i.context"}[
            field
        ]
        present = Sql(f"{column} IS NOT NULL")
        if isinstance(predicate, IsNull):
            has_value = self._has_dataset(present)
            return exactly(has_value if predicate.negated else negation(has_value))
        inner = whole_text(self._dialect, column, predicate)
        over = self._has_dataset(all_of((present, inner.over)))
        return exactly(over) if inner.is_exact else Bounds(over, self._has_dataset(all_of((present, inner.under))))

    def _has_dataset(self, condition: Sql) -> Sql:
        return Sql(
            "EXISTS (SELECT 1 FROM run_datasets i JOIN datasets d ON d.id = i.dataset_id"
            f" WHERE i.run_pk = r.id AND {condition.text}{self._subselect_end})",
            condition.parameters,
        )


class ExperimentPredicates:
    """The leaves of filters on experiments, as conditions on the table ``experiments e``."""

    def __init__(self, dialect: Dialect, subselect_end: str) -> None:
        self._dialect = dialect
        self._subselect_end = subselect_end

    def __call__(self, predicate: Predicate[Any]) -> Bounds:
        """The predicate's bounds."""
        field = predicate.field
        if isinstance(field, Tag):
            return self._tag(field.key, predicate)
        if isinstance(predicate, IsNull):
            return exactly(TRUE if predicate.negated else FALSE)
        column = EXPERIMENT_ATTRIBUTE_COLUMNS[field]
        if field is ExperimentAttribute.NAME:
            return whole_text(self._dialect, column, predicate)
        if isinstance(predicate, OneOf):
            listed = piece(self._dialect.among(column), self._dialect.ints([int(value) for value in predicate.values]))
            return exactly(negation(listed) if predicate.negated else listed)
        return exactly(number_condition(column, predicate))

    def _tag(self, key: str, predicate: Predicate[Any]) -> Bounds:
        if isinstance(predicate, IsNull):
            has_tag = self._has_tag(key, TRUE)
            return exactly(has_tag if predicate.negated else negation(has_tag))
        inner = whole_text(self._dialect, "x.tag_value", predicate)
        over = self._has_tag(key, inner.over)
        return exactly(over) if inner.is_exact else Bounds(over, self._has_tag(key, inner.under))

    def _has_tag(self, key: str, condition: Sql) -> Sql:
        return Sql(
            "EXISTS (SELECT 1 FROM experiment_tags x WHERE x.experiment_id = e.id AND x.tag_key = ?"
            f" AND ({condition.text}){self._subselect_end})",
            (key, *condition.parameters),
        )


ATTRIBUTE_COLUMNS = {
    RunAttribute.RUN_ID: "r.run_id",
    RunAttribute.RUN_NAME: "r.name",
    RunAttribute.ARTIFACT_URI: "r.artifact_uri",
    RunAttribute.USER_ID: "r.user_id",
    RunAttribute.START_TIME: "r.start_time_ms",
    RunAttribute.END_TIME: "r.end_time_ms",
}

EXPERIMENT_ATTRIBUTE_COLUMNS = {
    ExperimentAttribute.NAME: "e.name",
    ExperimentAttribute.EXPERIMENT_ID: "e.id",
    ExperimentAttribute.CREATION_TIME: "e.creation_time_ms",
    ExperimentAttribute.LAST_UPDATE_TIME: "e.last_update_time_ms",
}

_SQL_COMPARISONS = {
    Comparison.EQ: "=",
    Comparison.NE: "<>",
    Comparison.GT: ">",
    Comparison.GE: ">=",
    Comparison.LT: "<",
    Comparison.LE: "<=",
}


def metric_condition(dialect: Dialect, alias: str, statistic: Statistic, predicate: Predicate[Any]) -> Sql:
    """The comparison with a metric's number, as one of ranks. NaN has the greatest rank and satisfies NE only."""
    predicate = _comparison(predicate)
    rank = rank_of(float(predicate.value))
    comparison = predicate.comparison
    if statistic is Statistic.LATEST:
        column = f"{alias}.value_rank"
    else:
        column = f"COALESCE({alias}.{statistic.value}_rank, {dialect.literal(NAN_RANK)})"
    if comparison in {Comparison.GT, Comparison.GE}:
        return piece(f"{column} {_SQL_COMPARISONS[comparison]} ? AND {column} < ?", rank, NAN_RANK)
    return piece(f"{column} {_SQL_COMPARISONS[comparison]} ?", rank)


def number_condition(column: str, predicate: Predicate[Any]) -> Sql:
    """The comparison of an integer column."""
    predicate = _comparison(predicate)
    return piece(f"{column} {_SQL_COMPARISONS[predicate.comparison]} ?", int(predicate.value))


def _comparison(predicate: Predicate[Any]) -> Compare[Any]:
    if not isinstance(predicate, Compare):
        raise TypeError(f"numbers take comparisons only, not {predicate!r}")
    return predicate


def whole_text(dialect: Dialect, column: str, predicate: Predicate[Any]) -> Bounds:
    """A predicate on a text column that is not NULL."""
    match predicate:
        case Compare(_, comparison, value):
            return exactly(piece(f"{column} {_SQL_COMPARISONS[comparison]} ?", value))
        case OneOf(_, values, negated):
            listed = piece(dialect.among(column), dialect.texts([str(value) for value in values]))
            return exactly(negation(listed) if negated else listed)
        case Like(_, pattern, fold, negated):
            return _like(dialect, column, pattern, fold=fold, negated=negated)
        case Matches():
            return UNDECIDED
        case IsNull():
            raise TypeError(f"a text column is never missing by itself: {predicate!r}")
    assert_never(predicate)


def split_text(dialect: Dialect, alias: str, predicate: Predicate[Any]) -> Bounds:
    """A predicate on a text that is stored as head and tail (see `texts`)."""
    match predicate:
        case Compare(_, comparison, value):
            equal = equal_text(alias, str(value))
            return exactly(equal if comparison is Comparison.EQ else negation(equal))
        case OneOf(_, values, negated):
            listed = one_of_texts(dialect, alias, [str(value) for value in values])
            return exactly(negation(listed) if negated else listed)
        case _:
            return whole_text(dialect, full_text(dialect, alias), predicate)


def full_text(dialect: Dialect, alias: str) -> str:
    """The expression for a whole text that is stored as head and tail."""
    return dialect.concat(f"{alias}.head", tail_of(dialect, alias))


def tail_of(dialect: Dialect, alias: str) -> str:
    """The expression for the tail of a text, the empty one where there is none."""
    return f"COALESCE({alias}.tail, {dialect.literal('')})"


def equal_text(alias: str, value: str) -> Sql:
    """Equality with a text that is stored as head and tail; the first two comparisons stand in the index."""
    head, tail_hash, tail = split(value)
    if tail is None:
        return piece(f"{alias}.head = ? AND {alias}.tail_hash = 0", head)
    return piece(f"{alias}.head = ? AND {alias}.tail_hash = ? AND {alias}.tail = ?", head, tail_hash, tail)


def one_of_texts(dialect: Dialect, alias: str, values: list[str]) -> Sql:
    """Equality with one of several texts that are stored as head and tail."""
    short = [value for value in values if split(value)[2] is None]
    conditions = [equal_text(alias, value) for value in values if split(value)[2] is not None]
    if short:
        conditions.append(piece(f"{alias}.tail_hash = 0 AND {dialect.among(f'{alias}.head')}", dialect.texts(short)))
    return any_of(conditions)


def _like(dialect: Dialect, column: str, pattern: str, *, fold: bool, negated: bool) -> Bounds:
    bare = pattern.replace("_", "")
    stars = sum(1 for part in bare.split("%")[1:] if part) + bare.endswith("%")
    if fold or stars > MOST_WILDCARDS:
        return UNDECIDED
    condition = piece(dialect.like(column), dialect.like_pattern(pattern))
    found = exactly(condition) if dialect.like_is_exact else Bounds(condition, FALSE)
    return opposite(found) if negated else found


def _run_with(status: RunStatus) -> Run:
    return Run(RunInfo("", 0, "", "", status, 0, None, "", LifecycleStage.ACTIVE))


def _subselect_end(dialect: Dialect, condition: Filter[Any] | None) -> str:
    return dialect.unjoined if _conjuncts(condition) > MOST_JOINED else ""


def _conjuncts(condition: Filter[Any] | None) -> int:
    """How many conditions hold for every match: a planner makes joins of these alone."""
    if isinstance(condition, And):
        return sum(_conjuncts(operand) for operand in condition.operands)
    return 1


def compile_run_filter(dialect: Dialect, key_ids: Mapping[str, int], condition: RunFilter | None) -> Bounds:
    """Bounds of a filter on ``runs r``."""
    bounds = compile_filter(condition, RunPredicates(dialect, key_ids, _subselect_end(dialect, condition)))
    fits = len(bounds.over.parameters) <= dialect.most_parameters * SHARE_OF_PARAMETERS
    return bounds if fits else UNDECIDED


def compile_experiment_filter(dialect: Dialect, condition: ExperimentFilter | None) -> Bounds:
    """Bounds of a filter on ``experiments e``."""
    return compile_filter(condition, ExperimentPredicates(dialect, _subselect_end(dialect, condition)))
