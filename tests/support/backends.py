"""Every kind of store that the suite holds to one behaviour. A new kind is one more line in BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from itertools import count
from os import W_OK, access
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from support.errors import ApiError
from support.scratch_databases import mariadb_databases, postgres_databases
from trackwell_migrations import upgrade
from trackwell_service.stores.file import open_file_store
from trackwell_service.stores.memory import open_memory_store
from trackwell_service.stores.roles import Store
from trackwell_service.stores.sql import open_sql_store

DEFAULT_ARTIFACT_ROOT = "mlflow-artifacts:"
"""Where artifacts of experiments go which name no location."""

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 # only folders with random names are made in it
"""Where Linux keeps files in memory. Tests which do not kill anything need no disk to wait for."""

MEMORY_DISK_BYTES = 1 << 30
"""Free memory below which it is left alone."""

Opener = Callable[[Path, Callable[[], int]], AbstractContextManager[Store]]
"""Opens a new store: (an empty folder of its own, clock in milliseconds since the epoch)."""


def open_memory(_folder: Path, clock: Callable[[], int]) -> AbstractContextManager[Store]:
    """A store in memory."""
    return closing(open_memory_store(default_artifact_location=f"{DEFAULT_ARTIFACT_ROOT}/0", clock=clock))


@cache
def migrated_sqlite() -> bytes:
    """A SQLite file with the schema and nothing in it. Migrating takes a tenth of a second, so it is done once."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "migrated.db"
        upgrade(f"sqlite:///{database}")
        return database.read_bytes()


def open_sqlite(folder: Path, clock: Callable[[], int]) -> AbstractContextManager[Store]:
    """A SQL store on a new SQLite file."""
    (folder / "store.db").write_bytes(migrated_sqlite())
    return _sql_store(f"sqlite:///{folder}/store.db", clock)


@contextmanager
def open_postgresql(_folder: Path, clock: Callable[[], int]) -> Iterator[Store]:
    """A SQL store on a PostgreSQL server of the tests' own."""
    with postgres_databases().empty() as url, _sql_store(url, clock) as store:
        yield store


@contextmanager
def open_mariadb(_folder: Path, clock: Callable[[], int]) -> Iterator[Store]:
    """A SQL store on a MariaDB server of the tests' own."""
    with mariadb_databases().empty() as url, _sql_store(url, clock) as store:
        yield store


def _sql_store(url: str, clock: Callable[[], int]) -> AbstractContextManager[Store]:
    return closing(
        open_sql_store(
            url,
            default_artifact_location=lambda experiment_id: f"{DEFAULT_ARTIFACT_ROOT}/{experiment_id}",
            clock=clock,
        )
    )


def open_files(folder: Path, clock: Callable[[], int]) -> AbstractContextManager[Store]:
    """A directory store, whose experiments are numbered as those of the others, so that answers can be compared."""
    return closing(
        open_file_store(
            folder / "mlruns",
            default_artifact_location=lambda experiment_id: f"{DEFAULT_ARTIFACT_ROOT}/{experiment_id}",
            clock=clock,
            new_experiment_id=count(1).__next__,
        )
    )


BACKENDS: dict[str, Opener] = {
    "memory": open_memory,
    "sqlite": open_sqlite,
    "postgresql": open_postgresql,
    "mariadb": open_mariadb,
    "file": open_files,
}
"""How to open each kind of store."""

COMPARED = [name for name in BACKENDS if name != "memory"]
"""Stores that the properties hold to the memory model."""

INDEXED = [name for name in BACKENDS if name not in ("memory", "file")]
"""Those with group commits of their own."""

_FILE_PER_KEY: Final = "each key is a file: no key may be a folder of another, and no name have more than 255 bytes"
_FILE_PER_RUN: Final = "each run is a folder, whose name has at most 255 bytes"
_KEYS_ONLY: Final = "a tag whose key breaks the rules of keys would be a file anywhere, or not be read back"

GAPS: dict[str, dict[str, str]] = {
    "file": {
        "test_keys_that_are_taken": _FILE_PER_KEY,
        "test_the_run_shows_each_key_once": _FILE_PER_KEY,
        "test_mappings_are_sorted_by_key": _FILE_PER_KEY,
        "test_a_history_without_a_page_size": _FILE_PER_KEY,
        f"test_a_run_id_of_the_callers_choice {'a' * 256}": _FILE_PER_RUN,
        "test_tags_at_creation_of_a_run": _KEYS_ONLY,
    },
}
"""What a kind of store cannot hold, by the test that needs it (and the value of its parameter). Refused with 400;
tests/stores_file says what is held in its place."""


def gap(backend: str, node: pytest.Item) -> str | None:
    """Why the backend cannot pass the test."""
    gaps = GAPS.get(backend, {})
    callspec = getattr(node, "callspec", None)
    values = [] if callspec is None else [value for value in callspec.params.values() if isinstance(value, str)]
    name = getattr(node, "originalname", node.name)
    return next((gaps[each] for each in (name, *(f"{name} {value}" for value in values)) if each in gaps), None)


def expect_gap(backend: str, request: pytest.FixtureRequest) -> None:
    """Wants the test to fail where the backend has a gap: one that passes is no gap any more."""
    reason = gap(backend, request.node)
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=(ApiError, AssertionError)))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for a store's files, gone at the end; in memory where there is room."""
    in_memory = access(MEMORY_DISK, W_OK) and disk_usage(MEMORY_DISK).free > MEMORY_DISK_BYTES
    with TemporaryDirectory(prefix="trackwell-tests-", dir=MEMORY_DISK if in_memory else None) as folder:
        yield Path(folder)


@contextmanager
def opened(backend: str, folder: Path, clock: Callable[[], int]) -> Iterator[Store]:
    """A new store of that kind, closed at the end."""
    with BACKENDS[backend](folder, clock) as store:
        yield store
