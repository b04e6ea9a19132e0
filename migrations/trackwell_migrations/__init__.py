"""The database schema's only author: the alembic environment and its revisions.

Importing the package loads neither alembic nor SQLAlchemy; `upgrade` does.
"""

from __future__ import annotations

from collections.abc import Callable

from trackwell_migrations.names import NEWEST_REVISION, VERSION_TABLE

__all__ = ["NEWEST_REVISION", "VERSION_TABLE", "upgrade"]


def upgrade(url: str, progress: Callable[[str], None] | None = None) -> None:
    """Brings the database at `url` to the newest schema; a new one is created, a current one is left alone.

    `progress` is told in one line each what is being done. Two processes may call it at once: the second
    waits for the first and then finds nothing to do. Raises InvalidParameter when the database is not ours.
    """
    # Alembic and SQLAlchemy cost more to load than the rest of the server; only this call needs them.
    from trackwell_migrations.upgrading import upgrade_database  # noqa: PLC0415 - see the comment

    upgrade_database(url, progress or _silent)


def _silent(_: str) -> None:
    """Progress that nobody wants to read."""
