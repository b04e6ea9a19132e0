"""A database that is taken away under a running server, as by restoring a backup: callers are told to come again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from support.backends import migrated_sqlite
from support.scratch_databases import mariadb_databases, postgres_databases
from support.sql_stores import Changes, change, giving_up, outcome, points, run_info, together, url_of
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.errors import TemporarilyUnavailable
from trackwell_service.domain.mutations import Outcome
from trackwell_service.stores.sql import SqlStore
from trackwell_service.stores.sql.dialects import dialect_of


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the schema and nothing in it."""
    if request.param == "sqlite":
        (tmp_path / "store.db").write_bytes(migrated_sqlite())
        yield url_of(tmp_path)
        return
    databases = postgres_databases() if request.param == "postgresql" else mariadb_databases()
    made = databases.server.new_database()
    yield made
    databases.server.drop_database(made)


@contextmanager
def restoring(url: str, away: str, back: str) -> Iterator[None]:
    """Another program that changes the schema, and changes it back."""
    engine_url, arguments = dialect_of(url).for_sqlalchemy()
    engine = sa.create_engine(engine_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
    with closing(engine.connect()) as connection:
        connection.exec_driver_sql(away)
        yield
        connection.exec_driver_sql(back)


def assert_comes_back(answer: Outcome) -> None:
    assert isinstance(answer, TemporarilyUnavailable), answer
    assert answer.retry_after_s is not None


def read_everything(store: SqlStore) -> None:
    """Reads what is in each table that the tests take away."""
    store.history("r", "a", None, 10)
    store.load_runs(["r"])


def assert_works(store: SqlStore, step: int) -> None:
    change(store, points("r", "a", (step, step, 1.0)))
    assert store.load_runs(["r"])["r"].metrics["a"].step == step


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ("ALTER TABLE metric_writes RENAME TO aside", "ALTER TABLE aside RENAME TO metric_writes"),
        ("ALTER TABLE runs RENAME TO aside", "ALTER TABLE aside RENAME TO runs"),
        (
            "ALTER TABLE metric_latest RENAME COLUMN step TO aside",
            "ALTER TABLE metric_latest RENAME COLUMN aside TO step",
        ),
    ],
)
def test_what_is_missing_for_a_while_is_no_fault_of_a_request(
    url: str, caplog: pytest.LogCaptureFixture, away: str, back: str
) -> None:
    with giving_up(url, 0.3) as store:
        change(store, AddRun(run_info("r")))
        assert_works(store, 1)
        with restoring(url, away, back):
            for answer in together(store, [Changes((points("r", "a", (step, step, 1.0)),)) for step in (2, 3)]):
                assert_comes_back(answer)
            with pytest.raises(TemporarilyUnavailable) as unread:
                read_everything(store)
            assert_comes_back(unread.value)
        assert "something is missing that was there when the database was opened" in caplog.text
        assert_works(store, 4)
        assert list(store.history("r", "a", None, 10).steps) == [1, 4]


def test_nothing_is_written_to_a_database_without_its_counters(url: str) -> None:
    with giving_up(url, 0.3) as store:
        change(store, AddRun(run_info("r")))
        assert_works(store, 1)
        with restoring(url, "UPDATE counters SET name = 'aside' WHERE name = 'change'",
                       "UPDATE counters SET name = 'change' WHERE name = 'aside'"):  # fmt: skip
            assert_comes_back(outcome(store, Changes((points("r", "a", (2, 2, 1.0)),))))
            assert list(store.history("r", "a", None, 10).steps) == [1]
        assert_works(store, 3)
