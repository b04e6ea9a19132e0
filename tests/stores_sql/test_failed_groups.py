"""Groups that a database server refuses, stops or loses: what callers are told, and that the next group is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from support.scratch_databases import postgres_databases
from support.sql_stores import Changes, change, outcome, points, run_info
from trackwell_service.domain.changes import AddParam, AddRun
from trackwell_service.domain.errors import TemporarilyUnavailable
from trackwell_service.stores.sql import SqlStore, WriterLimits, open_sql_store
from trackwell_service.stores.sql.dialects import postgresql

GIVE_UP_AFTER_S = 0.3
"""A writer gives up as soon as that, so that a test is short."""


@pytest.fixture
def postgres_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database with the schema and nothing in it, where nobody waits long for a lock."""
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT_MS", 100)
    with postgres_databases().empty() as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[SqlStore]:
    """A store whose writer gives up soon."""
    with closing(
        open_sql_store(
            url,
            default_artifact_location=lambda number: f"root/{number}",
            limits=WriterLimits(give_up_after_s=GIVE_UP_AFTER_S),
        )
    ) as store:
        yield store


@contextmanager
def held(url: str, statement: str) -> Iterator[None]:
    """Another program's transaction that has run the statement."""
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())
        yield
        connection.rollback()


# -- a group that fails


@pytest.mark.parametrize("uses", [2, 3, 4])
def test_a_group_that_failed_in_the_middle_leaves_no_trace_in_later_ones(postgres_url: str, uses: int) -> None:
    """From the third use on the server keeps a statement's plan, and the driver the name that it has there."""
    with opened(postgres_url) as store:
        change(store, AddRun(run_info("r")))

        def log(turn: int) -> object:
            return outcome(store, Changes((AddParam("r", f"p{turn}", "v"), points("r", "m", (turn, turn, 1.0)))))

        assert [log(turn) for turn in range(uses)] == [None] * uses
        with held(postgres_url, "LOCK TABLE params IN SHARE MODE"):
            assert isinstance(log(100), TemporarilyUnavailable)
        assert [log(turn) for turn in range(uses, 6)] == [None] * (6 - uses)
        assert len(store.load_runs(["r"])["r"].params) == len(store.history("r", "m", None, 99)) == 6
