"""Mutations made by hand, for tests of stores which need no operation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from trackwell_service.domain.changes import AddRun, Change
from trackwell_service.domain.entities import LifecycleStage, RunInfo, RunStatus
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Decision, Outcome, ReadSet, State
from trackwell_service.stores.roles import Store

PATIENCE_S = 60
"""Far beyond what a write takes: a hung writer fails the test and does not hang it."""

Decide = Callable[[State], Decision[Any]]


@dataclass(frozen=True)
class HandMade:
    """A mutation of the test's choice."""

    decide: Decide
    reads: ReadSet = field(default_factory=ReadSet)
    size_bytes: int = 100
    request_id: str | None = None


def run_info(run_id: str, experiment_id: int = 0, **more: Any) -> RunInfo:
    """A run as it is when it was just created."""
    fields: dict[str, Any] = {
        "name": run_id,
        "user_id": "",
        "status": RunStatus.RUNNING,
        "start_time_ms": 1,
        "end_time_ms": None,
        "artifact_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
        "stage": LifecycleStage.ACTIVE,
    }
    return RunInfo(run_id=run_id, experiment_id=experiment_id, **fields | more)


class Writer:
    """Submits mutations and waits for them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def submit(self, mutation: HandMade) -> Future[Outcome]:
        """Sends one without waiting. A second call of `done` would raise InvalidStateError in the writer."""
        outcome: Future[Outcome] = Future()
        self._store.submit(mutation, outcome.set_result)
        return outcome

    def outcome(self, decide: Decide, *, reads: ReadSet | None = None, request_id: str | None = None) -> Outcome:
        """The outcome of one."""
        return self.submit(HandMade(decide, reads or ReadSet(), request_id=request_id)).result(PATIENCE_S)

    def changes(self, *changes: Change, reads: ReadSet | None = None) -> None:
        """Makes changes that are known to be allowed. `reads` names the runs and experiments they touch."""
        outcome = self.outcome(lambda _: Decision(changes, None), reads=reads or reads_of(changes))
        assert not isinstance(outcome, TrackwellError), outcome

    def run(self, run_id: str, experiment_id: int = 0, **more: Any) -> None:
        """Creates a run."""
        self.changes(AddRun(run_info(run_id, experiment_id, **more)))


def reads_of(changes: tuple[Change, ...]) -> ReadSet:
    """The read set that an operation making these changes would announce: whatever it names."""
    run_ids, experiment_ids, params, tags, experiment_tags, inputs_of = [], [], [], [], [], []
    for change in changes:
        if isinstance(change, AddRun):
            run_ids.append(change.info.run_id)
            experiment_ids.append(change.info.experiment_id)
            continue
        run_id, experiment_id = getattr(change, "run_id", None), getattr(change, "experiment_id", None)
        key, kind = getattr(change, "key", None), type(change).__name__
        if run_id is not None:
            run_ids.append(run_id)
            if "Param" in kind and key is not None:
                params.append((run_id, key))
            if "Tag" in kind and key is not None:
                tags.append((run_id, key))
            if "put" in kind:
                inputs_of.append(run_id)
        if experiment_id is not None:
            experiment_ids.append(experiment_id)
            if "Tag" in kind and key is not None:
                experiment_tags.append((experiment_id, key))
    return ReadSet(
        experiment_ids=tuple(dict.fromkeys(experiment_ids)),
        run_ids=tuple(dict.fromkeys(run_ids)),
        params=tuple(dict.fromkeys(params)),
        tags=tuple(dict.fromkeys(tags)),
        experiment_tags=tuple(dict.fromkeys(experiment_tags)),
        inputs_of=tuple(dict.fromkeys(inputs_of)),
    )
