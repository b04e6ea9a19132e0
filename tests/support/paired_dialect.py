"""A store on SQLite whose statements are written down as another database would be given them.

The engine puts its statements together from pieces that its dialect gives it. Here every piece is a mark that stands
for two texts; the cursor reads it as SQLite's to run a statement, and as the other dialect's for the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from support.statement_recorder import Recorder, RecordingConnection, RecordingCursor
from trackwell_migrations.baseline import baseline
from trackwell_service.stores.sql.dialects.base import Bulk, Connection, Cursor, Dialect, Failure

_MARK = re.compile("\ue000([0-9]+)\ue001")


@dataclass(frozen=True, slots=True)
class _PairedValue:
    """One place in the engine's parameters; how many parameters it stands for is each dialect's own matter."""

    run: tuple[Any, ...]
    recorded: tuple[Any, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _PairedBulk(Bulk):
    run: Bulk
    recorded: Bulk


class _Marks:
    """The texts that marks stand for. Equal pairs have one mark, for the engine compares its conditions."""

    def __init__(self) -> None:
        self._pairs: list[tuple[str, str]] = []
        self._known: dict[tuple[str, str], str] = {}

    def mark(self, run: str, recorded: str) -> str:
        """A text that stands for both; they may have marks in them."""
        pair = (run, recorded)
        if pair not in self._known:
            self._known[pair] = f"\ue000{len(self._pairs)}\ue001"
            self._pairs.append(pair)
        return self._known[pair]

    def run(self, sql: str) -> str:
        """The statement to be run."""
        return _MARK.sub(lambda match: self.run(self._pairs[int(match[1])][0]), sql)

    def recorded(self, sql: str) -> str:
        """The statement to be recorded."""
        return _MARK.sub(lambda match: self.recorded(self._pairs[int(match[1])][1]), sql)


class PairedDialect:
    """Plays `Dialect`: runs everything through `run`, records it as `recorded` would have it."""

    def __init__(self, run: Dialect, recorded: Dialect, recorder: Recorder) -> None:
        self._run = run
        self._recorded = recorded
        self._recorder = recorder
        self._marks = _Marks()
        self._texts: dict[str, str] = {}
        self.name = recorded.name
        self.url = run.url
        self.shown_url = run.shown_url
        self.driver_error = run.driver_error
        self.undoes_ddl = recorded.undoes_ddl
        self.columns = self._marks.mark(run.columns, recorded.columns)
        self.indexes = self._marks.mark(run.indexes, recorded.indexes)
        self.names_keys = run.names_keys
        self.limit = self._marks.mark(run.limit, recorded.limit)
        self.few = self._marks.mark(run.few, recorded.few)
        self.outer_first = self._marks.mark(run.outer_first, recorded.outer_first)
        self.unjoined = self._marks.mark(run.unjoined, recorded.unjoined)
        self.like_is_exact = recorded.like_is_exact
        self.most_parameters = recorded.most_parameters
        self.prepared: set[str] = set()
        """Every statement that was made for one row or none, issued or not."""
        self.bulks: set[str] = set()
        """Every bulk statement that was made, issued or not."""
        self.issued_bulks: set[str] = set()

    def connect(self, *, writing: bool) -> Connection:
        """See `Dialect.connect`."""
        return _PairedConnection(self._run.connect(writing=writing), self)

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """See `Dialect.limit_reads`."""
        self._run.limit_reads(cast(_PairedConnection, connection).run, longest_s, is_over)
        self._recorded.limit_reads(RecordingConnection(self._recorder), longest_s, is_over)

    def text(self, sql: str) -> str:
        """See `Dialect.text`."""
        found = self._texts.get(sql)
        if found is None:
            recorded = self._recorded.text(self._marks.recorded(sql))
            self.prepared.add(recorded)
            found = self._texts[sql] = self._marks.mark(self._run.text(self._marks.run(sql)), recorded)
        return found

    def begin_write(self, cursor: Cursor) -> None:
        """See `Dialect.begin_write`."""
        ours = cast(_PairedCursor, cursor)
        self._recorded.begin_write(ours.recording)
        self._run.begin_write(ours.run)

    def begin_read(self, cursor: Cursor) -> None:
        """See `Dialect.begin_read`."""
        ours = cast(_PairedCursor, cursor)
        self._recorded.begin_read(ours.recording)
        self._run.begin_read(ours.run)

    def commit(self, cursor: Cursor) -> None:
        """See `Dialect.commit`."""
        ours = cast(_PairedCursor, cursor)
        self._recorded.commit(ours.recording)
        self._run.commit(ours.run)

    def rollback(self, cursor: Cursor) -> None:
        """See `Dialect.rollback`."""
        ours = cast(_PairedCursor, cursor)
        self._recorded.rollback(ours.recording)
        self._run.rollback(ours.run)

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """See `Dialect.select_locked`."""
        return self._pair(lambda dialect: dialect.select_locked(columns, table, order))

    def among(self, column: str) -> str:
        """See `Dialect.among`."""
        return self._pair(lambda dialect: dialect.among(column))

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """See `Dialect.by_pairs`."""
        return self._pair(lambda dialect: dialect.by_pairs(table, first, second))

    def ints(self, values: Sequence[int]) -> Any:
        """See `Dialect.ints`."""
        return _PairedValue((self._run.ints(values),), (self._recorded.ints(values),))

    def texts(self, values: Sequence[str]) -> Any:
        """See `Dialect.texts`."""
        return _PairedValue((self._run.texts(values),), (self._recorded.texts(values),))

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """See `Dialect.int_pairs`."""
        return (_PairedValue(self._run.int_pairs(values), self._recorded.int_pairs(values)),)

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """See `Dialect.insert`."""
        return self._bulk(lambda dialect: dialect.insert(table, columns))

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """See `Dialect.upsert`."""
        return self._bulk(lambda dialect: dialect.upsert(table, keys, values))

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """See `Dialect.update`."""
        return self._bulk(lambda dialect: dialect.update(table, values, keys))

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """See `Dialect.delete`."""
        return self._bulk(lambda dialect: dialect.delete(table, keys))

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """See `Dialect.run_bulk`. Recorded for one row and for several, which may be different statements."""
        ours, paired = cast(_PairedCursor, cursor), cast(_PairedBulk, statement)
        self.issued_bulks.add(paired.sql)
        for recorded in (rows[:1], rows if len(rows) > 1 else [*rows, *rows]):
            self._recorded.run_bulk(ours.recording, paired.recorded, recorded)
        self._run.run_bulk(ours.run, paired.run, rows)

    def concat(self, first: str, second: str) -> str:
        """See `Dialect.concat`."""
        return self._pair(lambda dialect: dialect.concat(first, second))

    def literal(self, value: str | int) -> str:
        """See `Dialect.literal`."""
        return self._pair(lambda dialect: dialect.literal(value))

    def like(self, column: str) -> str:
        """See `Dialect.like`."""
        return self._pair(lambda dialect: dialect.like(column))

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`."""
        value = _PairedValue((self._run.like_pattern(pattern),), (self._recorded.like_pattern(pattern),))
        return cast(str, value)

    def classify(self, error: Exception) -> Failure:
        """See `Dialect.classify`."""
        return self._run.classify(error)

    def prepare(self) -> None:
        """See `Dialect.prepare`."""
        self._run.prepare()

    def unusable(self, error: Exception) -> str | None:
        """See `Dialect.unusable`."""
        return self._run.unusable(error)

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`."""
        return self._run.for_sqlalchemy()

    def begin_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.begin_schema_change`."""
        ours = cast(_PairedCursor, cursor)
        self._recorded.begin_schema_change(ours.recording)
        self._run.begin_schema_change(ours.run)

    def end_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.end_schema_change`."""
        ours = cast(_PairedCursor, cursor)
        self._recorded.end_schema_change(ours.recording)
        self._run.end_schema_change(ours.run)

    def recording_cursor(self) -> RecordingCursor:
        """What the recorded dialect takes for a cursor of its own."""
        return RecordingCursor(self._recorder)

    def both(self, sql: str) -> tuple[list[str], str]:
        """The statements to be run and the one to be recorded.

        The recorded dialect's schema is made by that many statements of its own; SQLite's is made with the first.
        """
        schema = baseline(self.name) if sql.startswith(("CREATE", "INSERT", "ALTER")) else []
        if sql in schema:
            return (baseline(self._run.name) if sql == schema[0] else []), sql
        return [self._marks.run(sql)], self._marks.recorded(sql)

    def _pair(self, make: Callable[[Dialect], str]) -> str:
        return self._marks.mark(make(self._run), make(self._recorded))

    def _bulk(self, make: Callable[[Dialect], Bulk]) -> Bulk:
        run, recorded = make(self._run), make(self._recorded)
        bulk = _PairedBulk(recorded.sql, recorded.columns, run, recorded)
        self.bulks.add(bulk.sql)
        return bulk


class _PairedConnection:
    def __init__(self, run: Connection, dialect: PairedDialect) -> None:
        self.run = run
        self._dialect = dialect

    def cursor(self) -> Cursor:
        return _PairedCursor(self.run.cursor(), self._dialect)

    def close(self) -> None:
        self.run.close()


class _PairedCursor:
    def __init__(self, run: Cursor, dialect: PairedDialect) -> None:
        self.run = run
        self.recording = dialect.recording_cursor()
        self._dialect = dialect

    @property
    def rowcount(self) -> int:
        return self.run.rowcount

    def execute(self, sql: str, parameters: Sequence[Any], /) -> Any:
        statements, recorded = self._dialect.both(sql)
        self.recording.execute(recorded, _flat(parameters, is_run=False))
        for statement in statements:
            self.run.execute(statement, _flat(parameters, is_run=True))

    def executemany(self, sql: str, parameters: Any, /) -> Any:
        raise AssertionError(f"the engine runs statements for many rows through run_bulk: {sql}")

    def fetchall(self) -> list[Any]:
        return self.run.fetchall()


def _flat(parameters: Sequence[Any], *, is_run: bool) -> list[Any]:
    flat: list[Any] = []
    for parameter in parameters:
        if isinstance(parameter, _PairedValue):
            flat += parameter.run if is_run else parameter.recorded
        else:
            flat.append(parameter)
    return flat
