"""Histories as long as training makes them: however a store cuts and merges them, they read like the model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.backends import COMPARED, opened, scratch_folder
from support.determinism import SteppingClock
from support.property_tests import one_in
from support.writing import PATIENCE_S, HandMade, Writer
from trackwell_service.domain.changes import AppendPoints
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.domain.series import Columns
from trackwell_service.stores.roles import HistoryPosition, Store

ODD_VALUES = (float("nan"), float("inf"), float("-inf"), -0.0, 0.0, 5e-324)


PIECES = 150
"""Into so many appends a burst is cut if at all: more than a store leaves unmerged."""


@dataclass(frozen=True)
class Burst:
    """Points that one client logs: columns that count up or down, or stand still."""

    key: str
    count: int
    first_timestamp_ms: int
    timestamp_stride: int
    first_step: int
    step_stride: int
    odd_every: int
    in_pieces: bool

    def appends(self) -> Iterator[AppendPoints]:
        """The points, together or nearly one by one; every `odd_every`-th has an odd value."""
        most = max(1, self.count // PIECES) if self.in_pieces else self.count
        for start in range(0, self.count, most):
            places = range(start, min(start + most, self.count))
            yield AppendPoints("r", self.key, Columns.of(map(self._point, places)))

    def _point(self, place: int) -> tuple[int, int, float]:
        return (
            max(0, self.first_timestamp_ms + place * self.timestamp_stride),
            self.first_step + place * self.step_stride,
            ODD_VALUES[place % len(ODD_VALUES)] if place % self.odd_every == 0 else place / 8,
        )


bursts = st.builds(
    Burst,
    key=st.sampled_from(["a", "a", "b"]),
    count=st.sampled_from([1, 1, 1, 2, 3, 7, 50, 400, 1023, 1024, 1025, 2047, 2048, 2049, 5000, 20_000]),
    first_timestamp_ms=st.sampled_from([0, 1, 500, 1000, 5000, 1_700_000_000_000]),
    timestamp_stride=st.sampled_from([0, 1, 1, 1, 3, -1]),
    first_step=st.sampled_from([0, 0, 1, 1000, -5, 2**62]),
    step_stride=st.sampled_from([0, 1, 1, 2, -1]),
    odd_every=st.sampled_from([1, 7, 1000]),
    in_pieces=st.sampled_from([False, False, True]),
)

looks = st.tuples(
    st.sampled_from(["a", "b"]), st.none() | st.integers(0, 2**32), st.sampled_from([1, 2, 1000, 100_000])
)
"""(key, which point to begin after, or None, how many points)."""


def deciding(change: AppendPoints, _: State) -> Decision[None]:
    """Makes the change."""
    return Decision((change,), None)


def append(writer: Writer, burst: Burst) -> None:
    """Writes a burst; its pieces are queued at once, so that some of them are handled together."""
    outcomes = [
        writer.submit(HandMade(partial(deciding, change), ReadSet(run_ids=("r",)))) for change in burst.appends()
    ]
    assert [outcome.result(PATIENCE_S) for outcome in outcomes] == [None] * len(outcomes)


def seen(store: Store, key: str, after: HistoryPosition | None, limit: int) -> bytes:
    """A part of a history to the bit, to be compared at once."""
    columns = store.history("r", key, after, limit)
    return columns.timestamps.tobytes() + columns.steps.tobytes() + columns.values.tobytes()


@pytest.mark.parametrize("backend", COMPARED)
@given(history=st.lists(st.tuples(bursts, st.lists(looks, max_size=2)), min_size=3, max_size=20))
@one_in(5)
def test_a_long_history_reads_like_the_model(
    backend: str, history: list[tuple[Burst, list[tuple[str, int | None, int]]]]
) -> None:
    """After every burst parts of it, at the end all of it, and the summaries."""
    with ExitStack() as stack:
        model, store = (
            stack.enter_context(opened(kind, stack.enter_context(scratch_folder()), SteppingClock()))
            for kind in ("memory", backend)
        )
        writers = Writer(model), Writer(store)
        for writer in writers:
            writer.run("r")
        for burst, questions in history:
            for writer in writers:
                append(writer, burst)
            for key, place, limit in questions:
                known = list(model.history("r", key, None, 100_000).triples())
                after = HistoryPosition(*known[place % len(known)]) if place is not None and known else None
                assert seen(store, key, after, limit) == seen(model, key, after, limit)
        for key in ("a", "b"):
            assert seen(store, key, None, 1_000_000) == seen(model, key, None, 1_000_000)
        assert repr(store.metric_summaries("r")) == repr(model.metric_summaries("r"))
