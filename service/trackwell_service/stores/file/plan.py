"""One mutation's changes, folded: what each run and experiment it touches will have that it has not now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddModelInput,
    AddModelOutput,
    AddParam,
    AddRun,
    AppendPoints,
    Change,
    RemoveExperimentTag,
    RemoveTag,
    RenameExperiment,
    SetExperimentStage,
    SetExperimentTag,
    SetRunStage,
    SetTag,
    UpdateRun,
)
from trackwell_service.domain.entities import DatasetInput, ExperimentInfo, LifecycleStage, ModelOutput, RunInfo
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file.layout import check_file_keys, check_new_run_folder


@dataclass(slots=True)
class RunPlan:
    """What one run gets. `new` is set for one that is created; a tag of None is removed."""

    new: RunInfo | None = None
    update: UpdateRun | None = None
    stage: LifecycleStage | None = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    points: dict[str, list[Columns]] = field(default_factory=dict)
    datasets: list[DatasetInput] = field(default_factory=list)
    model_inputs: list[str] = field(default_factory=list)
    model_outputs: list[ModelOutput] = field(default_factory=list)


@dataclass(slots=True)
class ExperimentPlan:
    """What one experiment gets. `new` is set for one that is created; a tag of None is removed."""

    new: ExperimentInfo | None = None
    rename: RenameExperiment | None = None
    stage: SetExperimentStage | None = None
    tags: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """Everything of one mutation, in the order in which it touches things."""

    runs: dict[str, RunPlan] = field(default_factory=dict)
    experiments: dict[int, ExperimentPlan] = field(default_factory=dict)

    def check(self) -> None:
        """Refuses what the layout cannot hold, before anything is written."""
        for run_id, run in self.runs.items():
            if run.new is not None:
                check_new_run_folder(run_id)
            for keys, what in ((run.params, "param"), (run.tags, "tag"), (run.points, "metric")):
                check_file_keys(keys, what)
        for experiment in self.experiments.values():
            check_file_keys(experiment.tags, "tag")


def plan_of(changes: Sequence[Change]) -> Plan:
    """The plan of one mutation's changes, which take effect in their order."""
    plan = Plan()
    for change in changes:
        match change:
            case AddExperiment(info):
                plan.experiments[info.experiment_id] = ExperimentPlan(new=info)
            case AddRun(info):
                plan.runs[info.run_id] = RunPlan(new=info)
            case RenameExperiment() | SetExperimentStage() | SetExperimentTag() | RemoveExperimentTag():
                _add_to_experiment(plan.experiments.setdefault(change.experiment_id, ExperimentPlan()), change)
            case _:
                _add_to_run(plan.runs.setdefault(change.run_id, RunPlan()), change)
    return plan


def _add_to_experiment(
    plan: ExperimentPlan, change: RenameExperiment | SetExperimentStage | SetExperimentTag | RemoveExperimentTag
) -> None:
    match change:
        case RenameExperiment():
            plan.rename = change
        case SetExperimentStage():
            plan.stage = change
        case SetExperimentTag(_, key, value):
            plan.tags[key] = value
        case RemoveExperimentTag(_, key):
            plan.tags[key] = None


def _add_to_run(
    plan: RunPlan,
    change: UpdateRun
    | SetRunStage
    | AddParam
    | SetTag
    | RemoveTag
    | AppendPoints
    | AddDatasetInput
    | AddModelInput
    | AddModelOutput,
) -> None:
    match change:
        case UpdateRun():
            plan.update = change
        case SetRunStage(_, stage):
            plan.stage = stage
        case AddParam(_, key, value):
            plan.params[key] = value
        case SetTag(_, key, value):
            plan.tags[key] = value
        case RemoveTag(_, key):
            plan.tags[key] = None
        case AppendPoints(_, key, columns):
            plan.points.setdefault(key, []).append(columns)
        case AddDatasetInput(_, dataset_input):
            plan.datasets.append(dataset_input)
        case AddModelInput(_, model_id):
            plan.model_inputs.append(model_id)
        case AddModelOutput(_, output):
            plan.model_outputs.append(output)
