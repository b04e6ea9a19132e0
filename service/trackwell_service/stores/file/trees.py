"""The files below one folder, each read once for each state it is in.

A state is told by (inode, size, mtime). Where a file was changed so shortly before it was read that another change
could leave the same mtime, its state counts as unsettled, and the file is read again the next time.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final, Generic, NamedTuple, TypeVar

from trackwell_service.domain.validation import character_fault
from trackwell_service.stores.file.disk import Folder, Signature
from trackwell_service.stores.file.layout import META

Value = TypeVar("Value")

UNSETTLED_NS: Final = 50_000_000
"""How long after a change a file's mtime may stay the same for another one, in nanoseconds: some ticks of a kernel."""

COARSE_UNSETTLED_NS: Final = 3_000_000_000
"""The same where the mtime is a whole second, in nanoseconds: it may be all that the file system keeps (HFS+, ext3,
some file servers; FAT keeps every other one). Elsewhere few files have such a time, and are only read once more."""

Report = Callable[[str, str], None]
"""Told a path and why what is there is not shown."""


def is_settled(mtime_ns: int, now_ns: int) -> bool:
    """Whether what was changed then and read no earlier than now would have another mtime after another change."""
    return mtime_ns < now_ns - (UNSETTLED_NS if mtime_ns % 1_000_000_000 else COARSE_UNSETTLED_NS)


class FileState(NamedTuple, Generic[Value]):
    """One file as it was read. `signature` is None while unsettled, `value` when there is nothing to show."""

    signature: Signature | None
    value: Value | None


SMALL_BYTES: Final = 65_536
"""Files up to this size are read many at a time when they are read first."""


class Reader(NamedTuple, Generic[Value]):
    """How files of one kind are read."""

    read: Callable[[Folder, str, Value | None], tuple[Signature, Value | None]]
    """Reads a file: (the tree's folder, its name relative to it, what it held before). Raises OSError."""
    whole: Callable[[Folder, str, Signature, bytes], Value | None] | None
    """What the bytes of a whole file hold; None when it must be `read`."""


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

    def refresh(self, base: str, reader: Reader[Value], report: Report) -> bool:
        """Makes it what is on the disk; whether a value changed."""
        now_ns = time.time_ns()
        changed = self._refresh_folders(base, now_ns, report)
        if not self.files:
            return changed
        gone: list[str] = []
        with Folder(base) as folder:
            read_now = self._read_small(folder, reader, now_ns)
            for name, state in self.files.items():
                if name in read_now:
                    changed = changed or (state is not None and state.value is not None)
                    continue
                known = None
                try:
                    if state is not None:
                        if state.signature is not None and state.signature == folder.signature(name):
                            continue
                        known = state.value
                    signature, value = reader.read(folder, name, known)
                except FileNotFoundError:
                    gone.append(name)
                    continue
                except OSError as error:
                    report(f"{base}/{name}", error.strerror or "it cannot be read")
                    self.files[name] = FileState(None, None)
                    changed = changed or state is None or state.value is not None
                    continue
                self.files[name] = FileState(signature if is_settled(signature.mtime_ns, now_ns) else None, value)
                changed = changed or value != known
        for name in gone:
            del self.files[name]
        return changed or bool(gone)

    def _read_small(self, folder: Folder, reader: Reader[Value], now_ns: int) -> AbstractSet[str]:
        """Reads those files which are small and have not been read yet; their names."""
        unread = [name for name, state in self.files.items() if state is None]
        if reader.whole is None or not unread:
            return frozenset()
        read_now = set()
        try:
            small = folder.small_files(unread, SMALL_BYTES)
        except OSError:
            return frozenset()  # the folder is gone or closed, as each file will say
        for name, data, signature in small:
            value = reader.whole(folder, name, signature, data)
            self.files[name] = FileState(signature if is_settled(signature.mtime_ns, now_ns) else None, value)
            read_now.add(name)
        return read_now

    def _refresh_folders(self, base: str, now_ns: int, report: Report) -> bool:
        changed = False
        # A folder comes before those in it: where it has become a link, nothing is looked at through it.
        pending = sorted(self._folders, reverse=True) or [""]
        while pending:
            folder = pending.pop()
            if folder and folder.rpartition("/")[0] not in self._folders:
                continue  # it was forgotten with the folder that it was in
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
            self._folders[folder] = seen if is_settled(seen[1], now_ns) else None
        return changed

    def _forget(self, folder: str) -> bool:
        """Drops the folder and all that is below it; whether there were files."""
        below = f"{folder}/" if folder else ""
        for name in [name for name in self._folders if name == folder or name.startswith(below)]:
            del self._folders[name]
        lost = [name for name in self.files if name.startswith(below)]
        for name in lost:
            del self.files[name]
        return bool(lost)

    def dumped(self, plain: Callable[[Value], Any]) -> list[Any] | None:
        """As plain lists for the cache file, values as `plain` tells them; None while anything is unsettled."""
        if any(seen is None for seen in self._folders.values()):
            return None
        files: list[Any] = []
        for name, state in self.files.items():
            if state is None or state.signature is None:
                return None
            files.append((name, *state.signature, None if state.value is None else plain(state.value)))
        return [[(name, *seen) for name, seen in sorted(self._folders.items()) if seen], files]

    @classmethod
    def loaded(
        cls, dumped: Any, value_of: Callable[[Any], Value | None], is_name: Callable[[str], bool]
    ) -> Tree[Value]:
        """The tree that was dumped, where `is_name` tells which files may hold a value.

        Raises ValueError, TypeError or the like for anything else, above all for names that lead out of the folder.
        """
        tree: Tree[Value] = cls()
        folders, files = dumped
        for name, inode, mtime_ns in folders:
            if name and not (_is_inside(name) and name.rpartition("/")[0] in tree._folders):
                raise ValueError
            tree._folders[_checked(name, str)] = (_checked(inode, int), _checked(mtime_ns, int))
        for name, inode, size_bytes, mtime_ns, value in files:
            if name.rpartition("/")[0] not in tree._folders or not (_is_inside if value is None else is_name)(name):
                raise ValueError
            signature = Signature(_checked(inode, int), _checked(size_bytes, int), _checked(mtime_ns, int))
            tree.files[name] = FileState(signature, None if value is None else value_of(value))
        return tree


def _is_inside(name: str) -> bool:
    """Whether the relative path can be one that was listed."""
    return "\0" not in name and not any(part in ("", ".", "..") for part in name.split("/"))


Kind = TypeVar("Kind")


def _checked(value: Any, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise TypeError
    return value


def is_meta_name(name: str) -> bool:
    """Whether a file of that relative path tells of an input, output or dataset: <id>/meta.yaml."""
    return name.count("/") == 1 and name.endswith(f"/{META}") and _is_inside(name)


def _listed(path: str, prefix: str, report: Report) -> tuple[set[str], list[str]]:
    """Files and folders in the folder, by path relative to the tree."""
    names: set[str] = set()
    folders: list[str] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.name.isascii() and character_fault(entry.name) is not None:
                # It can neither be answered nor kept in the cache file.
                report(entry.path.encode(errors="backslashreplace").decode(), "its name is no text in UTF-8")
            elif entry.is_file(follow_symlinks=False):
                names.add(prefix + entry.name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(prefix + entry.name)
            else:
                report(entry.path, "it is a link, pipe or device")
    return names, folders
