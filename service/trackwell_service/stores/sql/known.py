"""What the writer remembers of the database from one group commit to the next.

It is right as long as nobody else has written. Every writer leaves another change number behind, so a group begins by
reading the counters; when they are not as they were left, or when a group fails, everything is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage, RunInfo
from trackwell_service.stores.sql.metric_row import MetricRow

MOST_RUNS = 20_000
"""Runs remembered at most (about 1 KB each)."""

MOST_METRICS = 100_000
"""Metric summaries remembered at most (about 400 bytes each)."""

MOST_NAMES = 100_000
"""Names of metrics, params and tags remembered at most (about 200 bytes each)."""

Key = TypeVar("Key")
Value = TypeVar("Value")

STAGES = (LifecycleStage.ACTIVE, LifecycleStage.DELETED)
"""Stages by the number that stands for them in the tables."""

STAGE_NUMBERS = {stage: number for number, stage in enumerate(STAGES)}


@dataclass(slots=True)
class ExperimentRow:
    """An experiment as it is stored, with the changes of the present group."""

    info: ExperimentInfo
    epoch: int


@dataclass(slots=True)
class RunRow:
    """A run as it is stored, with the changes of the present group. `info.stage` may be out of date, see `seen`."""

    pk: int
    info: RunInfo
    own_stage: LifecycleStage
    epoch: int
    version: int
    pending_blocks: int = 0
    """Unmerged writes and blocks of the run's metrics."""
    pending_points: int = 0
    """Points in unmerged writes."""

    def seen(self, experiment: ExperimentRow) -> RunInfo:
        """The run with its effective stage: the later one of its own and its experiment's (DESIGN §4, Reads)."""
        stage = self.own_stage if self.epoch >= experiment.epoch else experiment.info.stage
        if stage is not self.info.stage:
            self.info = replace(self.info, stage=stage)
        return self.info


@dataclass(slots=True)
class Known:
    """The writer's memory. Only the writer's thread touches it."""

    experiments: dict[int, ExperimentRow] = field(default_factory=dict)
    runs: dict[str, RunRow] = field(default_factory=dict)
    metrics: dict[tuple[int, int], MetricRow] = field(default_factory=dict)
    """By (run pk, key id)."""
    names: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    """The last number handed out of each kind; empty until it is read."""
    backlog: int | None = None
    """Runs that wait to be merged, as far as known; None when that must be asked."""

    def forget(self) -> None:
        """Nothing is known any more."""
        self.names.clear()
        self.forget_what_changes()

    def forget_what_changes(self) -> None:
        """Another server has written. The names that were committed stay what they are."""
        for memory in (self.experiments, self.runs, self.metrics, self.counters):
            memory.clear()
        # What waited may be done by now; what did not may wait.
        self.backlog = self.backlog or None

    def trim(self) -> None:
        """Keeps the memory bounded by dropping what was learnt first; called between groups."""
        _shorten(self.runs, MOST_RUNS)
        _shorten(self.metrics, MOST_METRICS)
        _shorten(self.names, MOST_NAMES)


def _shorten(memory: dict[Key, Value], most: int) -> None:
    if len(memory) > most:
        for key in list(memory)[: most // 2]:
            del memory[key]
