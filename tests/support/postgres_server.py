"""PostgreSQL for tests: a server of their own (see `support.database_server`)."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg

from support.backends import scratch_folder
from support.database_server import DatabaseServer
from support.server_programs import find_program, give_away, missing

USER = "trackwell"
"""The administrator. Connections from this machine need no password."""

WITH_PASSWORD = "app"
"""The only user who is asked for a password, if a test makes one of that name."""

MAX_CONNECTIONS = 200
"""Several servers with a pool each, and the tests' own connections."""


def newest_programs() -> Path | None:
    """The folder with the newest server's programs; Debian keeps the versions beside each other and not on PATH."""
    versions = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "postgres").exists()]
    if versions:
        return max(versions, key=lambda folder: int(folder.parent.name))
    initdb = find_program("initdb")
    return None if initdb is None else initdb.resolve().parent


class PostgresServer(DatabaseServer):
    """A PostgreSQL server. `programs` is the folder of `initdb` and `postgres`."""

    stop_signal = signal.SIGINT  # "fast" shutdown; SIGTERM would wait for every client to leave

    def __init__(
        self, folder: Path, programs: Path, *, durable: bool = True, tls: tuple[Path, Path] | None = None
    ) -> None:
        super().__init__(folder, durable=durable, tls=tls)
        self.programs = programs

    def url(self, database: str) -> str:
        """`postgresql://user@127.0.0.1:port/database`."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Runs one statement in the database `postgres`."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return [] if cursor.description is None else cursor.fetchall()

    def end_connections(self) -> None:
        """Ends every client's connection but the one that says so."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def new_database(self, *, like: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the one at the URL `like`, which nobody may be using."""
        if like is None:
            return super().new_database()
        name = next(self._names)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like.rpartition('/')[2]}")
        return self.url(name)

    def _prepare(self) -> Sequence[str | Path]:
        return (
            self.programs / "initdb",
            *("--pgdata", self.data, "--username", USER, "--auth", "trust", "--no-sync"),
            *("--encoding", "UTF8", "--locale", "C", "--no-instructions"),
        )

    def _serve(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": MAX_CONNECTIONS,
            "shared_buffers": "128MB" if self.durable else "32MB",
            "fsync": "on" if self.durable else "off",
            "hba_file": self._may_connect(),
        }
        if self._tls is not None:
            settings |= {"ssl": "on", "ssl_cert_file": self._certificate, "ssl_key_file": self._key}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return (self.programs / "postgres", "-D", self.data, *options)

    def _may_connect(self) -> Path:
        """The file that says who needs a password: see WITH_PASSWORD."""
        path = self.folder / "pg_hba.conf"
        path.write_text(f"host all {WITH_PASSWORD} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n")
        give_away(path)
        return path

    def _create(self, name: str) -> None:
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")

    def _drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_postgres(
    *, durable: bool = True, folder: Path | None = None, tls: tuple[Path, Path] | None = None
) -> Iterator[PostgresServer]:
    """A new server, gone at the end; in an empty folder that is given, or in memory where there is room.

    Ends the test (see `missing`) where PostgreSQL is not installed.
    """
    programs = newest_programs()
    if programs is None:
        missing("PostgreSQL")
    with scratch_folder() if folder is None else nullcontext(folder) as place:
        server = PostgresServer(place, programs, durable=durable, tls=tls)
        try:
            server.start()
            yield server
        finally:
            server.stop()
