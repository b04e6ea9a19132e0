"""The lock that keeps two processes from writing at once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.server_process import environment
from support.writing import Writer
from trackwell_service.stores.file import FileStore
from trackwell_service.stores.file.store_lock import LOCK_NAME, StoreLock

if sys.platform == "win32":
    pytest.skip("this system has no flock", allow_module_level=True)
else:
    import fcntl


def is_locked(root: Path) -> bool:
    """Whether another process would have to wait now."""
    with (root / LOCK_NAME).open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_a_lock_file_that_was_removed_is_made_again(tmp_path: Path) -> None:
    lock = StoreLock(str(tmp_path))
    with lock:
        assert is_locked(tmp_path)
    (tmp_path / LOCK_NAME).unlink()
    with lock:
        assert is_locked(tmp_path)
    (tmp_path / LOCK_NAME).unlink()
    (tmp_path / LOCK_NAME).write_bytes(b"another process'")
    with lock:
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    lock.close()


def test_a_system_that_numbers_a_file_anew_each_time_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "samestat", lambda *_: False)
    lock = StoreLock(str(tmp_path))
    with lock:
        assert is_locked(tmp_path)
    lock.close()


def test_another_users_lock_file_is_locked_by_reading(
    store: FileStore, write: Writer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His umask left others only the right to read it."""
    assert (root / LOCK_NAME).exists()
    real = os.open

    def refusing(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if str(path).endswith(LOCK_NAME) and flags & os.O_ACCMODE != os.O_RDONLY:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *more, **named)

    store.close()
    monkeypatch.setattr(os, "open", refusing)
    lock = StoreLock(str(root))
    with lock:
        monkeypatch.undo()
        assert is_locked(root)
    lock.close()


def test_a_link_in_its_place_makes_no_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / LOCK_NAME).symlink_to(tmp_path / "made")
    with pytest.raises(OSError, match=LOCK_NAME), StoreLock(str(tmp_path / "root")):
        pass
    assert not (tmp_path / "made").exists()


def test_it_is_tried_again_after_the_system_had_no_locks_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = fcntl.flock
    failures = [OSError(errno.ENOLCK, "No locks available")]

    def flock(descriptor: int, operation: int) -> None:
        if failures:
            raise failures.pop()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    lock = StoreLock(str(tmp_path))
    with lock:
        assert not is_locked(tmp_path)
    with lock:
        assert is_locked(tmp_path)
    lock.close()


FORKING = """
import fcntl, os, sys
from trackwell_service.stores.file.store_lock import LOCK_NAME, StoreLock
lock = StoreLock(sys.argv[1])
told, telling = os.pipe()
ending, end = os.pipe()
with lock:
    child = os.fork()
    if not child:
        os.close(end)
        os.write(telling, b"x")
        os.read(ending, 1)
        os._exit(0)
    os.read(told, 1)
    probe = os.open(f"{sys.argv[1]}/{LOCK_NAME}", os.O_RDWR)
    def free():
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
    print("free" if free() else "locked")
    lock.close()  # as a sudden end closes it
    print("free" if free() else "locked")
os.close(end)
os.waitpid(child, 0)
"""


def test_a_child_neither_keeps_nor_loses_the_lock_of_its_parent(tmp_path: Path) -> None:
    """A data loader's worker outlives a trainer that was killed while it logged."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKING, str(tmp_path)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert done.stdout.split() == ["locked", "free"]
