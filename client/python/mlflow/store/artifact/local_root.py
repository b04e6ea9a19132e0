"""Files below one folder, reached by descriptors so that no path and no symbolic link leads out of it.

Every segment is opened relative to the folder before it, without following links (O_NOFOLLOW); what
is read, replaced or deleted is what was opened, whatever happens to the names meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from mlflow.store.artifact.paths import UPLOAD_PREFIX, check_folder, check_path

CHUNK_BYTES = 1 << 20
"""Bytes read at a time: bounds the memory of a transfer whatever the file's size."""

_DIR_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class NotAPlainFile(OSError):
    """The path names something that is neither a file nor a folder, such as a symbolic link or a device."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder of a listing; `name` has no slash, `size_bytes` is None for a folder."""

    name: str
    is_dir: bool
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a stored file. `etag` changes whenever the content may have changed."""

    size_bytes: int
    modified_time_ms: int
    etag: str


class LocalRoot:
    """A folder whose files are read and written by relative paths (`paths.check_path`).

    Raises InvalidArtifactPath for an unsafe path, FileNotFoundError, IsADirectoryError and
    NotADirectoryError as their names say, NotAPlainFile for links and devices, OSError for the rest.
    """

    def __init__(self, root: str | Path, *, fsync: bool = False) -> None:
        """`fsync` makes an upload survive a loss of power too, at the cost of one disk flush a file."""
        self.root = Path(root)
        self._fsync = fsync

    def stat(self, path: str) -> StoredFile:
        """What is known of the file at `path`."""
        with self._file(path) as descriptor:
            return _stored(os.fstat(descriptor))

    @contextmanager
    def open(self, path: str) -> Iterator[OpenFile]:
        """The file at `path`, open for reading; replacing it meanwhile does not change what is read."""
        with self._file(path) as descriptor:
            yield OpenFile(descriptor, _stored(os.fstat(descriptor)))

    def list(self, path: str = "") -> list[Entry] | None:
        """The folder's entries sorted by name, or None when `path` is no folder. Links and devices are left out."""
        try:
            folder = self._open_folder(check_folder(path))
        except (FileNotFoundError, NotADirectoryError, NotAPlainFile):
            return None
        try:
            entries = []
            with os.scandir(folder) as scan:
                for item in scan:
                    entry = _entry(item)
                    if entry is not None:
                        entries.append(entry)
        finally:
            os.close(folder)
        return sorted(entries, key=lambda entry: entry.name)

    def create(self, path: str) -> Upload:
        """Begins to write the file at `path`; nothing is seen there before `Upload.commit`."""
        *folders, name = check_path(path).split("/")
        folder = self._open_folder("/".join(folders), create=True)
        try:
            return Upload(folder, name, fsync=self._fsync)
        except BaseException:
            os.close(folder)
            raise

    def delete(self, path: str) -> bool:
        """Deletes the file, or the folder with all in it; False when there is nothing at `path`."""
        *folders, name = check_path(path).split("/")
        try:
            folder = self._open_folder("/".join(folders))
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            _delete(folder, name)
        except FileNotFoundError:
            return False
        finally:
            os.close(folder)
        return True

    @contextmanager
    def _file(self, path: str) -> Iterator[int]:
        *folders, name = check_path(path).split("/")
        folder = self._open_folder("/".join(folders))
        try:
            descriptor = _open_at(name, _FILE_FLAGS, folder)
        finally:
            os.close(folder)
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, "is a folder", path)
            if not stat.S_ISREG(mode):
                raise NotAPlainFile(errno.EINVAL, "is not a plain file", path)
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_folder(self, path: str, *, create: bool = False) -> int:
        """A descriptor of the folder at the checked `path`; the caller closes it."""
        current = self._open_root(create=create)
        for segment in path.split("/") if path else ():
            try:
                below = _open_folder_at(segment, current, create=create)
            finally:
                os.close(current)
            current = below
        return current

    def _open_root(self, *, create: bool) -> int:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        try:
            return os.open(self.root, flags)
        except FileNotFoundError:
            if not create:
                raise
        self.root.mkdir(parents=True, exist_ok=True)
        return os.open(self.root, flags)


class OpenFile:
    """A file open for reading, with what was known of it when it was opened."""

    def __init__(self, descriptor: int, info: StoredFile) -> None:
        self._descriptor = descriptor
        self.info = info

    def chunks(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `offset` on, at most `length` of them, in pieces of at most CHUNK_BYTES."""
        end = self.info.size_bytes if length is None else min(self.info.size_bytes, offset + length)
        while offset < end:
            chunk = os.pread(self._descriptor, min(CHUNK_BYTES, end - offset), offset)
            if not chunk:
                return
            offset += len(chunk)
            yield chunk


class Upload:
    """A file being written under a temporary name in its folder; a context manager which gives up unless committed."""

    def __init__(self, folder: int, name: str, *, fsync: bool) -> None:
        self._folder: int | None = folder
        self._name = name
        self._temporary = f"{UPLOAD_PREFIX}{secrets.token_hex(6)}"
        self._fsync = fsync
        self._sha256 = hashlib.sha256()
        self.size_bytes = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor = os.open(self._temporary, flags, 0o644, dir_fd=folder)

    def write(self, data: bytes) -> None:
        """Appends `data`."""
        self._sha256.update(data)
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self.size_bytes += len(data)

    @property
    def sha256(self) -> str:
        """Digest of everything written so far, 64 hexadecimal digits."""
        return self._sha256.hexdigest()

    def commit(self) -> None:
        """Puts the file in its place, replacing one that is there. Raises IsADirectoryError when a folder is there."""
        if self._folder is None:
            raise ValueError("the upload has ended already")
        if self._fsync:
            os.fsync(self._descriptor)
        os.rename(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        if self._fsync:
            os.fsync(self._folder)
        self._close()

    def abort(self) -> None:
        """Forgets what was written. Does nothing after `commit` or `abort`."""
        if self._folder is not None:
            with suppress(FileNotFoundError):
                os.unlink(self._temporary, dir_fd=self._folder)
            self._close()

    def _close(self) -> None:
        os.close(self._descriptor)
        if self._folder is not None:
            os.close(self._folder)
        self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()


def _open_folder_at(name: str, folder: int, *, create: bool) -> int:
    """Opens the folder `name` in `folder`; nearly always it is there, so making it is the second thing to try."""
    try:
        return _open_at(name, _DIR_FLAGS, folder)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=folder)
    return _open_at(name, _DIR_FLAGS, folder)


def _open_at(name: str, flags: int, folder: int) -> int:
    """Opens `name` in `folder`; a symbolic link is NotAPlainFile."""
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.ELOOP or (error.errno == errno.ENOTDIR and _is_link(name, folder)):
            raise NotAPlainFile(error.errno, "is a symbolic link, which is not followed", name) from None
        if error.errno == errno.ENXIO:
            raise NotAPlainFile(error.errno, "is not a plain file", name) from None
        raise


def _is_link(name: str, folder: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def _stored(status: os.stat_result) -> StoredFile:
    return StoredFile(
        size_bytes=status.st_size,
        modified_time_ms=status.st_mtime_ns // 1_000_000,
        etag=f"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}",
    )


def _entry(item: os.DirEntry[str]) -> Entry | None:
    """The listing's entry for a directory entry, or None for what is not shown."""
    if item.name.startswith(UPLOAD_PREFIX) or not _is_text(item.name):
        return None
    if item.is_dir(follow_symlinks=False):
        return Entry(item.name, is_dir=True, size_bytes=None)
    if item.is_file(follow_symlinks=False):
        return Entry(item.name, is_dir=False, size_bytes=item.stat(follow_symlinks=False).st_size)
    return None


def _is_text(name: str) -> bool:
    """Whether the name is valid UTF-8; no artifact path can name a file that is not."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _delete(folder: int, name: str) -> None:
    """Removes `name` from `folder`; of a symbolic link the link itself."""
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISDIR(status.st_mode):
        os.unlink(name, dir_fd=folder)
        return
    below = _open_at(name, _DIR_FLAGS, folder)
    try:
        with os.scandir(below) as scan:
            names = [item.name for item in scan]
        for child in names:
            _delete(below, child)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=folder)
