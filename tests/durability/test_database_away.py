"""A database that goes away and comes back: nothing acknowledged is lost or doubled, and nobody has to do anything."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.database_server import DatabaseServer
from support.loggers import Loggers, assert_unharmed, connected
from support.scratch_databases import SERVER_KINDS, assert_counts_agree, running_database_server
from support.server_process import running_server
from support.sql_stores import Changes, change, giving_up, outcome, points, run_info
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.errors import TemporarilyUnavailable
from trackwell_service.stores.sql import SqlStore


@pytest.fixture(scope="module", params=SERVER_KINDS)
def database_server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """A server that these tests stop and kill."""
    with running_database_server(request.param, durable=True) as server:
        yield server


@pytest.fixture
def store(database_server: DatabaseServer) -> Iterator[SqlStore]:
    """A store whose writer gives up soon."""
    with giving_up(database_server.new_database(), 0.5) as opened:
        change(opened, AddRun(run_info("r1")), points("r1", "a", (1, 1, 1.0)))
        yield opened


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_a_database_that_restarts_under_load_is_only_slow(
    tmp_path: Path, database_server: DatabaseServer, how: str
) -> None:
    chance = random.Random(5)
    url = database_server.new_database()
    with running_server(tmp_path, "--backend-store-uri", url) as server:
        with connected(server) as api:
            run_id = api("CreateRun", experiment_id="0").run.info.run_id
        # They end with an error when they meet any answer but an acknowledgement or a server that is away.
        loggers = Loggers(tmp_path, server, run_id)
        try:
            for _ in range(3):
                loggers.wait_for_progress(5)
                time.sleep(chance.uniform(0.0, 0.25))
                if how == "killed":
                    database_server.kill_hard()
                else:
                    database_server.stop()
                database_server.start_again()
            loggers.wait_for_progress(20)
        finally:
            acknowledged = loggers.stop()
        assert_unharmed(server, run_id, acknowledged)
    assert_counts_agree(url)


def test_while_a_database_stays_away_callers_are_told_to_try_again(
    store: SqlStore, database_server: DatabaseServer
) -> None:
    assert store.run_refs(["r1"])
    database_server.kill_hard()
    try:
        refused = outcome(store, Changes((points("r1", "a", (2, 2, 2.0)),)))
        assert isinstance(refused, TemporarilyUnavailable)
        assert refused.retry_after_s is not None
        with pytest.raises(TemporarilyUnavailable) as unread:
            store.run_refs(["r1"])
        assert unread.value.retry_after_s is not None
        assert str(database_server.port) not in unread.value.message
    finally:
        database_server.start_again()
    # The connections that were open before are lost; neither reads nor writes show it.
    assert [store.run_refs(["r1"])["r1"].run_id for _ in range(6)] == ["r1"] * 6
    change(store, points("r1", "a", (3, 3, 3.0)))
    assert list(store.history("r1", "a", None, 10).steps) == [1, 3]


def test_connections_that_an_administrator_ended_are_replaced(store: SqlStore, database_server: DatabaseServer) -> None:
    assert store.run_refs(["r1"])
    database_server.end_connections()
    assert store.run_refs(["r1"])["r1"].run_id == "r1"
    change(store, points("r1", "a", (2, 2, 2.0)))
    assert list(store.history("r1", "a", None, 10).steps) == [1, 2]
