"""The databases in which peers store: new for each start, with the settings that a server has when it is installed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers import SQLITE

DATABASES = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """URL of a new database of one of the kinds in DATABASES, gone at the end of the block."""
    if kind == "sqlite":
        yield SQLITE
        return
    # The tests' own server, so that it is started in one way; it waits for its disk.
    from support.postgres_server import running_postgres  # noqa: PLC0415 - needs PostgreSQL

    with (
        tempfile.TemporaryDirectory(prefix="bench-postgresql-") as folder,
        running_postgres(folder=Path(folder)) as server,
    ):
        yield server.new_database().replace("postgresql:", "postgresql+psycopg:")
