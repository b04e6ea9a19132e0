"""Opening a database: what is refused and how, what a new one gets, and that alembic is its schema's only author."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import registry

import render_schema
import trackwell_migrations
from support.backends import migrated_sqlite
from support.schema_damages import DAMAGES
from support.sql_stores import change, opened, run_info, url_of
from trackwell_migrations import NEWEST_REVISION, VERSION_TABLE, upgrade
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.errors import DataLoss, InvalidParameter, TemporarilyUnavailable
from trackwell_service.stores.sql import open_sql_store
from trackwell_service.stores.sql.creation import create_schema
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.filesystems import network_filesystem
from trackwell_service.stores.sql.schema import metadata


def location(number: int) -> str:
    return f"root/{number}"


def test_a_new_database_is_initialised_with_the_default_experiment(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_sql_store(url_of(tmp_path), default_artifact_location=location, clock=lambda: 5)
        default = store.experiment(0)
        assert default is not None
        info = default.info
        assert (info.name, info.artifact_location, info.creation_time_ms, info.last_update_time_ms) == (
            "Default",
            "root/0",
            5,
            5,
        )
        store.close()


def test_a_relative_path_is_relative_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_sql_store("sqlite:///sp%20ace.db", default_artifact_location=location)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["sp ace.db"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://host/a.db", "names no file"),
        ("sqlite:////tmp/a.db?timeout=3", "options"),
        ("oracle://host/name", "no support for databases of the kind 'oracle'"),
        ("sqlite+aiosqlite:///a.db", "no support for the driver 'aiosqlite'"),
        ("postgresql://host:5432/", "names no database"),
        ("postgresql://u:secret@host/name?nonsense=1", r"postgresql://u:\*\*\*@host/name\?nonsense=1 is no URL"),
        ("sqlite:////no/such/folder/a.db", "does not exist"),
        ("sqlite:////tmp", "is a folder"),
    ],
)
def test_a_url_that_names_no_database_is_refused(url: str, words: str) -> None:
    with pytest.raises(InvalidParameter, match=words):
        open_sql_store(url, default_artifact_location=location)
    with pytest.raises(InvalidParameter, match=words):
        upgrade(url)


def refused(folder: Path) -> str:
    with pytest.raises(InvalidParameter) as refusal:
        open_sql_store(url_of(folder), default_artifact_location=location)
    return refusal.value.message


def database(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "store.db") as connection:
        for statement in statements:
            connection.execute(statement)


def test_an_outdated_schema_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(migrated_sqlite())
    database(tmp_path, f"UPDATE {VERSION_TABLE} SET version_num = '0000'")
    assert refused(tmp_path).endswith(f"then run: mlflow db upgrade {url_of(tmp_path)}")


@pytest.mark.parametrize(("statement", "how"), DAMAGES)
def test_a_damaged_schema_is_refused(tmp_path: Path, statement: str, how: str) -> None:
    """No upgrade is advised: it would not know where to begin."""
    (tmp_path / "store.db").write_bytes(migrated_sqlite())
    database(tmp_path, statement)
    assert re.search(rf"is damaged: {how}.*Restore it from a backup", refused(tmp_path))
    with pytest.raises(InvalidParameter) as refusal:
        upgrade(url_of(tmp_path))
    assert refusal.value.message == refused(tmp_path)


def test_a_schema_without_an_index_is_refused_with_the_statement_that_makes_it(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(migrated_sqlite())
    database(tmp_path, "DROP INDEX ix_runs_page")
    assert "lacks the index ix_runs_page of its table runs" in refused(tmp_path)
    with pytest.raises(InvalidParameter) as refusal:
        upgrade(url_of(tmp_path))
    assert refusal.value.message == refused(tmp_path)
    database(tmp_path, refused(tmp_path).partition("Make it again: ")[2])
    with opened(tmp_path) as store:
        assert store.experiment(0) is not None


def test_a_version_table_alone_is_an_upgrade_that_did_not_begin(tmp_path: Path) -> None:
    database(tmp_path, f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    assert f"mlflow db upgrade {url_of(tmp_path)}" in refused(tmp_path)
    upgrade(url_of(tmp_path))
    with opened(tmp_path) as store:
        assert store.experiment(0) is not None


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(migrated_sqlite())
    database(tmp_path, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    assert "newer than this version" in refused(tmp_path)
    with pytest.raises(InvalidParameter, match="9999, which this version of Trackwell does not know"):
        upgrade(url_of(tmp_path))


@pytest.mark.parametrize(
    ("statements", "owner"),
    [
        (["CREATE TABLE t (a)"], "another program"),
        (["CREATE TABLE alembic_version (a)", "CREATE TABLE experiments (a)"], "MLflow's own server"),
    ],
)
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, statements: list[str], owner: str) -> None:
    database(tmp_path, *statements)
    assert owner in refused(tmp_path)
    with pytest.raises(InvalidParameter, match=owner):
        upgrade(url_of(tmp_path))
    with sqlite3.connect(tmp_path / "store.db") as connection:
        assert connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (len(statements),)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(DataLoss, match="not a database"):
        open_sql_store(url_of(tmp_path), default_artifact_location=location)
    with pytest.raises(InvalidParameter):
        upgrade(url_of(tmp_path))


def test_a_network_file_system_is_told_apart(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "22 21 0:40 / /mnt/my\\040share rw,relatime shared:5 - nfs4 server:/x rw\n"
        "23 22 8:2 / /mnt/my\\040share/local rw - xfs /dev/sdb rw\n"
        "24 21 0:41 / /home/me/remote rw - fuse.sshfs me@host: rw\n"
    )
    assert network_filesystem(Path("/mnt/my share/a"), mounts) == "nfs4"
    assert network_filesystem(Path("/mnt/my share"), mounts) == "nfs4"
    assert network_filesystem(Path("/mnt/my share/local/b"), mounts) is None
    assert network_filesystem(Path("/home/me/remote"), mounts) == "fuse.sshfs"
    assert network_filesystem(Path("/home/me"), mounts) is None
    assert network_filesystem(Path("/"), tmp_path / "absent") is None


def test_a_database_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.dialects.sqlite.network_filesystem", lambda _: "nfs4")
    assert "network file system (nfs4)" in refused(tmp_path)


def test_stores_opened_at_once_initialise_a_database_once(tmp_path: Path) -> None:
    def open_and_close(_: int) -> None:
        open_sql_store(url_of(tmp_path), default_artifact_location=location).close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(open_and_close, range(3)))
    with sqlite3.connect(tmp_path / "store.db") as connection:
        assert connection.execute("SELECT id FROM experiments").fetchall() == [(0,)]


def test_upgrade_tells_what_it_does_and_can_be_repeated(tmp_path: Path) -> None:
    told: list[str] = []
    upgrade(url_of(tmp_path), told.append)
    assert told[0].startswith("Applying revision 0001")
    assert told[-1] == f"The schema is at revision {NEWEST_REVISION} now."
    told.clear()
    upgrade(url_of(tmp_path), told.append)
    assert told == [f"The schema is at revision {NEWEST_REVISION} already."]
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")))
    upgrade(url_of(tmp_path))
    with opened(tmp_path) as store:
        assert store.run_refs(["r"])


def test_an_upgrade_waits_for_a_writer_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.dialects.sqlite.MIGRATION_BUSY_TIMEOUT_S", 0.05)
    holder = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporarilyUnavailable, match="in use by another process"):
        upgrade(url_of(tmp_path))
    holder.close()


# -- the schema


def test_the_newest_revision_makes_exactly_the_schema(tmp_path: Path) -> None:
    (tmp_path / "migrated.db").write_bytes(migrated_sqlite())
    migrated = sa.create_engine(f"sqlite:///{tmp_path}/migrated.db")
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    created = sa.create_engine(f"sqlite:///{tmp_path}/created.db")
    metadata.create_all(created)
    created.dispose()
    migrated.dispose()
    by_metadata = ddl(tmp_path / "created.db")
    by_alembic = {name: sql for name, sql in ddl(tmp_path / "migrated.db").items() if VERSION_TABLE not in name}
    assert by_alembic == by_metadata


def ddl(path: Path) -> dict[str, str]:
    """Every table's and index' definition, columns and constraints in a fixed order."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: "\n".join(sorted(line.strip(" \t,") for line in sql.splitlines())) for name, sql in rows}


def test_the_known_newest_revision_is_alembics_head() -> None:
    folder = Path(trackwell_migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_current_head() == NEWEST_REVISION


@pytest.mark.parametrize("name", ["postgresql", "mysql", "mssql"])
def test_the_schema_can_be_said_in_every_dialect(name: str) -> None:
    dialect: sa.Dialect = registry.load(name)()
    statements = [str(sa.schema.CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables] + [
        str(sa.schema.CreateIndex(index).compile(dialect=dialect))
        for table in metadata.sorted_tables
        for index in table.indexes
    ]
    text = "\n".join(statements)
    assert "WITHOUT ROWID" not in text
    in_order_of_code_points = {"postgresql": '"C"', "mysql": "utf8mb4_0900_bin", "mssql": "VARBINARY"}[name]
    assert in_order_of_code_points in text
    assert "start_time_ms DESC" in text


def test_a_database_is_made_and_opened_without_sqlalchemy(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from trackwell_service.stores.sql import open_sql_store\n"
        "for _ in range(2):\n"
        f"    open_sql_store({url_of(tmp_path)!r}, default_artifact_location=str).close()\n"
        "print(sorted({'alembic', 'sqlalchemy', 'numpy', 'zstandard'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_plain_statements_make_what_the_revisions_make(tmp_path: Path) -> None:
    written = (Path(trackwell_migrations.__file__).parent / "baselines" / "sqlite.sql").read_text()
    assert written == render_schema.sqlite_schema(), "the schema has changed: run `make schema`"
    by_revisions, by_statements = tmp_path / "revisions", tmp_path / "statements"
    by_revisions.mkdir()
    by_statements.mkdir()
    upgrade(url_of(by_revisions))
    create_schema(dialect_of(url_of(by_statements)))
    upgrade(url_of(by_statements))  # finds nothing to do
    assert described(by_statements) == described(by_revisions)


def described(folder: Path) -> dict[str, object]:
    """Tables with columns, keys and indexes as the database itself tells them, and the revision."""
    engine = sa.create_engine(url_of(folder))
    inspector = sa.inspect(engine)
    told: dict[str, object] = {
        name: (
            inspector.get_columns(name),
            inspector.get_pk_constraint(name),
            inspector.get_foreign_keys(name),
            inspector.get_indexes(name),
            inspector.get_unique_constraints(name),
        )
        for name in inspector.get_table_names()
    }
    with engine.connect() as connection:
        for name in (VERSION_TABLE, "counters"):
            told[f"rows of {name}"] = connection.exec_driver_sql(f"SELECT * FROM {name}").all()
    engine.dispose()
    return {name: repr(value) for name, value in told.items()}
