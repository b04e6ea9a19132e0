"""Files as the store uses them: read without following links, written whole or not at all, appended in one write."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NamedTuple, Self

from trackwell_service.domain.errors import (
    InternalError,
    InvalidParameter,
    PermissionDenied,
    ResourceConflict,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.stores.file.layout import OWN_PREFIX

_LOG: Final = logging.getLogger(__name__)

FULL_RETRY_AFTER_S: Final = 30.0
"""When to try again what failed because the disk was full, in seconds: somebody has to make room."""

# A FIFO must not hold up its reader, and a link must not lead out of the store.
_READ: Final = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LOOK_INTO: Final = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0)
_APPEND: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
_TAKE_BACK: Final = os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
_MODE: Final = 0o666
"""Less the process' umask: a directory store is shared by the people who share the folder."""


class Signature(NamedTuple):
    """What tells one state of a file from another without reading it."""

    inode: int
    size_bytes: int
    mtime_ns: int


class NoPlainFile(OSError):
    """The path names a link, folder, pipe or device, or a file that is too long to be what it should be."""


class Folder:
    """A folder some of whose files are read: opened once, when the first of them is."""

    __slots__ = ("_descriptor", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def signature(self, name: str) -> Signature:
        """That of what is there, even if it is a link, pipe or folder. Raises OSError."""
        status = os.lstat(name, dir_fd=self._opened())
        return Signature(status.st_ino, status.st_size, status.st_mtime_ns)

    def read(self, name: str, max_bytes: int) -> tuple[bytes, Signature]:
        """The whole file, and its signature before it was read. Raises OSError."""
        return read(name, max_bytes, self._opened())

    def read_piece(self, name: str, start: int, max_bytes: int) -> tuple[bytes, Signature]:
        """At most `max_bytes` of the file from `start`, and its signature before they were read. Raises OSError."""
        with PlainFile(name, self._opened()) as file:
            return file.read(start, max_bytes), file.signature

    def small_files(self, names: Iterable[str], max_bytes: int) -> list[tuple[str, bytes, Signature]]:
        """Those of the files which can be read whole at once, with their signatures before that; nothing of others.

        Most files of a store are small, and a first search reads all of them: a call for each would cost more than
        the system's work.
        """
        folder = self._opened()
        found: list[tuple[str, bytes, Signature]] = []
        for name in names:
            try:
                descriptor = os.open(name, _READ, dir_fd=folder)
            except OSError:
                continue
            try:
                status = os.fstat(descriptor)
                size_bytes = status.st_size
                if size_bytes <= max_bytes and stat.S_ISREG(status.st_mode):
                    data = os.read(descriptor, size_bytes)
                    if len(data) == size_bytes:
                        found.append((name, data, Signature(status.st_ino, size_bytes, status.st_mtime_ns)))
            except OSError:
                continue
            finally:
                os.close(descriptor)
        return found

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, _LOOK_INTO)
        return self._descriptor


class PlainFile:
    """A plain file that is read at any of its places, and its signature from before that."""

    __slots__ = ("_descriptor", "signature")

    def __init__(self, path: str, folder: int | None = None) -> None:
        """Opens it; a relative path is one in `folder`. Raises OSError."""
        self._descriptor = _open(path, folder)
        try:
            self.signature: Final = _signature(self._descriptor)
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self._descriptor)

    def read(self, start: int, max_bytes: int) -> bytes:
        """At most `max_bytes` from `start`. Raises OSError."""
        wanted = min(max_bytes, self.signature.size_bytes - start)
        return os.pread(self._descriptor, wanted, start) if wanted > 0 else b""

    def read_into(self, buffer: memoryview, start: int) -> int:
        """Fills the beginning of the buffer with what comes from `start` on; how many bytes. Raises OSError."""
        return os.preadv(self._descriptor, [buffer], start)


def read(path: str, max_bytes: int, folder: int | None = None) -> tuple[bytes, Signature]:
    """The whole file, and its signature before it was read; a relative path is one in `folder`. Raises OSError."""
    descriptor = _open(path, folder)
    try:
        signature = _signature(descriptor)
        size_bytes = signature.size_bytes
        if size_bytes > max_bytes:
            raise NoPlainFile(errno.EFBIG, f"it has more than {max_bytes} bytes")
        data = os.read(descriptor, size_bytes)
        while len(data) < size_bytes:
            more = os.read(descriptor, size_bytes - len(data))
            if not more:
                break
            data += more
        return data, signature
    finally:
        os.close(descriptor)


def _open(path: str, folder: int | None) -> int:
    try:
        return os.open(path, _READ, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise NoPlainFile(error.errno, "it is a link, pipe or socket") from None
        raise


def _signature(descriptor: int) -> Signature:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise NoPlainFile(errno.EINVAL, "it is no plain file")
    return Signature(status.st_ino, status.st_size, status.st_mtime_ns)


def check_folders(folder: str, name: str) -> None:
    """Refuses a relative path that leaves the folder through a link: NoPlainFile if any part but the last is one.

    Files are no folders either; what is missing is no fault. Keys and ids hold no `..`, which callers see to.
    """
    end = name.find("/")
    while end >= 0:
        path = f"{folder}/{name[:end]}"
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(mode):
            raise NoPlainFile(errno.ENOTDIR, "it should be a folder and is a link or a file", path)
        end = name.find("/", end + 1)


def temporary_name(folder: str) -> str:
    """A new name in the folder, which no reader takes for anything."""
    return f"{folder}/{OWN_PREFIX}-{secrets.token_hex(8)}"


def write_new(path: str, data: bytes, *, sync: bool) -> None:
    """A new file. Whatever fails, it is not there afterwards; FileExistsError if it was there before."""
    descriptor = os.open(path, _NEW, _MODE)
    try:
        try:
            _write_all(descriptor, data)
            if sync:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        with suppress(OSError):
            os.unlink(path)
        raise


def append(path: str, lines: bytes, *, sync: bool) -> None:
    """Adds whole lines in one write; after a line that somebody left unfinished they begin a new one.

    When not all of it can be written, nothing of it is left.
    """
    descriptor = os.open(path, _APPEND, _MODE)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NoPlainFile(errno.EINVAL, "it is no plain file")
        size = status.st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = b"\n" + lines
        try:
            _write_all(descriptor, lines)
            if sync:
                os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                _cut(descriptor, size, lines)
            raise
    finally:
        os.close(descriptor)


def take_back(path: str, size: int, lines: bytes) -> bool:
    """Cuts off what `append` added to a file that had `size` bytes before; whether the file is empty now.

    Left as it is when another program has added to it meanwhile: its points were acknowledged. Raises OSError.
    """
    descriptor = os.open(path, _TAKE_BACK)
    try:
        added = os.fstat(descriptor).st_size - size
        if added in (len(lines), len(lines) + 1):
            _cut(descriptor, size, lines if added == len(lines) else b"\n" + lines)
        return os.fstat(descriptor).st_size == 0
    finally:
        os.close(descriptor)


def _cut(descriptor: int, size: int, ours: bytes) -> None:
    """Cuts the file to `size` if nothing follows but the beginning of `ours`, or all of it."""
    length = os.fstat(descriptor).st_size - size
    if 0 < length <= len(ours) and os.pread(descriptor, length, size) == ours[:length]:
        os.ftruncate(descriptor, size)


def _write_all(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    while written < len(data):
        # A disk that is nearly full takes a part; the next write says why.
        written += os.write(descriptor, data[written:])


def move_into(source: str, target: str) -> None:
    """Moves all that is in one folder into another, and removes the first.

    Raises FileExistsError where both have a file of one name, and any other OSError; called again, it goes on.
    """
    with os.scandir(source) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_dir in found:
        path, there = f"{source}/{name}", f"{target}/{name}"
        try:
            mode = os.lstat(there).st_mode
        except FileNotFoundError:
            os.rename(path, there)
            continue
        if not is_dir or not stat.S_ISDIR(mode):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path, None, there)
        move_into(path, there)
    os.rmdir(source)


def sync_folder(path: str) -> None:
    """Makes the folder's entries durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def translated(error: OSError) -> TrackwellError:
    """What a caller is told of it. The path and the system's words go to the log only."""
    _LOG.warning("the store's folder: %s", error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ResourceExhausted(
            "The disk of the store is full, nothing was stored. Make room and try again.",
            retry_after_s=FULL_RETRY_AFTER_S,
        )
    if error.errno == errno.EROFS:
        return PermissionDenied("The folder of the store is mounted read-only, nothing was stored. Mount it writable.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return PermissionDenied(
            "The folder of the store may not be written to, nothing was stored. Give the process that right."
        )
    if error.errno == errno.ENAMETOOLONG:
        return InvalidParameter("A key is too long for a file name below the store's folder. Shorten it.")
    if isinstance(error, NoPlainFile) or error.errno in (errno.ELOOP, errno.EISDIR, errno.ENOTDIR):
        return InvalidParameter(
            "What should be a plain file of the store is a link, a folder or a device, nothing was stored. The log "
            "names it; remove it, or use another key."
        )
    if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
        return ResourceConflict(
            "Another program has put files where the store must move others. The log names the place; try again, or "
            "move one of the two away."
        )
    if error.errno in (errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.EIO, errno.ETIMEDOUT):
        return TemporarilyUnavailable("The folder of the store is out of reach for the moment. Try again.")
    return InternalError("The store's folder could not be used; the server's log holds the cause.")
