"""The databases in which peers store: new for each start, with the settings that a server has when it is installed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers import SQLITE

DATABASES = ("sqlite", "postgresql", "mariadb")
DRIVERS = {"postgresql": "psycopg", "mysql": "pymysql"}
"""Named in URLs, since other programs take another one otherwise."""


@contextmanager
def database(kind: str) -> Iterator[str]:
    """URL of a new database of one of the kinds in DATABASES, gone at the end of the block."""
    if kind == "sqlite":
        yield SQLITE
        return
    # The tests' own servers, so that they are started in one way; they wait for their disk.
    from support.scratch_databases import running_database_server  # noqa: PLC0415 - needs the servers' drivers

    with (
        tempfile.TemporaryDirectory(prefix=f"bench-{kind}-") as folder,
        running_database_server(kind, durable=True, folder=Path(folder)) as server,
    ):
        yield re.sub("^(postgresql|mysql):", lambda found: f"{found[1]}+{DRIVERS[found[1]]}:", server.new_database())
