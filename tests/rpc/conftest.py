"""A core over the memory store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.determinism import CountingIds, SteppingClock
from support.doors.core import build_core
from trackwell_service.rpc.core import ServiceCore
from trackwell_service.stores.memory import MemoryStore, open_memory_store


@pytest.fixture
def store(clock: SteppingClock) -> Iterator[MemoryStore]:
    """A new store."""
    opened = open_memory_store(default_artifact_location="mlflow-artifacts:/0", clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def core(store: MemoryStore, clock: SteppingClock, ids: CountingIds) -> Iterator[ServiceCore]:
    """The core over that store."""
    built = build_core(store, clock=clock, new_run_id=ids)
    yield built
    built.close()
