"""Connections to SQL Server: what a server must be like, how sessions are set up, and what is read from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.mssql_drivers import Driver

LOCK_TIMEOUT_MS = 10_000
"""How long a writer waits for another server's transaction before it tries anew, in milliseconds: many groups."""

LEAST_COMPATIBILITY_LEVEL = 130
"""The level that has OPENJSON: SQL Server 2016."""

ABOUT_THE_DATABASE = (
    "SELECT compatibility_level, snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"
)
"""What decides whether the database can be used."""

ARE_SNAPSHOTS_ALLOWED = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"

ALLOW_SNAPSHOTS = "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON"


def settings(*, writing: bool) -> tuple[str, ...]:
    """Statements that set a session up. An error ends the whole transaction; readers see one state of the database."""
    return (
        "SET XACT_ABORT ON",
        "SET TEXTSIZE 2147483647",
        f"SET LOCK_TIMEOUT {LOCK_TIMEOUT_MS}",
        f"SET TRANSACTION ISOLATION LEVEL {'READ COMMITTED' if writing else 'SNAPSHOT'}",
    )


def check_database(row: Sequence[Any], shown_url: str, *, writing: bool) -> None:
    """Raises InvalidParameter, saying what to change, when the database that says this of itself cannot be used.

    A writer may still be about to allow snapshots, see `MssqlDialect.begin_schema_change`.
    """
    level, snapshots = row
    if level < LEAST_COMPATIBILITY_LEVEL:
        raise InvalidParameter(
            f"The database at {shown_url} has the compatibility level {level}. Trackwell needs"
            f" {LEAST_COMPATIBILITY_LEVEL} (SQL Server 2016) or higher:"
            f" ALTER DATABASE … SET COMPATIBILITY_LEVEL = {LEAST_COMPATIBILITY_LEVEL}."
        )
    if not snapshots and not writing:
        raise InvalidParameter(snapshots_are_needed(shown_url))


def snapshots_are_needed(shown_url: str) -> str:
    """What the operator is told where readers would have to wait for writers."""
    return (
        f"The database at {shown_url} does not allow snapshots, in which Trackwell reads. Its owner must run:"
        " ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON."
    )


class MssqlCursor:
    """A cursor that stores texts as their UTF-8 bytes, see `column_types.Utf8`."""

    def __init__(self, cursor: Any, driver: Driver) -> None:
        self._cursor = cursor
        self._driver = driver

    @property
    def rowcount(self) -> int:
        """See `Cursor.rowcount`."""
        count: int = self._cursor.rowcount
        return count

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> None:
        """See `Cursor.execute`."""
        self._driver.execute(self._cursor, sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> None:
        """See `Cursor.executemany`."""
        for each in parameters:
            self.execute(sql, each)

    def fetchall(self) -> list[Any]:
        """See `Cursor.fetchall`. All bytes but packed points are texts; the server's remarks may stand before rows."""
        while self._cursor.description is None and self._cursor.nextset():
            pass
        rows = self._cursor.fetchall()
        is_packed = [column[0] == "data" for column in self._cursor.description or ()]
        return [
            tuple(
                value.decode() if isinstance(value, bytes) and not packed else value
                for value, packed in zip(row, is_packed, strict=True)
            )
            for row in rows
        ]


class MssqlConnection:
    """A connection whose cursors are of the kind above."""

    def __init__(self, connection: Any, driver: Driver) -> None:
        self._connection = connection
        self._driver = driver

    def cursor(self) -> MssqlCursor:
        """A cursor."""
        return MssqlCursor(self._connection.cursor(), self._driver)

    def limit_statements(self, longest_s: float) -> None:
        """Has statements fail that take longer than that, in seconds."""
        self._driver.limit_statements(self._connection, longest_s)

    def close(self) -> None:
        """Ends the connection; one that is lost already is no error."""
        try:
            self._connection.close()
        except Exception:  # noqa: BLE001 # the drivers' own errors: there is nothing left to end
            return
