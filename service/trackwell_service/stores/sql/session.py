"""A connection as the engine uses it: statements, counted; errors of the driver, turned into ours."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from trackwell_service.domain.errors import (
    DataLoss,
    InternalError,
    InvalidParameter,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.stores.sql.dialects.base import Bulk, Dialect, Failure, Row

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 1.0
"""When to try again what failed because the database was busy, in seconds: a few group commits of another process."""

FULL_RETRY_AFTER_S = 30.0
"""When to try again what failed because the disk was full, in seconds: somebody has to make room."""

LONGEST_READ_S = 20.0
"""How long one statement may read, in seconds: pages and their parts take milliseconds, and what scans every run of a
large server to the end holds one of a few connections. A third of the longest call, so that its caller is told."""

OnStatement = Callable[[str], None]
"""Told every statement just before it runs; tests count with it."""


class Session:
    """One connection, used by one thread at a time. If it only reads, statements that take too long are stopped."""

    __slots__ = ("_stop_at", "connection", "cursor", "dialect", "longest_read_s", "on_statement")

    def __init__(self, dialect: Dialect, *, writing: bool, on_statement: OnStatement | None = None) -> None:
        self.dialect = dialect
        self.connection = dialect.connect(writing=writing)
        self.cursor = self.connection.cursor()
        self.on_statement = on_statement
        self.longest_read_s = LONGEST_READ_S
        self._stop_at = math.inf
        if not writing:
            dialect.limit_reads(self.connection, self.longest_read_s, self._is_over)

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

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _is_over(self) -> bool:
        return time.monotonic() > self._stop_at


def translated(dialect: Dialect, error: Exception, *, is_search: bool = False) -> TrackwellError:
    """What a caller is told about an error of the driver, whose own words go to the log only.

    A search that is stopped is too wide; anything else asks for little, so what held it up is not in the request.
    """
    failure = dialect.classify(error)
    logger.warning("the database reported: %s (%s)", error, failure.name)
    match failure:
        case Failure.BUSY | Failure.LOST:
            return TemporarilyUnavailable("The database is busy or away. Try again.", retry_after_s=RETRY_AFTER_S)
        case Failure.FULL:
            return ResourceExhausted(
                "The database has no room left on its disk; nothing was stored. Make room and try again.",
                retry_after_s=FULL_RETRY_AFTER_S,
            )
        case Failure.TOO_LONG if not is_search:
            return TemporarilyUnavailable("The database took too long. Try again.", retry_after_s=RETRY_AFTER_S)
        case Failure.TOO_LONG:
            return InvalidParameter(
                f"The search was stopped: one of its steps took longer than {LONGEST_READ_S:g} s. Narrow it to fewer"
                " experiments or by a param, tag or metric that few runs have, or order it by one column."
            )
        case Failure.CORRUPT:
            return DataLoss("The database file is damaged and cannot be read. Restore it from a backup.")
        case Failure.FAULT:
            logger.error("a statement failed", exc_info=error)
            return InternalError("The database refused a statement of the server; the server's log holds the cause.")
