"""One experiment as it was last read."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from trackwell_service.domain.entities import Dataset, ExperimentInfo
from trackwell_service.stores.file.disk import Signature
from trackwell_service.stores.file.layout import DATASETS, META
from trackwell_service.stores.file.places import ExperimentPlace
from trackwell_service.stores.file.run_entry import RunEntry
from trackwell_service.stores.file.trees import Tree
from trackwell_service.stores.file.values import Values

SWEEP_AFTER_S: Final = 30.0
"""After how long a search looks at every file of runs that are over, in seconds. Their folders it always looks at."""


@dataclass(slots=True, eq=False)
class ExperimentEntry:
    """One experiment. `lock` guards everything but `place`."""

    place: ExperimentPlace
    lock: threading.RLock = field(default_factory=threading.RLock)
    info: ExperimentInfo | None = None
    meta_seen: Signature | None = None
    tags: Tree[str] = field(default_factory=Tree)
    datasets: Tree[Dataset] = field(default_factory=Tree)
    runs: dict[str, RunEntry] = field(default_factory=dict)
    swept_at_s: float = -SWEEP_AFTER_S
    is_loaded: bool = False
    """Whether the cache file has been asked, which takes its lock; from then on who holds that may wait for `lock`."""

    def find_dataset(self, folder: str) -> Dataset | None:
        """See `run_entry.FindDataset`: what was read last."""
        state = self.datasets.files.get(f"{folder}/{META}")
        return None if state is None else state.value

    def refresh_datasets(self, values: Values) -> None:
        """Makes `datasets` what is on the disk."""
        self.datasets.refresh(f"{self.place.path}/{DATASETS}", values.datasets, values.report)

    def refresh_run(self, run: RunEntry, values: Values) -> bool:
        """See `RunEntry.refresh`. A dataset that is not known yet is looked for."""

        def find_dataset(folder: str) -> Dataset | None:
            known = self.find_dataset(folder)
            if known is None:
                self.refresh_datasets(values)
                known = self.find_dataset(folder)
            return known

        return run.refresh(values, find_dataset)
