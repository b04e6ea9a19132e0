"""A clock and a source of ids that do the same in every test run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

FIRST_TIME_MS = 1_700_000_000_000
"""What a new clock shows: a moment of 2023 in milliseconds, so that no test depends on small numbers."""


class SteppingClock:
    """Milliseconds since the epoch. Stands still unless told otherwise; with `step_ms` every look moves it on."""

    def __init__(self, now_ms: int = FIRST_TIME_MS, step_ms: int = 0) -> None:
        self.now_ms = now_ms
        self.step_ms = step_ms

    def __call__(self) -> int:
        shown = self.now_ms
        self.now_ms += self.step_ms
        return shown

    def advance(self, ms: int) -> int:
        """Moves the clock on and returns what it shows then."""
        self.now_ms += ms
        return self.now_ms


class CountingIds:
    """Run ids in their generated form (32 lower-case hexadecimal digits), counting up from 1."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)

    def __call__(self) -> str:
        return f"{next(self._numbers):032x}"


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still until a test advances it."""
    return SteppingClock()


@pytest.fixture
def ids() -> CountingIds:
    """A source of run ids."""
    return CountingIds()
