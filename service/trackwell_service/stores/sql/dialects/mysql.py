"""MySQL and MariaDB, through PyMySQL or mysqlclient: any number of servers on one database.

A bulk statement has the rows written out in it: behind VALUES, or as a table that the changed one is joined to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.base import Bulk, Connection, Cursor, Failure
from trackwell_service.stores.sql.dialects.literals import TableRows, Written, listed, row
from trackwell_service.stores.sql.dialects.mysql_connections import (
    OPTIONS,
    SOCKET_TIMEOUT_S,
    MysqlConnection,
    MysqlCursor,
    Server,
    arguments,
    driver_module,
)
from trackwell_service.stores.sql.dialects.mysql_errors import meaning, way_out
from trackwell_service.stores.sql.dialects.urls import kind_and_driver, server_address, without_password

SCHEMA_LOCK_S = 60
"""How long a schema change waits for another one, in seconds."""

_SCHEMA_LOCK = "CONCAT('trackwell ', MD5(DATABASE()))"
"""Locks of that kind belong to the whole server, and their names have 64 characters."""


@dataclass(frozen=True, slots=True)
class _RowsBulk(Bulk):
    """`sql` is for several rows, `one` for a single one, whose values are the parameters."""

    one: str


class MysqlDialect:
    """The strategy for ``mysql://user:password@host:3306/database``.

    `name` is that of the server found at the last connection: mysql or mariadb, whose collations differ.
    """

    limit = "LIMIT ?"
    few = "LIMIT ?"
    outer_first = "STRAIGHT_JOIN"
    unjoined = ""
    like_is_exact = True
    most_parameters = 65_535
    undoes_ddl = False
    columns = (
        "SELECT held.table_name, info.column_name FROM information_schema.tables AS held"
        " JOIN information_schema.columns AS info"
        " ON info.table_schema = held.table_schema AND info.table_name = held.table_name"
        " WHERE held.table_schema = DATABASE() AND held.table_type = 'BASE TABLE'"
    )
    indexes = (
        "SELECT DISTINCT table_name, IF(index_name = 'PRIMARY', CONCAT('pk_', table_name), index_name)"
        " FROM information_schema.statistics WHERE table_schema = DATABASE()"
    )
    names_keys = True

    def __init__(self, url: str) -> None:
        self.url = url
        self.shown_url = without_password(url)
        self.name = "mysql"
        self._driver = kind_and_driver(url)[1] or "pymysql"
        self._module = driver_module(self._driver)
        self.driver_error: type[Exception] = self._module.Error

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`. The URL names the kind of server, which a connection finds out."""
        self.connect(writing=True).close()
        return f"{self.name}+{self._driver}://", self._arguments()

    def prepare(self) -> None:
        """See `Dialect.prepare`. Whether the server is there shows when it is connected to."""
        self._arguments()

    def _arguments(self) -> dict[str, Any]:
        return arguments(server_address(self.url, OPTIONS), self._driver)

    def connect(self, *, writing: bool) -> Connection:
        """See `Dialect.connect`. Raises InvalidParameter when the server is too old or its packets too small."""
        connection = self._module.connect(
            **self._arguments(), read_timeout=SOCKET_TIMEOUT_S, write_timeout=SOCKET_TIMEOUT_S
        )
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT VERSION(), @@max_allowed_packet")
            server = Server(*cursor.fetchone())
            server.check(self.shown_url)
            for setting in server.settings(writing=writing):
                cursor.execute(setting)
            cursor.close()
        except (self.driver_error, InvalidParameter):
            connection.close()
            raise
        self.name = server.kind
        return MysqlConnection(connection, server)

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """See `Dialect.limit_reads`. The server counts the time itself; 0 would switch that off."""
        del is_over
        milliseconds = max(1, round(longest_s * 1000))
        setting = f"max_statement_time = {milliseconds / 1000}"
        if self.name == "mysql":
            setting = f"max_execution_time = {milliseconds}"
        connection.cursor().execute(f"SET SESSION {setting}", ())

    def text(self, sql: str) -> str:
        """See `Dialect.text`. The cursor knows the marks."""
        return sql

    def begin_write(self, cursor: Cursor) -> None:
        """See `Dialect.begin_write`."""
        cursor.execute("START TRANSACTION", ())

    def begin_read(self, cursor: Cursor) -> None:
        """See `Dialect.begin_read`."""
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", ())

    def commit(self, cursor: Cursor) -> None:
        """See `Dialect.commit`."""
        cursor.execute("COMMIT", ())

    def rollback(self, cursor: Cursor) -> None:
        """See `Dialect.rollback`."""
        cursor.execute("ROLLBACK", ())

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """See `Dialect.select_locked`."""
        return f"SELECT {columns} FROM {table} ORDER BY {order} FOR UPDATE"

    def among(self, column: str) -> str:
        """See `Dialect.among`. The servers look the elements of a list up one by one, and know how many there are."""
        return f"{column} IN ?"

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """See `Dialect.by_pairs`."""
        return f"{_written_table(('a', 'b'))} p STRAIGHT_JOIN {table} t ON t.{first} = p.a AND t.{second} = p.b"

    def ints(self, values: Sequence[int]) -> Any:
        """See `Dialect.ints`."""
        return listed(values)

    def texts(self, values: Sequence[str]) -> Any:
        """See `Dialect.texts`."""
        return listed(values)

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """See `Dialect.int_pairs`."""
        return (TableRows([b"(%d,%d)" % pair for pair in values] or [b"(NULL,NULL)"]),)

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """See `Dialect.insert`."""
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ?"
        return _RowsBulk(sql, tuple(columns), "")

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """See `Dialect.upsert`."""
        inserted = self.insert(table, (*keys, *values))
        replaced = ", ".join(f"{name} = VALUES({name})" for name in values)
        return _RowsBulk(f"{inserted.sql} ON DUPLICATE KEY UPDATE {replaced}", inserted.columns, "")

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """See `Dialect.update`."""
        columns = (*values, *keys)
        replaced = ", ".join(f"t.{name} = v.{name}" for name in values)
        return _RowsBulk(
            f"UPDATE {_written_table(columns)} v STRAIGHT_JOIN {table} t ON {_same(keys)} SET {replaced}",
            columns,
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} WHERE {_equal(keys)}",
        )

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """See `Dialect.delete`."""
        return _RowsBulk(
            f"DELETE t FROM {_written_table(keys)} v STRAIGHT_JOIN {table} t ON {_same(keys)}",
            tuple(keys),
            f"DELETE FROM {table} WHERE {_equal(keys)}",
        )

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """See `Dialect.run_bulk`. One statement, unless it were longer than the server takes."""
        one = cast(_RowsBulk, statement).one
        if one and len(rows) == 1:
            cursor.execute(one, rows[0])
            return
        room = cast(MysqlCursor, cursor).longest_bytes - len(statement.sql)
        for part in _parts([row(values) for values in rows], room):
            cursor.execute(statement.sql, (TableRows(part) if one else Written(b",".join(part)),))

    def concat(self, first: str, second: str) -> str:
        """See `Dialect.concat`."""
        return f"CONCAT({first}, {second})"

    def literal(self, value: str | int) -> str:
        """See `Dialect.literal`."""
        return str(value) if isinstance(value, int) else f"'{value}'"

    def like(self, column: str) -> str:
        """See `Dialect.like`. Case counts in the collations of the columns."""
        return f"{column} LIKE ?"

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`."""
        return pattern.replace("\\", "\\\\")

    def classify(self, error: Exception) -> Failure:
        """See `Dialect.classify`."""
        return meaning(error, self._module.InterfaceError)

    def unusable(self, error: Exception) -> str | None:
        """See `Dialect.unusable`."""
        return way_out(error, self.shown_url)

    def begin_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.begin_schema_change`. Every DDL statement commits, so the lock is one that outlives that."""
        cursor.execute("SET SESSION default_storage_engine = InnoDB", ())
        cursor.execute(f"SELECT GET_LOCK({_SCHEMA_LOCK}, {SCHEMA_LOCK_S})", ())
        if cursor.fetchall()[0][0] != 1:
            raise self._module.OperationalError(1205, "another process changes the schema")

    def end_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.end_schema_change`."""
        cursor.execute("COMMIT", ())
        cursor.execute(f"SELECT RELEASE_LOCK({_SCHEMA_LOCK})", ())
        cursor.fetchall()


def _written_table(columns: Sequence[str]) -> str:
    """A table whose rows are the parameter; its first part, which has no row, names the columns."""
    names = ", ".join(f"NULL AS {name}" for name in columns)
    return f"(SELECT {names} FROM DUAL WHERE FALSE UNION ALL VALUES ?)"


def _same(keys: Sequence[str]) -> str:
    return " AND ".join(f"t.{name} = v.{name}" for name in keys)


def _equal(keys: Sequence[str]) -> str:
    return " AND ".join(f"{name} = ?" for name in keys)


def _parts(rows: list[bytes], room: int) -> Iterator[list[bytes]]:
    """The rows in parts of at most `room` bytes with what joins them; a longer row is a part of its own."""
    part: list[bytes] = []
    used = 0
    for each in rows:
        size = len(each) + 4
        if part and used + size > room:
            yield part
            part, used = [], 0
        part.append(each)
        used += size
    yield part
