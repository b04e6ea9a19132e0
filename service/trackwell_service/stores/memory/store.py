"""A store in plain dicts under one lock: what every other store must look like from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trackwell_service.domain.changes import AddExperiment
from trackwell_service.domain.entities import (
    DatasetSummary,
    Experiment,
    LifecycleStage,
    MetricSummary,
    Run,
)
from trackwell_service.domain.errors import TemporarilyUnavailable, TrackwellError
from trackwell_service.domain.mutations import Done, Mutation, Outcome
from trackwell_service.domain.series import Columns, history_rank
from trackwell_service.domain.tags import DATASET_CONTEXT
from trackwell_service.stores.default_experiment import default_experiment
from trackwell_service.stores.memory.state import MemoryState
from trackwell_service.stores.memory.tables import RunRecord, Tables, rank_of
from trackwell_service.stores.remembered import RememberedOutcomes
from trackwell_service.stores.roles import ExperimentQuery, HistoryPosition, Page, RunChange, RunQuery, RunRef
from trackwell_service.stores.selection import select_experiments, select_runs, sorted_summaries


def open_memory_store(*, default_artifact_location: str, clock: Callable[[], int]) -> MemoryStore:
    """A new store which holds experiment 0, "Default" (rest-facts §6). `clock` tells milliseconds since the epoch."""
    store = MemoryStore(clock)
    store.tables.apply((AddExperiment(default_experiment(default_artifact_location, clock())),))
    return store


@dataclass(slots=True)
class MemoryStore:
    """Plays every role of `stores.roles`. When `submit` returns, the mutation took effect and `done` was called."""

    clock: Callable[[], int]
    tables: Tables = field(default_factory=Tables)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _next_experiment_id: int = 1
    _closed: bool = False
    _remembered: RememberedOutcomes = field(init=False)

    def __post_init__(self) -> None:
        self._remembered = RememberedOutcomes(self.clock)

    # -- MutationWriter

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`. The lock is held until `done` returns, so outcomes come in order."""
        with self._lock:
            if self._closed:
                raise TemporarilyUnavailable("The store is closing and takes no more writes.")
            done(self._remembered.outcome(mutation, self._decide))

    def _decide(self, mutation: Mutation[Any]) -> Outcome:
        state = MemoryState(self.tables, mutation.reads, self._next_experiment_id)
        try:
            decision = mutation.decide(state)
        except TrackwellError as error:
            return error
        self._next_experiment_id = state.next_experiment_id
        self.tables.apply(decision.changes)
        return decision.reply

    # -- ExperimentReader

    def experiment(self, experiment_id: int) -> Experiment | None:
        """See `roles.ExperimentReader.experiment`."""
        with self._lock:
            record = self.tables.experiments.get(experiment_id)
            return None if record is None else record.as_experiment()

    def experiment_by_name(self, name: str) -> Experiment | None:
        """See `roles.ExperimentReader.experiment_by_name`."""
        with self._lock:
            record = self.tables.named(name)
            return None if record is None else record.as_experiment()

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        """See `roles.ExperimentReader.search_experiments`."""
        with self._lock:
            return select_experiments((record.as_experiment() for record in self.tables.experiments.values()), query)

    def dataset_summaries(self, experiment_ids: Sequence[int], limit: int) -> Sequence[DatasetSummary]:
        """See `roles.ExperimentReader.dataset_summaries`. An absent context comes before every other."""
        with self._lock:
            found = {
                DatasetSummary(record.info.experiment_id, name, digest, tags.get(DATASET_CONTEXT))
                for record in self.tables.runs.values()
                if record.info.experiment_id in experiment_ids and record.info.stage is LifecycleStage.ACTIVE
                for (name, digest), tags in record.dataset_inputs.items()
            }
        return sorted_summaries(found)[:limit]

    # -- RunReader

    def find_runs(self, query: RunQuery) -> Page[RunRef]:
        """See `roles.RunReader.find_runs`."""
        with self._lock:
            candidates = (
                self.tables.as_run(record)
                for experiment_id in set(query.experiment_ids)
                for record in self.tables.runs_of(experiment_id)
            )
            page = select_runs(candidates, query)
            return Page([_reference(self.tables.runs[run.info.run_id]) for run in page.items], page.after)

    def run_refs(self, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        """See `roles.RunReader.run_refs`."""
        with self._lock:
            return {run_id: _reference(self.tables.runs[run_id]) for run_id in run_ids if run_id in self.tables.runs}

    def load_runs(self, run_ids: Sequence[str]) -> Mapping[str, Run]:
        """See `roles.RunReader.load_runs`."""
        with self._lock:
            return {
                run_id: self.tables.as_run(self.tables.runs[run_id]) for run_id in run_ids if run_id in self.tables.runs
            }

    # -- MetricReader

    def metric_summaries(self, run_id: str) -> Mapping[str, MetricSummary]:
        """See `roles.MetricReader.metric_summaries`."""
        with self._lock:
            record = self.tables.runs.get(run_id)
            return {} if record is None else dict(sorted(record.summaries.items()))

    def history(self, run_id: str, key: str, after: HistoryPosition | None, limit: int) -> Columns:
        """See `roles.MetricReader.history`."""
        with self._lock:
            record = self.tables.runs.get(run_id)
            points = [] if record is None else record.histories.get(key, [])
            later = (point for point in points if after is None or rank_of(point) > history_rank(*after))
            return Columns.of([point for point, _ in zip(later, range(limit), strict=False)])

    # -- ChangeReader

    def newest_version(self) -> int:
        """See `roles.ChangeReader.newest_version`."""
        with self._lock:
            return self.tables.version

    def changes(
        self, experiment_ids: Sequence[int], run_ids: Sequence[str], after_version: int, limit: int
    ) -> Sequence[RunChange]:
        """See `roles.ChangeReader.changes`."""
        with self._lock:
            found = [
                RunChange(record.info.run_id, record.info.experiment_id, record.version)
                for record in self.tables.runs.values()
                if record.version > after_version
                and (record.info.experiment_id in experiment_ids or record.info.run_id in run_ids)
            ]
        return sorted(found, key=lambda change: change.version)[:limit]

    def close(self) -> None:
        """See `roles.Store.close`. There is no queue, so nothing is left to finish."""
        with self._lock:
            self._closed = True


def _reference(record: RunRecord) -> RunRef:
    return RunRef(record.info.run_id, record.version, record.info.stage)
