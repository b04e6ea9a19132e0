"""Runs every test of this folder against each backend and through each door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.backends import expect_gap, opened, scratch_folder
from support.determinism import CountingIds, SteppingClock
from support.doors.base import Api
from support.doors.core import build_core
from support.doors.opening import open_door
from trackwell_service.operations.artifacts import ArtifactPlaces

MATRIX = [
    ("memory", "core"),
    ("sqlite", "core"),
    ("sqlite", "grpc"),
    ("sqlite", "rest"),
    ("postgresql", "core"),
    ("postgresql", "rest"),
    ("mariadb", "core"),
    ("mariadb", "rest"),
    ("file", "core"),
    ("file", "rest"),
]
"""(backend, door). Every backend is met through the core, every door with one backend: what a door makes of an answer
does not depend on the backend behind it."""


@pytest.fixture(params=MATRIX, ids="-".join)
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The backend and the door of this test."""
    found: tuple[str, str] = request.param
    expect_gap(found[0], request)
    return found


@contextmanager
def served(way: tuple[str, str], clock: SteppingClock, *, truncate_long_values: bool) -> Iterator[Api]:
    """A new service on a new store, reached through the door."""
    backend, door = way
    with scratch_folder() as folder, opened(backend, folder, clock) as store:
        core = build_core(
            store,
            clock=clock,
            new_run_id=CountingIds(),
            truncate_long_values=truncate_long_values,
            places=ArtifactPlaces(folder / "artifacts", ()),
        )
        try:
            with open_door(door, core) as api:
                yield api
        finally:
            core.close()


@pytest.fixture
def api(way: tuple[str, str], clock: SteppingClock) -> Iterator[Api]:
    """A new service with default settings."""
    with served(way, clock, truncate_long_values=True) as opened_api:
        yield opened_api


@pytest.fixture
def strict_api(way: tuple[str, str], clock: SteppingClock) -> Iterator[Api]:
    """A new service whose operator wants long values refused."""
    with served(way, clock, truncate_long_values=False) as opened_api:
        yield opened_api


@pytest.fixture
def experiment_id(api: Api) -> str:
    """A new experiment beside Default."""
    created: str = api("CreateExperiment", name="an experiment").experiment_id
    return created


@pytest.fixture
def run_id(api: Api, experiment_id: str) -> str:
    """A new run in that experiment."""
    created: str = api("CreateRun", experiment_id=experiment_id).run.info.run_id
    return created
