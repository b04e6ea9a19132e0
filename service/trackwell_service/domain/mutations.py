"""A write as a value: what it must see, and a pure decision on what to change.

The store's writer loads what the mutations of a group must see, lets them decide one after the other
(each sees what those before it changed), writes all changes in one transaction and then tells every caller.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from trackwell_service.domain.changes import Change
from trackwell_service.domain.entities import ExperimentInfo, RunInfo
from trackwell_service.domain.errors import (
    InvalidParameter,
    NotImplementedHere,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
    TrackwellError,
)

Reply = TypeVar("Reply")


@dataclass(frozen=True, slots=True)
class ReadSet:
    """The keys whose state a mutation must see. A run's experiment is seen with the run."""

    experiment_ids: tuple[int, ...] = ()
    experiment_names: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    """(run id, param key)."""
    tags: tuple[tuple[str, str], ...] = ()
    """(run id, tag key)."""
    experiment_tags: tuple[tuple[int, str], ...] = ()
    """(experiment id, tag key)."""
    inputs_of: tuple[str, ...] = ()
    """Ids of runs whose inputs and outputs must be seen."""


class State(Protocol):
    """What a decision sees: the store as it is after every mutation before. Only the read set may be asked for."""

    def experiment(self, experiment_id: int) -> ExperimentInfo | None:
        """The experiment, or None when there is none."""
        ...

    def experiment_named(self, name: str) -> ExperimentInfo | None:
        """The active or deleted experiment of that exact name, or None."""
        ...

    def run(self, run_id: str) -> RunInfo | None:
        """The run with its effective stage, or None."""
        ...

    def param(self, run_id: str, key: str) -> str | None:
        """The param's value, or None."""
        ...

    def tag(self, run_id: str, key: str) -> str | None:
        """The run tag's value, or None."""
        ...

    def experiment_tag(self, experiment_id: int, key: str) -> str | None:
        """The experiment tag's value, or None."""
        ...

    def dataset_inputs(self, run_id: str) -> AbstractSet[tuple[str, str]]:
        """(name, digest) of the datasets that the run has."""
        ...

    def model_inputs(self, run_id: str) -> AbstractSet[str]:
        """Model ids among the run's inputs."""
        ...

    def model_outputs(self, run_id: str) -> AbstractSet[tuple[str, int]]:
        """(model id, step) among the run's outputs."""
        ...

    def new_experiment_id(self) -> int:
        """An id that no experiment has or had; each call gives another."""
        ...


@dataclass(frozen=True, slots=True)
class Decision(Generic[Reply]):
    """What a mutation changes, in order, and what its caller is told."""

    changes: tuple[Change, ...]
    reply: Reply


class Mutation(Protocol[Reply]):
    """One write. Everything that varies (ids, clock) is fixed when the mutation is made, so deciding again is safe."""

    @property
    def reads(self) -> ReadSet:
        """The keys that `decide` looks at."""
        ...

    @property
    def size_bytes(self) -> int:
        """Roughly how much memory the mutation holds; bounds the writer's queue."""
        ...

    @property
    def request_id(self) -> str | None:
        """Set on a mutation which is not idempotent by nature and whose caller may retry it.

        The writer stores the outcome under this id in the same transaction, for an hour; a mutation
        with a stored id is not decided again: its caller gets the first outcome. The reply of such a mutation
        must be None, an int or a str.
        """
        ...

    def decide(self, state: State) -> Decision[Reply]:
        """Checks every rule against `state` and says what to change. A TrackwellError changes nothing."""
        ...


Outcome = Any | TrackwellError
"""A mutation's reply, or the error it ended with."""

_FINAL = (InvalidParameter, ResourceAlreadyExists, ResourceDoesNotExist, NotImplementedHere)


def is_final(outcome: Outcome) -> bool:
    """Whether a retry under the same request id gets this outcome again.

    Refusals that may pass (a full disk, a database that is away) and faults of ours are not: the retry is what they ask
    for.
    """
    return not isinstance(outcome, TrackwellError) or isinstance(outcome, _FINAL)


Done = Callable[[Outcome], None]
"""Called once, in the writer's thread, after the outcome is durable. It must not block and not raise."""


@dataclass(slots=True)
class Submission:
    """A mutation in the writer's queue."""

    mutation: Mutation[Any]
    done: Done
    attempts: int = field(default=0)
