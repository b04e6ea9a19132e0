"""Databases on servers which tests of one process share: one that nobody is using is emptied and used again.

Making a database takes as long as ten tests. The server is started for the first test that asks and stopped when
the process ends.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from support.database_server import DatabaseServer
from trackwell_migrations import upgrade
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.schema import counters, metadata

_EMPTIED = [table.name for table in reversed(metadata.sorted_tables) if table is not counters]
_FILLED = " UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in _EMPTIED)
"""Which of them have rows: looking at all in one query takes half as long as a DELETE of nothing in each."""


class ScratchDatabases:
    """Databases of one server. `run` gives a running one; `options` end the databases' URLs."""

    def __init__(self, run: Callable[[], AbstractContextManager[DatabaseServer]], options: str = "") -> None:
        self._run = run
        self._options = options
        self._server: DatabaseServer | None = None
        self._at_end = ExitStack()
        self._free: list[str] = []
        self._clearing: dict[str, sa.Engine] = {}
        """By URL, with a connection that stays: emptying tables over a new one takes a server four times as long."""

    @property
    def server(self) -> DatabaseServer:
        """The server, started at the first use."""
        if self._server is None:
            self._server = self._at_end.enter_context(self._run())
            atexit.register(self._at_end.close)
        return self._server

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database with the newest schema and nothing in it, of the caller's alone until the end."""
        if self._free:
            url = self._free.pop()
            self._clear(url)
        else:
            url = self.server.new_database() + self._options
            upgrade(url)
        yield url
        self._free.append(url)

    def _clear(self, url: str) -> None:
        if url not in self._clearing:
            # Somebody may have restarted the server since the last time.
            self._clearing[url] = engine = _engine(url, pool_pre_ping=True)
            self._at_end.callback(engine.dispose)
        with self._clearing[url].begin() as connection:
            filled = {table for (table,) in connection.exec_driver_sql(_FILLED)}
            for table in _EMPTIED:
                if table in filled:
                    connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql("UPDATE counters SET value = 0")


SERVER_KINDS = ("postgresql", "mariadb")
"""Kinds of servers that tests start."""


def running_database_server(
    kind: str, *, durable: bool, folder: Path | None = None, tls: tuple[Path, Path] | None = None
) -> AbstractContextManager[DatabaseServer]:
    """A new server of one of SERVER_KINDS, gone at the end (see `support.database_server`).

    Its files are in an empty folder that is given, or in memory where there is room.
    """
    # Imported where they are used: the environments in which other libraries are tested have no database drivers.
    if kind == "mariadb":
        from support.mariadb_server import running_mariadb  # noqa: PLC0415 - see above

        return running_mariadb(durable=durable, folder=folder, tls=tls)
    from support.postgres_server import running_postgres  # noqa: PLC0415 - see above

    return running_postgres(durable=durable, folder=folder, tls=tls)


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


def _engine(url: str, **options: Any) -> sa.Engine:
    engine_url, arguments = dialect_of(url).for_sqlalchemy()
    return sa.create_engine(engine_url, connect_args=arguments, **options)


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
    with _engine(url, poolclass=NullPool).connect() as connection:
        assert connection.exec_driver_sql(wrong).fetchall() == []
