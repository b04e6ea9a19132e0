"""What is in a database, whoever made it: looked at before anything of ours is taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from trackwell_service.stores.sql.dialects.base import Cursor, Dialect

Columns = Mapping[str, AbstractSet[str]]
"""Columns by table."""


def present_columns(dialect: Dialect, cursor: Cursor) -> Columns:
    """The tables of the database with their columns. Raises the driver's errors."""
    found: dict[str, set[str]] = {}
    for table, column in rows(cursor, dialect.columns):
        found.setdefault(str(table), set()).add(str(column))
    return found


def rows(cursor: Cursor, sql: str) -> list[tuple[object, ...]]:
    """All rows of a query without parameters. Raises the driver's errors."""
    cursor.execute(sql, ())
    return list(cursor.fetchall())
