"""Schemas on database servers: made, upgraded with data in them, and refused when they are not what is needed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from itertools import count, pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event
from sqlalchemy.pool import NullPool

import render_schema
from support.schema_damages import DAMAGES
from support.scratch_databases import ScratchDatabases, mariadb_databases, postgres_databases
from support.sql_stores import change, points, run_info
from support.statement_recorder import ServerInfo
from support.versions import LATER, MIGRATIONS, revisions, version_of
from trackwell_migrations import NEWEST_REVISION, VERSION_TABLE, upgrade
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.errors import InvalidParameter, TemporarilyUnavailable
from trackwell_service.stores.sql import SqlStore, open_sql_store, schema_check
from trackwell_service.stores.sql.creation import create_schema
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.postgresql_relatives import check
from trackwell_service.stores.sql.dialects.postgresql_relatives import engine_of as postgresql_engine_of
from trackwell_service.stores.sql.schema import metadata

SERVERS = {"postgresql": postgres_databases, "mariadb": mariadb_databases}


@pytest.fixture(params=SERVERS)
def databases(request: pytest.FixtureRequest) -> ScratchDatabases:
    """Databases of one kind of server."""
    return SERVERS[request.param]()


@pytest.fixture
def url(databases: ScratchDatabases) -> Iterator[str]:
    """An empty database."""
    made = databases.server.new_database()
    yield made
    databases.server.drop_database(made)


def opened(url: str) -> SqlStore:
    return open_sql_store(url, default_artifact_location=lambda number: f"root/{number}")


def engine_of(url: str) -> sa.Engine:
    engine_url, arguments = dialect_of(url).for_sqlalchemy()
    return sa.create_engine(engine_url, poolclass=NullPool, connect_args=arguments)


def execute(url: str, *statements: str) -> None:
    with engine_of(url).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def with_data(url: str) -> None:
    store = opened(url)
    change(store, AddRun(run_info("r1")), points("r1", "a", (1, 1, 1.0), (2, 2, float("nan"))))
    store.close()


def assert_data(url: str) -> None:
    store = opened(url)
    assert list(store.history("r1", "a", None, 10).steps) == [1, 2]
    change(store, points("r1", "a", (3, 3, 3.0)))
    assert store.load_runs(["r1"])["r1"].metrics["a"].step == 3
    store.close()


@pytest.mark.parametrize("way", ["revisions", "statements"])
def test_the_newest_revision_makes_exactly_the_schema(url: str, way: str) -> None:
    if way == "revisions":
        upgrade(url)
    else:
        create_schema(dialect_of(url))
    with engine_of(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert context.get_current_revision() == NEWEST_REVISION
        assert compare_metadata(context, metadata) == []
        rows = connection.exec_driver_sql("SELECT name, value FROM counters ORDER BY name").fetchall()
    assert [tuple(row) for row in rows] == [(name, 0) for name in ("change", "dataset", "experiment", "name", "run")]


@pytest.mark.parametrize("dialect", render_schema.SERVERS)
def test_the_plain_statements_are_those_of_the_revisions(dialect: str) -> None:
    written = (MIGRATIONS / "baselines" / f"{dialect}.sql").read_text()
    assert written == render_schema.server_schema(dialect), "the schema has changed: run `make schema`"


def test_servers_that_start_at_once_make_one_schema(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(opened, [url] * 4):
            store.close()
    store = opened(url)
    assert store.experiment(0) is not None
    store.close()


def test_upgrades_at_once_wait_for_each_other(url: str) -> None:
    told: list[str] = []
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: upgrade(url, told.append), range(3)))
    assert sorted(told)[-3:] == [f"The schema is at revision {NEWEST_REVISION} already."] * 2 + [
        f"The schema is at revision {NEWEST_REVISION} now."
    ]


LaterVersion = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def later_version(tmp_path: Path) -> LaterVersion:
    """Whatever is opened or upgraded in such a block is of a version that has one revision more."""
    return partial(version_of, tmp_path, LATER)


def test_a_database_with_data_is_upgraded(url: str, later_version: LaterVersion) -> None:
    with_data(url)
    with later_version():
        told: list[str] = []
        upgrade(url, told.append)
        assert told[0].startswith(f"The schema is at revision {NEWEST_REVISION}. ")
        assert "backup" in told[0]
        assert told[-2:] == ["Revision 0099 is done.", "The schema is at revision 0099 now."]
        assert_data(url)
    with pytest.raises(InvalidParameter, match=r"newer than this version of Trackwell: it is at revision 0099"):
        opened(url)


def test_an_upgrade_that_cannot_be_undone_can_be_stopped_before_it_begins(
    url: str, later_version: LaterVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_data(url)

    def stopped(seconds: float) -> None:
        raise KeyboardInterrupt

    with later_version():
        monkeypatch.setattr("trackwell_migrations.upgrading.time.sleep", stopped)
        told: list[str] = []
        if dialect_of(url).undoes_ddl:
            upgrade(url, told.append)
            assert "Ctrl-C leaves everything as it is" in told[0]
            return
        with pytest.raises(KeyboardInterrupt):
            upgrade(url, told.append)
        assert [line for line in told if "press Ctrl-C now" not in line] == []
    assert_data(url)


def test_an_upgrade_that_is_cut_off_says_what_is_left(url: str, later_version: LaterVersion) -> None:
    with_data(url)
    with later_version(), pytest.MonkeyPatch.context() as patched:
        told: list[str] = []

        def cut_off(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr("trackwell_migrations.upgrading.command.upgrade", cut_off)
        with pytest.raises(KeyboardInterrupt):
            upgrade(url, told.append)
    assert any("restore the backup" in line for line in told) != dialect_of(url).undoes_ddl
    assert_data(url)


class CutOff:
    """Ends alembic's work just before one of the statements that change something."""

    CHANGES = ("ALTER", "CREATE", "DELETE", "DROP", "INSERT", "UPDATE")

    def __init__(self, before: int) -> None:
        self.left = before

    def __call__(self, connection: object, cursor: object, statement: str, *_: object) -> None:
        self.left -= statement.lstrip().startswith(self.CHANGES)
        if self.left < 0:
            raise KeyboardInterrupt


def shape(url: str) -> dict[str, object]:
    """The columns and indexes of all tables."""
    inspector = sa.inspect(engine_of(url))
    return {
        table: (
            [(column["name"], str(column["type"])) for column in inspector.get_columns(table)],
            sorted(str(index["name"]) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
    }


@pytest.mark.parametrize(("before", "after"), list(pairwise(revisions())))
def test_a_revision_can_be_run_again_wherever_it_was_cut_off(
    databases: ScratchDatabases, tmp_path: Path, before: str, after: str
) -> None:
    """CONTRIBUTING asks it of each revision, for the databases that keep what a transaction did to the schema."""
    with databases.server.database() as url:
        with version_of(tmp_path, before):
            upgrade(url)
        with version_of(tmp_path, after):
            upgrade(url)
        whole = shape(url)
    for statements in count():
        cut_off = CutOff(statements)
        with databases.server.database() as url:
            with version_of(tmp_path, before):
                upgrade(url)
            with version_of(tmp_path, after):
                event.listen(sa.Engine, "before_cursor_execute", cut_off)
                try:
                    with suppress(KeyboardInterrupt):
                        upgrade(url)
                finally:
                    event.remove(sa.Engine, "before_cursor_execute", cut_off)
                upgrade(url)
                assert shape(url) == whole
        if cut_off.left >= 0:
            break
    assert statements > 1


def test_two_versions_serve_side_by_side_once_a_revision_has_added_something(
    url: str, later_version: LaterVersion
) -> None:
    """What docs/operations.md promises of a revision that only adds: servers that run go on."""
    old = opened(url)
    change(old, AddRun(run_info("r1")), points("r1", "a", (1, 1, 1.0)))
    with later_version():
        upgrade(url)
        new = opened(url)
    change(new, points("r1", "a", (2, 2, 2.0)))
    change(old, points("r1", "a", (3, 3, 3.0)), AddRun(run_info("r2")))
    change(new, points("r2", "b", (1, 1, 1.0)))
    for store in (old, new):
        assert list(store.history("r1", "a", None, 10).steps) == [1, 2, 3]
        assert store.load_runs(["r2"])["r2"].metrics["b"].step == 1
        assert store.experiment(0) is not None
        store.close()


def test_an_outdated_schema_is_refused_with_the_command_to_run(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_data(url)
    monkeypatch.setattr(schema_check, "NEWEST_REVISION", "0099")
    with pytest.raises(
        InvalidParameter, match=r"Take a backup of the database, then run: mlflow db upgrade "
    ) as refusal:
        opened(url)
    assert refusal.value.message.endswith(url)


def test_another_programs_database_is_refused_and_left_alone(url: str) -> None:
    execute(url, "CREATE TABLE alembic_version (a INT)", "CREATE TABLE experiments (a INT)")
    for action in (opened, upgrade):
        with pytest.raises(InvalidParameter, match="MLflow's own server"):
            action(url)
    assert sorted(sa.inspect(engine_of(url)).get_table_names()) == ["alembic_version", "experiments"]


@pytest.mark.parametrize(("statement", "how"), DAMAGES)
def test_a_damaged_schema_is_refused(url: str, statement: str, how: str) -> None:
    with_data(url)
    execute(url, statement)
    for action in (opened, upgrade):
        with pytest.raises(InvalidParameter, match=rf"is damaged: {how}.*Restore it from a backup"):
            action(url)


@pytest.mark.parametrize(("table", "key"), [("runs", "uq_runs_version"), ("merge_backlog", "pk_merge_backlog")])
def test_a_schema_without_a_key_is_refused(url: str, table: str, key: str) -> None:
    with_data(url)
    by_name = dialect_of(url).name == "postgresql" or not key.startswith("pk_")
    execute(url, f"ALTER TABLE {table} DROP {f'CONSTRAINT {key}' if by_name else 'PRIMARY KEY'}")
    for action in (opened, upgrade):
        with pytest.raises(InvalidParameter, match=f"is damaged: its table {table} lacks the key {key}"):
            action(url)


def test_a_schema_without_an_index_is_refused_with_the_statement_that_makes_it(url: str) -> None:
    with_data(url)
    execute(url, f"DROP INDEX ix_params_page{' ON params' if dialect_of(url).name == 'mysql' else ''}")
    told: list[str] = []
    for action in (opened, upgrade):
        with pytest.raises(InvalidParameter, match=r"lacks the index ix_params_page of its table params") as refusal:
            action(url)
        told.append(refusal.value.message)
    assert told[0] == told[1]
    execute(url, told[0].partition("Make it again: ")[2])
    assert_data(url)


def test_a_view_is_nothing_of_another_programs_data(url: str) -> None:
    execute(url, "CREATE VIEW one AS SELECT 1 AS a")
    with_data(url)
    assert_data(url)


def test_a_database_that_does_not_exist_is_told(databases: ScratchDatabases) -> None:
    missing = databases.server.url("no_such_database")
    with pytest.raises(InvalidParameter, match="has no such database"):
        opened(missing)
    with pytest.raises(InvalidParameter, match="has no such database"):
        upgrade(missing)


def test_a_server_that_is_not_there_is_told_without_the_password(databases: ScratchDatabases) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        scheme = databases.server.url("x").partition(":")[0]
        away = f"{scheme}://me:secret@127.0.0.1:{unused.getsockname()[1]}/x"
        for action in (opened, upgrade):
            with pytest.raises(TemporarilyUnavailable, match=r"me:\*\*\*@127.0.0.1.*cannot be reached") as refusal:
                action(away)
            assert "secret" not in refusal.value.message


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_is_not_in_utf8_is_refused(encoding: str) -> None:
    server = postgres_databases().server
    name = f"in_{encoding.lower()}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    url = server.url(name)
    with pytest.raises(InvalidParameter, match=rf"encoding {encoding}.*createdb --template=template0 --encoding=UTF8"):
        opened(url)
    server.drop_database(url)


def test_a_user_who_may_not_make_tables_is_told() -> None:
    server = postgres_databases().server
    server.execute("CREATE ROLE guest LOGIN")
    with server.database() as url, pytest.raises(InvalidParameter, match="GRANT USAGE, CREATE ON SCHEMA public"):
        opened(url.replace("//trackwell@", "//guest@"))
    server.execute("DROP ROLE guest")


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"server_version": "12.22 (Debian 12.22-1)", "server_encoding": "UTF8"}, True),
        ({"server_version": "13.0", "server_encoding": "UTF8"}, False),
        ({"server_version": "17beta1", "server_encoding": "UTF8"}, False),
        ({"server_version": "11.2-YB-2.20.1.0-b0", "server_encoding": "UTF8"}, False),
        ({"server_version": "9.6", "crdb_version": "CockroachDB CCL v24.3.0"}, False),
        ({}, False),
    ],
)
def test_an_old_server_of_postgresql_is_refused(said: dict[str, str], refused: bool) -> None:
    info = ServerInfo(said)
    with pytest.raises(InvalidParameter, match="needs PostgreSQL 13 or newer") if refused else nullcontext():
        check(postgresql_engine_of(info), info, "postgresql://h/d")
