"""Removes what writers that were killed left behind: files and folders that waited to go into place."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from contextlib import suppress
from typing import Final

from trackwell_service.stores.file.layout import OWN_PREFIX

LEFT_AFTER_S: Final = 3600
"""How old a temporary of ours must be, in seconds: far older than any that a writer still needs, lock or no lock."""

MAX_LOOKED_INTO: Final = 100_000
"""Folders that are remembered as looked into; beyond it they are looked into again."""

_TEMPORARY: Final = re.compile(re.escape(OWN_PREFIX) + "-[0-9a-f]{16}")


class Leftovers:
    """Looks once into each folder that this process writes to. For the writer's thread alone."""

    def __init__(self, root: str) -> None:
        self._looked_into: set[str] = set()
        self._pending: list[str] = []
        self.note(root)

    @property
    def pending(self) -> bool:
        """Whether `remove` has anything to do."""
        return bool(self._pending)

    def note(self, folder: str) -> None:
        """The folder is written to, so it is worth a look."""
        if folder not in self._looked_into:
            if len(self._looked_into) >= MAX_LOOKED_INTO:
                self._looked_into.clear()
            self._looked_into.add(folder)
            self._pending.append(folder)

    def remove(self) -> None:
        """Under the store's lock: removes old temporaries from the folders noted since. What fails is left."""
        folders, self._pending = self._pending, []
        before_s = time.time() - LEFT_AFTER_S
        for folder in folders:
            with suppress(OSError):
                _remove_from(folder, before_s)


def _remove_from(folder: str, before_s: float) -> None:
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if _TEMPORARY.fullmatch(entry.name)]
    for name in found:
        path = f"{folder}/{name}"
        with suppress(OSError):
            status = os.lstat(path)
            if status.st_mtime >= before_s:
                continue
            if stat.S_ISDIR(status.st_mode):
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.unlink(path)
