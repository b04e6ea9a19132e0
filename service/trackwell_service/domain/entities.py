"""Experiments, runs and what is logged to them, as immutable values. All times are milliseconds since the epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple


class LifecycleStage(StrEnum):
    """Whether an experiment or run is in use or in the bin. The words are those of the wire."""

    ACTIVE = "active"
    DELETED = "deleted"


class ViewType(IntEnum):
    """Which lifecycle stages a listing shows."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    def shows(self, stage: LifecycleStage) -> bool:
        """Whether something in `stage` belongs to this view."""
        if self is ViewType.ALL:
            return True
        return (stage is LifecycleStage.ACTIVE) == (self is ViewType.ACTIVE_ONLY)


class RunStatus(IntEnum):
    """Where a run stands. Names and numbers are those of the wire."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5


@dataclass(frozen=True, slots=True)
class ExperimentInfo:
    """An experiment without its tags."""

    experiment_id: int
    name: str
    artifact_location: str
    stage: LifecycleStage
    creation_time_ms: int
    last_update_time_ms: int


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment with its tags."""

    info: ExperimentInfo
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run without what was logged to it.

    `stage` is the effective one: that of the run or of its experiment, whichever was set later.
    `name` always equals the tag ``mlflow.runName``. `start_time_ms` and `experiment_id` never change.
    """

    run_id: str
    experiment_id: int
    name: str
    user_id: str
    status: RunStatus
    start_time_ms: int
    end_time_ms: int | None
    artifact_uri: str
    stage: LifecycleStage


class MetricSummary(NamedTuple):
    """What is known of one metric of one run without reading its history.

    The latest point is the greatest by (step, timestamp, value), see `series.point_rank`. Minimum and
    maximum disregard NaN and are None when every value is NaN; their steps are the smallest ones at
    which the value was reached. A tuple, since a page of runs has ten thousand and a frozen class takes six times as
    long to make.
    """

    value: float
    step: int
    timestamp_ms: int
    min_value: float | None
    min_step: int | None
    max_value: float | None
    max_step: int | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, identified within an experiment by (name, digest)."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetInput:
    """A dataset as one run used it."""

    dataset: Dataset
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelOutput:
    """A model that a run produced at a step."""

    model_id: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run with everything that was logged to it but the metrics' histories. Mappings are sorted by key."""

    info: RunInfo
    metrics: Mapping[str, MetricSummary] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    dataset_inputs: tuple[DatasetInput, ...] = ()
    model_inputs: tuple[str, ...] = ()
    model_outputs: tuple[ModelOutput, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """One dataset as runs of one experiment used it; `context` is their tag ``mlflow.data.context``."""

    experiment_id: int
    name: str
    digest: str
    context: str | None
