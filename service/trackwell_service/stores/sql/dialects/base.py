"""What a database must tell the engine about itself: one strategy for each, chosen by the URL's scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, Protocol

Row = tuple[Any, ...]


class Cursor(Protocol):
    """The part of a DBAPI cursor that is used."""

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any], /) -> Any:
        """Runs one statement."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Any:
        """Runs one statement for each row of parameters."""
        ...

    def fetchall(self) -> list[Any]:
        """Every row of the last statement."""
        ...


class Connection(Protocol):
    """The part of a DBAPI connection that is used."""

    def cursor(self) -> Cursor:
        """A cursor."""
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...


class Failure(Enum):
    """What an error of the driver means for a transaction, and thus what may be done about it."""

    BUSY = "another transaction is in the way; nothing was written; trying again helps"
    LOST = "it is not known whether the transaction was committed; it must be replayed"
    FULL = "there is no room; nothing was written"
    TOO_LONG = "the statement was stopped because it took too long; nothing was written; trying again does not help"
    CORRUPT = "what is stored cannot be read"
    FAULT = "the statement or its parameters are wrong; trying again does not help"


class Dialect(Protocol):
    """One kind of database.

    SQL text in the engine marks parameters with ``?`` and is given to the driver through `text`. Lists go into one
    parameter: `ints` and `texts` make it, `in_list` is the SQL around it; so a statement's text and plan do not
    depend on how many keys it is given.
    """

    name: str
    url: str
    driver_error: type[Exception]

    def connect(self, *, writing: bool) -> Connection:
        """A new connection for the writer or a reader, usable from any one thread at a time."""
        ...

    def stop_statements(self, connection: Connection, is_over: Callable[[], bool]) -> None:
        """Has `is_over` asked some times a second while a statement runs; once True, it fails with TOO_LONG."""
        ...

    def text(self, sql: str) -> str:
        """The statement with the driver's parameter marks."""
        ...

    def begin_write(self, cursor: Cursor) -> None:
        """Opens a transaction that will write. Raises an error classified BUSY when it must wait too long."""
        ...

    def begin_read(self, cursor: Cursor) -> None:
        """Opens a transaction which sees one state of the database."""
        ...

    def commit(self, cursor: Cursor) -> None:
        """Makes the transaction durable."""
        ...

    def rollback(self, cursor: Cursor) -> None:
        """Ends the transaction without a trace; does nothing without one."""
        ...

    def others_writes(self, cursor: Cursor) -> int | None:
        """A number that changes when another connection has committed; None when that cannot be known.

        Asked within a write transaction: while it stays the same, what the writer remembers is what is stored.
        """
        ...

    def in_list(self) -> str:
        """What stands behind ``column IN`` for a parameter made by `ints` or `texts`."""
        ...

    def pairs(self) -> str:
        """A table expression with columns ``a`` and ``b`` for a parameter made by `int_pairs`."""
        ...

    def ints(self, values: Sequence[int]) -> Any:
        """The parameter for a list of integers."""
        ...

    def texts(self, values: Sequence[str]) -> Any:
        """The parameter for a list of texts."""
        ...

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> Any:
        """The parameter for a list of pairs of integers."""
        ...

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> str:
        """A statement, to be run for many rows of (keys..., values...), which inserts or replaces."""
        ...

    def like(self, column: str) -> str:
        """A condition for a parameter made by `like_pattern`: case-sensitive, only the two wildcards are special."""
        ...

    def like_pattern(self, pattern: str) -> str:
        """The parameter for a pattern of ``%`` and ``_``."""
        ...

    def classify(self, error: Exception) -> Failure:
        """What the driver's error means."""
        ...

    def prepare(self) -> None:
        """Checks, before the first connection, that the place is usable. Raises InvalidParameter with the way out."""
        ...
