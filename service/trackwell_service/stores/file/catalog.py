"""Experiments and runs as they were last read, compared with the disk whenever somebody asks."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from trackwell_service.domain.entities import Experiment, ExperimentInfo, LifecycleStage, Run
from trackwell_service.stores.file import records
from trackwell_service.stores.file.collector import held_back
from trackwell_service.stores.file.experiment_entry import SWEEP_AFTER_S, ExperimentEntry
from trackwell_service.stores.file.layout import META, TAGS
from trackwell_service.stores.file.meta_yaml import BadMeta
from trackwell_service.stores.file.places import ExperimentPlace, Places, RunPlace
from trackwell_service.stores.file.run_entry import RunEntry
from trackwell_service.stores.file.second_reader import SecondReader
from trackwell_service.stores.file.trees import is_settled
from trackwell_service.stores.file.values import Values, read_meta
from trackwell_service.stores.file.versions import Versions

_SEPARATE_LOOKS: Final = 50_000
"""Runs times experiments up to which an unknown run is looked for by name; beyond, folders are listed."""


LoadRuns = Callable[[ExperimentEntry, Values], None]
"""Fills in runs that the cache file has."""


def _load_nothing(_entry: ExperimentEntry, _values: Values) -> None:
    """For a store without a cache file."""


class Catalog:
    """Experiments and runs for readers. Safe for several threads; what they get is never changed afterwards."""

    def __init__(self, places: Places, load_runs: LoadRuns = _load_nothing) -> None:
        self.places = places
        self.values = Values(places.report)
        self.versions = Versions()
        self._load_runs = load_runs
        self._lock = threading.Lock()
        self._experiments: dict[int, ExperimentEntry] = {}
        self._run_places: dict[str, RunPlace] = {}

    # -- experiments

    def experiments(self) -> Iterator[tuple[ExperimentEntry, ExperimentInfo]]:
        """Every readable experiment, active ones first."""
        places = self.places.experiments()
        with self._lock:
            for experiment_id in self._experiments.keys() - {place.experiment_id for place in places}:
                del self._experiments[experiment_id]
        for place in places:
            entry = self._entry(place)
            info = self.info(entry)
            if info is not None:
                yield entry, info

    def experiment(self, experiment_id: int) -> tuple[ExperimentEntry, ExperimentInfo] | None:
        """One experiment."""
        place = self.places.experiment(experiment_id)
        if place is None:
            return None
        entry = self._entry(place)
        info = self.info(entry)
        return None if info is None else (entry, info)

    def info(self, entry: ExperimentEntry) -> ExperimentInfo | None:
        """What the experiment's meta says now, with the stage that its place tells; None if it cannot be read."""
        place = entry.place
        path = f"{place.path}/{META}"
        with entry.lock:
            now_ns = time.time_ns()
            try:
                status = os.lstat(path)
                if entry.meta_seen != (status.st_ino, status.st_size, status.st_mtime_ns):
                    meta, signature = read_meta(path)
                    entry.info = None
                    entry.meta_seen = signature if is_settled(signature.mtime_ns, now_ns) else None
                    if isinstance(meta, BadMeta):
                        raise meta
                    entry.info = records.experiment_info(meta, place.experiment_id, signature.mtime_ns // 1_000_000)
            except FileNotFoundError:
                entry.info, entry.meta_seen = None, None
                self.places.report(place.path, f"it has no {META}")
            except OSError as error:
                entry.info, entry.meta_seen = None, None
                self.places.report(place.path, f"its {META} cannot be read ({error.strerror})")
            except BadMeta as error:
                self.places.report(place.path, f"its {META}: {error}")
            info = entry.info
        if info is not None and place.in_trash and info.stage is LifecycleStage.ACTIVE:
            return replace(info, stage=LifecycleStage.DELETED)
        return info

    def with_tags(self, entry: ExperimentEntry, info: ExperimentInfo) -> Experiment:
        """The experiment as readers see it."""
        with entry.lock:
            entry.tags.refresh(f"{entry.place.path}/{TAGS}", self.values.texts, self.places.report)
            return Experiment(info, dict(sorted(entry.tags.values())))

    def _entry(self, place: ExperimentPlace) -> ExperimentEntry:
        with self._lock:
            entry = self._experiments.get(place.experiment_id)
            if entry is None or entry.place.path != place.path:
                entry = self._experiments[place.experiment_id] = ExperimentEntry(place)
            return entry

    # -- runs

    def loaded_experiments(self) -> list[ExperimentEntry]:
        """Experiments whose runs have been looked at."""
        with self._lock:
            return [entry for entry in self._experiments.values() if entry.is_loaded]

    def runs_of(self, experiment_id: int) -> list[Run]:
        """Every run of the experiment, with its effective stage."""
        found = self.experiment(experiment_id)
        if found is None:
            return []
        entry, info = found
        with entry.lock, nullcontext() if entry.is_loaded else held_back():
            self._load_once(entry)
            now_s = time.monotonic()
            sweep = now_s - entry.swept_at_s >= SWEEP_AFTER_S
            entry.refresh_datasets(self.values)
            entry.runs = self._seen_runs(entry, sweep=sweep)
            if sweep:
                entry.swept_at_s = now_s
            return [seen for run in entry.runs.values() if (seen := _effective(run, info)) is not None]

    def _seen_runs(self, entry: ExperimentEntry, *, sweep: bool) -> dict[str, RunEntry]:
        """The experiment's runs as they are now; at all files of runs that are over only a `sweep` looks."""
        folders = self._folders_in(entry.place)
        unread = [folder.name for folder in folders if folder.name not in entry.runs]
        with SecondReader(entry, unread, self.values) as second:
            seen = {folder.name: self._seen(entry, folder, second, sweep=sweep) for folder in folders}
        return {name: run for name, run in seen.items() if run is not None}

    def _seen(
        self, entry: ExperimentEntry, folder: os.DirEntry[str], second: SecondReader, *, sweep: bool
    ) -> RunEntry | None:
        """The run in the folder; None when it is gone, or cannot be read, which is reported."""
        run = entry.runs.get(folder.name)
        if run is None:
            run = second.take(folder.name)
            if run is not None:
                self._set_first_version(run)
                return run
            run = RunEntry(RunPlace(folder.name, folder.path, entry.place))
        try:
            if sweep or not run.is_quiet(folder.stat(follow_symlinks=False)):
                self._refresh(entry, run)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.places.report(folder.path, error.strerror or "it cannot be read")
            return None
        return run

    def runs(self, run_ids: Sequence[str]) -> dict[str, Run]:
        """Those of the runs which exist, as all their files are now, with their effective stages."""
        found: dict[str, Run] = {}
        infos: dict[int, tuple[ExperimentEntry, ExperimentInfo] | None] = {}
        for place in self._places_of(run_ids):
            experiment_id = place.experiment.experiment_id
            if experiment_id not in infos:
                infos[experiment_id] = self.experiment(experiment_id)
            experiment = infos[experiment_id]
            if experiment is None:
                continue
            entry, info = experiment
            with entry.lock:
                self._load_once(entry)
                run = entry.runs.get(place.run_id)
                if run is None:
                    run = RunEntry(RunPlace(place.run_id, f"{entry.place.path}/{place.run_id}", entry.place))
                try:
                    self._refresh(entry, run)
                except OSError:
                    entry.runs.pop(place.run_id, None)
                    continue
                entry.runs[place.run_id] = run
                seen = _effective(run, info)
            if seen is not None:
                found[place.run_id] = seen
        return found

    def _load_once(self, entry: ExperimentEntry) -> None:
        if not entry.is_loaded:
            entry.refresh_datasets(self.values)
            self._load_runs(entry, self.values)
            for run in entry.runs.values():
                self._set_first_version(run)
            entry.is_loaded = True

    def place_of(self, run_id: str) -> RunPlace | None:
        """Where the run is."""
        return next(iter(self._places_of((run_id,))), None)

    def _places_of(self, run_ids: Sequence[str]) -> list[RunPlace]:
        found: list[RunPlace] = []
        unknown: list[str] = []
        for run_id in dict.fromkeys(run_ids):
            known = self._run_places.get(run_id)
            if known is not None and os.path.lexists(f"{known.path}/{META}"):
                found.append(known)
            else:
                unknown.append(run_id)
        if not unknown:
            return found
        experiments = self.places.experiments()
        if len(unknown) * len(experiments) <= _SEPARATE_LOOKS:
            new = [place for run_id in unknown if (place := self.places.run(run_id)) is not None]
        else:
            wanted = set(unknown)
            new = [
                RunPlace(folder.name, folder.path, experiment)
                for experiment in experiments
                for folder in self._folders_in(experiment)
                if folder.name in wanted
            ]
        for place in new:
            self._run_places[place.run_id] = place
        return [*found, *new]

    def _folders_in(self, place: ExperimentPlace) -> list[os.DirEntry[str]]:
        """Folders that may be runs; none of an experiment that was moved or removed meanwhile or may not be listed."""
        try:
            return list(self.places.runs(place))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self.places.report(place.path, error.strerror or "it cannot be listed")
            return []

    def _refresh(self, entry: ExperimentEntry, run: RunEntry) -> None:
        is_changed = entry.refresh_run(run, self.values)
        if run.version == 0:
            self._set_first_version(run)
        elif is_changed:
            self._set_version(run, self.versions.changed(run.place.run_id, run.version))

    def _set_first_version(self, run: RunEntry) -> None:
        self._set_version(run, self.versions.first(run.place.run_id, run.newest_ms()))

    @staticmethod
    def _set_version(run: RunEntry, version: int) -> None:
        run.version = version
        if run.run is not None:
            run.run = replace(run.run, version=version)


def _effective(entry: RunEntry, experiment: ExperimentInfo) -> Run | None:
    """The run with its effective stage: in a deleted experiment only what was restored by itself is active."""
    run = entry.run
    if run is None or run.info.stage is LifecycleStage.DELETED or experiment.stage is LifecycleStage.ACTIVE:
        return run
    if entry.restored_alone and entry.place.experiment.in_trash:
        return run
    return replace(run, info=replace(run.info, stage=LifecycleStage.DELETED))
