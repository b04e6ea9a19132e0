"""PostgreSQL whose transactions are all SERIALIZABLE, as those of CockroachDB are: refusals are tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from support.backends import open_memory, scratch_folder
from support.determinism import SteppingClock
from support.scratch_databases import postgres_databases
from support.sql_stores import Changes, change, outcome, points, run_info
from trackwell_service.domain.changes import AddRun, SetTag
from trackwell_service.stores.sql import SqlStore, open_sql_store

STORES = 3
THREADS = 4
TURNS = 25


@pytest.fixture
def stores() -> Iterator[list[SqlStore]]:
    """Stores over one database."""
    server = postgres_databases().server
    url = server.new_database()
    server.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_isolation = 'serializable'")
    found = [open_sql_store(url, default_artifact_location=lambda number: f"root/{number}") for _ in range(STORES)]
    yield found
    for store in found:
        store.close()


def test_writers_that_refuse_each_other_lose_nothing(stores: list[SqlStore], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    change(stores[0], AddRun(run_info("r1")), AddRun(run_info("r2")))
    failures: list[object] = []

    def write(store: SqlStore, number: int) -> None:
        for turn in range(TURNS):
            step = turn * STORES * THREADS + number
            point = points(f"r{1 + turn % 2}", "shared", (step, step, float(step)))
            answer = outcome(store, Changes((point, SetTag("r1", f"of {number}", str(turn)))))
            if answer is not None:
                failures.append(answer)

    threads = [
        threading.Thread(target=write, args=(stores[number % STORES], number)) for number in range(STORES * THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert any("is tried again" in record.getMessage() for record in caplog.records)
    with scratch_folder() as folder, open_memory(folder, SteppingClock()) as model:
        change(model, AddRun(run_info("r1")), AddRun(run_info("r2")))
        for step in range(TURNS * STORES * THREADS):
            run_id = f"r{1 + step // (STORES * THREADS) % 2}"
            change(model, points(run_id, "shared", (step, step, float(step))))
        for number in range(STORES * THREADS):
            change(model, SetTag("r1", f"of {number}", str(TURNS - 1)))
        for store in stores:
            for run_id in ("r1", "r2"):
                ours, theirs = store.load_runs([run_id])[run_id], model.load_runs([run_id])[run_id]
                assert (ours.metrics, ours.tags) == (theirs.metrics, theirs.tags)
                assert store.history(run_id, "shared", None, 1000) == model.history(run_id, "shared", None, 1000)
