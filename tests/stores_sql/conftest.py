"""Fixtures of the SQL store's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.sql_stores import opened
from trackwell_service.stores.sql import SqlStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """A new store on SQLite."""
    with opened(tmp_path) as new_store:
        yield new_store
