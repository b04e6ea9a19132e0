"""Databases on servers which tests of one process share: one that nobody is using is emptied and used again.

Making a database takes as long as ten tests. The server is started for the first test that asks and stopped when
the process ends.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from support.database_server import DatabaseServer
from trackwell_migrations import upgrade
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.schema import counters, metadata


class ScratchDatabases:
    """Databases of one server. `run` gives a running one; `options` end the databases' URLs."""

    def __init__(self, run: Callable[[], AbstractContextManager[DatabaseServer]], options: str = "") -> None:
        self._run = run
        self._options = options
        self._server: DatabaseServer | None = None
        self._free: list[str] = []

    @property
    def server(self) -> DatabaseServer:
        """The server, started at the first use."""
        if self._server is None:
            stack = ExitStack()
            self._server = stack.enter_context(self._run())
            atexit.register(stack.close)
        return self._server

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database with the newest schema and nothing in it, of the caller's alone until the end."""
        if self._free:
            url = self._free.pop()
            _clear(url)
        else:
            url = self.server.new_database() + self._options
            upgrade(url)
        yield url
        self._free.append(url)


SERVER_KINDS = ("postgresql", "mariadb")
"""Kinds of servers that tests start."""


def running_database_server(kind: str, *, durable: bool) -> AbstractContextManager[DatabaseServer]:
    """A new server of one of SERVER_KINDS, gone at the end (see `support.database_server`)."""
    # Imported where they are used: the environments in which other libraries are tested have no database drivers.
    if kind == "mariadb":
        from support.mariadb_server import running_mariadb  # noqa: PLC0415 - see above

        return running_mariadb(durable=durable)
    from support.postgres_server import running_postgres  # noqa: PLC0415 - see above

    return running_postgres(durable=durable)


@cache
def durable_server(kind: str) -> DatabaseServer:
    """A server that waits for its disk, and that no test may stop."""
    return ScratchDatabases(lambda: running_database_server(kind, durable=True)).server


@cache
def postgres_databases() -> ScratchDatabases:
    """Databases of a PostgreSQL server."""
    return ScratchDatabases(lambda: running_database_server("postgresql", durable=False))


@cache
def mariadb_databases() -> ScratchDatabases:
    """Databases of a MariaDB server."""
    # The driver takes 30 ms to get ready for TLS, whether the server has it or not, for every connection.
    return ScratchDatabases(lambda: running_database_server("mariadb", durable=False), options="?ssl=false")


@cache
def _engine(url: str) -> sa.Engine:
    engine_url, arguments = dialect_of(url).for_sqlalchemy()
    return sa.create_engine(engine_url, poolclass=NullPool, connect_args=arguments)


def _clear(url: str) -> None:
    with _engine(url).begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is not counters:
                connection.execute(table.delete())
        connection.execute(counters.update().values(value=0))


def assert_counts_agree(url: str) -> None:
    """What is written beside other rows, so that nobody has to count, is what counting gives."""
    wrong = """
        SELECT r.run_id, r.pending_points, r.pending_blocks, w.points, w.writes, b.blocks FROM runs r
        LEFT JOIN (SELECT run_pk, SUM(points) AS points, COUNT(*) AS writes FROM metric_writes GROUP BY run_pk) w
            ON w.run_pk = r.id
        LEFT JOIN (SELECT run_pk, COUNT(*) AS blocks FROM metric_blocks WHERE level = 0 GROUP BY run_pk) b
            ON b.run_pk = r.id
        WHERE r.pending_points <> COALESCE(w.points, 0)
            OR r.pending_blocks < COALESCE(w.writes, 0) + COALESCE(b.blocks, 0)"""
    with _engine(url).connect() as connection:
        assert connection.exec_driver_sql(wrong).fetchall() == []
