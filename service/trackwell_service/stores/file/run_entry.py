"""One run as it was last seen on the disk, and how to see whether it still is so."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from trackwell_service.domain.entities import Dataset, DatasetInput, MetricSummary, Run, RunStatus
from trackwell_service.domain.tags import RUN_NAME
from trackwell_service.stores.file import disk, records
from trackwell_service.stores.file.kept_entries import KeptEntry
from trackwell_service.stores.file.layout import INPUTS, META, METRICS, OUTPUTS, PARAMS, TAGS
from trackwell_service.stores.file.meta_yaml import BadMeta
from trackwell_service.stores.file.places import RunPlace
from trackwell_service.stores.file.records import RunMeta
from trackwell_service.stores.file.trees import FileState, Tree, is_settled
from trackwell_service.stores.file.values import Values, read_meta

FindDataset = Callable[[str], Dataset | None]
"""The dataset of the experiment in the folder of that name."""

_OPEN: Final = frozenset({RunStatus.RUNNING, RunStatus.SCHEDULED})


class RunEntry:
    """Not safe for several threads. `run` is None while the folder holds no readable run."""

    __slots__ = ("_meta", "_trees", "folder_seen", "kept", "place", "run", "version")

    def __init__(self, place: RunPlace) -> None:
        self.place = place
        self.run: Run | None = None
        self.version = 0
        self.folder_seen: tuple[int, int] | None = None
        """(inode, mtime) of the run's folder, which all writers of ours move; None while unsettled."""
        self.kept = False
        """Whether the cache file has the entry as it is."""
        self._meta: FileState[RunMeta] = FileState(None, None)
        self._trees: dict[str, Tree[Any]] = {}

    @property
    def restored_alone(self) -> bool:
        """See `records.RESTORED_ALONE`."""
        return self._meta.value is not None and self._meta.value.restored_alone

    def is_quiet(self, status: os.stat_result) -> bool:
        """Whether the folder is as it was and the run is over, so that nobody but its owner's hand changes files."""
        return (
            self.run is not None
            and self.folder_seen == (status.st_ino, status.st_mtime_ns)
            and self.run.info.status not in _OPEN
        )

    def newest_ms(self) -> int | None:
        """When the run last changed, in milliseconds since the epoch; None when it is too fresh to tell."""
        if self._meta.signature is None or self.folder_seen is None:
            return None
        newest = max(self._meta.signature.mtime_ns, self.folder_seen[1])
        for tree in self._trees.values():
            tree_newest = tree.newest_ns()
            if tree_newest is None:
                return None
            newest = max(newest, tree_newest)
        return newest // 1_000_000

    def refresh(self, values: Values, find_dataset: FindDataset) -> bool:
        """Makes it what is on the disk; whether anything changed.

        Raises FileNotFoundError when the folder is gone, another OSError when there is something else in its place.
        """
        path = self.place.path
        now_ns = time.time_ns()
        status = os.lstat(path)
        if not stat.S_ISDIR(status.st_mode):
            raise disk.NoPlainFile(errno.ENOTDIR, "it is a link or a file, not a run's folder")
        seen = (status.st_ino, status.st_mtime_ns)
        changed = self._refresh_meta(path, values, now_ns)
        if self.folder_seen != seen:
            names = set(os.listdir(path))
            for name in (METRICS, PARAMS, TAGS, INPUTS, OUTPUTS):
                if name in names:
                    self._trees.setdefault(name, Tree())
        for name, tree in self._trees.items():
            changed = tree.refresh(f"{path}/{name}", _reader(values, name), values.report) or changed
        self.folder_seen = seen if is_settled(seen[1], now_ns) else None
        if changed or self.run is None:
            self.kept = False
            self.run = self._built(values, find_dataset)
        return changed

    def _refresh_meta(self, path: str, values: Values, now_ns: int) -> bool:
        meta_path = f"{path}/{META}"
        known = self._meta
        try:
            if known.signature is not None:
                status = os.lstat(meta_path)
                if known.signature == (status.st_ino, status.st_size, status.st_mtime_ns):
                    return False
            meta, signature = read_meta(meta_path)
        except FileNotFoundError:
            # Other programs keep folders of their own beside runs: nothing to report.
            self._meta = FileState(None, None)
            return known.value is not None
        except OSError as error:
            values.report(path, f"its {META} cannot be read ({error.strerror})")
            self._meta = FileState(None, None)
            return known.value is not None
        value: RunMeta | None = None
        try:
            if isinstance(meta, BadMeta):
                raise meta
            value = records.run_meta(meta, self.place.run_id, self.place.experiment.experiment_id)
        except BadMeta as error:
            values.report(path, f"its {META}: {error}")
        self._meta = FileState(signature if is_settled(signature.mtime_ns, now_ns) else None, value)
        return value != known.value

    def _values(self, name: str) -> list[tuple[str, Any]]:
        tree = self._trees.get(name)
        return [] if tree is None else list(tree.values())

    def _built(self, values: Values, find_dataset: FindDataset) -> Run | None:
        if self._meta.value is None:
            return None
        tags = dict(sorted(self._values(TAGS)))
        info = self._meta.value.info
        if not info.name:
            info = replace(info, name=tags.get(RUN_NAME, ""))
        datasets: list[DatasetInput] = []
        models: list[str] = []
        for name, used in self._in_order(INPUTS):
            if used.source_type == "MODEL":
                models.append(used.source_id)
                continue
            dataset = find_dataset(used.source_id) if used.source_type == "DATASET" else None
            if dataset is None:
                values.report(f"{self.place.path}/{INPUTS}/{name}", "its source is not in the experiment")
            else:
                datasets.append(DatasetInput(dataset, dict(sorted(used.tags.items()))))
        summaries: dict[str, MetricSummary] = {}
        for key, tail in sorted(self._values(METRICS)):
            if tail.summary is not None:
                summaries[key] = tail.summary
        return Run(
            info=info,
            metrics=summaries,
            params=dict(sorted(self._values(PARAMS))),
            tags=tags,
            dataset_inputs=tuple(datasets),
            model_inputs=tuple(models),
            model_outputs=tuple(made.output for _, made in self._in_order(OUTPUTS)),
            version=self.version,
        )

    def _in_order(self, name: str) -> list[tuple[str, Any]]:
        """Inputs or outputs in the order of logging; those of other programs, which keep none, first, by folder."""
        return sorted(self._values(name), key=_logging_order)

    # -- the cache file

    def kept_entry(self) -> KeptEntry | None:
        """What the cache file keeps; None while the folder is unsettled, or there is no run."""
        if self.run is None or self.folder_seen is None:
            return None
        return KeptEntry(self.folder_seen, self._meta, self._trees)

    @classmethod
    def of_kept(cls, place: RunPlace, known: KeptEntry, values: Values, find_dataset: FindDataset) -> RunEntry:
        """The entry that was kept, not yet compared with the disk."""
        entry = cls(place)
        entry.folder_seen, entry._meta, entry._trees = known
        entry.run = entry._built(values, find_dataset)
        return entry


def _logging_order(item: tuple[str, Any]) -> tuple[bool, int, str]:
    name, value = item
    return value.position is not None, value.position or 0, name


def _reader(values: Values, name: str) -> Any:
    if name == METRICS:
        return values.metrics
    if name == INPUTS:
        return values.inputs
    return values.outputs if name == OUTPUTS else values.texts
