"""PostgreSQL, through psycopg 3: any number of servers on one database, and engines that speak its protocol.

A bulk statement takes each column as one array and unnests them, so that a group of any size is one statement with a
plan that is made once.

A write transaction is a pipeline: what a group writes goes out with its COMMIT and is waited for once. An error of any
statement is raised at the next one whose answer is looked at, at the latest at the COMMIT, which then does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.base import Bulk, Connection, Cursor, Failure
from trackwell_service.stores.sql.dialects.postgresql_arrays import column_array, integer_array, marks, text_array
from trackwell_service.stores.sql.dialects.postgresql_connections import Error, PostgresqlCursor, connected, fault_of
from trackwell_service.stores.sql.dialects.postgresql_errors import meaning, way_out
from trackwell_service.stores.sql.dialects.postgresql_relatives import (
    POSTGRESQL,
    ConnectionInfo,
    Engine,
    check,
    engine_of,
)
from trackwell_service.stores.sql.dialects.urls import ENCODING_ADVICE, without_password

SCHEMA_LOCK = 0x747261636B77
"""Key of the advisory lock under which the schema changes: "trackw" in ASCII."""


class PostgresqlDialect:
    """The strategy for ``postgresql://user@host/database`` with libpq's own options behind ``?``.

    `name` and `undoes_ddl` are those of the engine found at the last connection, see `postgresql_relatives`.
    """

    driver_error: type[Exception] = Error
    columns = (
        "SELECT held.relname, info.attname FROM pg_catalog.pg_class AS held"
        " JOIN pg_catalog.pg_namespace AS place ON place.oid = held.relnamespace"
        " LEFT JOIN pg_catalog.pg_attribute AS info"
        " ON info.attrelid = held.oid AND info.attnum > 0 AND NOT info.attisdropped"
        " WHERE place.nspname = current_schema() AND held.relkind IN ('r', 'p')"
    )
    indexes = "SELECT tablename, indexname FROM pg_catalog.pg_indexes WHERE schemaname = current_schema()"
    names_keys = True
    limit = "LIMIT ?"
    few = "LIMIT ?"
    outer_first = "JOIN"
    unjoined = " OFFSET 0"
    like_is_exact = True
    most_parameters = 65_535

    def __init__(self, url: str) -> None:
        self.url = url
        self.shown_url = without_password(url)
        self._conninfo = f"postgresql:{url.partition(':')[2]}"
        self.name, self.undoes_ddl = POSTGRESQL.name, POSTGRESQL.undoes_ddl

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`."""
        return f"postgresql+psycopg:{self.url.partition(':')[2]}", {}

    def prepare(self) -> None:
        """See `Dialect.prepare`. Whether the server is there shows when it is connected to."""
        fault = fault_of(self._conninfo)
        if fault is not None:
            raise InvalidParameter(
                f"{self.shown_url} {fault}. Write postgresql://user:password@host:5432/database. {ENCODING_ADVICE}"
            )

    def connect(self, *, writing: bool) -> Connection:
        """See `Dialect.connect`. Raises InvalidParameter for a database that cannot hold what is stored."""
        connection = connected(self._conninfo)
        try:
            engine = self._meet(connection.info)
            check(engine, connection.info, self.shown_url)
            connection.set_up(engine.unknown_settings, writing=writing)
        except (Error, InvalidParameter):
            connection.close()
            raise
        return cast(Connection, connection)

    def _meet(self, info: ConnectionInfo) -> Engine:
        engine = engine_of(info)
        self.name, self.undoes_ddl = engine.name, engine.undoes_ddl
        return engine

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """See `Dialect.limit_reads`. The server counts the time itself; 0 would switch that off."""
        del is_over
        connection.cursor().execute(f"SET statement_timeout = {max(1, round(longest_s * 1000))}", ())

    def text(self, sql: str) -> str:
        """See `Dialect.text`. Marks are numbered from ``$1`` on."""
        first, *rest = sql.split("?")
        return first + "".join(f"${place}{part}" for place, part in enumerate(rest, 1))

    def begin_write(self, cursor: Cursor) -> None:
        """See `Dialect.begin_write`. In whatever isolation the database has by default: all of them are right."""
        cast(PostgresqlCursor, cursor).begin_pipeline()
        cursor.execute("BEGIN", ())

    def begin_read(self, cursor: Cursor) -> None:
        """See `Dialect.begin_read`."""
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())

    def commit(self, cursor: Cursor) -> None:
        """See `Dialect.commit`. In a transaction that has failed, COMMIT is a ROLLBACK and no error."""
        cursor.execute("COMMIT", ())
        cast(PostgresqlCursor, cursor).end_committed()

    def rollback(self, cursor: Cursor) -> None:
        """See `Dialect.rollback`."""
        if cast(PostgresqlCursor, cursor).leave_pipeline():
            cursor.execute("ROLLBACK", ())

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """See `Dialect.select_locked`."""
        return f"SELECT {columns} FROM {table} ORDER BY {order} FOR UPDATE"

    def among(self, column: str) -> str:
        """See `Dialect.among`."""
        return f"{column} = ANY(?)"

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """See `Dialect.by_pairs`."""
        return f"unnest(?::int8[], ?::int8[]) AS p (a, b) JOIN {table} t ON t.{first} = p.a AND t.{second} = p.b"

    def ints(self, values: Sequence[int]) -> Any:
        """See `Dialect.ints`."""
        return integer_array(values)

    def texts(self, values: Sequence[str]) -> Any:
        """See `Dialect.texts`. The database has no text with a NUL, so nothing can equal one."""
        return text_array([value for value in values if "\0" not in value])

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """See `Dialect.int_pairs`."""
        return integer_array([first for first, _ in values]), integer_array([second for _, second in values])

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """See `Dialect.insert`."""
        sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({marks(columns)})"
        return Bulk(self.text(sql), tuple(columns))

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """See `Dialect.upsert`."""
        inserted = self.insert(table, (*keys, *values))
        replaced = ", ".join(f"{name} = excluded.{name}" for name in values)
        return Bulk(f"{inserted.sql} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {replaced}", inserted.columns)

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """See `Dialect.update`."""
        columns = (*values, *keys)
        sql = (
            f"UPDATE {table} SET {', '.join(f'{name} = v.{name}' for name in values)}"
            f" FROM unnest({marks(columns)}) AS v ({', '.join(columns)}) WHERE {_same(table, keys)}"
        )
        return Bulk(self.text(sql), columns)

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """See `Dialect.delete`."""
        sql = f"DELETE FROM {table} USING unnest({marks(keys)}) AS v ({', '.join(keys)}) WHERE {_same(table, keys)}"
        return Bulk(self.text(sql), tuple(keys))

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """See `Dialect.run_bulk`."""
        columns = zip(*rows, strict=True)
        cast(PostgresqlCursor, cursor).send(
            statement.sql, [column_array(name, column) for name, column in zip(statement.columns, columns, strict=True)]
        )

    def concat(self, first: str, second: str) -> str:
        """See `Dialect.concat`."""
        return f"({first} || {second})"

    def literal(self, value: str | int) -> str:
        """See `Dialect.literal`."""
        return str(value) if isinstance(value, int) else f"'{value}'"

    def like(self, column: str) -> str:
        """See `Dialect.like`."""
        return f"{column} LIKE ?"

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`."""
        return pattern.replace("\\", "\\\\")

    def classify(self, error: Exception) -> Failure:
        """See `Dialect.classify`."""
        return meaning(error)

    def unusable(self, error: Exception) -> str | None:
        """See `Dialect.unusable`."""
        return way_out(error, self.shown_url)

    def begin_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.begin_schema_change`."""
        cursor.execute("BEGIN", ())
        if self._meet(cast(PostgresqlCursor, cursor).connection.info).has_schema_lock:
            cursor.execute(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})", ())

    def end_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.end_schema_change`."""
        cursor.execute("COMMIT", ())


def _same(table: str, keys: Sequence[str]) -> str:
    return " AND ".join(f"{table}.{name} = v.{name}" for name in keys)
