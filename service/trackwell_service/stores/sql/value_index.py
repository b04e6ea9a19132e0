"""The indexes by value that pages walk: how each is read, continued and cut into groups (DESIGN §4, Reads)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from trackwell_service.search.ast import Metric, Param, RunAttribute, Statistic, Tag
from trackwell_service.search.ordering import NAN, VALUE
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.ranks import NAN_RANK, rank_of, value_of
from trackwell_service.stores.sql.search_compile import tail_of
from trackwell_service.stores.sql.sql_text import TRUE, Sql, piece
from trackwell_service.stores.sql.texts import HEAD_LENGTH

RUN_ID, VERSION, STAGE, START, FIRST, SECOND, THIRD = range(7)
"""Places of a step's columns: of the run, then of the ordered value, see `ValueIndex.columns`."""


class ValueIndex(Protocol):
    """An index by value that a walk follows."""

    @property
    def source(self) -> str:
        """What stands behind FROM, up to a condition that more can be joined to with AND."""
        ...

    @property
    def place(self) -> str:
        """Alias of the table that the index belongs to."""
        ...

    @property
    def columns(self) -> str:
        """What a step selects beside the run's columns; the value that groups are made by comes first."""
        ...

    @property
    def missing(self) -> Sql | None:
        """The condition on ``runs r`` that a run is not in the index; None when every run is."""
        ...

    def scan(self, behind: Any | None, *, descending: bool) -> tuple[Sql, str]:
        """The condition and order of a scan behind a value, or from the beginning."""
        ...

    def sort_scan(self, rows: list[Row], *, descending: bool) -> None:
        """Sorts rows of several scans as the scan does, as far as their values go."""
        ...

    def group(self, value: Any) -> Sql:
        """The condition of a group."""
        ...

    def is_plain(self, value: Any) -> bool:
        """Whether the group's members are all equal, so that the index has them newest first."""
        ...

    def position(self, row: Row) -> tuple[int, Any]:
        """Class and value of the row for a keyset."""
        ...

    def value(self, value: Any) -> Any:
        """What a keyset's value is in the index's first column."""
        ...


@dataclass(frozen=True, slots=True)
class MetricIndex:
    """Runs by the rank of a metric's latest value. NaN is the greatest rank and never part of a descending scan."""

    dialect: Dialect
    key_id: int
    place: str = "k"
    columns: str = ", k.value_rank AS v0"

    @property
    def source(self) -> str:
        """See `ValueIndex.source`."""
        return keyed(self.dialect, "metric_latest", self.key_id)

    @property
    def missing(self) -> Sql | None:
        """See `ValueIndex.missing`."""
        return _without("metric_latest", self.key_id)

    def scan(self, behind: Any | None, *, descending: bool) -> tuple[Sql, str]:
        """See `ValueIndex.scan`."""
        if descending:
            below = NAN_RANK if behind is None else behind
            return piece("k.value_rank < ?", below), "v0 DESC, start_ms, run_id DESC"
        return (TRUE if behind is None else piece("k.value_rank > ?", behind)), "v0, start_ms DESC, run_id"

    def sort_scan(self, rows: list[Row], *, descending: bool) -> None:
        """See `ValueIndex.sort_scan`."""
        rows.sort(key=newest)
        rows.sort(key=_first, reverse=descending)

    def group(self, value: Any) -> Sql:
        """See `ValueIndex.group`."""
        return piece("k.value_rank = ?", value)

    def is_plain(self, value: Any) -> bool:
        """See `ValueIndex.is_plain`."""
        return True

    def position(self, row: Row) -> tuple[int, Any]:
        """See `ValueIndex.position`."""
        return (NAN, None) if row[FIRST] == NAN_RANK else (VALUE, value_of(row[FIRST]))

    def value(self, value: Any) -> Any:
        """See `ValueIndex.value`."""
        return rank_of(value)


@dataclass(frozen=True, slots=True)
class TextIndex:
    """Runs by a param's or tag's text, of which the index has the beginning."""

    dialect: Dialect
    table: str
    key_id: int
    place: str = "k"

    @property
    def columns(self) -> str:
        """See `ValueIndex.columns`."""
        return f", k.head AS v0, {tail_of(self.dialect, 'k')} AS v1, k.tail_hash AS v2"

    @property
    def source(self) -> str:
        """See `ValueIndex.source`."""
        return keyed(self.dialect, self.table, self.key_id)

    @property
    def missing(self) -> Sql | None:
        """See `ValueIndex.missing`."""
        return _without(self.table, self.key_id)

    def scan(self, behind: Any | None, *, descending: bool) -> tuple[Sql, str]:
        """See `ValueIndex.scan`."""
        if descending:
            order = "v0 DESC, v2 DESC, start_ms, run_id DESC"
            return (TRUE if behind is None else piece("k.head < ?", behind)), order
        return (TRUE if behind is None else piece("k.head > ?", behind)), "v0, v2, start_ms DESC, run_id"

    def sort_scan(self, rows: list[Row], *, descending: bool) -> None:
        """See `ValueIndex.sort_scan`."""
        rows.sort(key=newest)
        rows.sort(key=_whole_text, reverse=descending)

    def group(self, value: Any) -> Sql:
        """See `ValueIndex.group`."""
        return piece("k.head = ? AND k.tail_hash = 0" if self.is_plain(value) else "k.head = ?", value)

    def is_plain(self, value: Any) -> bool:
        """See `ValueIndex.is_plain`."""
        return len(value) < HEAD_LENGTH

    def position(self, row: Row) -> tuple[int, Any]:
        """See `ValueIndex.position`."""
        return VALUE, row[FIRST] + row[SECOND]

    def value(self, value: Any) -> Any:
        """See `ValueIndex.value`."""
        return value[:HEAD_LENGTH]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Runs by their name, which fits an index whole."""

    source: str = "runs r WHERE 1 = 1"
    place: str = "r"
    columns: str = ", r.name AS v0"
    missing: Sql | None = None

    def scan(self, behind: Any | None, *, descending: bool) -> tuple[Sql, str]:
        """See `ValueIndex.scan`."""
        if descending:
            order = "v0 DESC, start_ms, run_id DESC"
            return (TRUE if behind is None else piece("r.name < ?", behind)), order
        return (TRUE if behind is None else piece("r.name > ?", behind)), "v0, start_ms DESC, run_id"

    def sort_scan(self, rows: list[Row], *, descending: bool) -> None:
        """See `ValueIndex.sort_scan`."""
        rows.sort(key=newest)
        rows.sort(key=_first, reverse=descending)

    def group(self, value: Any) -> Sql:
        """See `ValueIndex.group`."""
        return piece("r.name = ?", value)

    def is_plain(self, value: Any) -> bool:
        """See `ValueIndex.is_plain`."""
        return True

    def position(self, row: Row) -> tuple[int, Any]:
        """See `ValueIndex.position`."""
        return VALUE, row[FIRST]

    def value(self, value: Any) -> Any:
        """See `ValueIndex.value`."""
        return value


def index_of(dialect: Dialect, field: object, key_ids: Mapping[str, int]) -> ValueIndex | None:
    """The index that an order by the field can walk; None when there is none."""
    match field:
        case Metric(key, Statistic.LATEST) if key in key_ids:
            return MetricIndex(dialect, key_ids[key])
        case Param(key) if key in key_ids:
            return TextIndex(dialect, "params", key_ids[key])
        case Tag(key) if key in key_ids:
            return TextIndex(dialect, "tags", key_ids[key])
        case RunAttribute.RUN_NAME:
            return NameIndex()
    return None


def keyed(dialect: Dialect, table: str, key_id: int) -> str:
    """Runs by a key; the join's order is fixed, because the other one would lose the index's order."""
    return f"{table} k {dialect.outer_first} runs r ON r.id = k.run_pk WHERE k.key_id = {key_id:d}"


def _without(table: str, key_id: int) -> Sql:
    return Sql(f"NOT EXISTS (SELECT 1 FROM {table} k WHERE k.run_pk = r.id AND k.key_id = {key_id:d})")


def _first(row: Row) -> Any:
    return row[FIRST]


def _whole_text(row: Row) -> tuple[str, str]:
    return row[FIRST], row[SECOND]


def newest(row: Row) -> tuple[int, str]:
    """Sorts runs newest first, which is how every index breaks ties."""
    return -row[START], row[RUN_ID]
