"""Runs every test of this folder against each kind of store, without a core between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.backends import BACKENDS, expect_gap, opened, scratch_folder
from support.determinism import SteppingClock
from support.writing import Writer
from trackwell_service.stores.roles import Store


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, clock: SteppingClock) -> Iterator[Store]:
    """A new store."""
    expect_gap(request.param, request)
    with scratch_folder() as folder, opened(request.param, folder, clock) as opened_store:
        yield opened_store


@pytest.fixture
def write(store: Store) -> Writer:
    """Changes the store."""
    return Writer(store)
