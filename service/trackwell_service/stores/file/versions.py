"""Versions of runs for watchers: a folder has none of its own."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

KNOWN_WRITTEN: Final = 100_000
"""Runs written and not read since, whose versions are remembered; a watcher may be told of others once more."""


class Versions:
    """Hands out versions of runs: microseconds since the epoch, each greater than the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: OrderedDict[str, int] = OrderedDict()
        self.opened = self.newest = time.time_ns() // 1_000

    def written(self, run_ids: Iterable[str]) -> None:
        """Called when this process has changed the runs: whoever asks for `newest` now must not be told them as new."""
        with self._lock:
            for run_id in run_ids:
                self._written[run_id] = self._next()
                self._written.move_to_end(run_id)
            while len(self._written) > KNOWN_WRITTEN:
                self._written.popitem(last=False)

    def changed(self, run_id: str, known: int) -> int:
        """The version of a run that is not what it was at version `known`."""
        with self._lock:
            written = self._written.pop(run_id, 0)
            return written if written > known else self._next()

    def first(self, run_id: str, newest_ms: int | None) -> int:
        """The version of a run that this process had not seen; `newest_ms` is when it last changed, if that is sure."""
        with self._lock:
            written = self._written.pop(run_id, 0)
            if written:
                return written
            is_old = newest_ms is not None and (newest_ms + 1) * 1_000 < self.opened
            return newest_ms * 1_000 if is_old and newest_ms is not None else self._next()

    def _next(self) -> int:
        self.newest = max(self.newest + 1, time.time_ns() // 1_000)
        return self.newest
