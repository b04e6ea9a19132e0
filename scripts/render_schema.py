"""Writes the newest schema as plain statements (`make schema`): what alembic's revisions make of an empty database."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import trackwell_migrations
from trackwell_migrations.baseline import SEPARATOR

BASELINES = Path(trackwell_migrations.__file__).parent / "baselines"


def sqlite_schema() -> str:
    """Every table, index and row of an upgraded empty SQLite database, in the order they were made."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        trackwell_migrations.upgrade(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as database:
            # SQLite makes the indexes of constraints itself; those have no text.
            made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
            statements = [_tidy(sql) for (sql,) in database.execute(made)]
            rows = [line.rstrip(";") for line in database.iterdump() if line.startswith("INSERT INTO")]
    return SEPARATOR.join([*statements, *rows]) + ";\n"


def _tidy(statement: str) -> str:
    """Without spaces at the ends of lines and without empty lines: those separate the statements."""
    return "\n".join(line.rstrip() for line in statement.expandtabs(4).splitlines() if line.strip())


def main() -> None:
    """Writes one file for each database that has one."""
    (BASELINES / "sqlite.sql").write_text(sqlite_schema(), "utf-8")


if __name__ == "__main__":
    main()
