"""Versions of Trackwell by their newest revision of the schema: earlier ones, and one that is still to come."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import trackwell_migrations
from trackwell_migrations import NEWEST_REVISION, upgrading
from trackwell_service.stores.sql import schema_check

MIGRATIONS: Final = Path(trackwell_migrations.__file__).parent

LATER: Final = "0099"
"""A revision as CONTRIBUTING asks for: it expands, and can be run again from wherever it was cut off."""

_LATER_REVISION = f'''
import sqlalchemy as sa
from alembic import op

revision = "{LATER}"
down_revision = "{NEWEST_REVISION}"

def upgrade() -> None:
    """Adds a column that may be absent, and an index: what an older server writes stays right."""
    inspector = sa.inspect(op.get_bind())
    if "owner" not in {{column["name"] for column in inspector.get_columns("experiments")}}:
        op.add_column("experiments", sa.Column("owner", sa.String(100)))
    if "ix_experiments_owner" not in {{index["name"] for index in inspector.get_indexes("experiments")}}:
        op.create_index("ix_experiments_owner", "experiments", ["owner"])
    op.execute("UPDATE experiments SET owner = 'nobody'")
'''


def revisions() -> list[str]:
    """All revisions, the oldest first, and the one that is still to come."""
    script = ScriptDirectory.from_config(upgrading.configuration())
    return [*reversed([known.revision for known in script.walk_revisions()]), LATER]


@contextmanager
def version_of(folder: Path, newest: str) -> Iterator[None]:
    """Whatever is opened or upgraded in such a block is of the version whose newest revision this is.

    `folder` is for its revisions, and may be the same for several versions.
    """
    tree = folder / newest
    if not tree.exists():
        shutil.copytree(MIGRATIONS, tree, ignore=shutil.ignore_patterns("__pycache__"))
        (tree / "versions" / f"{LATER}_later.py").write_text(_LATER_REVISION)
        for file in (tree / "versions").glob("[0-9]*.py"):
            if file.name.partition("_")[0] > newest:
                file.unlink()

    def configuration() -> Config:
        config = Config(attributes={})
        config.set_main_option("script_location", str(tree))
        return config

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(upgrading, "configuration", configuration)
        patched.setattr(upgrading, "PAUSE_S", 0.0)
        patched.setattr(schema_check, "NEWEST_REVISION", newest)
        yield
