"""What was read of the runs, kept in one file beside them, so that the next process need not read every file again.

One run a line (`run_lines`); the last one of a run counts. Entries are compared with the
disk before they are shown (`RunEntry.refresh`), so the file may be old, cut off, or deleted at any time.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from trackwell_service.stores.file import disk
from trackwell_service.stores.file.layout import OWN_PREFIX, is_run_name
from trackwell_service.stores.file.run_lines import key_of, line_of, run_of

if TYPE_CHECKING:
    from trackwell_service.stores.file.catalog import Catalog
    from trackwell_service.stores.file.experiment_entry import ExperimentEntry
    from trackwell_service.stores.file.values import Values

_LOG: Final = logging.getLogger(__name__)

CACHE_NAME: Final = f"{OWN_PREFIX}.cache"
HEADER: Final = b'["trackwell run summaries",2]\n'
"""The first line; another one means that the file is not ours to read."""

KEEP_AFTER_S: Final = 5.0
"""How often at most the file is added to, in seconds: a run that is being logged changes with every look."""

MIN_COMPACT_BYTES: Final = 4 * 1024 * 1024
"""Below it the file is never rewritten for the lines in it that no longer count."""

MAX_BYTES: Final = 1024 * 1024 * 1024
"""A longer file is not read: it would take more memory than the runs are worth."""


class CacheFile:
    """Safe for several threads and processes. No failure of the file is ever a failure of the store."""

    def __init__(self, root: str) -> None:
        self._path = f"{root}/{CACHE_NAME}"
        self._lock = threading.Lock()
        self._lines: dict[int, dict[str, bytes]] | None = None
        self._kept_at_s = -KEEP_AFTER_S
        self._usable = True

    def load_runs(self, entry: ExperimentEntry, values: Values) -> None:
        """Fills in the experiment's runs as they were kept (`catalog.LoadRuns`)."""
        with self._lock:
            if self._lines is None:
                self._lines = self._read()
            lines = self._lines.pop(entry.place.experiment_id, {})
        for run_id, line in lines.items():
            run = run_of(line, run_id, entry, values)
            if run is not None:
                run.kept = True
                entry.runs[run_id] = run

    def keep(self, catalog: Catalog, *, now: bool = False) -> None:
        """Adds what has changed since it was kept, if it is time to.

        Nobody waits for it: what is being read, by a first search perhaps for minutes, is kept the next time. Only
        `now` waits until everything is.
        """
        with _tried(self._lock, wait=now) as is_ours:
            if not is_ours:
                return
            now_s = time.monotonic()
            if not self._usable or (not now and now_s - self._kept_at_s < KEEP_AFTER_S):
                return
            self._kept_at_s = now_s
            try:
                self._write(catalog, wait=now)
            except OSError as error:
                self._usable = False
                _LOG.info("%s cannot be kept (%s): runs are read anew by every process.", self._path, error)

    def close(self, catalog: Catalog) -> None:
        """Adds the last changes."""
        self.keep(catalog, now=True)
        self._usable = False

    def _write(self, catalog: Catalog, *, wait: bool) -> None:
        parts: list[bytes] = []
        whole = 0
        for entry in catalog.loaded_experiments():
            with _tried(entry.lock, wait=wait) as is_ours:
                for run in entry.runs.values() if is_ours else ():
                    if run.kept:
                        whole += 1
                        continue
                    line = line_of(run)
                    if line is not None:
                        parts.append(line)
                        run.kept = True
        if not parts:
            return
        with suppress(FileNotFoundError):
            size = os.lstat(self._path).st_size
            if size > MIN_COMPACT_BYTES and size > 4 * sum(map(len, parts)) * max(1, whole // len(parts)):
                # Most of its lines are old ones: the next process to load it starts afresh.
                known = _kept_lines(catalog, wait=wait)
                if known is not None:
                    os.unlink(self._path)
                    parts = known
        if not os.path.lexists(self._path):
            parts.insert(0, HEADER)
        disk.append(self._path, b"".join(parts), sync=False)

    def _read(self) -> dict[int, dict[str, bytes]]:
        lines: dict[int, dict[str, bytes]] = {}
        try:
            data, _ = disk.read(self._path, MAX_BYTES)
        except OSError:
            return lines
        if not data.startswith(HEADER):
            with suppress(OSError):
                os.unlink(self._path)
            return lines
        for line in data.split(b"\n"):
            key = key_of(line)
            if key is not None:
                lines.setdefault(key[0], {})[key[1]] = line
        return {
            experiment_id: {name: line for name, line in runs.items() if is_run_name(name)}
            for experiment_id, runs in lines.items()
        }


def _kept_lines(catalog: Catalog, *, wait: bool) -> list[bytes] | None:
    """The lines of all runs that the file has, or is about to have; None if an experiment is in use."""
    lines: list[bytes] = []
    for entry in catalog.loaded_experiments():
        with _tried(entry.lock, wait=wait) as is_ours:
            if not is_ours:
                return None
            lines += [line for run in entry.runs.values() if run.kept and (line := line_of(run)) is not None]
    return lines


@contextmanager
def _tried(lock: threading.Lock | threading.RLock, *, wait: bool) -> Iterator[bool]:
    """Holds the lock in the block; whether it does, which is always so after a `wait`."""
    is_ours = lock.acquire(blocking=wait)
    try:
        yield is_ours
    finally:
        if is_ours:
            lock.release()
