"""The directory store, `./mlruns`. `open_file_store` is the way in."""

from __future__ import annotations

import errno
import logging
import os
import random
from collections.abc import Callable
from typing import Final

from trackwell_service.domain.errors import InvalidParameter, PermissionDenied, TrackwellError
from trackwell_service.stores.default_experiment import create_default_experiment, system_clock_ms
from trackwell_service.stores.file import disk
from trackwell_service.stores.file.layout import META, TRASH
from trackwell_service.stores.file.places import is_folder
from trackwell_service.stores.file.store import FileStore

_LOG: Final = logging.getLogger(__name__)

SHOWN_CHARACTERS: Final = 100
"""How much of a path is shown that is too long."""

__all__ = ["FileStore", "open_file_store"]


def random_experiment_id() -> int:
    """18 digits by chance, as other versions choose them: processes need not agree on the next one (rest-facts §5)."""
    return random.SystemRandom().randrange(10**17, 10**18)


def open_file_store(
    root: str | os.PathLike[str],
    *,
    default_artifact_location: Callable[[int], str],
    clock: Callable[[], int] = system_clock_ms,
    new_experiment_id: Callable[[], int] = random_experiment_id,
    sync: bool = False,
) -> FileStore:
    """The store in the folder `root`, which is made, with experiment 0, "Default", if it is new (rest-facts §6, §10).

    `default_artifact_location` maps an experiment id to its artifact location; it is asked for experiment 0 of a new
    store only. `clock` tells milliseconds since the epoch. With `sync` every write is flushed to the disk before it is
    acknowledged. Raises InvalidParameter when the path is no folder and PermissionDenied when one is missing and
    cannot be made; a folder that may only be read is opened for reading, and one whose experiment 0 cannot be read too.
    """
    path = os.path.abspath(root)
    try:
        if os.path.lexists(path) and not os.path.isdir(path):
            raise InvalidParameter(
                f"{path!r} is a file, not a folder of experiments. Name a folder, or a database as sqlite:///{path}."
            )
        os.makedirs(path, exist_ok=True)
        if os.access(path, os.W_OK):
            os.makedirs(f"{path}/{TRASH}", exist_ok=True)
    except OSError as error:
        raise _unopened(path, error) from None
    store = FileStore(path, clock, new_experiment_id, sync=sync)
    if not store.has_experiments():
        if _may_make_default(path):
            create_default_experiment(store, default_artifact_location(0), clock())
        else:
            _LOG.warning("%s is opened without experiments: what is in the place of experiment 0 is not shown.", path)
    return store


def _unopened(path: str, error: OSError) -> TrackwellError:
    """Why there is no store. Names the folder, as later errors do not: who opens a store has named it."""
    if error.errno == errno.ENAMETOOLONG:
        return InvalidParameter(
            f"The folder {path[:SHOWN_CHARACTERS]!r}… has a path of {len(os.fsencode(path))} bytes. It, or a name in"
            " it, is too long for this system: choose a shorter one."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        reason = "is on a read-only mount" if error.errno == errno.EROFS else "may not be made or used by this process"
        return PermissionDenied(f"The folder {path!r} {reason}. Name another one, or give the process that right.")
    return disk.translated(error)


def _may_make_default(root: str) -> bool:
    """Whether experiment 0 has its place free: at most a folder without a meta, such as one of artifacts only."""
    there = f"{root}/0"
    if os.path.lexists(f"{root}/{TRASH}/0") or os.path.lexists(f"{there}/{META}"):
        return False
    return is_folder(there) or not os.path.lexists(there)
