"""Where experiments and runs lie: finds their folders, never through a link, and reports what is none of ours."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from typing import Final, NamedTuple

from trackwell_service.stores.file.layout import META, NOT_EXPERIMENTS, OWN_PREFIX, TRASH, experiment_id_of, is_run_name

_LOG: Final = logging.getLogger(__name__)


class ExperimentPlace(NamedTuple):
    """An experiment's folder."""

    experiment_id: int
    path: str
    in_trash: bool


class RunPlace(NamedTuple):
    """A run's folder."""

    run_id: str
    path: str
    experiment: ExperimentPlace


class Places:
    """The folders of one store. Every call looks at the disk: other processes make, move and remove them."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.trash = f"{root}/{TRASH}"
        self._reported: set[str] = set()

    def experiments(self) -> list[ExperimentPlace]:
        """Every experiment, active ones first, each kind by id."""
        active = {place.experiment_id: place for place in self._in(self.root, in_trash=False)}
        deleted: list[ExperimentPlace] = []
        for place in self._in(self.trash, in_trash=True):
            beside = active.get(place.experiment_id)
            if beside is None or (_has_meta(place.path) and not _has_meta(beside.path)):
                active.pop(place.experiment_id, None)
                deleted.append(place)
        return [*sorted(active.values()), *sorted(deleted)]

    def experiment(self, experiment_id: int) -> ExperimentPlace | None:
        """The experiment's folder, wherever it is.

        A job that still writes artifacts to a deleted experiment makes its old folder again: of two, the one with a
        meta is the experiment's.
        """
        bare: ExperimentPlace | None = None
        for folder, in_trash in ((self.root, False), (self.trash, True)):
            path = f"{folder}/{experiment_id}"
            if is_folder(path):
                place = ExperimentPlace(experiment_id, path, in_trash)
                if _has_meta(path):
                    return place
                bare = bare or place
        return bare

    def runs(self, experiment: ExperimentPlace) -> Iterator[os.DirEntry[str]]:
        """Folders in the experiment that may be runs."""
        with os.scandir(experiment.path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if is_run_name(entry.name):
                        yield entry
                elif entry.is_symlink():
                    self.report(entry.path, "it is a link, which is not followed")

    def run(self, run_id: str, known: RunPlace | None = None) -> RunPlace | None:
        """The run's folder; `known` is where it was before."""
        if not is_run_name(run_id):
            return None
        if known is not None and is_folder(known.path) and _has_meta(known.path):
            return known
        for experiment in self.experiments():
            path = f"{experiment.path}/{run_id}"
            if is_folder(path) and _has_meta(path):
                return RunPlace(run_id, path, experiment)
        return None

    def report(self, path: str, why: str) -> None:
        """Says once that something in the store is not shown, and why."""
        if path not in self._reported:
            if len(self._reported) >= MAX_REPORTED:
                self._reported.clear()
            self._reported.add(path)
            _LOG.warning("%s is not shown: %s.", path, why)

    def _in(self, folder: str, *, in_trash: bool) -> Iterator[ExperimentPlace]:
        try:
            entries = os.scandir(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            if not in_trash:
                raise
            # What is deleted is missing then; everything else is served.
            self.report(folder, error.strerror or "it cannot be listed")
            return
        with entries:
            for entry in entries:
                if entry.name in NOT_EXPERIMENTS or entry.name.startswith(OWN_PREFIX):
                    continue
                experiment_id = experiment_id_of(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if experiment_id is not None:
                        yield ExperimentPlace(experiment_id, entry.path, in_trash)
                    else:
                        self.report(entry.path, "its name is no experiment id, a decimal integer")
                elif experiment_id is not None:
                    self.report(entry.path, "it is a link or a file, not an experiment's folder")


MAX_REPORTED: Final = 10_000
"""Paths that are remembered as reported; beyond it the same ones may be told again."""


def _has_meta(folder: str) -> bool:
    return os.path.lexists(f"{folder}/{META}")


def is_folder(path: str) -> bool:
    """Whether the path names a folder, and no link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False
