"""The files below one folder, each read once for each state it is in.

A state is told by (inode, size, mtime). Where a file was changed so shortly before it was read that another change
could leave the same mtime, its state counts as unsettled, and the file is read again the next time.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, Generic, NamedTuple, TypeVar

from trackwell_service.stores.file.disk import Signature

Value = TypeVar("Value")

UNSETTLED_NS: Final = 50_000_000
"""How long after a change a file's mtime may stay the same for another one, in nanoseconds: some ticks of a kernel."""

Report = Callable[[str, str], None]
"""Told a path and why what is there is not shown."""


class FileState(NamedTuple, Generic[Value]):
    """One file as it was read. `signature` is None while unsettled, `value` when there is nothing to show."""

    signature: Signature | None
    value: Value | None


Read = Callable[[str, str, Value | None], tuple[Signature, Value | None]]
"""Reads a file: (its path, its name relative to the tree, what it held before). Raises OSError."""


class Tree(Generic[Value]):
    """What is below one folder. Not safe for several threads."""

    __slots__ = ("_folders", "files")

    def __init__(self) -> None:
        self._folders: dict[str, tuple[int, int] | None] = {}
        self.files: dict[str, FileState[Value] | None] = {}
        """By relative path; None for one that has not been read yet."""

    def values(self) -> Iterator[tuple[str, Value]]:
        """What is to be shown, by relative path."""
        for name, state in self.files.items():
            if state is not None and state.value is not None:
                yield name, state.value

    def newest_ns(self) -> int | None:
        """When the latest change was, in nanoseconds since the epoch; None while any is unsettled."""
        newest = 0
        for seen in self._folders.values():
            if seen is None:
                return None
            newest = max(newest, seen[1])
        for state in self.files.values():
            if state is None or state.signature is None:
                return None
            newest = max(newest, state.signature.mtime_ns)
        return newest

    def refresh(self, base: str, read: Read[Value], report: Report) -> bool:
        """Makes it what is on the disk; whether a value changed."""
        now_ns = time.time_ns()
        changed = self._refresh_folders(base, now_ns, report)
        gone: list[str] = []
        for name, state in self.files.items():
            path = f"{base}/{name}"
            try:
                if state is not None and state.signature is not None:
                    status = os.lstat(path)
                    if state.signature == (status.st_ino, status.st_size, status.st_mtime_ns):
                        continue
                known = None if state is None else state.value
                signature, value = read(path, name, known)
            except FileNotFoundError:
                gone.append(name)
                continue
            except OSError as error:
                report(path, error.strerror or "it cannot be read")
                self.files[name] = FileState(None, None)
                changed = changed or state is None or state.value is not None
                continue
            settled = signature.mtime_ns < now_ns - UNSETTLED_NS
            self.files[name] = FileState(signature if settled else None, value)
            changed = changed or value != known
        for name in gone:
            del self.files[name]
        return changed or bool(gone)

    def _refresh_folders(self, base: str, now_ns: int, report: Report) -> bool:
        changed = False
        pending = [*self._folders] or [""]
        while pending:
            folder = pending.pop()
            path = f"{base}/{folder}" if folder else base
            try:
                status = os.lstat(path)
                if not stat.S_ISDIR(status.st_mode):
                    report(path, "it is no folder")
                    raise NotADirectoryError
                seen = (status.st_ino, status.st_mtime_ns)
                if self._folders.get(folder) == seen:
                    continue
                names, folders = _listed(path, f"{folder}/" if folder else "", report)
            except (FileNotFoundError, NotADirectoryError):
                changed = self._forget(folder) or changed
                continue
            except OSError as error:
                report(path, error.strerror or "it cannot be listed")
                changed = self._forget(folder) or changed
                continue
            for name in [name for name in self.files if name.rpartition("/")[0] == folder and name not in names]:
                del self.files[name]
                changed = True
            for name in names:
                self.files.setdefault(name, None)
            pending += [each for each in folders if each not in self._folders]
            self._folders[folder] = seen if seen[1] < now_ns - UNSETTLED_NS else None
        return changed

    def _forget(self, folder: str) -> bool:
        self._folders.pop(folder, None)
        lost = [name for name in self.files if name.rpartition("/")[0] == folder]
        for name in lost:
            del self.files[name]
        return bool(lost)

    def dumped(self) -> list[Any] | None:
        """As plain lists for the cache file, values as they are; None while anything is unsettled."""
        if any(seen is None for seen in self._folders.values()):
            return None
        files: list[Any] = []
        for name, state in self.files.items():
            if state is None or state.signature is None:
                return None
            files.append((name, *state.signature, state.value))
        return [[(name, *seen) for name, seen in self._folders.items() if seen], files]

    @classmethod
    def loaded(cls, dumped: Any, value_of: Callable[[Any], Value | None]) -> Tree[Value]:
        """The tree that was dumped. Raises ValueError, TypeError or the like for anything else."""
        tree: Tree[Value] = cls()
        folders, files = dumped
        for name, inode, mtime_ns in folders:
            tree._folders[_checked(name, str)] = (_checked(inode, int), _checked(mtime_ns, int))
        for name, inode, size_bytes, mtime_ns, value in files:
            signature = Signature(_checked(inode, int), _checked(size_bytes, int), _checked(mtime_ns, int))
            tree.files[_checked(name, str)] = FileState(signature, None if value is None else value_of(value))
        return tree


Kind = TypeVar("Kind")


def _checked(value: Any, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise TypeError
    return value


def _listed(path: str, prefix: str, report: Report) -> tuple[set[str], list[str]]:
    """Files and folders in the folder, by path relative to the tree."""
    names: set[str] = set()
    folders: list[str] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                names.add(prefix + entry.name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(prefix + entry.name)
            else:
                report(entry.path, "it is a link, pipe or device")
    return names, folders
