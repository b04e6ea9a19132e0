"""The directory store: one object which plays every role of `stores.roles` over folders that MLflow shares."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from trackwell_service.domain.entities import DatasetSummary, Experiment, LifecycleStage, MetricSummary, Run
from trackwell_service.domain.mutations import Done, Mutation
from trackwell_service.domain.series import Columns
from trackwell_service.domain.tags import DATASET_CONTEXT
from trackwell_service.stores.file.cache_file import CacheFile
from trackwell_service.stores.file.catalog import Catalog
from trackwell_service.stores.file.commit import Committer
from trackwell_service.stores.file.layout import METRICS, is_key
from trackwell_service.stores.file.places import Places
from trackwell_service.stores.file.state import FolderState
from trackwell_service.stores.file.writer import FileWriter
from trackwell_service.stores.remembered import RememberedOutcomes
from trackwell_service.stores.roles import ExperimentQuery, HistoryPosition, Page, RunChange, RunQuery, RunRef
from trackwell_service.stores.selection import select_experiments, select_runs, sorted_summaries

if TYPE_CHECKING:
    from trackwell_service.stores.file.histories import Histories


class FileStore:
    """Plays `roles.Store` on a root folder that exists."""

    def __init__(
        self, root: str, clock: Callable[[], int], new_experiment_id: Callable[[], int], *, sync: bool
    ) -> None:
        self._cache = CacheFile(root)
        places = Places(root)
        self._catalog = Catalog(places, self._cache.load_runs)
        state = FolderState(places, new_experiment_id)
        committer = Committer(state, clock, sync=sync)
        self._writer = FileWriter(state, committer, RememberedOutcomes(clock), self._catalog.versions.written)
        self._histories_lock = threading.Lock()

    @cached_property
    def _histories(self) -> Histories:
        # numpy takes long to load; a process which only takes points never does.
        from trackwell_service.stores.file.histories import Histories  # noqa: PLC0415 - see the comment

        return Histories()

    def has_experiments(self) -> bool:
        """Whether any experiment, active or deleted, can be read."""
        return any(True for _ in self._catalog.experiments())

    # -- MutationWriter

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`."""
        self._writer.submit(mutation, done)

    # -- ExperimentReader

    def experiment(self, experiment_id: int) -> Experiment | None:
        """See `roles.ExperimentReader.experiment`."""
        found = self._catalog.experiment(experiment_id)
        return None if found is None else self._catalog.with_tags(*found)

    def experiment_by_name(self, name: str) -> Experiment | None:
        """See `roles.ExperimentReader.experiment_by_name`."""
        for entry, info in self._catalog.experiments():
            if info.name == name:
                return self._catalog.with_tags(entry, info)
        return None

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        """See `roles.ExperimentReader.search_experiments`."""
        return select_experiments(
            (self._catalog.with_tags(entry, info) for entry, info in self._catalog.experiments()), query
        )

    def dataset_summaries(self, experiment_ids: Sequence[int], limit: int) -> Sequence[DatasetSummary]:
        """See `roles.ExperimentReader.dataset_summaries`."""
        found = {
            DatasetSummary(experiment_id, used.dataset.name, used.dataset.digest, used.tags.get(DATASET_CONTEXT))
            for experiment_id in set(experiment_ids)
            for run in self._catalog.runs_of(experiment_id)
            if run.info.stage is LifecycleStage.ACTIVE
            for used in run.dataset_inputs
        }
        return sorted_summaries(found)[:limit]

    # -- RunReader

    def find_runs(self, query: RunQuery) -> Page[RunRef]:
        """See `roles.RunReader.find_runs`."""
        page = select_runs(self._runs_of(query.experiment_ids), query)
        self._cache.keep(self._catalog)
        return Page([_reference(run) for run in page.items], page.after)

    def run_refs(self, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        """See `roles.RunReader.run_refs`."""
        return {run_id: _reference(run) for run_id, run in self._catalog.runs(run_ids).items()}

    def load_runs(self, run_ids: Sequence[str]) -> Mapping[str, Run]:
        """See `roles.RunReader.load_runs`."""
        return self._catalog.runs(run_ids)

    def _runs_of(self, experiment_ids: Sequence[int]) -> list[Run]:
        return [run for experiment_id in set(experiment_ids) for run in self._catalog.runs_of(experiment_id)]

    # -- MetricReader

    def metric_summaries(self, run_id: str) -> Mapping[str, MetricSummary]:
        """See `roles.MetricReader.metric_summaries`."""
        run = self._catalog.runs((run_id,)).get(run_id)
        return {} if run is None else run.metrics

    def history(self, run_id: str, key: str, after: HistoryPosition | None, limit: int) -> Columns:
        """See `roles.MetricReader.history`."""
        place = self._catalog.place_of(run_id) if is_key(key) else None
        if place is None or limit < 1:
            return Columns.of(())
        with self._histories_lock:
            histories = self._histories
        root = self._catalog.places.root
        return histories.page(root, f"{place.path.removeprefix(root + '/')}/{METRICS}/{key}", after, limit)

    # -- ChangeReader

    def newest_version(self) -> int:
        """See `roles.ChangeReader.newest_version`."""
        return self._catalog.versions.newest

    def changes(
        self, experiment_ids: Sequence[int], run_ids: Sequence[str], after_version: int, limit: int
    ) -> Sequence[RunChange]:
        """See `roles.ChangeReader.changes`."""
        seen = {run.info.run_id: run for run in self._runs_of(experiment_ids)}
        seen |= self._catalog.runs([run_id for run_id in run_ids if run_id not in seen])
        found = [
            RunChange(run_id, run.info.experiment_id, run.version)
            for run_id, run in seen.items()
            if run.version > after_version
        ]
        return sorted(found, key=lambda change: change.version)[:limit]

    def close(self) -> None:
        """See `roles.Store.close`."""
        self._writer.close()
        self._cache.close(self._catalog)


def _reference(run: Run) -> RunRef:
    return RunRef(run.info.run_id, run.version, run.info.stage)
