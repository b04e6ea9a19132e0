"""Random histories: the SQL store shows what the memory model shows, after every step and at the end (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given

from support.backends import COMPARED, opened, scratch_folder
from support.determinism import CountingIds, SteppingClock
from support.doors.base import Api
from support.doors.core import CoreDoor, build_core
from support.histories import RUN_IDS, Step, fit_for_files, histories
from support.observing import observe, take
from support.property_tests import one_in
from trackwell_service.stores.roles import Store


@contextmanager
def service(backend: str, clock: SteppingClock) -> Iterator[tuple[Api, Store]]:
    """A new service on a new store."""
    with scratch_folder() as folder, opened(backend, folder, clock) as store:
        core = build_core(store, clock=clock, new_run_id=CountingIds())
        try:
            yield Api(CoreDoor(core)), store
        finally:
            core.close()


@pytest.mark.parametrize("backend", COMPARED)
@given(history=histories)
@one_in(2)
def test_a_store_shows_what_the_model_shows(backend: str, history: list[Step]) -> None:
    """Answers, refusals with their words, and at the end everything that can be read."""
    if backend == "file":
        history = [fit_for_files(step) for step in history]
    clocks = SteppingClock(), SteppingClock()
    with (
        service("memory", clocks[0]) as (model, model_store),
        service(backend, clocks[1]) as (api, store),
    ):
        for step in history:
            if step.rpc:
                assert take(api, step) == take(model, step), step
            else:
                for clock in clocks:
                    clock.advance(step.wait_ms)
        assert observe(api) == observe(model)
        for run_id in RUN_IDS:
            assert repr(store.metric_summaries(run_id)) == repr(model_store.metric_summaries(run_id))
