"""Plays the part of pyodbc, as far as it is used, before a server that answers what it is told to.

Errors, descriptions and what becomes of parameters have the shapes that the driver gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

SQL_VARBINARY = -3
"""The type's number in ODBC."""


class Error(Exception):
    """The driver's base class; `args` are the SQLSTATE and the text of all messages."""


class OperationalError(Error):
    """For SQLSTATEs of class 08, and of timeouts."""


class ProgrammingError(Error):
    """For SQLSTATE 42000, which nearly all of the server's own errors have."""


class InterfaceError(Error):
    """For errors before there is a connection."""


def server_error(number: int, words: str, state: str = "42000") -> Error:
    """An error of the server with a remark behind it."""
    kind = OperationalError if state.startswith(("08", "HYT")) else ProgrammingError
    source = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
    behind = f"[01000] {source}The statement has been terminated. (3621)"
    return kind(state, f"[{state}] {source}{words} ({number}) (SQLExecDirectW); {behind}")


Result = tuple[Sequence[str] | None, Sequence[tuple[Any, ...]]]
"""The names of the columns, or None for what is no rows, and the rows."""


class FakePyodbc:
    """The module. `answer` gives the results of a statement, or raises one of the errors above.

    While there is a `refusal`, it is raised instead of making a connection.
    """

    Error = Error
    OperationalError = OperationalError
    ProgrammingError = ProgrammingError
    InterfaceError = InterfaceError
    SQL_VARBINARY = SQL_VARBINARY

    def __init__(self, answer: Callable[[str], list[Result]], drivers: Sequence[str] = ()) -> None:
        self.answer = answer
        self.refusal: Error | None = None
        self.connections: list[FakeConnection] = []
        self.executed: list[tuple[str, Sequence[Any]]] = []
        self._drivers = drivers

    def drivers(self) -> list[str]:
        """The names of the ODBC drivers that are installed."""
        return list(self._drivers)

    def connect(self, connection_string: str, /, *, autocommit: bool, timeout: int) -> FakeConnection:
        """A connection."""
        if self.refusal is not None:
            raise self.refusal
        connection = FakeConnection(self, connection_string, autocommit, timeout)
        self.connections.append(connection)
        return connection


class FakeConnection:
    """A connection."""

    def __init__(self, module: FakePyodbc, connection_string: str, autocommit: bool, login_timeout: int) -> None:
        self.connection_string = connection_string
        self.autocommit = autocommit
        self.login_timeout = login_timeout
        self.timeout = 0
        self.is_closed = False
        self._module = module

    def cursor(self) -> FakeCursor:
        """A cursor."""
        return FakeCursor(self._module)

    def close(self) -> None:
        """Raises ProgrammingError where it is closed already, as the driver does."""
        if self.is_closed:
            raise ProgrammingError("Attempt to use a closed connection.")
        self.is_closed = True


class FakeCursor:
    """A cursor. The results of a statement are looked at one by one, see `nextset`."""

    rowcount = -1

    def __init__(self, module: FakePyodbc) -> None:
        self._module = module
        self._results: list[Result] = []
        self.input_sizes: list[Any] | None = None
        self.sizes_used: list[Any] | None = None

    @property
    def description(self) -> tuple[tuple[Any, ...], ...] | None:
        """What the present result's columns are called; None where it has no rows."""
        names = self._results[0][0] if self._results else None
        return None if names is None else tuple((name, bytes, None, 0, 0, 0, True) for name in names)

    def setinputsizes(self, sizes: list[Any] | None, /) -> None:
        """For the statements from now on."""
        self.input_sizes = sizes

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> FakeCursor:
        """Runs a statement."""
        if sql.count("?") != len(parameters):
            raise ProgrammingError("The SQL contains %d parameter markers, but %d parameters were supplied")
        self.sizes_used = self.input_sizes
        self._module.executed.append((sql, parameters))
        self._results = list(self._module.answer(sql))
        return self

    def nextset(self) -> bool:
        """Goes on to the next result."""
        self._results = self._results[1:]
        return bool(self._results)

    def fetchall(self) -> list[Any]:
        """The rows of the present result."""
        if self.description is None:
            raise ProgrammingError("No results.  Previous SQL was not a query.")
        return list(self._results[0][1])
