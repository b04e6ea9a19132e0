"""`mlflow db upgrade` on SQL Server, as alembic and SQLAlchemy carry it out, before a connection that notes all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from trackwell_migrations import upgrade
from trackwell_migrations.baseline import baseline

ABOUT_ITSELF = {
    "select @@version": ("Microsoft SQL Server 2019 (RTM) - 15.0.4000.1 (X64)",),
    "SELECT schema_name()": ("dbo",),
    "SELECT snapshot_isolation_state": (1,),
    "SELECT CASE APPLOCK_MODE": (1,),
}
"""What the server answers, by the beginning of the question; to others it has no rows."""


class Connection:
    """Plays the part of pymssql's connection and cursor."""

    arraysize = 1
    description: Sequence[tuple[Any, ...]] | None = None
    rowcount = 1

    def __init__(self) -> None:
        self.log: list[tuple[str, Any]] = []
        self._rows: list[tuple[Any, ...]] = []

    def cursor(self) -> Connection:
        """The connection itself."""
        return self

    def execute(self, sql: str, parameters: Any = ()) -> None:
        """Notes the statement."""
        self.log.append((" ".join(sql.split()), parameters))
        is_query = sql.lstrip().upper().startswith("SELECT") or " OUTPUT " in sql
        self.description = (("column", 1, None, None, None, None, None),) if is_query else None
        self._rows = [row for words, row in ABOUT_ITSELF.items() if sql.startswith(words)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows."""
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row."""
        return self._rows[0] if self._rows else None

    def autocommit(self, on: bool) -> None:
        """Says whether each statement is a transaction unless one is begun; it must be so."""
        assert on

    def commit(self) -> None:
        """Notes it."""
        self.log.append(("commit", ()))

    def rollback(self) -> None:
        """Notes it."""
        self.log.append(("rollback", ()))

    def close(self) -> None:
        """Notes it."""


def test_an_upgrade_makes_the_schema_in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    monkeypatch.setattr("pymssql.connect", lambda **_: connection)
    told: list[str] = []
    upgrade("mssql+pymssql://u:p@h/d", told.append)
    assert told[-1] == "The schema is at revision 0001 now."
    statements = [sql for sql, _ in connection.log]
    begin = statements.index("BEGIN TRANSACTION")
    end = statements.index("IF @@TRANCOUNT > 0 BEGIN COMMIT TRANSACTION; END")
    assert statements[begin + 1].startswith("EXEC sp_getapplock @Resource = N'trackwell schema'")
    assert not {"commit", "rollback"} & set(statements[begin:end])
    changes = connection.log[begin:end]
    made = [sql for sql, _ in changes if sql.startswith(("CREATE", "ALTER"))]
    stored = [" ".join(sql.split()) for sql in baseline("mssql")]
    assert made == [sql for sql in stored if sql.startswith(("CREATE", "ALTER"))]
    rows = [given for sql, given in changes if sql.startswith("INSERT INTO counters")]
    counters = [f"(0x{row['name'].hex().upper()}, {row['value']})" for row in rows]
    assert counters == [sql.partition(" VALUES ")[2] for sql in stored if sql.startswith("INSERT INTO counters")]
    assert [sql for sql, _ in changes if "IDENTITY" in sql] == []
