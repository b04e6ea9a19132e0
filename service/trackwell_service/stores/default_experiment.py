"""Experiment 0, "Default", which every new store has (rest-facts §6)."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass

from trackwell_service.domain.changes import AddExperiment
from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Decision, Outcome, ReadSet, State
from trackwell_service.stores.roles import Store


def system_clock_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def default_experiment(artifact_location: str, time_ms: int) -> ExperimentInfo:
    """Experiment 0 of a store that is made at that moment."""
    return ExperimentInfo(0, "Default", artifact_location, LifecycleStage.ACTIVE, time_ms, time_ms)


def create_default_experiment(store: Store, artifact_location: str, time_ms: int) -> None:
    """Gives the store experiment 0 unless it has one. Closes it and raises the refusal if that cannot be."""
    future: Future[Outcome] = Future()
    store.submit(CreateDefaultExperiment(artifact_location, time_ms), future.set_result)
    outcome = future.result()
    if isinstance(outcome, TrackwellError):
        store.close()
        raise outcome


@dataclass(frozen=True, slots=True)
class CreateDefaultExperiment:
    """The mutation behind it."""

    artifact_location: str
    time_ms: int
    size_bytes: int = 0
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """See `mutations.Mutation.reads`."""
        return ReadSet(experiment_ids=(0,))

    def decide(self, state: State) -> Decision[None]:
        """See `mutations.Mutation.decide`."""
        if state.experiment(0) is not None:
            return Decision((), None)
        return Decision((AddExperiment(default_experiment(self.artifact_location, self.time_ms)),), None)
