"""A connection as the engine uses it: statements, counted; how a store that is open gets another one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from trackwell_service.stores.sql.dialects.base import Bulk, Dialect, Failure, Row

LONGEST_READ_S = 20.0
"""How long one statement may read, in seconds: pages and their parts take milliseconds, and what scans every run of a
large server to the end holds one of a few connections. A third of the longest call, so that its caller is told."""

OnStatement = Callable[[str], None]
"""Told every statement just before it runs; tests count with it."""


class NoConnection(Exception):
    """A database that was good when the store was opened gives no usable connection now; text and cause say why."""


class Session:
    """One connection, used by one thread at a time. If it only reads, statements that take too long are stopped."""

    __slots__ = ("_stop_at", "connection", "cursor", "dialect", "longest_read_s", "on_statement")

    def __init__(self, dialect: Dialect, *, writing: bool, on_statement: OnStatement | None = None) -> None:
        self.dialect = dialect
        self.connection = dialect.connect(writing=writing)
        self.on_statement = on_statement
        self.longest_read_s = LONGEST_READ_S
        self._stop_at = math.inf
        try:
            self.cursor = self.connection.cursor()
            if not writing:
                dialect.limit_reads(self.connection, self.longest_read_s, self._is_over)
        except BaseException:
            self.connection.close()
            raise

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of one statement."""
        if self.on_statement is not None:
            self.on_statement(sql)
        self._stop_at = time.monotonic() + self.longest_read_s
        self.cursor.execute(sql, parameters)
        return self.cursor.fetchall()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Runs one statement and says how many rows it changed."""
        if self.on_statement is not None:
            self.on_statement(sql)
        self.cursor.execute(sql, parameters)
        return self.cursor.rowcount

    def run_many(self, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Writes the rows; does nothing without any."""
        if rows:
            if self.on_statement is not None:
                self.on_statement(statement.sql)
            self.dialect.run_bulk(self.cursor, statement, rows)

    def run_counted(self, statement: Bulk, rows: Sequence[Sequence[Any]]) -> int:
        """Writes the rows, of which there is at least one, and says how many were changed.

        Only for rows of a few numbers: a dialect may take several statements for more than its server takes at once.
        """
        self.run_many(statement, rows)
        return self.cursor.rowcount

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _is_over(self) -> bool:
        return time.monotonic() > self._stop_at


def connected_again(dialect: Dialect, *, writing: bool, on_statement: OnStatement | None = None) -> Session:
    """A session on a database that was good when the store was opened.

    Whatever keeps from it is the database's state and passes: a server that starts or has too many clients, a password
    that is being changed, a database that is being restored or is another one since a failover. It says nothing about
    what was to be done, and nobody has sent anything yet. Raises NoConnection for it, and the driver's own error where
    the disk is full or what is stored cannot be read: callers are told of these.
    """
    try:
        return Session(dialect, writing=writing, on_statement=on_statement)
    except Exception as error:
        if isinstance(error, dialect.driver_error) and dialect.classify(error) in {Failure.FULL, Failure.CORRUPT}:
            raise
        raise NoConnection(f"no new connection: {error}") from error
