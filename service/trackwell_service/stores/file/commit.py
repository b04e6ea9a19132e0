"""Writes one mutation's plan into the folders: first beside them, where anything may still fail, then into place.

Into place means in this order: params by a link that fails if somebody was faster, points by one append for each
metric, everything else by renames. A new run or experiment is made beside and renamed as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from trackwell_service.domain.entities import Dataset, ExperimentInfo, LifecycleStage, RunInfo
from trackwell_service.domain.errors import DataLoss
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import disk, meta_yaml, metric_lines, records
from trackwell_service.stores.file.layout import (
    DATASETS,
    INPUTS,
    META,
    METRICS,
    OUTPUTS,
    PARAMS,
    RUN_FOLDERS,
    TAGS,
    both_file_and_folder,
)
from trackwell_service.stores.file.leftovers import Leftovers
from trackwell_service.stores.file.meta_yaml import Meta
from trackwell_service.stores.file.places import ExperimentPlace, RunPlace, is_folder
from trackwell_service.stores.file.plan import ExperimentPlan, Plan, RunPlan
from trackwell_service.stores.file.staged import SomebodyWasFaster, Staged
from trackwell_service.stores.file.state import FolderState
from trackwell_service.stores.file.values import read_meta

_WORDS: Final = {PARAMS: "param", TAGS: "tag", METRICS: "metric"}


class Committer:
    """Carries out plans, one after the other. `sync` makes each durable against a loss of power too."""

    def __init__(self, state: FolderState, clock: Callable[[], int], *, sync: bool) -> None:
        self._state = state
        self._places = state.places
        self._clock = clock
        self._sync = sync
        self.leftovers = Leftovers(self._places.root)
        """Of writers before us, in the folders that are written to."""

    def carry_out(self, plan: Plan) -> None:
        """All of the plan. Raises TrackwellError, OSError or SomebodyWasFaster, and then nothing of it is there.

        (A mutation that touches several runs or experiments may then be there for some; there is none such but the
        deletion of an experiment, which is resumed when it is asked for again.)
        """
        plan.check()
        staged = Staged(self._sync)
        try:
            for experiment_id, experiment in plan.experiments.items():
                if experiment.new is not None:
                    self._stage_new_experiment(staged, experiment.new, experiment)
                else:
                    self._stage_experiment(staged, experiment_id, experiment)
            for run_id, run in plan.runs.items():
                if run.new is not None:
                    self._stage_new_run(staged, run.new, run)
                else:
                    self._stage_run(staged, run_id, run)
            staged.into_place()
        finally:
            staged.clean()
            for folder in staged.metas:
                self._state.forget(folder)
            for folder in staged.folders():
                self.leftovers.note(folder)
        for experiment_id, experiment in plan.experiments.items():
            if experiment.stage is not None:
                self._set_experiment_stage(experiment_id, experiment.stage.stage, experiment.stage.last_update_time_ms)

    # -- experiments

    def _stage_new_experiment(self, staged: Staged, info: ExperimentInfo, plan: ExperimentPlan) -> None:
        root = self._places.root
        there = f"{root}/{info.experiment_id}"
        if is_folder(there) and not os.path.lexists(f"{there}/{META}"):
            # A folder that only holds artifacts so far becomes the experiment's.
            self._stage_texts(staged, there, TAGS, plan.tags)
            staged.meta(there, records.experiment_meta(info))
            return
        made = staged.new_folder(root, str(info.experiment_id))
        _write_texts(f"{made}/{TAGS}", plan.tags, sync=self._sync)
        disk.write_new(f"{made}/{META}", meta_yaml.dump(records.experiment_meta(info)), sync=self._sync)

    def _stage_experiment(self, staged: Staged, experiment_id: int, plan: ExperimentPlan) -> None:
        place = self._existing_experiment(experiment_id)
        if plan.rename is not None:
            info = self._state.experiment_info(place)
            if info is None:
                raise SomebodyWasFaster
            info = replace(info, name=plan.rename.name, last_update_time_ms=plan.rename.last_update_time_ms)
            staged.meta(place.path, records.experiment_meta(info, _raw_meta(place.path)))
        self._stage_texts(staged, place.path, TAGS, plan.tags)

    def _existing_experiment(self, experiment_id: int) -> ExperimentPlace:
        place = self._places.experiment(experiment_id)
        if place is None:
            raise SomebodyWasFaster
        return place

    def _set_experiment_stage(self, experiment_id: int, stage: LifecycleStage, time_ms: int) -> None:
        """Deletes or restores an experiment with all runs. Until the last step it counts as deleted (see `state`)."""
        place = self._existing_experiment(experiment_id)
        meta = {**_raw_meta(place.path), "last_update_time": time_ms}
        if stage is LifecycleStage.ACTIVE and place.in_trash:
            there = f"{self._places.root}/{experiment_id}"
            if is_folder(there):
                # A job has written artifacts since; they lie where the experiment would be.
                disk.move_into(there, place.path)
            os.rename(place.path, there)
            place = self._existing_experiment(experiment_id)
        if stage is LifecycleStage.DELETED:
            self._replace_meta(place.path, {**meta, "lifecycle_stage": stage.value})
        for folder in self._places.runs(place):
            with suppress(FileNotFoundError):
                run_meta, _ = read_meta(f"{folder.path}/{META}")
                if not isinstance(run_meta, dict):
                    continue
                is_active = run_meta.get("lifecycle_stage") in (None, "active")
                if is_active != (stage is LifecycleStage.ACTIVE) or records.RESTORED_ALONE in run_meta:
                    self._replace_meta(folder.path, records.with_stage(run_meta, stage, time_ms, alone=False))
        if stage is LifecycleStage.ACTIVE:
            self._replace_meta(place.path, {**meta, "lifecycle_stage": stage.value})
        elif not place.in_trash:
            os.makedirs(self._places.trash, exist_ok=True)
            os.rename(place.path, f"{self._places.trash}/{experiment_id}")
        if self._sync:
            disk.sync_folder(self._places.root)
            disk.sync_folder(self._places.trash)

    def _replace_meta(self, folder: str, meta: Meta) -> None:
        staged = Staged(self._sync)
        try:
            staged.meta(folder, meta)
            staged.into_place()
        finally:
            staged.clean()
            self._state.forget(folder)

    # -- runs

    def _stage_new_run(self, staged: Staged, info: RunInfo, plan: RunPlan) -> None:
        experiment = self._existing_experiment(info.experiment_id)
        made = staged.new_folder(experiment.path, info.run_id)
        if plan.update is not None:
            update = plan.update
            info = replace(info, status=update.status, end_time_ms=update.end_time_ms, name=update.name)
        meta = records.meta_of_run(replace(info, stage=LifecycleStage.ACTIVE))
        if plan.stage is LifecycleStage.DELETED or info.stage is LifecycleStage.DELETED:
            meta = records.with_stage(meta, LifecycleStage.DELETED, self._clock(), alone=False)
        for name in RUN_FOLDERS:
            os.mkdir(f"{made}/{name}")
        _write_texts(f"{made}/{PARAMS}", plan.params, sync=self._sync)
        _write_texts(f"{made}/{TAGS}", plan.tags, sync=self._sync)
        for key, columns in plan.points.items():
            path = f"{made}/{METRICS}/{key}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            disk.write_new(path, _lines(columns), sync=self._sync)
        place = RunPlace(info.run_id, made, experiment)
        self._stage_inputs(staged, place, plan)
        disk.write_new(f"{made}/{META}", meta_yaml.dump(meta), sync=self._sync)

    def _stage_run(self, staged: Staged, run_id: str, plan: RunPlan) -> None:
        place = self._state.run_place(run_id)
        if place is None:
            raise SomebodyWasFaster
        folder = place.path
        staged.touched.append(folder)
        if plan.update is not None or plan.stage is not None:
            meta = _raw_meta(folder)
            if plan.update is not None:
                meta = {
                    **meta,
                    "status": int(plan.update.status),
                    "end_time": plan.update.end_time_ms,
                    "run_name": plan.update.name,
                }
            if plan.stage is not None:
                experiment = self._state.experiment_info(place.experiment)
                alone = experiment is not None and experiment.stage is LifecycleStage.DELETED
                meta = records.with_stage(meta, plan.stage, self._clock(), alone=alone)
            staged.meta(folder, meta)
        for kind in (PARAMS, METRICS, TAGS):
            if kind == PARAMS:
                self._check_places(folder, kind, plan.params)
                for key, value in plan.params.items():
                    staged.linked(folder, f"{kind}/{key}", value.encode())
            elif kind == METRICS:
                self._check_places(folder, kind, plan.points)
                for key, columns in plan.points.items():
                    staged.appended(folder, f"{kind}/{key}", _lines(columns))
            else:
                self._stage_texts(staged, folder, kind, plan.tags)
        self._stage_inputs(staged, place, plan)

    def _stage_texts(self, staged: Staged, folder: str, kind: str, texts: dict[str, str | None]) -> None:
        self._check_places(folder, kind, [key for key, value in texts.items() if value is not None])
        for key, value in texts.items():
            if value is None:
                staged.removed(folder, f"{kind}/{key}")
            else:
                staged.renamed(folder, f"{kind}/{key}", value.encode())

    @staticmethod
    def _check_places(folder: str, kind: str, keys: Iterable[str]) -> None:
        """Refuses keys whose file would be a folder, or below a file; of links `Staged` takes care."""
        for key in keys:
            segments = key.split("/")
            for count in range(1, len(segments)):
                parent = "/".join(segments[:count])
                if _kind_of(f"{folder}/{kind}/{parent}") not in ("folder", ""):
                    raise both_file_and_folder(key, parent, _WORDS[kind])
            if _kind_of(f"{folder}/{kind}/{key}") not in ("file", ""):
                raise both_file_and_folder(key, key, _WORDS[kind])

    def _stage_inputs(self, staged: Staged, place: RunPlace, plan: RunPlan) -> None:
        if not plan.datasets and not plan.model_inputs and not plan.model_outputs:
            return
        inputs = self._state.inputs(place)
        position = len(inputs)
        for used in plan.datasets:
            dataset_id = self._stage_dataset(staged, place.experiment, used.dataset)
            meta = records.meta_of_input("DATASET", dataset_id, used.tags, position)
            staged.added(place.path, f"{INPUTS}/{records.hashed(dataset_id, place.run_id)}/{META}", meta)
            position += 1
        for model_id in plan.model_inputs:
            meta = records.meta_of_input("MODEL", model_id, {}, position)
            staged.added(place.path, f"{INPUTS}/{records.hashed(model_id, place.run_id)}/{META}", meta)
            position += 1
        if plan.model_outputs:
            taken = set(self._state.outputs(place))
            for number, output in enumerate(plan.model_outputs, start=len(taken)):
                name = output.model_id
                if not _is_plain_name(name) or name in taken:
                    name = records.hashed(output.model_id, "\0", str(output.step))
                taken.add(name)
                staged.added(place.path, f"{OUTPUTS}/{name}/{META}", records.meta_of_output(output, number))

    def _stage_dataset(self, staged: Staged, experiment: ExperimentPlace, dataset: Dataset) -> str:
        """The id under which the experiment has the dataset, or will have it."""
        usual = records.hashed(dataset.name, dataset.digest)
        # "ab" + "c" and "a" + "bc" have one usual id; the second comer gets another.
        for dataset_id in (usual, records.hashed(dataset.name, "\0", dataset.digest)):
            path = f"{DATASETS}/{dataset_id}/{META}"
            known = staged.datasets.get((experiment.path, dataset_id))
            if known is None:
                with suppress(FileNotFoundError):
                    disk.check_folders(experiment.path, path)
                    raw, _ = read_meta(f"{experiment.path}/{path}")
                    known = records.dataset(raw) if isinstance(raw, dict) else None
            if known is None:
                staged.added(experiment.path, path, records.dataset_meta(dataset))
                staged.datasets[experiment.path, dataset_id] = dataset
                return dataset_id
            if (known.name, known.digest) == (dataset.name, dataset.digest):
                return dataset_id
        raise DataLoss("Two datasets of the experiment have the same folder; the store's operator must remove one.")


def _write_texts(folder: str, texts: dict[str, str] | dict[str, str | None], *, sync: bool) -> None:
    for key, value in texts.items():
        if value is not None:
            path = f"{folder}/{key}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            disk.write_new(path, value.encode(), sync=sync)


def _lines(columns: list[Columns]) -> bytes:
    return b"".join([metric_lines.lines_of(each) for each in columns])


def _raw_meta(folder: str) -> Meta:
    meta, _ = read_meta(f"{folder}/{META}")
    if not isinstance(meta, dict):
        raise SomebodyWasFaster
    return meta


def _kind_of(path: str) -> str:
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    return {0o040000: "folder", 0o100000: "file"}.get(mode & 0o170000, "other")


def _is_plain_name(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and name.isascii() and len(name) <= 200
