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

RELATIVES: dict[str, dict[str, str]] = {
    "cockroachdb": {
        # It refuses this collation for a column, and its own order of texts is the same.
        ' COLLATE "C"': "",
    },
    "yugabytedb": {
        # It spreads rows by a hash of an index's first column unless a direction is given: these two are read in order.
        "request_outcomes (created_ms)": "request_outcomes (created_ms ASC)",
        ",\n    CONSTRAINT uq_runs_version UNIQUE (version)\n)": (
            f"\n){SEPARATOR}CREATE UNIQUE INDEX uq_runs_version ON runs (version ASC)"
        ),
    },
}
"""Engines that take PostgreSQL's statements, and what must be written otherwise for them: from, to."""

_TOASTED = re.compile(r"ALTER TABLE \w+ ALTER COLUMN \w+ SET STORAGE ")
"""How PostgreSQL keeps a long value, which is no matter of other engines."""


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


def relative_schema(name: str) -> str:
    """PostgreSQL's statements as an engine of that kin takes them. Raises LookupError when it has nothing to change."""
    statements = server_schema("postgresql").split(SEPARATOR)
    schema = SEPARATOR.join(statement for statement in statements if not _TOASTED.match(statement))
    for written, instead in RELATIVES[name].items():
        if written not in schema:
            raise LookupError(f"no {written!r} in the schema of PostgreSQL to be changed for {name}")
        schema = schema.replace(written, instead)
    return schema


def _tidy(statement: str) -> str:
    """Without comments, spaces at the ends of lines and empty lines: those separate the statements."""
    lines = _ANSWERED.sub("", statement).expandtabs(4).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip() and not line.startswith("--"))


def main() -> None:
    """Writes one file for each database that has one."""
    (BASELINES / "sqlite.sql").write_text(sqlite_schema(), "utf-8")
    for dialect in SERVERS:
        (BASELINES / f"{dialect}.sql").write_text(server_schema(dialect), "utf-8")
    for name in RELATIVES:
        (BASELINES / f"{name}.sql").write_text(relative_schema(name), "utf-8")


if __name__ == "__main__":
    main()
