"""The lock of a directory store: one process of ours writes at a time."""

from __future__ import annotations

import errno
import logging
import os
import sys
import weakref
from typing import Final

from trackwell_service.stores.file.layout import OWN_PREFIX

_LOG: Final = logging.getLogger(__name__)

LOCK_NAME: Final = f"{OWN_PREFIX}.lock"
"""A file in the root which our processes lock while they write; nothing else is done with it."""

_OPENED_AT_MOST: Final = 5
"""How often the file is opened anew because another has its name: some systems number a file differently each time."""

# A link must not lead out of the store, and a FIFO must not hold up whoever opens it.
_OPEN: Final = os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


if sys.platform == "win32":

    def _lock(_descriptor: int) -> None:
        raise OSError(errno.ENOTSUP, "this system has no flock")

    def _unlock(_descriptor: int) -> None:
        """Nothing was locked."""

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class StoreLock:
    """Held by whoever writes, so that decisions hold until they are carried out."""

    def __init__(self, root: str) -> None:
        self._path = f"{root}/{LOCK_NAME}"
        self._descriptor: int | None = None
        self._held = False
        self._warned = False
        _LOCKS.add(self)

    def __enter__(self) -> None:
        """Waits for the lock. Raises OSError when the file can be neither made nor opened."""
        for _ in range(_OPENED_AT_MOST):
            if self._descriptor is None:
                self._descriptor = self._open()
            self._held = self._locked(self._descriptor)
            if not self._held or self._is_the_stores(self._descriptor):
                return
            self.close()
        self._descriptor = self._open()
        self._held = self._locked(self._descriptor)

    def __exit__(self, *_exception: object) -> None:
        """Lets others write."""
        if self._held and self._descriptor is not None:
            _unlock(self._descriptor)
        self._held = False

    def close(self) -> None:
        """Gives up the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._held = False

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | _OPEN, 0o666)
        except PermissionError:
            # Another user's file, which his umask kept for himself to write: to lock it, reading is enough.
            return os.open(self._path, os.O_RDONLY | _OPEN)

    def _locked(self, descriptor: int) -> bool:
        try:
            _lock(descriptor)
        except OSError as error:
            if not self._warned:
                self._warned = True
                _LOG.warning("%s cannot be locked (%s): let one process at a time write here.", self._path, error)
            return False
        return True

    def _is_the_stores(self, descriptor: int) -> bool:
        """Whether whoever comes next locks the same file: somebody may have removed it while this one was open."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.lstat(self._path))
        except OSError:
            return False


_LOCKS: Final = weakref.WeakSet[StoreLock]()


def _close_inherited() -> None:
    # The lock belongs to the open file, which a child shares: were it to keep it, a parent that is killed while it
    # writes would lock everybody out for as long as the child lives. Unlocking here would unlock the parent's.
    for lock in list(_LOCKS):
        lock.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_inherited)
