"""MariaDB for tests: a server of their own (see `support.database_server`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pymysql

from support.backends import scratch_folder
from support.database_server import DatabaseServer
from support.server_programs import find_program, missing

USER = "root"
"""The administrator, without a password."""

MAX_CONNECTIONS = 200
"""Several servers with a pool each, and the tests' own connections."""


class MariadbServer(DatabaseServer):
    """A MariaDB server, made of the two programs `mariadbd` and `mariadb-install-db`."""

    def __init__(
        self,
        folder: Path,
        mariadbd: Path,
        install: Path,
        *,
        durable: bool = True,
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        super().__init__(folder, durable=durable, tls=tls)
        self._mariadbd = mariadbd
        self._install = install

    def url(self, database: str) -> str:
        """`mysql://user@127.0.0.1:port/database`."""
        return f"mysql://{USER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Runs one statement without a database."""
        connection = self._connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def end_connections(self) -> None:
        """Ends every client's connection but the one that says so."""
        self._kill("command <> 'Daemon' AND id <> CONNECTION_ID()")

    def _kill(self, which: str) -> None:
        for (session,) in self.execute(f"SELECT id FROM information_schema.processlist WHERE {which}"):
            try:
                self.execute(f"KILL {session}")
            except pymysql.err.OperationalError:
                continue  # it has left by itself

    def _connect(self) -> pymysql.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(host="127.0.0.1", port=self.port, user=USER, autocommit=True, connect_timeout=10)

    def _prepare(self) -> Sequence[str | Path]:
        return (
            self._install,
            "--no-defaults",  # must come first; the machine's own configuration is not the tests' concern
            f"--datadir={self.data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
            self._log_size,
        )

    def _serve(self) -> Sequence[str | Path]:
        return (
            self._mariadbd,
            "--no-defaults",
            f"--datadir={self.data}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            # In the data folder, where the server works: a long path would not fit into a socket's address.
            "--socket=mariadb.sock",
            f"--pid-file={self.folder / 'mariadb.pid'}",
            # Servers that share one remove each other's files when they start.
            f"--tmpdir={self.data}",
            "--skip-name-resolve",
            f"--max-connections={MAX_CONNECTIONS}",
            "--max-allowed-packet=64M",  # what docs/operations.md advises; the default is 16M
            "--character-set-server=utf8mb4",
            f"--innodb-buffer-pool-size={128 if self.durable else 32}M",
            self._log_size,
            # 1: a commit waits for the disk; 2: it is handed to the operating system.
            f"--innodb-flush-log-at-trx-commit={1 if self.durable else 2}",
            *(() if self._tls is None else (f"--ssl-cert={self._certificate}", f"--ssl-key={self._key}")),
        )

    @property
    def _log_size(self) -> str:
        # Written in full for every new server; 96 MB is the default.
        return f"--innodb-log-file-size={96 if self.durable else 16}M"

    def _create(self, name: str) -> None:
        # With the server's default collation, which ignores case and padding as most users' databases do: tables have
        # to ask for their own.
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")

    def _drop(self, name: str) -> None:
        # Statements still running on its tables would hold the removal up.
        self._kill(f"db = '{name}'")
        self.execute(f"DROP DATABASE IF EXISTS {name}")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except pymysql.err.OperationalError:
            return False
        return True


@contextmanager
def running_mariadb(
    *, durable: bool = True, folder: Path | None = None, tls: tuple[Path, Path] | None = None
) -> Iterator[MariadbServer]:
    """A new server, gone at the end; in an empty folder that is given, or in memory where there is room.

    Ends the test (see `missing`) where MariaDB is not installed.
    """
    mariadbd, install = find_program("mariadbd"), find_program("mariadb-install-db")
    if mariadbd is None or install is None:
        missing("MariaDB")
    with scratch_folder() if folder is None else nullcontext(folder) as place:
        server = MariadbServer(place, mariadbd, install, durable=durable, tls=tls)
        try:
            server.start()
            yield server
        finally:
            server.stop()
