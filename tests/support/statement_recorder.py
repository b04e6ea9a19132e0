"""What a store asks of its database: each statement once, with the parameters and the place of its first use."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from trackwell_service.stores import sql as engine

ENGINE = Path(engine.__file__).parent
"""The folder of the code that issues statements; the dialects below it do so in its name."""

PIECES = "sql_text.py"
"""The module of which pieces of SQL are."""

Place = tuple[str, int]
"""A module of the engine and a line in it."""

_PREFIX = f"{ENGINE}/"
_HANDED_ON_BY = frozenset({"session.py"})
"""Modules through which statements go whose author is their caller."""


@dataclass(frozen=True, slots=True)
class IssuedStatement:
    """A statement as the database's driver, or what the dialect has put before it, is given it."""

    sql: str
    parameters: tuple[Any, ...]
    """Those of the first use, as the dialect makes them."""
    module: str
    """The module of the engine which issued it first; "" for what a dialect issues by itself."""
    line: int


@dataclass(slots=True)
class Recorder:
    """Collects statements, and every place of the engine that was seen to be at work."""

    statements: dict[str, IssuedStatement] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)

    def add(self, sql: str, parameters: Sequence[Any]) -> None:
        """Notes a statement that is about to be issued."""
        stack = list(_places())
        self.places.update(stack)
        if sql not in self.statements:
            module, line = next((place for place in stack if place[0] not in _HANDED_ON_BY), ("", 0))
            self.statements[sql] = IssuedStatement(sql, tuple(parameters), module, line)

    def see(self) -> None:
        """Notes that the engine is at work where a driver does without a statement."""
        self.places.update(_places())

    def see_piece(self) -> None:
        """Notes where a piece of SQL is made."""
        self.places.add(next((place for place in _places() if place[0] != PIECES), ("", 0)))

    def by_place(self) -> tuple[IssuedStatement, ...]:
        """The statements in the order of their places, those of one place as they came."""
        return tuple(sorted(self.statements.values(), key=lambda issued: (issued.module, issued.line)))


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What PostgreSQL's driver knows of a connection."""

    said: dict[str, str] = field(default_factory=dict)
    """What the server has said about itself."""

    def parameter_status(self, param_name: str) -> str | None:
        """What the server has said under that name."""
        return self.said.get(param_name)


class RecordingCursor:
    """Stands for the cursor that a dialect works with. Every statement succeeds, changes a row and is answered."""

    longest_bytes = 1 << 24
    """See `mysql_connections.MysqlCursor`."""

    def __init__(self, recorder: Recorder, answer: tuple[Any, ...] = (1,), info: ServerInfo | None = None) -> None:
        self._recorder = recorder
        self._answer = answer
        self.description = [("answer",) for _ in answer]
        self.rowcount = 1
        self.connection = SimpleNamespace(info=info or ServerInfo())

    def execute(self, sql: str, parameters: Sequence[Any] = (), /, **_options: Any) -> RecordingCursor:
        """Notes the statement."""
        self._recorder.add(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> RecordingCursor:
        """Notes the statement with the first row."""
        self._recorder.add(sql, next(iter(parameters), ()))
        return self

    def fetchall(self) -> list[Any]:
        """One row, always the same."""
        return [self._answer]

    def fetchone(self) -> Any:
        """The one row."""
        return self._answer

    def close(self) -> None:
        """Nothing is open."""

    def send(self, sql: str, parameters: Sequence[Any]) -> None:
        """Notes the statement."""
        self._recorder.add(sql, parameters)

    def begin_pipeline(self) -> None:
        """See `postgresql_connections.PostgresqlCursor`: there is nobody to wait for."""

    def end_committed(self) -> None:
        """See `begin_pipeline`."""

    def leave_pipeline(self) -> bool:
        """See `begin_pipeline`. A transaction is always under way, so one can be rolled back."""
        return True


class RecordingConnection:
    """Stands for a connection, a dialect's or a driver's."""

    def __init__(self, recorder: Recorder, answer: tuple[Any, ...] = (1,), info: ServerInfo | None = None) -> None:
        self.info = info or ServerInfo()
        self._recorder = recorder
        self._cursor = RecordingCursor(recorder, answer, self.info)
        self.execute = self._cursor.execute
        # How PostgreSQL's driver is told what integers are.
        self.adapters = SimpleNamespace(register_dumper=lambda *_: None)

    def limit_statements(self, longest_s: float) -> None:
        """See `mssql_connections.MssqlConnection`."""
        self._recorder.see()

    def cursor(self, **_options: Any) -> RecordingCursor:
        """The one cursor."""
        return self._cursor

    def close(self) -> None:
        """Nothing is open."""


def _places() -> Iterator[Place]:
    """Where the engine is, the innermost place first; what the dialects do is their callers'."""
    frame = sys._getframe(2)
    at: Any = frame
    while at is not None:
        path: str = at.f_code.co_filename
        if path.startswith(_PREFIX):
            name = path[len(_PREFIX) :]
            if "/" not in name:
                yield name, at.f_lineno
        at = at.f_back
