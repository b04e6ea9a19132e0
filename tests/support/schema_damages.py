"""What only damage makes of a schema: statements that any database knows, and what is said of the result."""

from __future__ import annotations

from typing import Final

from trackwell_migrations import VERSION_TABLE

DAMAGES: Final = [
    ("DROP TABLE merge_backlog", "it lacks the table merge_backlog"),
    ("ALTER TABLE runs DROP COLUMN user_id", "its table runs lacks the column user_id"),
    ("DELETE FROM counters", "its table counters lacks the row change, dataset, experiment, name, run"),
    ("DELETE FROM counters WHERE name = 'name'", "its table counters lacks the row name"),
    (f"DELETE FROM {VERSION_TABLE}", f"it has Trackwell's tables, but {VERSION_TABLE} does not say"),
    (f"DROP TABLE {VERSION_TABLE}", f"it has Trackwell's tables, but {VERSION_TABLE} does not say"),
    (f"INSERT INTO {VERSION_TABLE} VALUES ('0000')", f"{VERSION_TABLE} names several revisions, 0000, 0001"),
    (f"ALTER TABLE {VERSION_TABLE} RENAME COLUMN version_num TO revision", f"{VERSION_TABLE} lacks the column"),
]
"""(statement, how the schema is then damaged)"""
