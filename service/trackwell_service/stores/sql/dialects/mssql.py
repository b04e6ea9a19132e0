"""Microsoft SQL Server and Azure SQL, through pyodbc or pymssql: any number of servers on one database.

No server was to be had for this module: what it makes is compiled, read by a parser of T-SQL and compared with what is
on record, see docs/operations.md.

Texts are stored as their UTF-8 bytes: in every collation of the server ``=`` takes texts for one that differ by spaces
at the end only, and NVARCHAR orders by halves of characters. Bytes compare one by one, and what the server pads them
with (0x00) is in no text. So a text is one key only with itself, and stands in the order of its code points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

from trackwell_service.domain.errors import InvalidParameter, TemporarilyUnavailable
from trackwell_service.stores.sql.column_kinds import MSSQL_SHORT_BYTES
from trackwell_service.stores.sql.dialects.base import Bulk, Connection, Cursor, Failure
from trackwell_service.stores.sql.dialects.mssql_connections import (
    ABOUT_THE_DATABASE,
    ALLOW_SNAPSHOTS,
    ARE_SNAPSHOTS_ALLOWED,
    MssqlConnection,
    check_database,
    settings,
    snapshots_are_needed,
)
from trackwell_service.stores.sql.dialects.mssql_drivers import DRIVERS, Driver, Words
from trackwell_service.stores.sql.dialects.mssql_errors import meaning, way_out
from trackwell_service.stores.sql.dialects.mssql_statements import listed, pairs, parameter, rows
from trackwell_service.stores.sql.dialects.urls import kind_and_driver, without_password

SCHEMA_LOCK = "trackwell schema"
"""Name of the lock under which the schema changes; such locks belong to a database."""

SCHEMA_LOCK_MS = 60_000
"""How long a schema change waits for another one, in milliseconds."""

LONGEST_PATTERN = 3_900
"""Digits of a pattern; LIKE takes 4,000 characters."""


class MssqlDialect:
    """The strategy for ``mssql://user:password@host:1433/database``. The driver is loaded when it is first needed."""

    name = "mssql"
    columns = (
        "SELECT held.name, info.name FROM sys.tables AS held JOIN sys.columns AS info"
        " ON info.object_id = held.object_id WHERE held.schema_id = SCHEMA_ID()"
    )
    indexes = (
        "SELECT held.name, info.name FROM sys.tables AS held JOIN sys.indexes AS info"
        " ON info.object_id = held.object_id"
        " WHERE held.schema_id = SCHEMA_ID() AND info.name IS NOT NULL AND info.is_disabled = 0"
    )
    names_keys = True
    limit = "OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY"
    few = "ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY"
    undoes_ddl = True
    outer_first = "INNER LOOP JOIN"
    unjoined = ""
    like_is_exact = False
    most_parameters = 2_098
    """Of 2,100, ODBC needs two for the statement itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.shown_url = without_password(url)

    @cached_property
    def _driver(self) -> Driver:
        return DRIVERS[kind_and_driver(self.url)[1] or "pyodbc"]()

    @property
    def driver_error(self) -> type[Exception]:
        """See `Dialect.driver_error`."""
        return self._driver.error

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`."""
        return self._driver.for_sqlalchemy(self.url)

    def prepare(self) -> None:
        """See `Dialect.prepare`. Whether the server is there shows when it is connected to."""
        self._driver.check(self.url)

    def connect(self, *, writing: bool) -> Connection:
        """See `Dialect.connect`. Raises InvalidParameter when the database cannot be used as it is set."""
        connection = MssqlConnection(self._driver.connect(self.url), self._driver)
        try:
            cursor = connection.cursor()
            cursor.execute(ABOUT_THE_DATABASE)
            check_database(cursor.fetchall()[0], self.shown_url, writing=writing)
            for setting in settings(writing=writing):
                cursor.execute(setting)
        except (self.driver_error, InvalidParameter):
            connection.close()
            raise
        return connection

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """See `Dialect.limit_reads`. The driver counts the time and has the server stop."""
        del is_over
        cast(MssqlConnection, connection).limit_statements(longest_s)

    def text(self, sql: str) -> str:
        """See `Dialect.text`. The cursor knows the marks."""
        return sql

    def begin_write(self, cursor: Cursor) -> None:
        """See `Dialect.begin_write`."""
        cursor.execute("BEGIN TRANSACTION", ())

    def begin_read(self, cursor: Cursor) -> None:
        """See `Dialect.begin_read`. The state is that of the first statement which reads."""
        cursor.execute("BEGIN TRANSACTION", ())

    def commit(self, cursor: Cursor) -> None:
        """See `Dialect.commit`."""
        cursor.execute("COMMIT TRANSACTION", ())

    def rollback(self, cursor: Cursor) -> None:
        """See `Dialect.rollback`. The server itself ends the transaction at most errors."""
        cursor.execute("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION", ())

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """See `Dialect.select_locked`."""
        return f"SELECT {columns} FROM {table} WITH (UPDLOCK, HOLDLOCK) ORDER BY {order}"

    def among(self, column: str) -> str:
        """See `Dialect.among`."""
        return listed(column)

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """See `Dialect.by_pairs`."""
        return f"{pairs('a', 'b')} INNER LOOP JOIN {table} t ON t.{first} = p.a AND t.{second} = p.b"

    def ints(self, values: Sequence[int]) -> Any:
        """See `Dialect.ints`."""
        return parameter(values)

    def texts(self, values: Sequence[str]) -> Any:
        """See `Dialect.texts`. A NUL would be taken for padding; no stored text has one, so nothing can equal it."""
        return parameter([value for value in values if "\0" not in value])

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """See `Dialect.int_pairs`."""
        return (parameter(values),)

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """See `Dialect.insert`."""
        return Bulk(f"INSERT INTO {table} ({', '.join(columns)}) {rows(columns)}", tuple(columns))

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """See `Dialect.upsert`. HOLDLOCK: nobody inserts a key between the look and the write."""
        columns = (*keys, *values)
        given = ", ".join(f"v.{name}" for name in columns)
        return Bulk(
            f"MERGE INTO {table} WITH (HOLDLOCK) AS t USING ({rows(columns)}) AS v ON {_same(keys)}"
            f" WHEN MATCHED THEN UPDATE SET {_replaced(values)}"
            f" WHEN NOT MATCHED THEN INSERT ({', '.join(columns)}) VALUES ({given});",
            columns,
        )

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """See `Dialect.update`."""
        columns = (*values, *keys)
        return Bulk(
            f"UPDATE t SET {_replaced(values)} FROM ({rows(columns)}) v INNER LOOP JOIN {table} t ON {_same(keys)}",
            columns,
        )

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """See `Dialect.delete`."""
        return Bulk(f"DELETE t FROM ({rows(keys)}) v INNER LOOP JOIN {table} t ON {_same(keys)}", tuple(keys))

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """See `Dialect.run_bulk`. Raises InvalidParameter for a name that no index takes."""
        if "name" in statement.columns:
            place = statement.columns.index("name")
            for row in rows:
                _check_name(row[place])
        cursor.execute(statement.sql, (parameter(rows),))

    def concat(self, first: str, second: str) -> str:
        """See `Dialect.concat`."""
        return f"({first} + {second})"

    def literal(self, value: str | int) -> str:
        """See `Dialect.literal`. A long number would be a NUMERIC, and so would all that is joined with it."""
        if isinstance(value, int):
            return f"CAST({value} AS BIGINT)"
        return f"0x{value.encode().hex().upper()}" if value else "CAST('' AS VARBINARY(1))"

    def like(self, column: str) -> str:
        """See `Dialect.like`. Compares the digits of the bytes; a match in their midst may begin at half a byte."""
        return f"CONVERT(VARCHAR(MAX), {column}, 2) COLLATE Latin1_General_BIN2 LIKE ?"

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`. A ``_`` is one to four bytes; what is left of a long pattern finds more."""
        digits = "".join("%" if character in "%_" else character.encode().hex().upper() for character in pattern)
        return Words(digits if len(digits) <= LONGEST_PATTERN else f"{digits[:LONGEST_PATTERN]}%")

    def classify(self, error: Exception) -> Failure:
        """See `Dialect.classify`."""
        return meaning(error)

    def unusable(self, error: Exception) -> str | None:
        """See `Dialect.unusable`."""
        return way_out(error, self.shown_url)

    def begin_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.begin_schema_change`. Allows snapshots first, which readers need and no transaction can do."""
        cursor.execute("SET XACT_ABORT ON", ())
        cursor.execute(ARE_SNAPSHOTS_ALLOWED, ())
        if not cursor.fetchall()[0][0]:
            try:
                cursor.execute(ALLOW_SNAPSHOTS, ())
            except self.driver_error as error:
                if way_out(error, self.shown_url) is None:
                    raise
                raise InvalidParameter(snapshots_are_needed(self.shown_url)) from error
        cursor.execute("BEGIN TRANSACTION", ())
        cursor.execute(
            f"EXEC sp_getapplock @Resource = N'{SCHEMA_LOCK}', @LockMode = 'Exclusive',"
            f" @LockOwner = 'Transaction', @LockTimeout = {SCHEMA_LOCK_MS}",
            (),
        )
        # What the procedure answers is no row, and drivers differ in how it is asked for.
        cursor.execute(
            f"SELECT CASE APPLOCK_MODE('public', N'{SCHEMA_LOCK}', 'Transaction')"
            " WHEN 'Exclusive' THEN 1 ELSE 0 END AS is_ours",
            (),
        )
        if cursor.fetchall()[0][0] != 1:
            raise TemporarilyUnavailable(
                f"Another process changes the schema of the database at {self.shown_url}. Try again."
            )

    def end_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.end_schema_change`. SQLAlchemy may have asked the driver to commit before."""
        cursor.execute("IF @@TRANCOUNT > 0 BEGIN COMMIT TRANSACTION; END", ())


def _same(keys: Sequence[str]) -> str:
    return " AND ".join(f"t.{name} = v.{name}" for name in keys)


def _replaced(values: Sequence[str]) -> str:
    return ", ".join(f"t.{name} = v.{name}" for name in values)


def _check_name(name: str) -> None:
    size = len(name.encode())
    if size > MSSQL_SHORT_BYTES:
        raise InvalidParameter(
            f"This name has {size:,} bytes in UTF-8, and an index of SQL Server takes {MSSQL_SHORT_BYTES:,}:"
            f" {name[:60]!r}… Shorten it."
        )
