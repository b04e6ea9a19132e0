"""A directory store on a folder that tests may spoil."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.stores.file import FileStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder."""
    return tmp_path / "mlruns"


@pytest.fixture
def store(root: Path) -> Iterator[FileStore]:
    """A new store in it."""
    opened = opened_at(root)
    yield opened
    opened.close()


@pytest.fixture
def write(store: FileStore) -> Writer:
    """Changes the store."""
    return Writer(store)
