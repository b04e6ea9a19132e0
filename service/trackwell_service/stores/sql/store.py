"""The SQL store: one thin object which plays every role of `stores.roles` by handing on to the parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trackwell_service.domain.entities import (
    DatasetSummary,
    Experiment,
    MetricSummary,
    Run,
)
from trackwell_service.domain.mutations import Done, Mutation
from trackwell_service.domain.series import Columns
from trackwell_service.stores.roles import (
    ExperimentQuery,
    HistoryPosition,
    Page,
    RunChange,
    RunQuery,
    RunRef,
)
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.experiments_read import ExperimentFinder, ExperimentLoader
from trackwell_service.stores.sql.group import GroupCommit
from trackwell_service.stores.sql.key_names import KeyNames
from trackwell_service.stores.sql.merging import Merger
from trackwell_service.stores.sql.metrics_read import HistoryReader
from trackwell_service.stores.sql.reading import READ_CONNECTIONS, ReadPool
from trackwell_service.stores.sql.runs_find import RunFinder
from trackwell_service.stores.sql.runs_read import RunLoader
from trackwell_service.stores.sql.session import OnStatement
from trackwell_service.stores.sql.writer import GroupCommitWriter, WriterLimits


class SqlStore:
    """Plays `roles.Store` on a database whose schema has been checked."""

    def __init__(
        self,
        dialect: Dialect,
        clock: Callable[[], int],
        *,
        read_pool_size: int = READ_CONNECTIONS,
        limits: WriterLimits | None = None,
        on_write_statement: OnStatement | None = None,
        on_read_statement: OnStatement | None = None,
    ) -> None:
        self._reads = ReadPool(dialect, read_pool_size, on_read_statement)
        names = KeyNames(dialect)
        self._experiments = ExperimentLoader(dialect)
        self._experiment_finder = ExperimentFinder(dialect, self._experiments)
        self._runs = RunLoader(dialect, names)
        self._run_finder = RunFinder(dialect, names, self._runs)
        self._history = HistoryReader(dialect)
        group = GroupCommit(dialect, clock, on_write_statement)
        self._merger = Merger(dialect, group)
        self._writer = GroupCommitWriter(dialect, group, self._merger, limits)

    @property
    def merge_lag(self) -> int:
        """How many runs have more unmerged points than they should: 0 when merging keeps up."""
        return self._merger.lag

    @property
    def queued_bytes(self) -> int:
        """Size of the mutations that wait or are being written, in bytes."""
        return self._writer.queued_bytes

    # -- MutationWriter

    def submit(self, mutation: Mutation[Any], done: Done) -> None:
        """See `roles.MutationWriter.submit`."""
        self._writer.submit(mutation, done)

    # -- ExperimentReader

    def experiment(self, experiment_id: int) -> Experiment | None:
        """See `roles.ExperimentReader.experiment`."""
        with self._reads.transaction() as session:
            return self._experiments.by_id(session, experiment_id)

    def experiment_by_name(self, name: str) -> Experiment | None:
        """See `roles.ExperimentReader.experiment_by_name`."""
        with self._reads.transaction() as session:
            return self._experiments.by_name(session, name)

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        """See `roles.ExperimentReader.search_experiments`."""
        with self._reads.transaction(is_search=True) as session:
            return self._experiment_finder.page(session, query)

    def dataset_summaries(self, experiment_ids: Sequence[int], limit: int) -> Sequence[DatasetSummary]:
        """See `roles.ExperimentReader.dataset_summaries`."""
        with self._reads.transaction() as session:
            return self._experiments.dataset_summaries(session, experiment_ids, limit)

    # -- RunReader

    def find_runs(self, query: RunQuery) -> Page[RunRef]:
        """See `roles.RunReader.find_runs`."""
        with self._reads.transaction(is_search=True) as session:
            return self._run_finder.page(session, query)

    def run_refs(self, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        """See `roles.RunReader.run_refs`."""
        with self._reads.transaction() as session:
            return self._runs.refs(session, run_ids)

    def load_runs(self, run_ids: Sequence[str]) -> Mapping[str, Run]:
        """See `roles.RunReader.load_runs`."""
        with self._reads.transaction() as session:
            return self._runs.load(session, run_ids)

    # -- MetricReader

    def metric_summaries(self, run_id: str) -> Mapping[str, MetricSummary]:
        """See `roles.MetricReader.metric_summaries`."""
        with self._reads.transaction() as session:
            return self._runs.summaries_of(session, run_id)

    def history(self, run_id: str, key: str, after: HistoryPosition | None, limit: int) -> Columns:
        """See `roles.MetricReader.history`."""
        with self._reads.transaction() as session:
            return self._history.page(session, run_id, key, after, limit)

    # -- ChangeReader

    def newest_version(self) -> int:
        """See `roles.ChangeReader.newest_version`."""
        with self._reads.transaction() as session:
            return self._runs.newest_version(session)

    def changes(
        self, experiment_ids: Sequence[int], run_ids: Sequence[str], after_version: int, limit: int
    ) -> Sequence[RunChange]:
        """See `roles.ChangeReader.changes`."""
        with self._reads.transaction() as session:
            return self._runs.changes(session, experiment_ids, run_ids, after_version, limit)

    def close(self) -> None:
        """See `roles.Store.close`."""
        self._writer.close()
        self._reads.close()
