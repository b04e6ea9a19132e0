"""Remembers what mutations with a request id were answered, so that a retry gets the first answer (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from trackwell_service.domain import errors
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Outcome
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.session import Session

LIFETIME_MS = 3_600_000
"""How long an answer is kept, in milliseconds: an hour, far beyond any client's retries."""

SWEEP_EVERY_MS = 60_000
"""How often old answers are deleted, in milliseconds."""

_ERRORS: dict[str, type[TrackwellError]] = {kind.code: kind for kind in TrackwellError.__subclasses__()}


class RequestLog:
    """The answers of the last hour."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        text = dialect.text
        self._select = text(
            f"SELECT request_id, outcome FROM request_outcomes WHERE {dialect.among('request_id')} AND created_ms > ?"
        )
        self._insert = dialect.upsert("request_outcomes", ("request_id",), ("created_ms", "outcome"))
        self._delete = text("DELETE FROM request_outcomes WHERE created_ms <= ?")
        self._next_sweep_ms = 0

    def known(self, session: Session, request_ids: Iterable[str], now_ms: int) -> dict[str, Outcome]:
        """The answers that are remembered."""
        wanted = (self._dialect.texts(sorted(request_ids)), now_ms - LIFETIME_MS)
        return {request_id: _decoded(outcome) for request_id, outcome in session.query(self._select, wanted)}

    def remember(self, session: Session, outcomes: dict[str, Outcome], now_ms: int) -> None:
        """Writes answers beside what they were given for, and deletes old ones from time to time."""
        if now_ms >= self._next_sweep_ms:
            session.run(self._delete, (now_ms - LIFETIME_MS,))
            self._next_sweep_ms = now_ms + SWEEP_EVERY_MS
        session.run_many(
            self._insert, [(request_id, now_ms, _encoded(outcome)) for request_id, outcome in sorted(outcomes.items())]
        )


def _encoded(outcome: Outcome) -> str:
    if isinstance(outcome, TrackwellError):
        return orjson.dumps({"error": outcome.code, "message": outcome.message}).decode()
    if outcome is not None and not isinstance(outcome, int | str):
        raise TypeError(f"a mutation with a request id may reply None, an int or a str, not {type(outcome).__name__}")
    return orjson.dumps({"reply": outcome}).decode()


def _decoded(text: str) -> Outcome:
    stored: dict[str, Any] = orjson.loads(text)
    if "error" in stored:
        return _ERRORS.get(stored["error"], errors.InternalError)(stored["message"])
    return stored["reply"]
