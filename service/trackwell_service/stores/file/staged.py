"""What waits to go into place: files and folders made beside, which can be taken back without a trace."""

from __future__ import annotations

import errno
import os
import shutil
import time
from contextlib import suppress
from typing import Final

from trackwell_service.domain.entities import Dataset
from trackwell_service.stores.file import disk, meta_yaml
from trackwell_service.stores.file.layout import META, TAGS
from trackwell_service.stores.file.meta_yaml import Meta

_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What file systems without hard links answer: FAT, and many that are mounted over a network or by a program."""


class SomebodyWasFaster(Exception):
    """A param or a folder appeared after the decision: the mutation must be decided again. Nothing was written."""


class Staged:
    """What waits to go into place. Until then it can be taken back without a trace."""

    def __init__(self, sync: bool) -> None:
        self._sync = sync
        self._temporary: list[str] = []
        self._folders: list[tuple[str, str]] = []
        self._links: list[tuple[str, str, bytes]] = []
        self._appends: list[tuple[str, bytes]] = []
        self._renames: list[tuple[str, str]] = []
        self._removals: list[str] = []
        self._names: list[tuple[str, str]] = []
        self._parents: set[tuple[str, str]] = set()
        self.metas: list[str] = []
        self.touched: list[str] = []
        self.datasets: dict[tuple[str, str], Dataset] = {}

    def new_folder(self, parent: str, name: str) -> str:
        """A folder that will be `name`, to be filled by the caller."""
        made = disk.temporary_name(parent)
        os.mkdir(made)
        self._temporary.append(made)
        self._folders.append((made, f"{parent}/{name}"))
        return made

    def meta(self, folder: str, meta: Meta) -> None:
        """A new meta.yaml for the folder."""
        self.metas.append(folder)
        self.renamed(folder, META, meta_yaml.dump(meta))

    def renamed(self, folder: str, name: str, data: bytes) -> None:
        """A file that replaces one, or is new."""
        self._named(folder, name)
        self._renames.append((self._file(folder, data), f"{folder}/{name}"))

    def linked(self, folder: str, name: str, data: bytes) -> None:
        """A file that must be new."""
        self._named(folder, name)
        self._links.append((self._file(folder, data), f"{folder}/{name}", data))

    def added(self, folder: str, name: str, meta: Meta) -> None:
        """A meta in a folder of its own, after everything that stood before."""
        self.renamed(folder, name, meta_yaml.dump(meta))

    def appended(self, folder: str, name: str, lines: bytes) -> None:
        """Lines at the end of a file."""
        self._named(folder, name)
        self._appends.append((f"{folder}/{name}", lines))

    def removed(self, folder: str, name: str) -> None:
        """A file that goes."""
        self._named(folder, name)
        self._removals.append(f"{folder}/{name}")

    def _named(self, folder: str, name: str) -> None:
        place = folder, name.rpartition("/")[0]
        if place not in self._parents:
            _check(*place)
            self._parents.add(place)
        self._names.append((folder, name))

    def _file(self, folder: str, data: bytes) -> str:
        path = disk.temporary_name(folder)
        disk.write_new(path, data, sync=self._sync)
        self._temporary.append(path)
        return path

    def folders(self) -> set[str]:
        """Those in which something waited."""
        return {os.path.dirname(path) for path in self._temporary}

    def into_place(self) -> None:
        """Everything into place. Raises OSError or SomebodyWasFaster, and then nothing of it is there.

        New folders, params and points come first: only they can still fail on what others do, or on a full disk. So
        can the folders that keys with slashes, tags, inputs and outputs need; they are made before anything of a file.
        """
        parents: list[str] = []
        linked: list[str] = []
        appended: list[tuple[str, int | None, bytes]] = []
        try:
            for made, path in self._folders:
                _rename_new(made, path)
            files = [path for _, path, _ in self._links] + [path for path, _ in self._appends]
            for path in files + [path for _, path in self._renames]:
                _make_parents(path, parents)
            for place in self._parents:
                _check(*place)  # again: writing and flushing what waits takes its time
            for made, path, data in self._links:
                _link_new(made, path, data, sync=self._sync)
                linked.append(path)
            for path, lines in self._appends:
                appended.append((path, _size(path), lines))
                disk.append(path, lines, sync=self._sync)
        except BaseException:
            _take_back(linked, appended, parents)
            raise
        for made, path in self._renames:
            os.replace(made, path)
        for path in self._removals:
            with suppress(FileNotFoundError):
                os.unlink(path)
            _remove_empty_parents(path)
        # The folder's own time tells every process of ours that something below it has changed.
        for folder in {*self.touched, *(path for _, path in self._folders)}:
            _touch(folder)
        if self._sync:
            self._sync_folders()

    def _sync_folders(self) -> None:
        """Makes every name durable: of files, and of the folders that were made for them."""
        changed: set[str] = set()
        for _, path in self._folders:
            changed.add(os.path.dirname(path))
            changed.update(folder for folder, _, _ in os.walk(path))
        for folder, name in self._names:
            parents = name.split("/")[:-1]
            changed.update("/".join((folder, *parents[:count])) for count in range(len(parents) + 1))
        for folder in changed:
            with suppress(FileNotFoundError):
                disk.sync_folder(folder)

    def clean(self) -> None:
        """Removes what did not go into place."""
        for path in self._temporary:
            with suppress(OSError):
                os.unlink(path)
                continue
            shutil.rmtree(path, ignore_errors=True)


def _check(folder: str, parent: str) -> None:
    if parent:
        disk.check_folders(folder, f"{parent}/")


def _rename_new(made: str, path: str) -> None:
    try:
        os.rename(made, path)
    except OSError as error:
        if os.path.lexists(path):
            raise SomebodyWasFaster from error
        raise


def _link_new(made: str, path: str, data: bytes, *, sync: bool) -> None:
    try:
        try:
            os.link(made, path)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # Not there whole at once as a linked one is, yet still there only if nobody was faster.
            disk.write_new(path, data, sync=sync)
    except FileExistsError:
        raise SomebodyWasFaster from None


def _take_back(linked: list[str], appended: list[tuple[str, int | None, bytes]], parents: list[str]) -> None:
    for path in linked:
        with suppress(OSError):
            os.unlink(path)
    for path, size, lines in appended:
        with suppress(OSError):
            if disk.take_back(path, size or 0, lines) and size is None:
                os.unlink(path)
    # An empty folder would forbid a key of its name. Of those that others use meanwhile nothing is removed.
    for parent in reversed(parents):
        with suppress(OSError):
            os.rmdir(parent)


def _touch(folder: str) -> None:
    """Sets the folder's time to now: exactly where it is ours, else to the system's tick, as all who may write can."""
    now_ns = time.time_ns()
    try:
        os.utime(folder, ns=(now_ns, now_ns))
    except OSError:
        # All is in place by now: a time that cannot be set must not make it look refused.
        with suppress(OSError):
            os.utime(folder)


def _size(path: str) -> int | None:
    with suppress(FileNotFoundError):
        return os.lstat(path).st_size
    return None


def _make_parents(path: str, made: list[str]) -> None:
    """Makes the folders that the file needs, and adds each to `made` when it is there."""
    parent = os.path.dirname(path)
    if os.path.isdir(parent):
        return
    _make_parents(parent, made)
    with suppress(FileExistsError):
        os.mkdir(parent)
        made.append(parent)


def _remove_empty_parents(path: str) -> None:
    """Folders that held only the removed key's file would forbid a key of their name."""
    parent = os.path.dirname(path)
    while os.path.basename(parent) != TAGS:
        try:
            os.rmdir(parent)
        except OSError:
            return
        parent = os.path.dirname(parent)
