"""What the memory store remembers, as plain dicts, and how each change alters it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

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
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    ExperimentInfo,
    MetricSummary,
    ModelOutput,
    Run,
    RunInfo,
)
from trackwell_service.domain.series import canonical, history_rank, summarize

Point = tuple[int, int, float]
"""(timestamp_ms, step, value)."""

ExperimentChange = AddExperiment | RenameExperiment | SetExperimentStage | SetExperimentTag | RemoveExperimentTag


def rank_of(point: Point) -> tuple[int, int, tuple[float, int]]:
    """Where the point stands in a history. Two points have the same rank only if all their bits are equal."""
    return history_rank(*point)


@dataclass(slots=True)
class ExperimentRecord:
    """One experiment."""

    info: ExperimentInfo
    tags: dict[str, str] = field(default_factory=dict)
    datasets: dict[tuple[str, str], Dataset] = field(default_factory=dict)
    """By (name, digest), as they were first logged."""

    def as_experiment(self) -> Experiment:
        """The experiment as readers see it."""
        return Experiment(self.info, dict(sorted(self.tags.items())))


@dataclass(slots=True)
class RunRecord:
    """One run. `info.stage` is always the effective stage, since changing an experiment's stage visits its runs."""

    info: RunInfo
    version: int
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    histories: dict[str, list[Point]] = field(default_factory=dict)
    """Points by metric key, sorted by `rank_of`, each once."""
    summaries: dict[str, MetricSummary] = field(default_factory=dict)
    dataset_inputs: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Tags by the dataset's (name, digest), in the order of logging."""
    model_inputs: list[str] = field(default_factory=list)
    model_outputs: list[ModelOutput] = field(default_factory=list)

    def append(self, change: AppendPoints) -> None:
        """Adds points that the history does not hold yet."""
        history = self.histories.setdefault(change.key, [])
        for timestamp_ms, step, value in change.columns.triples():
            point = (timestamp_ms, step, canonical(value))
            place = bisect.bisect_left(history, rank_of(point), key=rank_of)
            if place == len(history) or rank_of(history[place]) != rank_of(point):
                history.insert(place, point)
        self.summaries[change.key] = summarize(change.columns, self.summaries.get(change.key))


class Tables:
    """All experiments and runs. Not safe for several threads: the store holds its lock around every call."""

    def __init__(self) -> None:
        self.experiments: dict[int, ExperimentRecord] = {}
        self.runs: dict[str, RunRecord] = {}
        self.version = 0
        """The newest version of any run."""

    def named(self, name: str) -> ExperimentRecord | None:
        """The experiment of that exact name, active or deleted."""
        return next((record for record in self.experiments.values() if record.info.name == name), None)

    def runs_of(self, experiment_id: int) -> Iterator[RunRecord]:
        """Every run of the experiment."""
        return (record for record in self.runs.values() if record.info.experiment_id == experiment_id)

    def as_run(self, record: RunRecord) -> Run:
        """The run as readers see it."""
        datasets = self.experiments[record.info.experiment_id].datasets
        return Run(
            info=record.info,
            metrics=dict(sorted(record.summaries.items())),
            params=dict(sorted(record.params.items())),
            tags=dict(sorted(record.tags.items())),
            dataset_inputs=tuple(
                DatasetInput(datasets[identity], dict(sorted(tags.items())))
                for identity, tags in record.dataset_inputs.items()
            ),
            model_inputs=tuple(record.model_inputs),
            model_outputs=tuple(record.model_outputs),
            version=record.version,
        )

    def apply(self, changes: tuple[Change, ...]) -> None:
        """Makes the changes of one mutation, in order. Every run they touch gets one new version."""
        self.version += 1
        for change in changes:
            match change:
                case (
                    AddExperiment()
                    | RenameExperiment()
                    | SetExperimentStage()
                    | SetExperimentTag()
                    | RemoveExperimentTag()
                ):
                    self._change_experiment(change)
                case AddRun(info):
                    self.runs[info.run_id] = RunRecord(info, self.version)
                case _:
                    record = self.runs[change.run_id]
                    record.version = self.version
                    self._change_run(record, change)

    def _change_experiment(self, change: ExperimentChange) -> None:
        if isinstance(change, AddExperiment):
            self.experiments[change.info.experiment_id] = ExperimentRecord(change.info)
            return
        record = self.experiments[change.experiment_id]
        match change:
            case RenameExperiment(_, name, last_update_time_ms):
                record.info = replace(record.info, name=name, last_update_time_ms=last_update_time_ms)
            case SetExperimentStage(experiment_id, stage, last_update_time_ms):
                record.info = replace(record.info, stage=stage, last_update_time_ms=last_update_time_ms)
                for run in self.runs_of(experiment_id):
                    run.info = replace(run.info, stage=stage)
            case SetExperimentTag(_, key, value):
                record.tags[key] = value
            case RemoveExperimentTag(_, key):
                del record.tags[key]
            case _:
                assert_never(change)

    def _change_run(
        self,
        record: RunRecord,
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
            case UpdateRun(_, status, end_time_ms, name):
                record.info = replace(record.info, status=status, end_time_ms=end_time_ms, name=name)
            case SetRunStage(_, stage):
                record.info = replace(record.info, stage=stage)
            case AddParam(_, key, value):
                record.params[key] = value
            case SetTag(_, key, value):
                record.tags[key] = value
            case RemoveTag(_, key):
                del record.tags[key]
            case AppendPoints():
                record.append(change)
            case AddDatasetInput(_, dataset_input):
                dataset = dataset_input.dataset
                identity = (dataset.name, dataset.digest)
                self.experiments[record.info.experiment_id].datasets.setdefault(identity, dataset)
                record.dataset_inputs[identity] = dict(dataset_input.tags)
            case AddModelInput(_, model_id):
                record.model_inputs.append(model_id)
            case AddModelOutput(_, output):
                record.model_outputs.append(output)
            case _:
                assert_never(change)
