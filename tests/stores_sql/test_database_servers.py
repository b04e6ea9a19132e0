"""The database servers that tests start: each of them gives what the suites build on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from support.database_server import DatabaseServer
from support.mariadb_server import running_mariadb
from support.postgres_server import PostgresServer, running_postgres
from support.server_programs import INSTALLER, missing

KINDS = ("postgres_server", "mariadb_server")
OWN: dict[str, Callable[[], AbstractContextManager[DatabaseServer]]] = {
    "postgres": running_postgres,
    "mariadb": running_mariadb,
}


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> DatabaseServer:
    """The server of this process."""
    found: DatabaseServer = request.getfixturevalue(request.param)
    return found


@contextmanager
def connected(url: str) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Runs statements in the database at the URL, each in a transaction of its own."""
    scheme, _, rest = url.partition("://")
    if scheme == "postgresql":
        with closing(psycopg.connect(url, autocommit=True)) as connection:

            def run(statement: str) -> list[tuple[Any, ...]]:
                cursor = connection.execute(statement.encode())
                return [] if cursor.description is None else cursor.fetchall()

            yield run
        return
    address, _, name = rest.partition("@")[2].partition("/")
    host, _, port = address.partition(":")
    user = rest.partition("@")[0]
    with closing(pymysql.connect(host=host, port=int(port), user=user, database=name, autocommit=True)) as other:

        def execute(statement: str) -> list[tuple[Any, ...]]:
            with other.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())

        yield execute


def databases(server: DatabaseServer) -> set[object]:
    table = "pg_database" if isinstance(server, PostgresServer) else "information_schema.schemata"
    column = "datname" if isinstance(server, PostgresServer) else "schema_name"
    return {name for (name,) in server.execute(f"SELECT {column} FROM {table}")}


def test_every_database_is_new_and_holds_any_text(server: DatabaseServer) -> None:
    for _ in range(2):
        with connected(server.new_database()) as run:
            run("CREATE TABLE notes (note VARCHAR(20))")
            run("INSERT INTO notes VALUES ('naïve 𝄞')")
            assert run("SELECT note FROM notes") == [("naïve 𝄞",)]


def test_a_database_is_gone_after_its_block(server: DatabaseServer) -> None:
    with server.database() as url:
        name = url.rpartition("/")[2]
        assert name in databases(server)
    assert name not in databases(server)
    server.drop_database(url)


def test_a_database_can_be_removed_while_it_is_in_use(server: DatabaseServer) -> None:
    url = server.new_database()
    with connected(url) as run:
        assert run("SELECT 1") == [(1,)]
        server.drop_database(url)
        assert url.rpartition("/")[2] not in databases(server)
        with pytest.raises((psycopg.OperationalError, pymysql.err.Error)):
            run("SELECT 1")


def test_what_is_committed_outlives_a_kill_and_a_stop(server: DatabaseServer) -> None:
    url = server.new_database()
    with connected(url) as run:
        run("CREATE TABLE numbers (number INTEGER)")
        run("INSERT INTO numbers VALUES (1)")
    server.kill_hard()
    with pytest.raises((psycopg.OperationalError, pymysql.err.OperationalError)), connected(url):
        pass
    server.start_again()
    with connected(url) as run:
        assert run("SELECT number FROM numbers") == [(1,)]
        run("INSERT INTO numbers VALUES (2)")
    server.stop()
    server.stop()
    server.start_again()
    with connected(url) as run:
        assert run("SELECT number FROM numbers ORDER BY number") == [(1,), (2,)]


def test_a_database_can_be_a_copy_of_another(postgres_server: PostgresServer) -> None:
    original = postgres_server.new_database()
    with connected(original) as run:
        run("CREATE TABLE numbers (number INTEGER)")
        run("INSERT INTO numbers VALUES (1)")
    with connected(postgres_server.new_database(like=original)) as run:
        run("INSERT INTO numbers VALUES (2)")
    with connected(original) as run:
        assert run("SELECT number FROM numbers") == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", OWN)
def test_a_server_of_a_tests_own_waits_for_the_disk_and_ends_with_its_block(kind: str) -> None:
    setting = "SHOW fsync" if kind == "postgres" else "SELECT @@innodb_flush_log_at_trx_commit"
    with OWN[kind]() as server:
        assert server.execute(setting) in ([("on",)], [(1,)])
        folder = server.folder
        url = server.url("")
    assert not folder.exists()
    with pytest.raises((psycopg.OperationalError, pymysql.err.OperationalError)), connected(url):
        pass


@pytest.mark.slow
def test_a_server_that_cannot_start_says_why() -> None:
    with running_postgres() as server:
        server.stop()
        (server.data / "postgresql.conf").write_text("no_such_setting = on\n")
        with pytest.raises(ChildProcessError, match="no_such_setting"):
            server.start_again()


def test_a_missing_program_is_skipped_by_name_and_fails_where_everything_must_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"FancyDB.*scripts/install_test_servers\.sh"):
        missing("FancyDB")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"FancyDB.*scripts/install_test_servers\.sh"):
        missing("FancyDB")
    assert (Path(__file__).parents[2] / INSTALLER).exists()
