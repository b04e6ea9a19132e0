"""Measures the directory store: searches over many runs, and one long history. `python -m benchmarks.file_store`."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trackwell_service.domain.changes import AddParam, AddRun, AppendPoints, Change, SetTag, UpdateRun
from trackwell_service.domain.entities import LifecycleStage, RunInfo, RunStatus, ViewType
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Decision, Outcome, ReadSet, State
from trackwell_service.domain.series import Columns
from trackwell_service.search import parse_run_order
from trackwell_service.stores.file import FileStore, open_file_store
from trackwell_service.stores.roles import RunQuery

PATIENCE_S = 600


@dataclass(frozen=True)
class Made:
    """A mutation that makes given changes."""

    changes: tuple[Change, ...]
    reads: ReadSet = field(default_factory=ReadSet)
    size_bytes: int = 1000
    request_id: str | None = None

    def decide(self, _state: State) -> Decision[None]:
        return Decision(self.changes, None)


def write(store: FileStore, *changes: Change) -> None:
    done: Future[Outcome] = Future()
    store.submit(Made(changes), done.set_result)
    outcome = done.result(PATIENCE_S)
    if isinstance(outcome, TrackwellError):
        raise outcome


def opened(root: Path) -> FileStore:
    return open_file_store(root, default_artifact_location=lambda number: f"file://{root}/{number}")


def populate(store: FileStore, runs: int) -> None:
    """Runs of 10 metrics, 10 params and 5 tags, which are over."""
    chance = random.Random(0)  # noqa: S311 - values, no secrets
    for number in range(runs):
        run_id = f"{chance.getrandbits(128):032x}"
        name, over = f"careful-owl-{number}", RunStatus.FINISHED
        info = RunInfo(run_id, 0, name, "somebody", over, number, number, "file:///x", LifecycleStage.ACTIVE)
        changes: list[Change] = [AddRun(info)]
        changes += [AddParam(run_id, f"param_{n}", str(chance.random())) for n in range(10)]
        changes += [SetTag(run_id, f"tag_{n}", str(chance.random())) for n in range(5)]
        changes += [AppendPoints(run_id, f"metric_{n}", Columns.of([(number, 0, chance.random())])) for n in range(10)]
        write(store, *changes)


def timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def searches(root: Path, runs: int) -> dict[str, float]:
    """Seconds for a page of 100, ordered by a metric: first, again, after a change, and in new processes.

    A folder that is there already is taken as it is.
    """
    query = RunQuery((0,), ViewType.ACTIVE_ONLY, None, parse_run_order(["metrics.metric_1"]), 100)
    found: dict[str, float] = {}
    if not root.exists():
        store = opened(root)
        found["to make a run (ms)"] = timed(lambda: populate(store, runs)) / runs * 1000
        store.close()
    (root / ".trackwell.cache").unlink(missing_ok=True)
    store = opened(root)
    found["first"] = timed(lambda: store.find_runs(query))
    found["again"] = min(timed(lambda: store.find_runs(query)) for _ in range(3))
    changed = store.find_runs(query).items[50].run_id
    write(store, SetTag(changed, "new", "v"), UpdateRun(changed, RunStatus.FAILED, 1, "n"))
    found["after one run changed"] = timed(lambda: store.find_runs(query))
    store.close()
    store = opened(root)
    found["first in a new process, with the cache"] = timed(lambda: store.find_runs(query))
    store.close()
    return found


def history(root: Path, points: int) -> dict[str, float]:
    """Points a second of one metric's history, read whole: out of its lines, and when it was read before."""
    chance = random.Random(0)  # noqa: S311 - values, no secrets
    store = opened(root)
    info = RunInfo("r", 0, "n", "u", RunStatus.FINISHED, 1, 1, "file:///x", LifecycleStage.ACTIVE)
    write(store, AddRun(info))
    path = root / "0/r/metrics/m"
    path.write_text("".join(f"{1_700_000_000_000 + n} {chance.random()} {n}\n" for n in range(points)))
    # What a process loads when it reads a history for the first time is no part of a rate.
    (root / "0/r/metrics/short").write_text("1 0.5 1\n" * 10_000)
    store.history("r", "short", None, 10)
    time.sleep(0.1)
    found: dict[str, float] = {}
    for name in ("history, first", "history, again"):
        found[f"{name} (points/s)"] = points / timed(lambda: store.history("r", "m", None, points))
    store.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the runs are made, once, and stay")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="trackwell-files-") as folder:
        measured = searches(options.folder or Path(folder) / "runs", options.runs)
        measured |= history(Path(folder) / "history", options.points)
    print(json.dumps({name: round(value, 4) for name, value in measured.items()}, indent=2))


if __name__ == "__main__":
    main()
