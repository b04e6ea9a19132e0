"""Files that keep what was logged while the service was away, until it is back, in this process or a later one.

A file belongs to one service and to the process that holds its lock. It begins with the service's URI; then come
records: length and CRC-32 of a request, four bytes each, and its bytes. What a crash left half-written at the end is
ignored: nobody was told that it is kept.
"""

from __future__ import annotations

import hashlib
import os
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

from mlflow.exceptions import MlflowException

MAX_SPOOL_BYTES = 1 << 30
"""Size of one file, about ten million points: a service that is away for good must not fill the disk."""

_HEAD = struct.Struct("<II")
_SUFFIX = ".spool"


class SpoolFile:
    """One file: records are appended at its end, and read from its beginning."""

    def __init__(self, path: Path, descriptor: int, uri: str) -> None:
        self.path = path
        self._descriptor = descriptor
        self._start = _HEAD.size + len(uri.encode())
        self._end = os.fstat(descriptor).st_size

    @classmethod
    def create(cls, folder: Path, uri: str) -> Self:
        """A new, empty file for a service, readable by its owner alone as it names the URI."""
        folder = _folder_of(folder, uri)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}{_SUFFIX}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        _lock(descriptor)
        head = uri.encode()
        os.pwrite(descriptor, _HEAD.pack(len(head), zlib.crc32(head)) + head, 0)
        os.fsync(descriptor)
        _sync_folder(folder)
        return cls(path, descriptor, uri)

    @classmethod
    def left_behind(cls, folder: Path, uri: str) -> list[Self]:
        """The files of processes which have ended, the oldest first; they are this process's from now on."""
        found = []
        for path in sorted(_folder_of(folder, uri).glob(f"*{_SUFFIX}"), key=_age):
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            except OSError:
                continue
            if _lock(descriptor) and _uri_in(descriptor) == uri and os.path.lexists(path):
                found.append(cls(path, descriptor, uri))
            else:
                os.close(descriptor)
        return found

    def append(self, records: Iterable[bytes]) -> None:
        """Adds records. Returns once they are on the disk. Raises MlflowException when the file is full or cannot."""
        data = b"".join(_HEAD.pack(len(record), zlib.crc32(record)) + record for record in records)
        if self._end + len(data) > MAX_SPOOL_BYTES:
            raise MlflowException(f"{self.path} has grown to {self._end} bytes; it may hold no more.")
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._descriptor, data[written:], self._end + written)
            os.fsync(self._descriptor)
        except OSError as error:
            raise MlflowException(f"{self.path} cannot be written: {error.strerror}.") from error
        self._end += len(data)

    def read(self, position: int | None = None) -> Iterator[tuple[int, bytes]]:
        """The records from a position on, or from the first: where each ends, and its bytes.

        What an append that failed has left behind the last record is none: the next one is written over it.
        """
        at = self._start if position is None else position
        while at + _HEAD.size <= self._end:
            head = os.pread(self._descriptor, _HEAD.size, at)
            if len(head) < _HEAD.size:
                return
            length, checksum = _HEAD.unpack(head)
            at += _HEAD.size
            if at + length > self._end:
                return
            record = os.pread(self._descriptor, length, at)
            if len(record) < length or zlib.crc32(record) != checksum:
                return
            at += length
            yield at, record

    def delete(self) -> None:
        """Removes the file: all that it held has been dealt with."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # it is closed then too
            self.close()

    def close(self) -> None:
        """Leaves the file to the next process."""
        os.close(self._descriptor)


def _folder_of(folder: Path, uri: str) -> Path:
    return folder / hashlib.sha256(uri.encode()).hexdigest()[:32]


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def _uri_in(descriptor: int) -> str | None:
    head = os.pread(descriptor, _HEAD.size, 0)
    if len(head) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack(head)
    uri = os.pread(descriptor, min(length, 1 << 16), _HEAD.size)
    return uri.decode() if zlib.crc32(uri) == checksum else None


def _lock(descriptor: int) -> bool:
    """Whether the file is this process's now; its end, however it comes, frees it."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
