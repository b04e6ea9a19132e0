"""The roles that a store plays. The docstrings are the contract which tests/acceptance holds every store to.

Readers see everything that was acknowledged before the call. They raise TrackwellError only (driver
errors are translated where they arise) and may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from trackwell_service.domain.entities import DatasetSummary, Experiment, LifecycleStage, MetricSummary, Run, ViewType
from trackwell_service.domain.mutations import Done, Mutation
from trackwell_service.domain.series import Columns
from trackwell_service.search.ast import ExperimentFilter, ExperimentOrder, RunFilter, RunOrder

Item = TypeVar("Item")

Keyset = tuple[Any, ...]
"""Sort position of the last item of a page: ints, floats, texts and None, made and read by one store only."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, and where the next page begins; `after` is None on the last page, also on an exactly full one."""

    items: Sequence[Item]
    after: Keyset | None


@dataclass(frozen=True, slots=True)
class ExperimentQuery:
    """Which experiments, in which order. `filter` None means all; `order` empty means the documented default."""

    view: ViewType
    filter: ExperimentFilter | None
    order: tuple[ExperimentOrder, ...]
    limit: int
    after: Keyset | None = None


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs of which experiments, in which order. `filter` None: all; `order` empty: the documented default."""

    experiment_ids: tuple[int, ...]
    view: ViewType
    filter: RunFilter | None
    order: tuple[RunOrder, ...]
    limit: int
    after: Keyset | None = None


class RunRef(NamedTuple):
    """Names one state of a run: equal references mean equal runs, in every store and process."""

    run_id: str
    version: int
    stage: LifecycleStage


class HistoryPosition(NamedTuple):
    """A point's place in a history, which is ordered by `series.history_rank`."""

    timestamp_ms: int
    step: int
    value: float


class RunChange(NamedTuple):
    """A run whose version is greater than a watcher has seen."""

    run_id: str
    experiment_id: int
    version: int


class MutationWriter(Protocol):
    """The one way to change a store."""

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """Queues the mutation and returns at once; `done` is called when its outcome is durable.

        Mutations take effect in the order of submission. Raises ResourceExhausted when the queue is
        full and TemporarilyUnavailable when the store is closing; then `done` is not called.
        """
        ...


class ExperimentReader(Protocol):
    """Finds experiments."""

    def experiment(self, experiment_id: int) -> Experiment | None:
        """The experiment, active or deleted, or None."""
        ...

    def experiment_by_name(self, name: str) -> Experiment | None:
        """The experiment of that exact name, active or deleted, or None."""
        ...

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        """A page of experiments in the query's order (rest-facts §7)."""
        ...

    def dataset_summaries(self, experiment_ids: Sequence[int], limit: int) -> Sequence[DatasetSummary]:
        """Distinct datasets of active runs, sorted by (experiment id, name, digest, context), at most `limit`."""
        ...


class RunReader(Protocol):
    """Finds runs. A page is found and loaded in a constant number of statements, whatever its size."""

    def find_runs(self, query: RunQuery) -> Page[RunRef]:
        """A page of references in the query's order (rest-facts §7). Unknown experiments have no runs."""
        ...

    def run_refs(self, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        """Present references of those of the runs which exist, active or deleted."""
        ...

    def load_runs(self, run_ids: Sequence[str]) -> Mapping[str, Run]:
        """Those of the runs which exist, active or deleted, each with the version that it was read at."""
        ...


class MetricReader(Protocol):
    """Reads histories, in the order of `series.history_rank`.

    An exact duplicate counts once. An unknown run or key is an empty history.
    """

    def metric_summaries(self, run_id: str) -> Mapping[str, MetricSummary]:
        """Every metric key of the run, sorted, with its summary."""
        ...

    def history(self, run_id: str, key: str, after: HistoryPosition | None, limit: int) -> Columns:
        """At most `limit` points of one metric which come after `after`; fewer only at the end of the history."""
        ...


class ChangeReader(Protocol):
    """Tells which runs changed."""

    def newest_version(self) -> int:
        """A version which every run changed from now on will exceed."""
        ...

    def changes(
        self, experiment_ids: Sequence[int], run_ids: Sequence[str], after_version: int, limit: int
    ) -> Sequence[RunChange]:
        """Runs of the experiments, and of the ids, with versions above `after_version`, by version, at most `limit`."""
        ...


class Store(MutationWriter, ExperimentReader, RunReader, MetricReader, ChangeReader, Protocol):
    """A store which plays every role."""

    def close(self) -> None:
        """Finishes every queued mutation, then releases what the store holds. May be called twice."""
        ...
