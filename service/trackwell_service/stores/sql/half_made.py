"""A schema whose creation was interrupted, where each statement of it is a transaction of its own.

The version's row comes last, and no store is opened without it: as long as it is missing nothing of anybody's is in the
tables. They can then be removed and made again.
"""

from __future__ import annotations

import re

from trackwell_migrations.baseline import baseline
from trackwell_migrations.names import VERSION_TABLE
from trackwell_service.stores.sql.dialects.base import Cursor, Dialect
from trackwell_service.stores.sql.present_schema import present_columns, rows

_TABLE_MADE = re.compile(r"CREATE TABLE (\w+)")


def half_made_tables(dialect: Dialect, cursor: Cursor) -> list[str]:
    """What an interrupted creation has left, in the order in which it can be removed; mostly nothing."""
    if dialect.undoes_ddl:
        return []
    columns = present_columns(dialect, cursor)
    if "version_num" not in columns.get(VERSION_TABLE, ()) or rows(cursor, f"SELECT version_num FROM {VERSION_TABLE}"):
        return []
    present = columns.keys()
    ours = [match[1] for statement in baseline(dialect.name) if (match := _TABLE_MADE.match(statement))]
    if not present <= set(ours) or ("experiments" in present and rows(cursor, "SELECT id FROM experiments")):
        return []
    return [name for name in reversed(ours) if name in present]


def remove_half_made(dialect: Dialect, cursor: Cursor) -> None:
    """Removes what an interrupted creation has left. The version table is the last: it tells what the others are."""
    for name in half_made_tables(dialect, cursor):
        cursor.execute(f"DROP TABLE {name}", ())
