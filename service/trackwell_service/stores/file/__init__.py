"""The directory store, `./mlruns`. `open_file_store` is the way in."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.default_experiment import create_default_experiment, system_clock_ms
from trackwell_service.stores.file import disk
from trackwell_service.stores.file.layout import TRASH
from trackwell_service.stores.file.store import FileStore

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
    cannot be made; a folder that may only be read is opened for reading.
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
        raise disk.translated(error) from None
    store = FileStore(path, clock, new_experiment_id, sync=sync)
    if not store.has_experiments():
        create_default_experiment(store, default_artifact_location(0), clock())
    return store
