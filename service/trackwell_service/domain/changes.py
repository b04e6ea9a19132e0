"""The changes that a store can be asked to make. A change is already known to be allowed; a store only applies it."""

from __future__ import annotations

from dataclasses import dataclass

from trackwell_service.domain.entities import (
    DatasetInput,
    ExperimentInfo,
    LifecycleStage,
    ModelOutput,
    RunInfo,
    RunStatus,
)
from trackwell_service.domain.series import Columns


@dataclass(slots=True)
class AddExperiment:
    """A new experiment."""

    info: ExperimentInfo


@dataclass(slots=True)
class RenameExperiment:
    """A new name for an experiment."""

    experiment_id: int
    name: str
    last_update_time_ms: int


@dataclass(slots=True)
class SetExperimentStage:
    """Deletes or restores an experiment and with it every run in it, in O(1).

    A run's own stage counts again once it is set anew.
    """

    experiment_id: int
    stage: LifecycleStage
    last_update_time_ms: int


@dataclass(slots=True)
class SetExperimentTag:
    """Inserts or replaces one experiment tag."""

    experiment_id: int
    key: str
    value: str


@dataclass(slots=True)
class RemoveExperimentTag:
    """Removes one experiment tag."""

    experiment_id: int
    key: str


@dataclass(slots=True)
class AddRun:
    """A new run."""

    info: RunInfo


@dataclass(slots=True)
class UpdateRun:
    """New status, end time and name of a run; all three are given, changed or not."""

    run_id: str
    status: RunStatus
    end_time_ms: int | None
    name: str


@dataclass(slots=True)
class SetRunStage:
    """Deletes or restores one run."""

    run_id: str
    stage: LifecycleStage


@dataclass(slots=True)
class AddParam:
    """A param that the run does not have yet."""

    run_id: str
    key: str
    value: str


@dataclass(slots=True)
class SetTag:
    """Inserts or replaces one run tag."""

    run_id: str
    key: str
    value: str


@dataclass(slots=True)
class RemoveTag:
    """Removes one run tag."""

    run_id: str
    key: str


@dataclass(slots=True)
class AppendPoints:
    """Points of one metric, at least one, in any order, perhaps stored already."""

    run_id: str
    key: str
    columns: Columns


@dataclass(slots=True)
class AddDatasetInput:
    """A dataset that the run does not have yet. The dataset itself may exist in the experiment: that one is kept."""

    run_id: str
    dataset_input: DatasetInput


@dataclass(slots=True)
class AddModelInput:
    """A model id that is not among the run's inputs yet."""

    run_id: str
    model_id: str


@dataclass(slots=True)
class AddModelOutput:
    """A model that is not among the run's outputs yet."""

    run_id: str
    output: ModelOutput


Change = (
    AddExperiment
    | RenameExperiment
    | SetExperimentStage
    | SetExperimentTag
    | RemoveExperimentTag
    | AddRun
    | UpdateRun
    | SetRunStage
    | AddParam
    | SetTag
    | RemoveTag
    | AppendPoints
    | AddDatasetInput
    | AddModelInput
    | AddModelOutput
)
