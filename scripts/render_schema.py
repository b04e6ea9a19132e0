"""Writes the newest schema as plain statements (`make schema`): what alembic's revisions make of an empty database."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from contextlib import closing
from io import StringIO
from pathlib import Path

from alembic import command

import trackwell_migrations
from trackwell_migrations.baseline import SEPARATOR
from trackwell_migrations.upgrading import configuration

BASELINES = Path(trackwell_migrations.__file__).parent / "baselines"

SERVERS = ("postgresql", "mysql", "mariadb", "mssql")
"""Databases whose statements alembic writes without one."""


_OF_THE_TRANSACTION = {"BEGIN", "BEGIN TRANSACTION", "COMMIT"}
_ANSWERED = re.compile(r" OUTPUT inserted\.\w+")
"""What SQLAlchemy has SQL Server answer to an INSERT, and nobody here reads."""


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


def server_schema(dialect: str) -> str:
    """Every statement of the revisions, as alembic writes them for a database server of that kind."""
    written = StringIO()
    config = configuration()
    config.attributes.update(dialect_name=dialect, output_buffer=written)
    command.upgrade(config, "head", sql=True)
    statements = (_tidy(statement) for statement in written.getvalue().split(";\n"))
    kept = [text for text in statements if text and text not in _OF_THE_TRANSACTION]
    return SEPARATOR.join(kept) + ";\n"


def _tidy(statement: str) -> str:
    """Without comments, spaces at the ends of lines and empty lines: those separate the statements."""
    lines = _ANSWERED.sub("", statement).expandtabs(4).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip() and not line.startswith("--"))


def main() -> None:
    """Writes one file for each database that has one."""
    (BASELINES / "sqlite.sql").write_text(sqlite_schema(), "utf-8")
    for dialect in SERVERS:
        (BASELINES / f"{dialect}.sql").write_text(server_schema(dialect), "utf-8")


if __name__ == "__main__":
    main()
