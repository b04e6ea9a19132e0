"""Outcomes by request id, kept in memory for an hour: for stores which have no place for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from trackwell_service.domain.mutations import Mutation, Outcome, is_final

REQUEST_ID_LIFETIME_MS: Final = 3_600_000
"""How long an outcome can be asked for again, in milliseconds: an hour, as `Mutation.request_id` promises."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The outcome of a mutation with a request id, and when it was reached."""

    outcome: Outcome
    time_ms: int


@dataclass(slots=True)
class RememberedOutcomes:
    """Not safe for several threads."""

    clock: Callable[[], int]
    _by_id: dict[str, _Remembered] = field(default_factory=dict)

    def outcome(self, mutation: Mutation[Any], decide: Callable[[Mutation[Any]], Outcome]) -> Outcome:
        """The first outcome of the mutation's request id, else what `decide` says, which is kept if it is final."""
        request_id = mutation.request_id
        if request_id is None:
            return decide(mutation)
        now_ms = self.clock()
        self._forget_until(now_ms - REQUEST_ID_LIFETIME_MS)
        known = self._by_id.get(request_id)
        if known is not None:
            return known.outcome
        outcome = decide(mutation)
        if is_final(outcome):
            self._by_id[request_id] = _Remembered(outcome, now_ms)
        return outcome

    def _forget_until(self, time_ms: int) -> None:
        for request_id, remembered in list(self._by_id.items()):
            if remembered.time_ms > time_ms:
                return  # in the order of their times
            del self._by_id[request_id]
