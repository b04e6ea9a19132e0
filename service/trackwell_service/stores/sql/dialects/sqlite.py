"""SQLite: one file, one writer at a time among all processes, readers that never wait (WAL)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.base import Bulk, Connection, Cursor, Failure
from trackwell_service.stores.sql.dialects.row_statements import RowStatements
from trackwell_service.stores.sql.filesystems import network_filesystem

BUSY_TIMEOUT_MS = 5_000
"""How long a statement waits for another process's lock, in milliseconds: many group commits."""

MIGRATION_BUSY_TIMEOUT_S = 60.0
"""How long a migration waits for a server that holds the write lock, in seconds: longer than any group commit."""

STATEMENT_CACHE = 512
"""Prepared statements kept by a connection: the fixed ones (about 60) and the recent searches."""

PAGE_CACHE_KIB = 65_536
"""Page cache of the writer's connection, in KiB: the upper levels of every index of a million runs."""

READER_PAGE_CACHE_KIB = 16_384
"""Page cache of a reading connection, in KiB; what it misses is in the memory map or the system's cache."""

MEMORY_MAP_BYTES = 1 << 30
"""How much of the file is read through a memory map, in bytes. Address space, not memory."""

WAL_PAGES = 2_000
"""Pages (4 KiB) in the write-ahead log before a commit copies them into the database: 8 MB, some 50 ms of work."""

STEPS_BETWEEN_LOOKS = 1_000_000
"""Steps of SQLite's machine after which a long statement is looked at: some 20 ms of work."""

_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_FULL = {"SQLITE_FULL"}
_LOST = {"SQLITE_IOERR"}
_CORRUPT = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
_MISSING = ("no such table", "no such column", "ON CONFLICT clause does not match")
"""How an error begins that has no code of its own."""


class SqliteDialect(RowStatements):
    """The strategy for ``sqlite:///relative/path`` and ``sqlite:////absolute/path``."""

    name = "sqlite"
    driver_error: type[Exception] = sqlite3.Error
    columns = (
        "SELECT held.name, info.name FROM sqlite_master AS held JOIN pragma_table_info(held.name) AS info"
        " WHERE held.type = 'table'"
    )
    indexes = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'"
    names_keys = False
    limit = "LIMIT ?"
    few = "LIMIT ?"
    undoes_ddl = True
    outer_first = "CROSS JOIN"
    unjoined = ""
    like_is_exact = True
    most_parameters = 32_766

    def __init__(self, url: str) -> None:
        self.url = self.shown_url = url
        self.path = _path_of(url)

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`. A migration waits for longer than a group commit does."""
        return self.url, {"timeout": MIGRATION_BUSY_TIMEOUT_S}

    def prepare(self) -> None:
        """See `Dialect.prepare`."""
        folder = self.path.parent
        if not folder.is_dir():
            raise InvalidParameter(f"The folder {folder} of the database {self.url} does not exist. Create it first.")
        if self.path.is_dir():
            raise InvalidParameter(f"{self.path} is a folder, not a database file. Give the URL of a file in it.")
        kind = network_filesystem(folder)
        if kind is not None:
            raise InvalidParameter(
                f"{self.path} lies on a network file system ({kind}). SQLite's write-ahead log needs memory shared"
                " between processes, which such file systems do not have; the database would be damaged. Put the file"
                " on a local disk, or use a database server."
            )

    def connect(self, *, writing: bool) -> Connection:
        """See `Dialect.connect`."""
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENT_CACHE,
        )
        pragmas = ["foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY", f"mmap_size = {MEMORY_MAP_BYTES}"]
        if writing:
            pragmas += [
                "journal_mode = WAL",
                f"wal_autocheckpoint = {WAL_PAGES}",
                f"journal_size_limit = {WAL_PAGES * 4096 * 2}",
                f"cache_size = -{PAGE_CACHE_KIB}",
            ]
        else:
            pragmas += ["query_only = ON", f"cache_size = -{READER_PAGE_CACHE_KIB}"]
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return cast(Connection, connection)

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """See `Dialect.limit_reads`."""
        del longest_s
        cast(sqlite3.Connection, connection).set_progress_handler(is_over, STEPS_BETWEEN_LOOKS)

    def text(self, sql: str) -> str:
        """See `Dialect.text`."""
        return sql

    def begin_write(self, cursor: Cursor) -> None:
        """See `Dialect.begin_write`. IMMEDIATE: a transaction that reads first could never be allowed to write."""
        cursor.execute("BEGIN IMMEDIATE", ())

    def begin_read(self, cursor: Cursor) -> None:
        """See `Dialect.begin_read`."""
        cursor.execute("BEGIN", ())

    def commit(self, cursor: Cursor) -> None:
        """See `Dialect.commit`."""
        cursor.execute("COMMIT", ())

    def rollback(self, cursor: Cursor) -> None:
        """See `Dialect.rollback`. SQLite itself ends the transaction at some errors."""
        connection = cast(sqlite3.Cursor, cursor).connection
        if connection.in_transaction:
            cursor.execute("ROLLBACK", ())

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """See `Dialect.select_locked`. The transaction holds the only write lock already."""
        return f"SELECT {columns} FROM {table} ORDER BY {order}"

    def among(self, column: str) -> str:
        """See `Dialect.among`."""
        return f"{column} IN (SELECT value FROM json_each(?))"

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """See `Dialect.by_pairs`. CROSS: the pairs come first, whatever else is asked of the table."""
        pairs = "(SELECT json_extract(value, '$[0]') AS a, json_extract(value, '$[1]') AS b FROM json_each(?))"
        return f"{pairs} p CROSS JOIN {table} t ON t.{first} = p.a AND t.{second} = p.b"

    def ints(self, values: Sequence[int]) -> Any:
        """See `Dialect.ints`."""
        return orjson.dumps(values).decode()

    def texts(self, values: Sequence[str]) -> Any:
        """See `Dialect.texts`. SQLite ends a JSON text at a NUL; no stored text has one, so nothing can equal it."""
        return orjson.dumps([value for value in values if "\0" not in value]).decode()

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """See `Dialect.int_pairs`."""
        return (orjson.dumps(values).decode(),)

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """See `Dialect.upsert`."""
        inserted = self.insert(table, (*keys, *values))
        return Bulk(
            f"{inserted.sql} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET"
            f" {', '.join(f'{name} = excluded.{name}' for name in values)}",
            inserted.columns,
        )

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """See `Dialect.run_bulk`."""
        if len(rows) == 1:
            cursor.execute(statement.sql, rows[0])
        else:
            cursor.executemany(statement.sql, rows)

    def concat(self, first: str, second: str) -> str:
        """See `Dialect.concat`."""
        return f"({first} || {second})"

    def literal(self, value: str | int) -> str:
        """See `Dialect.literal`."""
        return str(value) if isinstance(value, int) else f"'{value}'"

    def like(self, column: str) -> str:
        """See `Dialect.like`. GLOB, because LIKE folds ASCII letters."""
        return f"{column} GLOB ?"

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`."""
        return "".join(_GLOB.get(character, character) for character in pattern)

    def classify(self, error: Exception) -> Failure:
        """See `Dialect.classify`. Extended codes begin with the primary one's name."""
        code = str(getattr(error, "sqlite_errorname", ""))
        primary = "_".join(code.split("_")[:2])
        if primary in _BUSY:
            return Failure.BUSY
        if primary in _FULL:
            return Failure.FULL
        if primary in _LOST:
            return Failure.LOST
        if primary in _CORRUPT:
            return Failure.CORRUPT
        if primary == "SQLITE_INTERRUPT":
            return Failure.TOO_LONG
        return Failure.INCOMPLETE if str(error).startswith(_MISSING) else Failure.FAULT

    def unusable(self, error: Exception) -> str | None:
        """See `Dialect.unusable`."""
        if "unable to open" in str(error) or "readonly" in str(error):
            return f"The database at {self.url} cannot be opened. May its file and folder be written to? ({error})"
        return None

    def begin_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.begin_schema_change`."""
        self.begin_write(cursor)

    def end_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.end_schema_change`."""
        self.commit(cursor)


_GLOB = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    options = parse_qsl(parts.query)
    if options or parts.fragment:
        raise InvalidParameter(f"The database URL {url} has options behind '?' or '#'; none are supported.")
    if parts.netloc or len(parts.path) < 2 or parts.path == "/:memory:":
        raise InvalidParameter(
            f"The database URL {url} names no file. Write sqlite:///name.db for a relative and"
            " sqlite:////folder/name.db for an absolute path."
        )
    return Path(unquote(parts.path[1:])).absolute()
