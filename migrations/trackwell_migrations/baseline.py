"""The newest schema and its first rows as plain statements: a new database then needs no alembic and no SQLAlchemy.

The files in `baselines/` are written by `make schema` from the revisions, which stay the schema's only author; a
test upgrades an empty database and compares.
"""

from __future__ import annotations

from pathlib import Path

SEPARATOR = ";\n\n"
"""Between two statements of a file: none of them holds a blank line."""


def baseline(dialect: str) -> list[str]:
    """Statements that make the newest schema in an empty database of that kind (see `Dialect.name`)."""
    # A plain path: `importlib.resources` would load what reads archives, in every server that makes its database.
    file = Path(__file__).with_name("baselines") / f"{dialect}.sql"
    return file.read_text("utf-8").rstrip("\n").removesuffix(";").split(SEPARATOR)
