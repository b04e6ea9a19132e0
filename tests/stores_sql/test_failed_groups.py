"""Groups that a database server refuses, stops or loses: what callers are told, and that the next group is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import psycopg
import pytest

from support.determinism import SteppingClock
from support.mariadb_server import MariadbServer
from support.scratch_databases import ScratchDatabases, mariadb_databases, postgres_databases
from support.sql_stores import Changes, change, giving_up, outcome, points, run_info
from trackwell_service.domain.changes import AddParam, AddRun
from trackwell_service.domain.errors import TemporarilyUnavailable
from trackwell_service.domain.mutations import Outcome
from trackwell_service.stores.sql import SqlStore, WriterLimits
from trackwell_service.stores.sql.dialects import dialect_of, mysql_connections, postgresql_connections
from trackwell_service.stores.sql.dialects.base import Failure
from trackwell_service.stores.sql.dialects.mysql import MysqlDialect
from trackwell_service.stores.sql.session import Session

GIVE_UP_AFTER_S = 0.3
"""A writer gives up as soon as that, so that a test is short."""


@pytest.fixture
def postgres_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database with the schema and nothing in it, where nobody waits long for a lock."""
    monkeypatch.setattr(postgresql_connections, "LOCK_TIMEOUT_MS", 100)
    with postgres_databases().empty() as url:
        yield url


def opened(url: str, give_up_after_s: float = GIVE_UP_AFTER_S, **options: Any) -> AbstractContextManager[SqlStore]:
    """A store whose writer gives up soon."""
    return giving_up(url, give_up_after_s, **options)


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


def test_a_commit_that_stores_nothing_is_not_taken_for_one(postgres_url: str) -> None:
    dialect = dialect_of(postgres_url)
    with closing(Session(dialect, writing=True)) as session:
        dialect.begin_write(session.cursor)
        with pytest.raises(psycopg.errors.DivisionByZero):
            session.query("SELECT 1 / 0")
        with pytest.raises(psycopg.OperationalError, match="answered ROLLBACK") as error:
            dialect.commit(session.cursor)
        assert dialect.classify(error.value) is Failure.LOST


def test_a_server_that_takes_no_writes_any_more_is_left_for_the_next_one(postgres_url: str) -> None:
    """As after a failover, when the old server goes on as a standby: what connects anew reaches the right one."""
    server = postgres_databases().server
    setting = f"ALTER DATABASE {postgres_url.rpartition('/')[2]} SET default_transaction_read_only"
    with opened(postgres_url) as store:
        try:
            server.execute(f"{setting} = on")
            server.end_connections()
            assert isinstance(outcome(store, Changes((AddRun(run_info("r")),))), TemporarilyUnavailable)
        finally:
            server.execute(f"{setting} = off")
        change(store, AddRun(run_info("r")))


STOPPING: dict[Callable[[], ScratchDatabases], tuple[str, ...]] = {
    postgres_databases: (
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE'",
    ),
    mariadb_databases: (
        "SELECT id FROM information_schema.processlist WHERE info LIKE '%FROM counters%FOR UPDATE' AND time_ms > 10",
        "KILL QUERY {}",
    ),
}
"""What an administrator asks until there is an answer, and then does with it."""


@pytest.mark.parametrize("databases", [postgres_databases, mariadb_databases])
def test_a_write_that_an_administrator_stops_is_tried_again(databases: Callable[[], ScratchDatabases]) -> None:
    server = databases().server
    with (
        databases().empty() as url,
        opened(url, 30.0) as store,
        closing(dialect_of(url).connect(writing=True)) as other,
    ):
        cursor = other.cursor()
        cursor.execute("BEGIN", ())
        cursor.execute("SELECT * FROM counters FOR UPDATE", ())
        answer: Future[Outcome] = Future()
        store.submit(Changes((AddRun(run_info("r")),)), answer.set_result)
        ask, *act = STOPPING[databases]
        while not (found := server.execute(ask)):
            assert not answer.done()
        for each in act:
            server.execute(each.format(found[0][0]))
        cursor.execute("ROLLBACK", ())
        assert answer.result(60) is None
        assert list(store.load_runs(["r"])) == ["r"]


def test_a_write_that_is_stopped_every_time_may_be_sent_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_connections, "LOCK_TIMEOUT_MS", 60_000)
    monkeypatch.setattr(postgresql_connections, "WRITE_STATEMENT_MS", 100)
    with opened(postgres_url) as store:
        change(store, AddRun(run_info("r")))
        with held(postgres_url, "SELECT * FROM counters FOR UPDATE"):
            answer = outcome(store, Changes((AddParam("r", "p", "v"),)))
        assert isinstance(answer, TemporarilyUnavailable)
        assert answer.retry_after_s is not None
        change(store, AddParam("r", "p", "v"))


def test_at_the_end_nobody_waits_for_a_database_that_is_away(
    mariadb_server: MariadbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mutation is a group of its own here, and each would be tried for an hour."""
    answers: list[Outcome] = []
    attempts: list[object] = []
    limits = WriterLimits(give_up_after_s=3600.0, group_mutations=1)
    with mariadb_databases().empty() as url:
        dialect = MysqlDialect(url)
        store = SqlStore(dialect, SteppingClock(), limits=limits)
        assert outcome(store, Changes(())) is None

        def away() -> dict[str, object]:
            attempts.append(None)
            return {"host": "127.0.0.1", "port": 1}

        monkeypatch.setattr(dialect, "_arguments", away)
        mariadb_server.end_connections()
        for _ in range(3):
            store.submit(Changes(()), answers.append)
        while not attempts:
            assert not answers
        store.close()
        assert [type(answer) for answer in answers] == [TemporarilyUnavailable] * 3


# -- connecting anew


def test_a_server_that_vanished_is_noticed_within_a_minute(postgres_url: str) -> None:
    with closing(Session(dialect_of(postgres_url), writing=True)) as session:
        assert isinstance(session.cursor, psycopg.RawCursor)
        given = session.cursor.connection.info.get_parameters()
    idle_s, interval_s, count = (int(given[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle_s + interval_s * count <= 60


# -- a server that stands still


class Standstill:
    """Has the writer's thread stand still, once, before the first statement that is to be waited at."""

    def __init__(self, is_there: Callable[[list[str]], bool]) -> None:
        self._is_there = is_there
        self._statements: list[str] = []
        self.is_armed = False
        self.is_reached = threading.Event()
        self.ends = threading.Event()

    def __call__(self, statement: str) -> None:
        """Is told each statement before it runs."""
        if self.is_armed:
            self._statements.append(statement)
            if self._is_there(self._statements):
                self.is_armed = False
                self.is_reached.set()
                assert self.ends.wait(60)


def behind_the_counters(statements: list[str]) -> bool:
    return len(statements) == 2


def behind_the_first_write(statements: list[str]) -> bool:
    return sum(not each.startswith("SELECT") for each in statements) == 2


@pytest.mark.parametrize("where", [behind_the_counters, behind_the_first_write])
@pytest.mark.parametrize("databases", [postgres_databases, mariadb_databases])
def test_a_server_that_stands_still_does_not_hold_up_the_others(
    databases: Callable[[], ScratchDatabases], where: Callable[[list[str]], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its machine is suspended: its transaction is ended, and when it goes on, it handles its group anew."""
    monkeypatch.setattr(postgresql_connections, "IDLE_IN_TRANSACTION_MS", 500)
    monkeypatch.setattr(mysql_connections, "IDLE_IN_TRANSACTION_S", 1)
    standstill = Standstill(where)
    with (
        databases().empty() as url,
        opened(url, 30.0, on_write_statement=standstill) as suspended,
        opened(url, 30.0) as other,
    ):
        change(suspended, AddRun(run_info("r")))
        standstill.is_armed = True
        late: Future[Outcome] = Future()
        suspended.submit(Changes((AddParam("r", "late", "v"), points("r", "m", (1, 1, 1.0)))), late.set_result)
        try:
            assert standstill.is_reached.wait(60)
            change(other, AddParam("r", "early", "v"))
            assert not late.done()
        finally:
            standstill.ends.set()
        assert late.result(60) is None
        assert other.load_runs(["r"])["r"].params == {"early": "v", "late": "v"}
        assert len(other.history("r", "m", None, 9)) == 1
