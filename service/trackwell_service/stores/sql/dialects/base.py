"""What a database must tell the engine about itself: one strategy for each, chosen by the URL's scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
    TOO_LONG = "the statement took too long or an operator stopped it; nothing was written"
    CORRUPT = "what is stored cannot be read"
    INCOMPLETE = "a table, column or key that was there is missing; nothing was written"
    FAULT = "the statement or its parameters are wrong; trying again does not help"


@dataclass(frozen=True, slots=True)
class Bulk:
    """A statement that writes any number of rows, made by a dialect and run by it alone."""

    sql: str
    columns: tuple[str, ...]
    """What a row holds, in order."""


class Dialect(Protocol):
    """One kind of database.

    SQL text in the engine marks parameters with ``?`` and is given to the driver through `text`. Lists go into one
    parameter: `ints` and `texts` make it, `among` is the SQL around it; so a statement's text and plan do not
    depend on how many keys it is given.
    """

    name: str
    url: str
    """As it was given: with the password."""
    shown_url: str
    """For messages: without the password."""
    driver_error: type[Exception]
    columns: str
    """A query of (table, column) of all tables, without views, in the database (or the schema in it that is used)."""
    indexes: str
    """A query of (table, index) of all indexes by their names in the schema, those behind keys among them."""
    names_keys: bool
    """Whether primary keys and unique constraints have their names in `indexes`; if not, they cannot be removed."""
    limit: str
    """Behind an ORDER BY: the parameter for the most rows."""
    few: str
    """Without an ORDER BY: the parameter for the most rows, whichever they are."""
    undoes_ddl: bool
    """Whether a transaction that changed the schema can be rolled back."""
    outer_first: str
    """A join, before its ON, that looks at its left table first where the planner would not know better."""
    unjoined: str
    """At the end of a subselect in a condition: has it looked up for each row rather than made a join."""
    like_is_exact: bool
    """Whether `like` holds for nothing but matches; else what it finds must be checked."""
    most_parameters: int
    """How many parameters a statement may have."""

    def connect(self, *, writing: bool) -> Connection:
        """A new connection for the writer or a reader, usable from any one thread at a time."""
        ...

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """Has every statement that runs for longer than `longest_s` seconds fail with TOO_LONG.

        A driver which can ask while a statement runs asks `is_over`, which knows when the present one began.
        """
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

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """A query of a whole small table, in that order, which until the transaction ends nobody else can repeat.

        A writer begins with it: of several servers one at a time is behind it, and sees what those before it left.
        """
        ...

    def among(self, column: str) -> str:
        """The condition that the column is one of those in a parameter made by `ints` or `texts`."""
        ...

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """What stands behind FROM for the rows ``t`` of a table that have one of the pairs in two of its columns.

        Its parameters are made by `int_pairs`.
        """
        ...

    def ints(self, values: Sequence[int]) -> Any:
        """The parameter for a list of integers."""
        ...

    def texts(self, values: Sequence[str]) -> Any:
        """The parameter for a list of texts."""
        ...

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """The parameters for a list of pairs of integers."""
        ...

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """Inserts rows."""
        ...

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """Inserts rows of (keys..., values...), or replaces the values of those which are there."""
        ...

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """Replaces the values of rows that are there; a row is (values..., keys...)."""
        ...

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """Deletes the rows with the keys."""
        ...

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Runs the statement for the rows, of which there is at least one. No two have the same keys."""
        ...

    def concat(self, first: str, second: str) -> str:
        """The expression for two texts, one behind the other."""
        ...

    def literal(self, value: str | int) -> str:
        """The expression for a text of ASCII letters, the empty text or an integer, of the type that columns have."""
        ...

    def like(self, column: str) -> str:
        """A condition for a parameter made by `like_pattern`: case-sensitive, only the two wildcards are special.

        It holds for every match, and for others where it is not exact.
        """
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

    def unusable(self, error: Exception) -> str | None:
        """Why the database cannot be opened, with the way out, where the error at opening says so."""
        ...

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """The URL and the driver's arguments for SQLAlchemy, which migrations alone use."""
        ...

    def begin_schema_change(self, cursor: Cursor) -> None:
        """Waits until nobody else changes the schema and keeps others from it; in a transaction where DDL can be."""
        ...

    def end_schema_change(self, cursor: Cursor) -> None:
        """Makes the change durable and lets others in."""
        ...
