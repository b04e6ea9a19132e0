"""What the decisions of one group see and change: the loaded rows under the changes which the group has made so far."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar, assert_never

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
from trackwell_service.domain.entities import DatasetInput, ExperimentInfo, ModelOutput, RunInfo
from trackwell_service.domain.series import Columns
from trackwell_service.stores.sql.known import ExperimentRow, Known, RunRow

Key = TypeVar("Key")
Value = TypeVar("Value")

_LOGGED = (AppendPoints, AddParam, SetTag, RemoveTag, UpdateRun, SetRunStage)
"""Changes that need nothing loaded but their run."""

UNSAVED_PK = 0
"""Internal id of a run that has none yet; real ones begin at 1."""


@dataclass(slots=True)
class Inputs:
    """The inputs and outputs of one run."""

    datasets: set[tuple[str, str]] = field(default_factory=set)
    model_inputs: set[str] = field(default_factory=set)
    model_outputs: set[tuple[str, int]] = field(default_factory=set)

    def count(self) -> int:
        """How many there are of all kinds."""
        return len(self.datasets) + len(self.model_inputs) + len(self.model_outputs)


@dataclass(slots=True)
class Overlay:
    """Plays `mutations.State`. The loader fills the first group of fields, `apply` changes both.

    Asking for a key that no mutation of the group has announced raises LookupError.
    """

    known: Known
    experiment_ids_by_name: dict[str, int | None] = field(default_factory=dict)
    absent_experiments: set[int] = field(default_factory=set)
    absent_runs: set[str] = field(default_factory=set)
    params: dict[tuple[str, str], str | None] = field(default_factory=dict)
    tags: dict[tuple[str, str], str | None] = field(default_factory=dict)
    experiment_tags: dict[tuple[int, str], str | None] = field(default_factory=dict)
    inputs: dict[str, Inputs] = field(default_factory=dict)
    last_experiment_id: int = 0

    added_experiments: dict[int, ExperimentRow] = field(default_factory=dict)
    changed_experiments: dict[int, ExperimentRow] = field(default_factory=dict)
    renamed_experiments: set[int] = field(default_factory=set)
    staged_experiment_tags: dict[tuple[int, str], str | None] = field(default_factory=dict)
    added_runs: dict[str, RunRow] = field(default_factory=dict)
    changed_runs: dict[str, RunRow] = field(default_factory=dict)
    touched_runs: dict[str, RunRow] = field(default_factory=dict)
    """Every run that gets a new version."""
    staged_params: dict[tuple[str, str], str] = field(default_factory=dict)
    staged_tags: dict[tuple[str, str], str | None] = field(default_factory=dict)
    staged_points: dict[str, dict[str, Columns | list[Columns]]] = field(default_factory=dict)
    """By run id and key; a list when a key was appended to more than once."""
    staged_datasets: list[tuple[str, int, DatasetInput]] = field(default_factory=list)
    """(run id, position, input)."""
    staged_models: list[tuple[str, int, int, ModelOutput]] = field(default_factory=list)
    """(run id, role, position, model)."""

    # -- mutations.State

    def experiment(self, experiment_id: int) -> ExperimentInfo | None:
        """See `mutations.State.experiment`."""
        row = self.known.experiments.get(experiment_id)
        if row is None:
            _announced(experiment_id in self.absent_experiments, "experiment", experiment_id)
            return None
        return row.info

    def experiment_named(self, name: str) -> ExperimentInfo | None:
        """See `mutations.State.experiment_named`."""
        _announced(name in self.experiment_ids_by_name, "experiment named", name)
        experiment_id = self.experiment_ids_by_name[name]
        return None if experiment_id is None else self.known.experiments[experiment_id].info

    def run(self, run_id: str) -> RunInfo | None:
        """See `mutations.State.run`."""
        row = self.known.runs.get(run_id)
        if row is None:
            _announced(run_id in self.absent_runs, "run", run_id)
            return None
        return row.seen(self.known.experiments[row.info.experiment_id])

    def param(self, run_id: str, key: str) -> str | None:
        """See `mutations.State.param`."""
        return _loaded(self.params, (run_id, key), "param")

    def tag(self, run_id: str, key: str) -> str | None:
        """See `mutations.State.tag`."""
        return _loaded(self.tags, (run_id, key), "tag")

    def experiment_tag(self, experiment_id: int, key: str) -> str | None:
        """See `mutations.State.experiment_tag`."""
        return _loaded(self.experiment_tags, (experiment_id, key), "experiment tag")

    def dataset_inputs(self, run_id: str) -> AbstractSet[tuple[str, str]]:
        """See `mutations.State.dataset_inputs`."""
        return _loaded(self.inputs, run_id, "inputs of run").datasets

    def model_inputs(self, run_id: str) -> AbstractSet[str]:
        """See `mutations.State.model_inputs`."""
        return _loaded(self.inputs, run_id, "inputs of run").model_inputs

    def model_outputs(self, run_id: str) -> AbstractSet[tuple[str, int]]:
        """See `mutations.State.model_outputs`."""
        return _loaded(self.inputs, run_id, "inputs of run").model_outputs

    def new_experiment_id(self) -> int:
        """See `mutations.State.new_experiment_id`. An id that a refused mutation took is not given out again."""
        self.last_experiment_id += 1
        return self.last_experiment_id

    # -- changes

    def apply(self, changes: tuple[Change, ...]) -> None:
        """Makes the changes of one mutation visible to the next one and stages them for the flush.

        Raises LookupError, and then has changed nothing, when a change concerns a run or experiment that is not loaded.
        """
        self._check(changes)
        for change in changes:
            self.appliers[type(change)](self, change)

    def _check(self, changes: tuple[Change, ...]) -> None:
        """Raises LookupError unless everything that the changes concern is loaded or added by them."""
        runs, experiments = self.known.runs, self.known.experiments
        added: set[str | int] = set()
        checked: str | None = None
        for change in changes:
            if isinstance(change, _LOGGED):
                # The bulk of what comes, a thousand to a batch; it would be the last case to be tried.
                if change.run_id != checked:
                    checked = change.run_id
                    if checked not in runs and checked not in added:
                        raise LookupError(f"a change of run {checked!r}, which is not loaded")
                continue
            match change:
                case AddRun(info):
                    if info.experiment_id not in experiments and info.experiment_id not in added:
                        raise LookupError(f"a run in experiment {info.experiment_id}, which is not loaded")
                    added.add(info.run_id)
                case AddExperiment(info):
                    added.add(info.experiment_id)
                case (
                    RenameExperiment(experiment_id)
                    | SetExperimentStage(experiment_id)
                    | SetExperimentTag(experiment_id)
                    | RemoveExperimentTag(experiment_id)
                ):
                    if experiment_id not in experiments and experiment_id not in added:
                        raise LookupError(f"a change of experiment {experiment_id}, which is not loaded")
                case AddDatasetInput(run_id) | AddModelInput(run_id) | AddModelOutput(run_id):
                    if run_id not in added and (run_id not in runs or run_id not in self.inputs):
                        raise LookupError(f"an input or output of run {run_id!r}, whose inputs are not loaded")
                case _:
                    assert_never(change)

    def is_changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(
            self.touched_runs or self.added_experiments or self.changed_experiments or self.staged_experiment_tags
        )

    def new_names(self) -> set[str]:
        """Keys of metrics, params and tags to be written whose ids are not known."""
        known = self.known.names
        staged = {key for staging in (self.staged_params, self.staged_tags) for _, key in staging if key not in known}
        for series in self.staged_points.values():
            staged |= series.keys() - known.keys()
        return staged

    def _touch(self, run_id: str) -> RunRow:
        row = self.touched_runs.get(run_id)
        if row is None:
            row = self.touched_runs[run_id] = self.known.runs[run_id]
        return row

    def _append_points(self, change: AppendPoints) -> None:
        run_id, key = change.run_id, change.key
        series = self.staged_points.get(run_id)
        if series is None:
            self._touch(run_id)
            self.staged_points[run_id] = {key: change.columns}
            return
        staged = series.get(key)
        if staged is None:
            series[key] = change.columns
        elif isinstance(staged, list):
            staged.append(change.columns)
        else:
            series[key] = [staged, change.columns]

    def _add_param(self, change: AddParam) -> None:
        self._touch(change.run_id)
        self.params[change.run_id, change.key] = self.staged_params[change.run_id, change.key] = change.value

    def _set_tag(self, change: SetTag) -> None:
        self._touch(change.run_id)
        self.tags[change.run_id, change.key] = self.staged_tags[change.run_id, change.key] = change.value

    def _remove_tag(self, change: RemoveTag) -> None:
        self._touch(change.run_id)
        self.tags[change.run_id, change.key] = self.staged_tags[change.run_id, change.key] = None

    def _add_run(self, change: AddRun) -> None:
        info = change.info
        epoch = self.known.experiments[info.experiment_id].epoch
        row = RunRow(UNSAVED_PK, info, info.stage, epoch, 0)
        self.known.runs[info.run_id] = self.added_runs[info.run_id] = self.touched_runs[info.run_id] = row
        self.absent_runs.discard(info.run_id)
        self.inputs.setdefault(info.run_id, Inputs())

    def _update_run(self, change: UpdateRun) -> None:
        row = self._touch(change.run_id)
        row.info = replace(row.info, status=change.status, end_time_ms=change.end_time_ms, name=change.name)
        self.changed_runs[change.run_id] = row

    def _set_run_stage(self, change: SetRunStage) -> None:
        row = self._touch(change.run_id)
        row.own_stage = change.stage
        row.epoch = self.known.experiments[row.info.experiment_id].epoch
        self.changed_runs[change.run_id] = row

    def _add_experiment(self, change: AddExperiment) -> None:
        info = change.info
        row = ExperimentRow(info, 0)
        self.known.experiments[info.experiment_id] = self.added_experiments[info.experiment_id] = row
        self.absent_experiments.discard(info.experiment_id)
        self.experiment_ids_by_name[info.name] = info.experiment_id

    def _rename_experiment(self, change: RenameExperiment) -> None:
        row = self._change_experiment(change.experiment_id)
        if row.info.name in self.experiment_ids_by_name:
            self.experiment_ids_by_name[row.info.name] = None
        self.experiment_ids_by_name[change.name] = change.experiment_id
        self.renamed_experiments.add(change.experiment_id)
        row.info = replace(row.info, name=change.name, last_update_time_ms=change.last_update_time_ms)

    def _set_experiment_stage(self, change: SetExperimentStage) -> None:
        row = self._change_experiment(change.experiment_id)
        row.info = replace(row.info, stage=change.stage, last_update_time_ms=change.last_update_time_ms)
        row.epoch += 1

    def _change_experiment(self, experiment_id: int) -> ExperimentRow:
        row = self.known.experiments[experiment_id]
        self.changed_experiments[experiment_id] = row
        return row

    def _set_experiment_tag(self, change: SetExperimentTag) -> None:
        key = (change.experiment_id, change.key)
        self.experiment_tags[key] = self.staged_experiment_tags[key] = change.value

    def _remove_experiment_tag(self, change: RemoveExperimentTag) -> None:
        key = (change.experiment_id, change.key)
        self.experiment_tags[key] = self.staged_experiment_tags[key] = None

    def _add_dataset_input(self, change: AddDatasetInput) -> None:
        self._touch(change.run_id)
        inputs = _loaded(self.inputs, change.run_id, "inputs of run")
        dataset = change.dataset_input.dataset
        self.staged_datasets.append((change.run_id, inputs.count(), change.dataset_input))
        inputs.datasets.add((dataset.name, dataset.digest))

    def _add_model_input(self, change: AddModelInput) -> None:
        self._touch(change.run_id)
        inputs = _loaded(self.inputs, change.run_id, "inputs of run")
        self.staged_models.append((change.run_id, 0, inputs.count(), ModelOutput(change.model_id)))
        inputs.model_inputs.add(change.model_id)

    def _add_model_output(self, change: AddModelOutput) -> None:
        self._touch(change.run_id)
        inputs = _loaded(self.inputs, change.run_id, "inputs of run")
        self.staged_models.append((change.run_id, 1, inputs.count(), change.output))
        inputs.model_outputs.add((change.output.model_id, change.output.step))

    appliers: ClassVar[dict[type[Any], Callable[[Overlay, Any], None]]] = {
        AppendPoints: _append_points,
        AddParam: _add_param,
        SetTag: _set_tag,
        RemoveTag: _remove_tag,
        AddRun: _add_run,
        UpdateRun: _update_run,
        SetRunStage: _set_run_stage,
        AddExperiment: _add_experiment,
        RenameExperiment: _rename_experiment,
        SetExperimentStage: _set_experiment_stage,
        SetExperimentTag: _set_experiment_tag,
        RemoveExperimentTag: _remove_experiment_tag,
        AddDatasetInput: _add_dataset_input,
        AddModelInput: _add_model_input,
        AddModelOutput: _add_model_output,
    }
    """How each change alters the overlay. A table, because a batch has a thousand changes."""


def _loaded(values: dict[Key, Value], key: Key, what: str) -> Value:
    try:
        return values[key]
    except KeyError:
        raise LookupError(f"{what} {key!r} is not in the mutation's read set") from None


def _announced(is_announced: bool, what: str, key: object) -> None:
    if not is_announced:
        raise LookupError(f"{what} {key!r} is not in the mutation's read set")
