"""Every kind of store that the suite holds to one behaviour. A new kind is one more line in BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from os import W_OK, access
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

from trackwell_migrations import upgrade
from trackwell_service.stores.memory import open_memory_store
from trackwell_service.stores.roles import Store
from trackwell_service.stores.sql import open_sql_store

DEFAULT_ARTIFACT_ROOT = "mlflow-artifacts:"
"""Where artifacts of experiments go which name no location."""

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 # only folders with random names are made in it
"""Where Linux keeps files in memory. Tests which do not kill anything need no disk to wait for."""

MEMORY_DISK_BYTES = 1 << 30
"""Free memory below which it is left alone."""

Opener = Callable[[Path, Callable[[], int]], Store]
"""Opens a new store: (an empty folder of its own, clock in milliseconds since the epoch)."""


def open_memory(_folder: Path, clock: Callable[[], int]) -> Store:
    """A store in memory."""
    return open_memory_store(default_artifact_location=f"{DEFAULT_ARTIFACT_ROOT}/0", clock=clock)


@cache
def migrated_sqlite() -> bytes:
    """A SQLite file with the schema and nothing in it. Migrating takes a tenth of a second, so it is done once."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "migrated.db"
        upgrade(f"sqlite:///{database}")
        return database.read_bytes()


def open_sqlite(folder: Path, clock: Callable[[], int]) -> Store:
    """A SQL store on a new SQLite file."""
    (folder / "store.db").write_bytes(migrated_sqlite())
    return open_sql_store(
        f"sqlite:///{folder}/store.db",
        default_artifact_location=lambda experiment_id: f"{DEFAULT_ARTIFACT_ROOT}/{experiment_id}",
        clock=clock,
    )


BACKENDS: dict[str, Opener] = {
    "memory": open_memory,
    "sqlite": open_sqlite,
}
"""How to open each kind of store."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for a store's files, gone at the end; in memory where there is room."""
    in_memory = access(MEMORY_DISK, W_OK) and disk_usage(MEMORY_DISK).free > MEMORY_DISK_BYTES
    with TemporaryDirectory(prefix="trackwell-tests-", dir=MEMORY_DISK if in_memory else None) as folder:
        yield Path(folder)


@contextmanager
def opened(backend: str, folder: Path, clock: Callable[[], int]) -> Iterator[Store]:
    """A new store of that kind, closed at the end."""
    store = BACKENDS[backend](folder, clock)
    try:
        yield store
    finally:
        store.close()
