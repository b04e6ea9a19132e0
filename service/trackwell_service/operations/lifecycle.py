"""Finding what a mutation names, and who may be written to (rest-facts §6)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage, RunInfo
from trackwell_service.domain.errors import InvalidParameter, ResourceDoesNotExist
from trackwell_service.domain.mutations import ReadSet, State

MUTATION_BYTES: Final = 512
"""What a queued mutation takes in memory beside the texts and columns it carries; bounds a queue, need not be exact."""

CACHED_READ_SETS: Final = 4096
"""How many runs' read sets are kept: one per run that is being logged to."""


class Idempotent:
    """Base of mutations which may be decided twice by their nature, so that a retry needs no request id."""

    __slots__ = ()

    @property
    def request_id(self) -> None:
        """None: see `mutations.Mutation.request_id`."""
        return None


@lru_cache(maxsize=CACHED_READ_SETS)
def run_only(run_id: str) -> ReadSet:
    """The read set of a mutation that looks at one run and nothing else; the most frequent one by far."""
    return ReadSet(run_ids=(run_id,))


def run_not_found(run_id: str) -> ResourceDoesNotExist:
    """The documented answer for an unknown run."""
    return ResourceDoesNotExist(f"Run with id={run_id} not found")


def experiment_not_found(experiment_id: int) -> ResourceDoesNotExist:
    """The documented answer for an unknown experiment."""
    return ResourceDoesNotExist(f"No Experiment with id={experiment_id} exists")


def existing_run(state: State, run_id: str) -> RunInfo:
    """The run, active or deleted."""
    run = state.run(run_id)
    if run is None:
        raise run_not_found(run_id)
    return run


def active_run(state: State, run_id: str) -> RunInfo:
    """The run, which must be active: a deleted one is read-only."""
    run = existing_run(state, run_id)
    if run.stage is not LifecycleStage.ACTIVE:
        raise InvalidParameter(
            f"The run {run_id} must be in the 'active' state. Current state is {run.stage.value}. "
            "Restore the run before changing it."
        )
    return run


def existing_experiment(state: State, experiment_id: int) -> ExperimentInfo:
    """The experiment, active or deleted."""
    experiment = state.experiment(experiment_id)
    if experiment is None:
        raise experiment_not_found(experiment_id)
    return experiment


def active_experiment(state: State, experiment_id: int) -> ExperimentInfo:
    """The experiment, which must be active."""
    experiment = existing_experiment(state, experiment_id)
    if experiment.stage is not LifecycleStage.ACTIVE:
        raise InvalidParameter(
            f"The experiment {experiment_id} must be in the 'active' state. Current state is {experiment.stage.value}. "
            "Restore the experiment before changing it or creating runs in it."
        )
    return experiment
