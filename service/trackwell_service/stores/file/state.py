"""What a decision sees of a directory store: the folders as they are now (`mutations.State`)."""

from __future__ import annotations

import errno
import os
from collections import OrderedDict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Final, NamedTuple

from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage, RunInfo
from trackwell_service.domain.errors import DataLoss
from trackwell_service.domain.tags import RUN_NAME
from trackwell_service.stores.file import disk, records
from trackwell_service.stores.file.disk import Signature
from trackwell_service.stores.file.layout import DATASETS, INPUTS, META, OUTPUTS, PARAMS, TAGS, is_key
from trackwell_service.stores.file.meta_yaml import BadMeta, Meta
from trackwell_service.stores.file.places import ExperimentPlace, Places, RunPlace
from trackwell_service.stores.file.records import InputMeta, OutputMeta, RunMeta
from trackwell_service.stores.file.trees import Tree
from trackwell_service.stores.file.values import MAX_TEXT_BYTES, Values, read_meta

KNOWN_METAS: Final = 8192
"""Metas that the writer remembers: the runs that are being logged to, and a great store's experiments."""


class SeenMeta(NamedTuple):
    """A meta.yaml as it was read."""

    signature: Signature
    raw: Meta
    value: Any


class FolderState:
    """`mutations.State` over the folders. Used by the writer's thread alone, which is the only one of ours to write.

    What it remembers of metas it compares with the disk each time. Foreign programs may write meanwhile; where that
    would matter (a param that appears), the change itself notices, see `commit`.
    """

    def __init__(self, places: Places, new_experiment_id: Callable[[], int]) -> None:
        self.places = places
        self._values = Values(places.report)
        self._new_experiment_id = new_experiment_id
        self._metas: OrderedDict[str, SeenMeta] = OrderedDict()
        self._run_places: OrderedDict[str, RunPlace] = OrderedDict()
        self._given_ids: set[int] = set()

    # -- mutations.State

    def experiment(self, experiment_id: int) -> ExperimentInfo | None:
        """See `mutations.State.experiment`."""
        place = self.places.experiment(experiment_id)
        return None if place is None else self.experiment_info(place)

    def experiment_named(self, name: str) -> ExperimentInfo | None:
        """See `mutations.State.experiment_named`."""
        infos = (self.experiment_info(place) for place in self.places.experiments())
        return next((info for info in infos if info is not None and info.name == name), None)

    def run(self, run_id: str) -> RunInfo | None:
        """See `mutations.State.run`."""
        place = self.run_place(run_id)
        return None if place is None else self.run_info(place)

    def param(self, run_id: str, key: str) -> str | None:
        """See `mutations.State.param`."""
        return self._run_text(run_id, PARAMS, key)

    def tag(self, run_id: str, key: str) -> str | None:
        """See `mutations.State.tag`."""
        return self._run_text(run_id, TAGS, key)

    def experiment_tag(self, experiment_id: int, key: str) -> str | None:
        """See `mutations.State.experiment_tag`."""
        place = self.places.experiment(experiment_id)
        return None if place is None else self._text(place.path, TAGS, key)

    def dataset_inputs(self, run_id: str) -> AbstractSet[tuple[str, str]]:
        """See `mutations.State.dataset_inputs`."""
        place = self.run_place(run_id)
        if place is None:
            return frozenset()
        datasets = Tree[Any]()
        datasets.refresh(f"{place.experiment.path}/{DATASETS}", self._values.datasets, self.places.report)
        known = {folder.partition("/")[0]: dataset for folder, dataset in datasets.values()}
        used = [known.get(each.source_id) for each in self.inputs(place).values() if each.source_type == "DATASET"]
        return {(dataset.name, dataset.digest) for dataset in used if dataset is not None}

    def model_inputs(self, run_id: str) -> AbstractSet[str]:
        """See `mutations.State.model_inputs`."""
        place = self.run_place(run_id)
        if place is None:
            return frozenset()
        return {each.source_id for each in self.inputs(place).values() if each.source_type == "MODEL"}

    def model_outputs(self, run_id: str) -> AbstractSet[tuple[str, int]]:
        """See `mutations.State.model_outputs`."""
        place = self.run_place(run_id)
        if place is None:
            return frozenset()
        return {(each.output.model_id, each.output.step) for each in self.outputs(place).values()}

    def new_experiment_id(self) -> int:
        """See `mutations.State.new_experiment_id`."""
        while True:
            experiment_id = self._new_experiment_id()
            if experiment_id not in self._given_ids and self.places.experiment(experiment_id) is None:
                self._given_ids.add(experiment_id)
                return experiment_id

    # -- for `commit`

    def run_place(self, run_id: str) -> RunPlace | None:
        """Where the run is."""
        place = self.places.run(run_id, self._run_places.get(run_id))
        if place is None:
            self._run_places.pop(run_id, None)
            return None
        self._run_places[run_id] = place
        while len(self._run_places) > KNOWN_METAS:
            self._run_places.popitem(last=False)
        return place

    def experiment_info(self, place: ExperimentPlace) -> ExperimentInfo | None:
        """The experiment, deleted if it lies in the bin; None if it cannot be read."""
        seen = self.meta(place.path, lambda raw, ms: records.experiment_info(raw, place.experiment_id, ms))
        if seen is None:
            return None
        info: ExperimentInfo = seen.value
        return replace(info, stage=LifecycleStage.DELETED) if place.in_trash else info

    def run_info(self, place: RunPlace) -> RunInfo | None:
        """The run with its effective stage; None if it cannot be read."""
        seen = self.meta(place.path, lambda raw, _: records.run_meta(raw, place.run_id, place.experiment.experiment_id))
        experiment = self.experiment_info(place.experiment)
        if seen is None or experiment is None:
            return None
        meta: RunMeta = seen.value
        info = meta.info
        if not info.name:
            info = replace(info, name=self._text(place.path, TAGS, RUN_NAME) or "")
        if experiment.stage is LifecycleStage.DELETED and not (meta.restored_alone and place.experiment.in_trash):
            return replace(info, stage=LifecycleStage.DELETED)
        return info

    def meta(self, folder: str, made: Callable[[Meta, int], Any]) -> SeenMeta | None:
        """The folder's meta; `made` makes its value of it and of the file's time in milliseconds."""
        path = f"{folder}/{META}"
        known = self._metas.get(path)
        try:
            if known is not None:
                status = os.lstat(path)
                if known.signature == (status.st_ino, status.st_size, status.st_mtime_ns):
                    return known
            raw, signature = read_meta(path)
            if isinstance(raw, BadMeta):
                raise raw
            seen = SeenMeta(signature, raw, made(raw, signature.mtime_ns // 1_000_000))
        except FileNotFoundError:
            self._metas.pop(path, None)
            return None
        except (OSError, BadMeta) as error:
            self.places.report(folder, f"its {META}: {error}")
            return None
        self._metas[path] = seen
        while len(self._metas) > KNOWN_METAS:
            self._metas.popitem(last=False)
        return seen

    def forget(self, folder: str) -> None:
        """Called after the folder's meta was written: its new state may have the old signature."""
        self._metas.pop(f"{folder}/{META}", None)

    def inputs(self, place: RunPlace) -> dict[str, InputMeta]:
        """Inputs of the run by the name of their folder."""
        tree = Tree[InputMeta]()
        tree.refresh(f"{place.path}/{INPUTS}", self._values.inputs, self.places.report)
        return {name.partition("/")[0]: value for name, value in tree.values()}

    def outputs(self, place: RunPlace) -> dict[str, OutputMeta]:
        """Outputs of the run by the name of their folder."""
        tree = Tree[OutputMeta]()
        tree.refresh(f"{place.path}/{OUTPUTS}", self._values.outputs, self.places.report)
        return {name.partition("/")[0]: value for name, value in tree.values()}

    def _run_text(self, run_id: str, kind: str, key: str) -> str | None:
        place = self.run_place(run_id)
        return None if place is None else self._text(place.path, kind, key)

    def _text(self, folder: str, kind: str, key: str) -> str | None:
        if not is_key(key):
            return None  # nothing is ever stored under it, and its path could lead out of the folder
        try:
            disk.check_folders(folder, f"{kind}/{key}")
            data, _ = disk.read(f"{folder}/{kind}/{key}", MAX_TEXT_BYTES)
            return data.decode()
        except (FileNotFoundError, NotADirectoryError, disk.NoPlainFile):
            return None  # a folder or link: what must be stored there is refused before anything is written
        except OSError as error:
            if error.errno in (errno.EISDIR, errno.ENAMETOOLONG):
                return None
            raise
        except UnicodeDecodeError:
            raise DataLoss(
                f"What is stored under the key '{key}' is no text. Remove the file that the server's log names."
            ) from None
