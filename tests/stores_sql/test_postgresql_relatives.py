"""CockroachDB and YugabyteDB are asked nothing that they refuse or are slow at, but what is known and written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

import render_schema
import trackwell_migrations
from support.postgresql_relatives import BOTH, KNOWN, RULES, Rule, is_known
from support.relative_statements import SERVERS, statements_of
from support.scratch_databases import postgres_databases
from support.sql_stores import change, points, run_info
from support.statement_recorder import Recorder, RecordingCursor, ServerInfo
from trackwell_migrations import VERSION_TABLE
from trackwell_migrations.baseline import SEPARATOR
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.limits import MAX_POINTS_PER_REQUEST
from trackwell_service.stores.sql import open_sql_store
from trackwell_service.stores.sql.dialects import postgresql
from trackwell_service.stores.sql.dialects.postgresql import PostgresqlDialect
from trackwell_service.stores.sql.dialects.postgresql_relatives import (
    COCKROACHDB,
    POSTGRESQL,
    YUGABYTEDB,
    Engine,
    engine_of,
)
from trackwell_service.stores.sql.run_merge import MOST_POINTS

BASELINES = Path(trackwell_migrations.__file__).parent / "baselines"
DOCUMENTED = Path(__file__).parents[2] / "docs" / "storage.md"

POINT_BYTES = 24
"""Time, step and value of a point before they are compressed."""

LARGE_VALUE_BYTES = 1 << 20
"""From which size on CockroachDB's documentation warns of a value."""

ENGINES = {"cockroachdb": COCKROACHDB, "yugabytedb": YUGABYTEDB}

CASES = [(rule, engine) for rule in RULES for engine in rule.engines]


@pytest.fixture(params=ENGINES)
def pretended(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Engine]]:
    """An empty database of PostgreSQL which is taken for another engine, and which that is."""
    engine = ENGINES[request.param]
    monkeypatch.setattr(postgresql, "engine_of", lambda _info: engine)
    server = postgres_databases().server
    url = server.new_database()
    yield url, engine
    server.drop_database(url)


@pytest.mark.parametrize(("rule", "engine"), CASES, ids=lambda each: getattr(each, "name", each))
def test_nothing_is_asked_that_an_engine_does_not_take(rule: Rule, engine: str) -> None:
    found = rule.find(statements_of(engine), engine)
    assert [sql for sql in found if not is_known(rule, engine, sql)] == []


@pytest.mark.parametrize(("rule", "engine"), CASES, ids=lambda each: getattr(each, "name", each))
def test_each_rule_finds_what_breaks_it(rule: Rule, engine: str) -> None:
    for bad in rule.bad:
        sequence = bad.split("\n")
        assert rule.find(sequence, engine) == sequence[-1:], bad


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_difference_is_still_there(name: str) -> None:
    (rule,) = [rule for rule in RULES if rule.name == name]
    for engine, beginnings in KNOWN[name].items():
        found = rule.find(statements_of(engine), engine)
        assert all(any(sql.startswith(beginning) for sql in found) for beginning in beginnings), engine


def test_what_was_changed_for_them_would_be_found() -> None:
    asked = statements_of("postgresql")
    found = {
        rule.name for rule, engine in CASES if any(not is_known(rule, engine, sql) for sql in rule.find(asked, engine))
    }
    assert found == {
        "advisory locks",
        "collations of columns",
        "schema after data",
        "storage of columns",
        "unknown settings",
    }


def test_the_documentation_lists_every_rule() -> None:
    text = DOCUMENTED.read_text("utf-8")
    section = text[text.index("## Past one PostgreSQL") :]
    listed = re.findall(r"^\| \*\*(.+?)\*\* \| (C|Y|C, Y) \|", section, re.MULTILINE)
    letters = {"cockroachdb": "C", "yugabytedb": "Y"}
    assert sorted(listed) == sorted((rule.name, ", ".join(letters[name] for name in rule.engines)) for rule in RULES)


@pytest.mark.parametrize("name", BOTH)
def test_the_plain_statements_are_those_of_the_revisions(name: str) -> None:
    written = (BASELINES / f"{name}.sql").read_text()
    assert written == render_schema.relative_schema(name), "the schema has changed: run `make schema`"


def test_what_is_changed_for_an_engine_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(render_schema.RELATIVES, "cockroachdb", {"CREATE TABLE none": ""})
    with pytest.raises(LookupError, match="CREATE TABLE none"):
        render_schema.relative_schema("cockroachdb")


@pytest.mark.parametrize(
    ("said", "engine"),
    [
        (SERVERS["cockroachdb"], COCKROACHDB),
        (SERVERS["yugabytedb"], YUGABYTEDB),
        ({"server_version": "11.2-YB-2.20.1.0-b0"}, YUGABYTEDB),
        ({"server_version": "16.4 (Debian 16.4-1)"}, POSTGRESQL),
        ({}, POSTGRESQL),
    ],
)
def test_an_engine_is_known_by_what_it_says(said: dict[str, str], engine: Engine) -> None:
    assert engine_of(ServerInfo(said)) is engine


@pytest.mark.parametrize(("name", "locks"), [("cockroachdb", False), ("yugabytedb", False), ("postgresql", True)])
def test_the_schema_is_locked_where_it_can_be(name: str, locks: bool) -> None:
    recorder = Recorder()
    dialect = PostgresqlDialect("postgresql://user@host/database")
    dialect.begin_schema_change(RecordingCursor(recorder, info=ServerInfo(SERVERS.get(name, {}))))
    assert dialect.name == name
    assert dialect.undoes_ddl is locks
    assert any("advisory" in sql for sql in recorder.statements) is locks


def test_a_database_taken_for_another_engine_is_made_and_used(pretended: tuple[str, Engine]) -> None:
    """The statements for the others are PostgreSQL's too, so it can say whether they hold together."""
    url, engine = pretended
    for _ in range(2):
        store = open_sql_store(url, default_artifact_location=lambda number: f"root/{number}")
        if store.load_runs(["r1"]) == {}:
            change(store, AddRun(run_info("r1")), points("r1", "a", (1, 1, 1.0)))
        assert store.metric_summaries("r1")["a"].value == 1.0
        store.close()
    assert _storage(url) == ["x"], "stored as the engine likes"
    assert bool(_column(url, "SELECT 1 FROM pg_constraint WHERE conname = 'uq_runs_version'")) is (
        engine is COCKROACHDB
    )


def test_an_interrupted_creation_is_made_anew(pretended: tuple[str, Engine]) -> None:
    url, engine = pretended
    half = (BASELINES / f"{engine.name}.sql").read_text().split(SEPARATOR)[:9]
    with _sqlalchemy(url).begin() as connection:
        for statement in half:
            connection.exec_driver_sql(statement)
    store = open_sql_store(url, default_artifact_location=lambda number: f"root/{number}")
    assert store.experiment(0) is not None
    store.close()
    assert _column(url, f"SELECT version_num FROM {VERSION_TABLE}") == [trackwell_migrations.NEWEST_REVISION]


@pytest.mark.parametrize("pretended", ["yugabytedb"], indirect=True)
def test_revisions_leave_yugabytedb_its_storage(pretended: tuple[str, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    url, _ = pretended
    ask = sa.Connection.scalar

    def answered(connection: sa.Connection, statement: sa.TextClause, *rest: Any, **options: Any) -> Any:
        is_asked = str(statement) == "SELECT version()"
        return "PostgreSQL 15.12-YB-2025.1.0.0" if is_asked else ask(connection, statement, *rest, **options)

    monkeypatch.setattr(sa.Connection, "scalar", answered)
    trackwell_migrations.upgrade(url)
    assert _storage(url) == ["x"]
    assert _column(url, f"SELECT version_num FROM {VERSION_TABLE}") == [trackwell_migrations.NEWEST_REVISION]


def test_revisions_tell_postgresql_how_to_store_points() -> None:
    with postgres_databases().empty() as url:
        assert _storage(url) == ["e"]


def test_a_merged_block_is_no_large_value() -> None:
    """A block as it was written may be one, until it is merged: docs/storage.md."""
    assert MOST_POINTS * POINT_BYTES < LARGE_VALUE_BYTES < MAX_POINTS_PER_REQUEST * POINT_BYTES


def _sqlalchemy(url: str) -> sa.Engine:
    return sa.create_engine(PostgresqlDialect(url).for_sqlalchemy()[0], poolclass=NullPool)


def _storage(url: str) -> list[object]:
    """How the points of a write are kept: "x" is PostgreSQL's default, "e" is uncompressed."""
    table = "attrelid = 'metric_writes'::regclass"
    return _column(url, f"SELECT attstorage FROM pg_attribute WHERE {table} AND attname = 'data'")


def _column(url: str, sql: str) -> list[object]:
    with _sqlalchemy(url).connect() as connection:
        return [row[0] for row in connection.exec_driver_sql(sql)]
