"""A core that serves artifacts from a temporary folder, over the in-memory store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.backends import opened
from support.determinism import CountingIds, SteppingClock
from support.doors.core import build_core
from trackwell_service.operations.artifacts import ArtifactPlaces
from trackwell_service.rpc.core import ServiceCore


@pytest.fixture
def proxy_root(tmp_path: Path) -> Path:
    """The folder behind ``mlflow-artifacts:``; made by the first upload."""
    return tmp_path / "proxied"


@pytest.fixture
def core(tmp_path: Path, proxy_root: Path, clock: SteppingClock) -> Iterator[ServiceCore]:
    """The core; experiments without a location of their own are behind the proxy."""
    with opened("memory", tmp_path, clock) as store:
        core = build_core(store, clock=clock, new_run_id=CountingIds(), places=ArtifactPlaces(proxy_root, ()))
        yield core
        core.close()
