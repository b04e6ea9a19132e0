"""What was acknowledged is there, once, after the process was killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.sql_stores import change, opened, run_info
from trackwell_service.domain.changes import AddRun

PROGRAM = """
import sys
from pathlib import Path
from support.sql_stores import Changes, opened, points
from trackwell_service.domain.changes import AddParam

folder, run_id, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with opened(folder) as store:
    for step in range(first, first + 100_000):
        changes = (points(run_id, "loss", (step, step, step / 2)), AddParam(run_id, f"p{step}", str(step)))
        def done(outcome, step=step):
            assert outcome is None, outcome
            print(step, flush=True)
        store.submit(Changes(changes), done)
        while store.queued_bytes > 2000:
            pass
"""


@pytest.mark.slow
def test_writers_that_are_killed_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    source = random.Random(3)
    acknowledged: dict[str, set[int]] = {"a": set(), "b": set()}
    with opened(tmp_path) as store:
        change(store, *(AddRun(run_info(run_id)) for run_id in acknowledged))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for turn in range(4):
        first = 100_000 * turn
        writers = {
            run_id: subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(tmp_path), run_id, str(first)],
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
            for run_id in acknowledged
        }
        for writer in writers.values():
            assert writer.stdout is not None
            assert writer.stdout.readline() == f"{first}\n"
        time.sleep(source.random())
        for run_id, writer in writers.items():
            writer.send_signal(signal.SIGKILL)
            rest, _ = writer.communicate()
            complete = rest[: rest.rfind("\n") + 1].split()
            acknowledged[run_id] |= {first, *map(int, complete)}
    with sqlite3.connect(tmp_path / "store.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with opened(tmp_path) as store:
        for run_id, steps in acknowledged.items():
            assert len(steps) > 4
            history = list(store.history(run_id, "loss", None, 1_000_000).steps)
            params = store.load_runs([run_id])[run_id].params
            assert len(history) == len(set(history))
            assert steps <= set(history)
            assert {f"p{step}": str(step) for step in history} == dict(params)
