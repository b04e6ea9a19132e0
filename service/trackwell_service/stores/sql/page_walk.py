"""Pages that walk one index in its order and stop when they are full, however many runs there are (DESIGN §4, Reads).

Three kinds of steps make up every walk; each is one statement for up to EXPERIMENTS_AT_ONCE experiments:

- a *group*: runs that are equal in the ordered value, newest first, as the index has them;
- a *scan*: runs by their value, from the index's beginning or end. Read backwards, an index has equal
  values in the wrong order, and long texts are ordered by their beginnings only. Such a scan is trusted for the runs
  whose value is not that of its last row; that last value is then read as a group;
- the runs without the key, which stand behind all others as a group of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackwell_service.domain.entities import ViewType
from trackwell_service.search.ast import Metric, Param, RunOrder, Tag
from trackwell_service.search.ordering import MISSING, NAN, VALUE, SortKey
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.found_run import FoundRun, view_condition
from trackwell_service.stores.sql.known import STAGES
from trackwell_service.stores.sql.ranks import NAN_RANK
from trackwell_service.stores.sql.search_compile import tail_of
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.sql_text import FALSE, TRUE, Sql, all_of, any_of, piece
from trackwell_service.stores.sql.texts import HEAD_LENGTH
from trackwell_service.stores.sql.value_index import (
    FIRST,
    RUN_ID,
    SECOND,
    STAGE,
    START,
    VERSION,
    MetricIndex,
    ValueIndex,
    newest,
)

EXPERIMENTS_AT_ONCE = 100
"""Experiments in one statement at most: each is a term of a UNION, of which SQLite takes 500."""

PARAMETERS_OF_A_WINDOW = 7
"""Parameters of one experiment's term beside those of the conditions: stage, experiment, view and limit."""


@dataclass(frozen=True, slots=True)
class Window:
    """An experiment whose runs are walked."""

    experiment_id: int
    stage: int
    epoch: int

    def effective_stage(self) -> Sql:
        """The stage of a run in it: its own, or the experiment's when that was set later (which makes the epoch 1)."""
        if self.epoch == 0:
            return Sql("r.stage")
        return piece("CASE WHEN r.epoch >= ? THEN r.stage ELSE ? END", self.epoch, self.stage)

    def shows(self, view: ViewType) -> Sql:
        """The condition that a run in it is shown; of plain comparisons, whose frequency a database can estimate."""
        own = view_condition("r.stage", view)
        if self.epoch == 0 or own == TRUE:
            return own
        inherited = piece("r.epoch < ?", self.epoch) if view.shows(STAGES[self.stage]) else FALSE
        return any_of((all_of((piece("r.epoch >= ?", self.epoch), own)), inherited))


@dataclass(frozen=True, slots=True)
class Step:
    """One statement: where it looks, in which order, and that order for rows of several statements."""

    source: str
    place: str
    """Alias of the table that has the experiment, start time and run id which the step walks by."""
    columns: str
    condition: Sql
    order: str
    sort: Callable[[list[Row]], None]


class Walker:
    """Runs steps for one query."""

    def __init__(
        self, dialect: Dialect, session: Session, windows: Sequence[Window], view: ViewType, condition: Sql
    ) -> None:
        self.dialect = dialect
        self._session = session
        self._windows = windows
        self._view = view
        self._condition = condition

    def rows(self, step: Step, limit: int) -> list[Row]:
        """The first rows of a step."""
        at_once = self._at_once(step)
        if len(self._windows) <= at_once:
            return self._rows(step, limit, self._windows)
        rows: list[Row] = []
        for start in range(0, len(self._windows), at_once):
            rows += self._rows(step, limit, self._windows[start : start + at_once])
            step.sort(rows)
            del rows[limit:]
        return rows

    def _at_once(self, step: Step) -> int:
        """Experiments in one statement, so that it does not have more parameters than the database takes."""
        of_each = len(step.condition.parameters) + len(self._condition.parameters) + PARAMETERS_OF_A_WINDOW
        return max(1, min(EXPERIMENTS_AT_ONCE, (self.dialect.most_parameters - 1) // of_each))

    def _rows(self, step: Step, limit: int, windows: Sequence[Window]) -> list[Row]:
        parts = [self._part(step, limit, window) for window in windows]
        whole = parts[0]
        if len(parts) > 1:
            each = " UNION ALL ".join(f"SELECT * FROM ({part.text}) s" for part in parts)
            whole = Sql(
                f"SELECT * FROM ({each}) u ORDER BY {step.order} {self.dialect.limit}",
                (*(parameter for part in parts for parameter in part.parameters), limit),
            )
        return self._session.query(self.dialect.text(whole.text), whole.parameters)

    def _part(self, step: Step, limit: int, window: Window) -> Sql:
        """The first rows of a step in one experiment."""
        stage, shown = window.effective_stage(), window.shows(self._view)
        where = all_of((step.condition, self._condition))
        return Sql(
            f"SELECT {step.place}.run_id AS run_id, r.version, {stage.text} AS stage,"
            f" {step.place}.start_time_ms AS start_ms{step.columns}"
            f" FROM {step.source} AND {step.place}.experiment_id = ? AND ({where.text}) AND ({shown.text})"
            f" ORDER BY {step.order} {self.dialect.limit}",
            (*stage.parameters, window.experiment_id, *where.parameters, *shown.parameters, limit),
        )


class ValueWalk:
    """Runs ordered by one metric, param or tag, then newest first."""

    def __init__(self, walker: Walker, index: ValueIndex, *, descending: bool, with_missing: bool) -> None:
        self._walker = walker
        self._index = index
        self._descending = descending
        self._missing_condition = index.missing if with_missing else None

    def runs(self, after: SortKey | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        """Batches of runs in order behind `after`; `need` says how many are still wanted."""
        behind: Any | None = None
        if after is None or after[0] == VALUE:
            if after is not None:
                behind = self._index.value(after[1])
                yield from self._group(behind, after, need)
            yield from self._scans(behind, need)
            if self._descending and isinstance(self._index, MetricIndex):
                yield from self._group(NAN_RANK, None, need)
        elif after[0] == NAN:
            yield from self._group(NAN_RANK, after, need)
        if self._missing_condition is not None:
            missing = after if after is not None and after[0] == MISSING else None
            yield from self._missing(self._missing_condition, missing, need)

    def _scans(self, behind: Any | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        index, descending = self._index, self._descending
        while True:
            condition, order = index.scan(behind, descending=descending)
            limit = need()
            step = Step(
                index.source, index.place, index.columns, condition, order,
                lambda rows: index.sort_scan(rows, descending=descending),
            )  # fmt: skip
            rows = self._walker.rows(step, limit)
            is_last = len(rows) < limit
            if descending or any(not index.is_plain(row[FIRST]) for row in rows):
                complete = [row for row in rows if is_last or row[FIRST] != rows[-1][FIRST]]
                index.sort_scan(complete, descending=descending)
                yield self._found(complete)
                if not is_last:
                    yield from self._group(rows[-1][FIRST], None, need)
            else:
                yield self._found(rows)
                if not is_last:
                    yield from self._group(rows[-1][FIRST], self._position(rows[-1]), need)
            if is_last:
                return
            behind = rows[-1][FIRST]

    def _group(self, value: Any, after: SortKey | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        index = self._index
        if index.is_plain(value):
            for rows in newest_first(
                self._walker, index.source, index.place, index.columns, index.group(value), after, need
            ):
                yield self._found(rows)
            return
        while True:
            condition = index.group(value)
            if after is not None:
                condition = all_of((condition, self._behind_in_group(after)))
            direction = " DESC" if self._descending else ""
            limit = need()
            step = Step(
                index.source,
                index.place,
                index.columns,
                condition,
                f"v1{direction}, start_ms DESC, run_id",
                self._sort_group,
            )
            rows = self._walker.rows(step, limit)
            yield self._found(rows)
            if len(rows) < limit:
                return
            after = self._position(rows[-1])

    def _behind_in_group(self, after: SortKey) -> Sql:
        tail = str(after[1])[HEAD_LENGTH:]
        better = "<" if self._descending else ">"
        column = tail_of(self._walker.dialect, "k")
        newer = any_of(
            (
                piece("k.start_time_ms < ?", after[3]),
                piece("k.start_time_ms = ? AND k.run_id > ?", after[3], after[5]),
            )
        )
        return any_of((piece(f"{column} {better} ?", tail), all_of((piece(f"{column} = ?", tail), newer))))

    def _sort_group(self, rows: list[Row]) -> None:
        rows.sort(key=newest)
        rows.sort(key=_second, reverse=self._descending)

    def _missing(self, condition: Sql, after: SortKey | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        for rows in newest_first(self._walker, "runs r WHERE 1 = 1", "r", "", condition, after, need):
            yield [FoundRun(row[RUN_ID], row[VERSION], row[STAGE], (MISSING, None, *_tie(row))) for row in rows]

    def _found(self, rows: Sequence[Row]) -> list[FoundRun]:
        return [FoundRun(row[RUN_ID], row[VERSION], row[STAGE], self._position(row)) for row in rows]

    def _position(self, row: Row) -> SortKey:
        return (*self._index.position(row), *_tie(row))


class NewestWalk:
    """Runs in the default order, newest first: all of them, or one group of an index.

    `prefix` is what the keysets of the query begin with: order columns whose value every run lacks.
    """

    def __init__(self, walker: Walker, group: Group | None = None, prefix: SortKey = ()) -> None:
        self._walker = walker
        self._group = group or Group("runs r WHERE 1 = 1", "r", TRUE)
        self._prefix = prefix

    def runs(self, after: SortKey | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        """Batches of runs in order behind `after`; `need` says how many are still wanted."""
        group, prefix = self._group, self._prefix
        for rows in newest_first(self._walker, group.source, group.place, "", group.condition, after, need):
            yield [FoundRun(row[RUN_ID], row[VERSION], row[STAGE], (*prefix, *_tie(row))) for row in rows]


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that are equal in one param, tag or name, as their index has them."""

    source: str
    place: str
    condition: Sql


def newest_first(
    walker: Walker,
    source: str,
    place: str,
    columns: str,
    condition: Sql,
    after: SortKey | None,
    need: Callable[[], int],
) -> Iterator[list[Row]]:
    """Batches of a group, newest first, behind the position `after`, whose last parts are start time and run id."""
    start_ms, run_id = (None, None) if after is None else (after[-3], after[-1])
    while True:
        if start_ms is not None:
            # Two ranges of the index rather than one condition with OR: both begin where the rows are.
            limit = need()
            same = all_of((condition, piece(f"{place}.start_time_ms = ? AND {place}.run_id > ?", start_ms, run_id)))
            rows = walker.rows(Step(source, place, columns, same, "run_id", _sort_newest_first), limit)
            if rows:
                yield rows
            if len(rows) == limit:
                start_ms, run_id = rows[-1][START], rows[-1][RUN_ID]
                continue
        limit = need()
        older = condition if start_ms is None else all_of((condition, piece(f"{place}.start_time_ms < ?", start_ms)))
        rows = walker.rows(Step(source, place, columns, older, "start_ms DESC, run_id", _sort_newest_first), limit)
        if rows:
            yield rows
        if len(rows) < limit:
            return
        start_ms, run_id = rows[-1][START], rows[-1][RUN_ID]


def is_unknown_key(column: RunOrder, key_ids: Mapping[str, int]) -> bool:
    """Whether no run can have a value in this column, because nothing was ever logged under its key."""
    match column.field:
        case Metric(key) | Param(key) | Tag(key):
            return key not in key_ids
    return False


def _tie(row: Row) -> tuple[int, int, int, str]:
    return VALUE, row[START], VALUE, row[RUN_ID]


def _second(row: Row) -> Any:
    return row[SECOND]


def _sort_newest_first(rows: list[Row]) -> None:
    rows.sort(key=newest)
