"""Ways to open SQL stores, to change them without any rule, and to look at what they did."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.backends import migrated_sqlite
from support.determinism import SteppingClock
from trackwell_service.domain.changes import AddRun, AppendPoints, Change
from trackwell_service.domain.entities import LifecycleStage, RunInfo, RunStatus
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Decision, Outcome, ReadSet, State
from trackwell_service.domain.series import Columns
from trackwell_service.stores.roles import MutationWriter
from trackwell_service.stores.sql import SqlStore, WriterLimits, open_sql_store


@dataclass(slots=True)
class Changes:
    """A mutation that makes given changes and checks nothing. Its read set names everything they touch."""

    changes: tuple[Change, ...]
    reply: Any = None
    request_id: str | None = None
    size_bytes: int = 100
    experiment_ids: tuple[int, ...] = ()
    decided: int = 0
    reads: ReadSet = field(init=False)

    def __post_init__(self) -> None:
        run_ids = tuple(dict.fromkeys(_run_ids(self.changes)))
        experiments: set[int] = {
            number for change in self.changes if (number := getattr(change, "experiment_id", None))
        }
        experiments |= {change.info.experiment_id for change in self.changes if isinstance(change, AddRun)}
        self.reads = ReadSet(
            experiment_ids=(*self.experiment_ids, *sorted(experiments)), run_ids=run_ids, inputs_of=run_ids
        )

    def decide(self, _state: State) -> Decision[Any]:
        """The changes, whatever the state."""
        self.decided += 1
        return Decision(self.changes, self.reply)


@dataclass(slots=True)
class Asking:
    """A mutation that decides by a function."""

    reads: ReadSet
    decision: Any
    request_id: str | None = None
    size_bytes: int = 100

    def decide(self, state: State) -> Decision[Any]:
        """What the function says."""
        decided: Decision[Any] = self.decision(state)
        return decided


def _run_ids(changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        if isinstance(change, AddRun):
            yield change.info.run_id
        elif (run_id := getattr(change, "run_id", None)) is not None:
            yield run_id


def run_info(run_id: str, experiment_id: int = 0, **changed: Any) -> RunInfo:
    """A run that began at 1000."""
    values: dict[str, Any] = {
        "name": f"name of {run_id}",
        "user_id": "ada",
        "status": RunStatus.RUNNING,
        "start_time_ms": 1000,
        "end_time_ms": None,
        "artifact_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
        "stage": LifecycleStage.ACTIVE,
    }
    return RunInfo(run_id, experiment_id, **(values | changed))


def points(run_id: str, key: str, *triples: tuple[int, int, float]) -> AppendPoints:
    """Points as (timestamp_ms, step, value)."""
    return AppendPoints(run_id, key, Columns.of(triples))


def outcome(store: MutationWriter, mutation: Any) -> Outcome:
    """What the store says to the mutation."""
    future: Future[Outcome] = Future()
    store.submit(mutation, future.set_result)
    return future.result(timeout=60)


def change(store: MutationWriter, *changes: Change) -> None:
    """Makes the changes."""
    result = outcome(store, Changes(changes))
    if isinstance(result, TrackwellError):
        raise result


def together(store: SqlStore, mutations: list[Any]) -> list[Outcome]:
    """The outcomes of mutations that are handled in one group: they queue while the writer is held up."""
    gate, held = threading.Event(), threading.Event()
    results: list[Outcome] = []
    done = threading.Event()

    def hold(_: Outcome) -> None:
        held.set()
        gate.wait(60)

    def collect(result: Outcome) -> None:
        results.append(result)
        if len(results) == len(mutations):
            done.set()

    store.submit(Asking(ReadSet(), lambda _: Decision((), None)), hold)
    held.wait(60)
    for mutation in mutations:
        store.submit(mutation, collect)
    gate.set()
    assert done.wait(60)
    return results


def url_of(folder: Path) -> str:
    """The URL of the database in a folder."""
    return f"sqlite:///{folder}/store.db"


@contextmanager
def opened(folder: Path, **options: Any) -> Iterator[SqlStore]:
    """A store in the folder, new unless there is one already, closed at the end."""
    database = folder / "store.db"
    if not database.exists():
        database.write_bytes(migrated_sqlite())
    options = {"clock": SteppingClock(), **options}
    store = open_sql_store(url_of(folder), default_artifact_location=lambda number: f"root/{number}", **options)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def giving_up(url: str, give_up_after_s: float, **options: Any) -> Iterator[SqlStore]:
    """The store at a URL, whose writer keeps a group for so long where the database is away; closed at the end."""
    store = open_sql_store(
        url,
        default_artifact_location=lambda number: f"root/{number}",
        limits=WriterLimits(give_up_after_s=give_up_after_s),
        **options,
    )
    try:
        yield store
    finally:
        store.close()
