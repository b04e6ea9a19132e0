"""Pages in any order, by sorting what matches: the way of orders and filters that no index can walk.

A term of an order is an SQL value with a class beside it when the value can be NaN or missing, as in
`search.ordering`: values, then NaN, then missing, whatever the direction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackwell_service.domain.entities import RunStatus
from trackwell_service.search.ast import Metric, MetricOrStatistic, Param, RunAttribute, RunOrder, Statistic, Tag
from trackwell_service.search.ordering import MISSING, NAN, VALUE, SortKey, run_columns
from trackwell_service.stores.roles import RunQuery
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.found_run import FoundRun, view_condition
from trackwell_service.stores.sql.ranks import NAN_RANK, rank_of, value_of
from trackwell_service.stores.sql.runs_read import EFFECTIVE_STAGE
from trackwell_service.stores.sql.search_compile import ATTRIBUTE_COLUMNS, full_text
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.sql_text import FALSE, Sql, all_of, any_of, piece


@dataclass(frozen=True, slots=True)
class Term:
    """One column of an order. `value_class` is None when the value is never NaN or missing."""

    value: str
    value_class: str | None
    descending: bool
    stored: Callable[[Any], Any] = lambda value: value
    """From a keyset's value to the column's."""
    shown: Callable[[Any], Any] = lambda value: value
    """From the column's value to a keyset's."""

    def order(self) -> str:
        """The term in ORDER BY."""
        direction = " DESC" if self.descending else ""
        return (
            f"{self.value}{direction}" if self.value_class is None else f"{self.value_class}, {self.value}{direction}"
        )

    def columns(self) -> str:
        """The term in SELECT: class and value."""
        return f"{self.value_class or VALUE}, {self.value}"

    def key(self, value_class: int, value: Any) -> tuple[int, Any]:
        """The term's part of a keyset."""
        return (value_class, self.shown(value)) if value_class == VALUE else (value_class, None)

    def behind(self, value_class: Any, value: Any, rest: Sql) -> Sql:
        """The condition that a row stands behind the given position; `rest` decides between equal ones."""
        better = "<" if self.descending else ">"
        conditions: list[Sql] = []
        if self.value_class is not None:
            conditions.append(piece(f"{self.value_class} > ?", value_class))
        same_class = [] if self.value_class is None else [piece(f"{self.value_class} = ?", value_class)]
        if value_class == VALUE:
            stored = self.stored(value)
            conditions.append(all_of([*same_class, piece(f"{self.value} {better} ?", stored)]))
            conditions.append(all_of([*same_class, piece(f"{self.value} = ?", stored), rest]))
        else:
            conditions.append(all_of([*same_class, rest]))
        return any_of(conditions)


def order_by(terms: Sequence[Term]) -> str:
    """ORDER BY of all terms. A value that stands there already decides nothing, and some databases refuse it."""
    distinct: dict[str, Term] = {}
    for term in terms:
        distinct.setdefault(term.value, term)
    return ", ".join(term.order() for term in distinct.values())


def behind(terms: Sequence[Term], position: Sequence[Any]) -> Sql:
    """The condition that a row stands behind the position, which has class and value of each term."""
    condition = FALSE
    for place in reversed(range(len(terms))):
        condition = terms[place].behind(position[2 * place], position[2 * place + 1], condition)
    return condition


def position_of(terms: Sequence[Term], values: Sequence[Any]) -> SortKey:
    """The keyset of a row, whose `values` are what the terms' columns gave."""
    return tuple(
        part for place, term in enumerate(terms) for part in term.key(values[2 * place], values[2 * place + 1])
    )


class SortedRuns:
    """Pages of one query. Every page costs a look at all candidates."""

    def __init__(
        self, dialect: Dialect, query: RunQuery, key_ids: Mapping[str, int], condition: Sql, driver: Sql | None
    ) -> None:
        """`condition` stands for the filter; `driver` selects the ids of a few runs, among them every match."""
        self._dialect = dialect
        self._query = query
        self._joins: list[Sql] = []
        self._key_ids = key_ids
        self._terms = [self._term(column) for column in run_columns(query.order)]
        self._condition = condition
        self._driver = driver

    def rows(self, session: Session, after: SortKey | None, limit: int) -> list[FoundRun]:
        """The next runs behind `after` in the query's order."""
        conditions = [
            piece(self._dialect.among("r.experiment_id"), self._dialect.ints(self._query.experiment_ids)),
            view_condition(EFFECTIVE_STAGE, self._query.view),
            self._condition,
        ]
        if self._driver is not None:
            conditions.insert(0, piece(f"r.id IN ({self._driver.text})", *self._driver.parameters))
        if after is not None:
            conditions.append(behind(self._terms, after))
        where = all_of(conditions)
        joins = Sql("")
        for join in self._joins:
            joins = joins + join
        rows = session.query(
            self._dialect.text(
                f"SELECT r.run_id, r.version, {EFFECTIVE_STAGE}, {', '.join(term.columns() for term in self._terms)}"
                f" FROM runs r JOIN experiments e ON e.id = r.experiment_id{joins.text}"
                f" WHERE {where.text} ORDER BY {order_by(self._terms)} {self._dialect.limit}"
            ),
            (*joins.parameters, *where.parameters, limit),
        )
        return [self._found(row) for row in rows]

    def _found(self, row: Row) -> FoundRun:
        return FoundRun(row[0], row[1], row[2], position_of(self._terms, row[3:]))

    def _term(self, column: RunOrder) -> Term:
        field, descending = column.field, column.descending
        nan = self._dialect.literal(NAN_RANK)
        match field:
            case Metric(key, statistic):
                value = self._metric(key, statistic)
                return _metric_term(value, nan, descending)
            case MetricOrStatistic(key, base, statistic):
                by_key, by_base = self._metric(key, Statistic.LATEST), self._metric(base, statistic)
                return _metric_term(f"COALESCE({by_key}, {by_base})", nan, descending)
            case Param(key):
                return self._text_term("params", key, descending)
            case Tag(key):
                return self._text_term("tags", key, descending)
            case RunAttribute.STATUS:
                names = " ".join(
                    f"WHEN {status.value} THEN {self._dialect.literal(status.name)}" for status in RunStatus
                )
                return Term(f"CASE r.status {names} END", None, descending)
            case RunAttribute.END_TIME:
                column_name = ATTRIBUTE_COLUMNS[field]
                return Term(column_name, _missing_class(column_name), descending)
            case RunAttribute():
                return Term(ATTRIBUTE_COLUMNS[field], None, descending)

    def _metric(self, key: str, statistic: Statistic) -> str:
        alias = self._join("metric_latest", key)
        if statistic is Statistic.LATEST:
            return f"{alias}.value_rank"
        rank = f"COALESCE({alias}.{statistic.value}_rank, {self._dialect.literal(NAN_RANK)})"
        return f"CASE WHEN {alias}.run_pk IS NOT NULL THEN {rank} END"

    def _text_term(self, table: str, key: str, descending: bool) -> Term:
        alias = self._join(table, key)
        return Term(full_text(self._dialect, alias), _missing_class(f"{alias}.head"), descending)

    def _join(self, table: str, key: str) -> str:
        alias = f"o{len(self._joins)}"
        key_id = self._key_ids.get(key, 0)
        self._joins.append(piece(f"LEFT JOIN {table} {alias} ON {alias}.run_pk = r.id AND {alias}.key_id = ?", key_id))
        return alias


def _metric_term(value: str, nan: str, descending: bool) -> Term:
    value_class = f"CASE WHEN {value} IS NULL THEN {MISSING} WHEN {value} = {nan} THEN {NAN} ELSE {VALUE} END"
    return Term(value, value_class, descending, rank_of, value_of)


def _missing_class(value: str) -> str:
    return f"CASE WHEN {value} IS NULL THEN {MISSING} ELSE {VALUE} END"
