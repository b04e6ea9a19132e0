"""A database that refuses everybody for a while, under load: nothing acknowledged is lost, and it goes on by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support.database_server import DatabaseServer
from support.loggers import Loggers, assert_unharmed, connected
from support.refusals import REFUSALS, refusing, welcomed
from support.scratch_databases import SERVER_KINDS, assert_counts_agree, running_database_server
from support.server_process import ServerProcess, running_server


@pytest.fixture(scope="module", params=SERVER_KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """What the server below is."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def database_server(kind: str) -> Iterator[DatabaseServer]:
    """A server that waits for its disk."""
    with running_database_server(kind, durable=True) as server:
        yield server


def test_a_database_that_refuses_for_a_while_under_load_is_only_slow(
    tmp_path: Path, database_server: DatabaseServer, kind: str
) -> None:
    with welcomed(database_server, kind) as url:
        with running_server(tmp_path, "--backend-store-uri", url) as server:
            with connected(server) as api:
                run_id = api("CreateRun", experiment_id="0").run.info.run_id
            # They end with an error when they meet any answer but an acknowledgement or a server that is away.
            loggers = Loggers(tmp_path, server, run_id)
            try:
                for refusal in REFUSALS[kind].values():
                    loggers.wait_for_progress(20)
                    with refusing(database_server, url, refusal):
                        wait_for_refusals(server, loggers)
                        assert_is_away(server, run_id)
                loggers.wait_for_progress(20)
            finally:
                acknowledged = loggers.stop()
            assert_unharmed(server, run_id, acknowledged)
        assert_counts_agree(url)


def wait_for_refusals(server: ServerProcess, loggers: Loggers) -> None:
    """Waits until the writer has been refused five times, with a group that it keeps."""
    kept = "is tried again: no new connection"
    goal = server.log().count(kept) + 5
    while server.log().count(kept) < goal:
        loggers.check()
        time.sleep(0.05)


def assert_is_away(server: ServerProcess, run_id: str) -> None:
    """That who reads is told when to come again."""
    answer = requests.get(f"{server.rest}/api/2.0/mlflow/runs/get", {"run_id": run_id}, timeout=60)
    assert (answer.status_code, answer.json()["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) >= 1
