"""A database that refuses connections after the store was opened is away; at the opening it is a clear refusal."""

from __future__ import annotations

import itertools
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from support.database_server import DatabaseServer
from support.determinism import SteppingClock
from support.fake_pyodbc import Error, FakePyodbc, Result, server_error
from support.refusals import PASSWORD, REFUSALS, refusing, welcomed
from support.scratch_databases import mariadb_databases, postgres_databases
from support.sql_stores import Changes, change, giving_up, outcome, points, run_info, together, url_of
from support.sql_stores import opened as store_in
from trackwell_service.domain.changes import AddParam, AddRun
from trackwell_service.domain.errors import (
    DataLoss,
    InvalidParameter,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.domain.mutations import Outcome
from trackwell_service.stores.sql import SqlStore, WriterLimits, open_sql_store
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.base import Connection, Cursor
from trackwell_service.stores.sql.dialects.mssql_connections import ABOUT_THE_DATABASE
from trackwell_service.stores.sql.dialects.sqlite import SqliteDialect
from trackwell_service.stores.sql.group import GroupCommit
from trackwell_service.stores.sql.merging import Merger

SERVERS = {"postgresql": postgres_databases, "mariadb": mariadb_databases}
CASES = [(kind, what) for kind, refusals in REFUSALS.items() for what in refusals]


def server_of(kind: str) -> DatabaseServer:
    return SERVERS[kind]().server


def assert_is_away(answer: Outcome) -> None:
    """That the caller is told to come again, and nothing about the server."""
    assert isinstance(answer, TemporarilyUnavailable)
    assert answer.message == "The database is busy or away. Try again."
    assert answer.retry_after_s is not None


def answers_of(store: SqlStore) -> list[Outcome]:
    """What those are told who write in one group, and who reads."""
    answers = together(store, [Changes((AddParam("r", f"p{number}", "v"),)) for number in range(3)])
    with pytest.raises(TrackwellError) as unread:
        store.newest_version()
    return [*answers, unread.value]


# -- servers


@pytest.mark.parametrize(("kind", "what"), CASES)
def test_callers_are_told_to_try_again_and_an_opening_is_told_the_cause(
    kind: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = REFUSALS[kind][what]
    with welcomed(server_of(kind), kind) as url, giving_up(url, 0.3) as store:
        change(store, AddRun(run_info("r")), points("r", "m", (1, 1, 1.0)))
        with refusing(server_of(kind), url, refusal):
            for answer in answers_of(store):
                assert_is_away(answer)
            assert re.search(f"no new connection: .*{refusal.says}", caplog.text)
            assert not [record for record in caplog.records if record.exc_info]
            with pytest.raises(TrackwellError, match=refusal.told) as unopened:
                open_sql_store(url, default_artifact_location=str)
            assert PASSWORD not in unopened.value.message
        change(store, AddParam("r", "p", "v"))
        assert store.load_runs(["r"])["r"].params == {"p": "v"}


@pytest.mark.parametrize(("kind", "what"), CASES)
def test_the_writer_keeps_its_group_and_goes_on_by_itself(
    kind: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    with welcomed(server_of(kind), kind) as url, giving_up(url, 60.0) as store:
        change(store, AddRun(run_info("r")))
        answer: Future[Outcome] = Future()
        with refusing(server_of(kind), url, REFUSALS[kind][what]):
            store.submit(Changes((points("r", "m", (1, 1, 1.0)),)), answer.set_result)
            while "is tried again: no new connection" not in caplog.text:
                with pytest.raises(TimeoutError):
                    answer.result(0.02)
        assert answer.result(60) is None
        assert len(store.history("r", "m", None, 9)) == 1


# -- SQL Server, as its driver tells it


COUNTERS = (("name", "value"), [(name, 7) for name in (b"change", b"dataset", b"experiment", b"name", b"run")])
LOST = server_error(10054, "The connection was forcibly closed.", "08S01")


def sql_server(sql: str) -> list[Result]:
    """Answers what is asked by who connects and by groups that change nothing."""
    if sql == ABOUT_THE_DATABASE:
        return [(("compatibility_level", "snapshot_isolation_state"), [(150, 1)])]
    if "FROM counters WITH" in sql:
        return [COUNTERS]
    if "FROM counters" in sql:
        return [(("value",), [(7,)])]
    if "FROM merge_backlog" in sql:
        return [(("n",), [(0,)])]
    return [(None, [])]


@pytest.fixture
def pyodbc(monkeypatch: pytest.MonkeyPatch) -> FakePyodbc:
    module = FakePyodbc(sql_server, ["ODBC Driver 18 for SQL Server"])
    monkeypatch.setitem(sys.modules, "pyodbc", cast(Any, module))
    return module


@contextmanager
def on_sql_server() -> Iterator[SqlStore]:
    """A store that was good a moment ago."""
    dialect = dialect_of("mssql://app:first@db.example/runs")
    with closing(SqlStore(dialect, SteppingClock(), limits=WriterLimits(give_up_after_s=0.1))) as store:
        assert outcome(store, Changes(())) is None
        assert store.newest_version() == 7
        yield store


def failing(sql: str, error: Error) -> Callable[[str], list[Result]]:
    """As `sql_server`, but for one statement."""

    def answer(asked: str) -> list[Result]:
        if asked == sql:
            raise error
        return sql_server(asked)

    return answer


@pytest.mark.parametrize(
    ("number", "words"),
    [(18456, "Login failed for user 'app'."), (4060, "Cannot open database"), (18487, "The password has expired.")],
)
def test_sql_server_is_away_while_it_refuses(pyodbc: FakePyodbc, number: int, words: str) -> None:
    """The connections are lost, and no other ones are to be had."""
    with on_sql_server() as store:
        pyodbc.answer = failing("BEGIN TRANSACTION", LOST)
        pyodbc.refusal = server_error(number, words, "28000")
        for answer in answers_of(store):
            assert_is_away(answer)
        pyodbc.answer, pyodbc.refusal = sql_server, None
        assert outcome(store, Changes(())) is None
        assert store.newest_version() == 7


def test_sql_server_is_away_while_its_driver_cannot_connect_anew(pyodbc: FakePyodbc) -> None:
    """Microsoft's connects an idle connection anew by itself, when it has something to send."""
    with on_sql_server() as store:
        pyodbc.answer = failing("BEGIN TRANSACTION", server_error(18456, "Login failed for user 'app'.", "28000"))
        assert_is_away(outcome(store, Changes(())))
        pyodbc.answer = sql_server
        assert outcome(store, Changes(())) is None


def test_a_reader_whose_driver_cannot_connect_anew_gets_another_connection(pyodbc: FakePyodbc) -> None:
    with on_sql_server() as store:
        first, error = True, server_error(18456, "Login failed for user 'app'.", "28000")

        def answer(sql: str) -> list[Result]:
            nonlocal first
            if sql == "BEGIN TRANSACTION" and first:
                first = False
                raise error
            return sql_server(sql)

        pyodbc.answer = answer
        assert store.newest_version() == 7
        assert not first


# -- the first connections


def test_what_keeps_readers_from_a_new_database_is_told_at_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = SqliteDialect.connect

    def for_writers(dialect: SqliteDialect, *, writing: bool) -> Connection:
        if not writing:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(dialect, writing=writing)

    monkeypatch.setattr(SqliteDialect, "connect", for_writers)
    # Other tests' stores may be open in this process.
    before = set(threading.enumerate())
    with pytest.raises(InvalidParameter, match="May its file and folder be written to"):
        open_sql_store(url_of(tmp_path), default_artifact_location=str)
    assert "trackwell-writer" not in {thread.name for thread in set(threading.enumerate()) - before}


# -- whatever it is


def named(error: sqlite3.Error, name: str) -> sqlite3.Error:
    """The error with the name that the driver gives it."""
    error.sqlite_errorname = name
    return error


@contextmanager
def no_connections(store_folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Iterator[SqlStore]:
    """A store that is open and has lost its connections; whoever wants to have one meets the error."""
    dialect = dialect_of(url_of(store_folder))
    with store_in(store_folder):
        pass
    with closing(SqlStore(dialect, SteppingClock(), limits=WriterLimits(give_up_after_s=0.1))) as store:
        store.newest_version()
        with monkeypatch.context() as patched:

            def connect(*, writing: bool) -> Connection:
                raise error

            def begin(_: Cursor) -> None:
                raise named(sqlite3.OperationalError("disk I/O error"), "SQLITE_IOERR")

            patched.setattr(dialect, "connect", connect)
            patched.setattr(dialect, "begin_read", begin)
            patched.setattr(dialect, "begin_write", begin)
            yield store


@pytest.mark.parametrize(
    "error",
    [
        InvalidParameter("The server is too old."),
        RuntimeError("a package is needed for this way to log in"),
        sqlite3.OperationalError("not one of the known errors"),
    ],
)
def test_whatever_keeps_from_a_new_connection_is_no_fault_of_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    with no_connections(tmp_path, monkeypatch, error) as store:
        for answer in answers_of(store):
            assert_is_away(answer)
    assert f"no new connection: {error}" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    ("name", "kind"), [("SQLITE_FULL", ResourceExhausted), ("SQLITE_NOTADB", DataLoss), ("SQLITE_CORRUPT", DataLoss)]
)
def test_a_full_disk_and_a_damaged_file_are_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: type[TrackwellError]
) -> None:
    with no_connections(tmp_path, monkeypatch, named(sqlite3.DatabaseError("words"), name)) as store:
        assert {type(answer) for answer in answers_of(store)} == {kind}


def test_merging_is_put_off_while_there_is_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with store_in(tmp_path) as store:
        change(store, AddRun(run_info("r")))
    dialect = dialect_of(url_of(tmp_path))
    group = GroupCommit(dialect, SteppingClock())
    merger = Merger(dialect, group, itertools.count(step=10.0).__next__)
    with monkeypatch.context() as patched:

        def connect(*, writing: bool) -> Connection:
            raise InvalidParameter("The server is too old.")

        patched.setattr(dialect, "connect", connect)
        assert merger(True) is False
    assert "put off: no new connection: The server is too old." in caplog.text
    assert not [record for record in caplog.records if record.exc_info]
    # What waits is not known, so it is looked for again, though not before a group has found the database.
    assert group.known.backlog is None
    assert merger(True) is False
    assert group.known.backlog is None
    group.commit([])
    assert merger(True) is False
    assert group.known.backlog == 0
    group.close()
