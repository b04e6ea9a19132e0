"""What a row of the table is, and the figures it can hold."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from benchmarks.peers import Running


class Unit(Enum):
    """How a figure is written, and which direction is better."""

    PER_SECOND = "/s"
    MILLISECONDS = "ms"
    SECONDS = "s"
    MEGABYTES = "MB"

    @property
    def more_is_better(self) -> bool:
        """Rates are better when they are greater; times and sizes when they are smaller."""
        return self is Unit.PER_SECOND


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `measure` returns None where a peer has no such door."""

    name: str
    unit: Unit
    budget: float | None
    measure: Callable[[Running], float | None]
    repeats: bool = True
    """Whether a second measurement means the same as the first."""

    def ratio(self, ours: float, theirs: float) -> float:
        """How many times better we are."""
        return ours / theirs if self.unit.more_is_better else theirs / ours

    def within_budget(self, value: float) -> bool | None:
        """Whether the budget of DESIGN §8 is met; None where there is none."""
        if self.budget is None:
            return None
        return value >= self.budget if self.unit.more_is_better else value <= self.budget


SLOW_MS = 2_000.0
"""A call that takes longer is repeated once only: its spread is small beside it, and a run must end."""


def median_ms(call: Callable[[], float], *, times: int, warm_ups: int = 2) -> float:
    """Median of what `call` returns, after some calls that do not count."""
    first_ms = call()
    if first_ms > SLOW_MS:
        return min(first_ms, call())
    for _ in range(warm_ups - 1):
        call()
    return statistics.median(call() for _ in range(times))
