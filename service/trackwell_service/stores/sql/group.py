"""One group of mutations in one transaction: load, decide in order, write, commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from trackwell_service.domain.errors import InternalError, TrackwellError
from trackwell_service.domain.mutations import Mutation, Outcome, is_final
from trackwell_service.stores.sql.dialects.base import Dialect, Failure
from trackwell_service.stores.sql.flush import Flusher
from trackwell_service.stores.sql.known import Known
from trackwell_service.stores.sql.loader import Loader
from trackwell_service.stores.sql.overlay import Overlay
from trackwell_service.stores.sql.requests import RequestLog
from trackwell_service.stores.sql.schema_names import COUNTERS
from trackwell_service.stores.sql.session import NoConnection, OnStatement, Session, connected_again

logger = logging.getLogger(__name__)


class GroupCommit:
    """The writer's connection and what it knows. Used by the writer's thread alone."""

    def __init__(self, dialect: Dialect, clock: Callable[[], int], on_statement: OnStatement | None = None) -> None:
        self._dialect = dialect
        self._clock = clock
        self._on_statement = on_statement
        self._session: Session | None = None
        self._has_failed = False
        self.known = Known()
        self.loader = Loader(dialect)
        self.flusher = Flusher(dialect, self.loader)
        self._requests = RequestLog(dialect)

    @property
    def has_failed(self) -> bool:
        """Whether the last transaction came to nothing; the next one begins with a new connection."""
        return self._has_failed

    def commit(self, mutations: Sequence[Mutation[Any]]) -> list[Outcome]:
        """The mutations' outcomes, in order, once they are durable. On any exception nothing has been written."""
        try:
            session = self.begin()
            outcomes = self._handle(session, mutations)
        except BaseException:
            self.abandon()
            raise
        self.known.trim()
        return outcomes

    def begin(self) -> Session:
        """Opens the transaction and forgets what another process may have changed.

        Raises NoConnection where the connection cannot be used any more, a new one cannot be had, or the database is
        empty behind it.
        """
        session = self._session
        if session is None:
            self.known.forget()
            session = self._session = connected_again(self._dialect, writing=True, on_statement=self._on_statement)
        try:
            self._dialect.begin_write(session.cursor)
        except self._dialect.driver_error as error:
            if self._dialect.classify(error) is not Failure.FAULT:
                raise
            # There is nothing in it that could be wrong. Some drivers connect anew by themselves here.
            raise NoConnection(f"no transaction can be begun: {error}") from error
        counters = self.loader.counters(session)
        if not counters.keys() >= COUNTERS:
            raise NoConnection("the database has lost its counters, as while a backup of it is being restored")
        if counters != self.known.counters:
            self.known.forget_what_changes()
            self.known.counters = counters
        self._has_failed = False
        return session

    def end(self) -> None:
        """Makes the transaction durable."""
        if self._session is not None:
            self._dialect.commit(self._session.cursor)

    def end_unchanged(self) -> None:
        """Ends a transaction that has written nothing."""
        if self._session is not None:
            self._dialect.rollback(self._session.cursor)

    def abandon(self) -> None:
        """Ends the transaction without a trace, and the connection: what it is in the middle of is not known.

        A pipeline of PostgreSQL skips what follows a failure, among it plans that the driver then believes to be kept.
        """
        self._has_failed = True
        self.known.forget()
        session, self._session = self._session, None
        if session is None:
            return
        try:
            self._dialect.rollback(session.cursor)
        except self._dialect.driver_error as error:
            logger.warning("the writer's connection was lost: %s", error)
        finally:
            session.close()

    def close(self) -> None:
        """Ends the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _handle(self, session: Session, mutations: Sequence[Mutation[Any]]) -> list[Outcome]:
        overlay = self.loader.read_sets(session, self.known, [mutation.reads for mutation in mutations])
        request_ids = {mutation.request_id for mutation in mutations if mutation.request_id is not None}
        now_ms = self._clock() if request_ids else 0
        remembered = self._requests.known(session, request_ids, now_ms) if request_ids else {}
        fresh: dict[str, Outcome] = {}
        outcomes: list[Outcome] = []
        for mutation in mutations:
            request_id = mutation.request_id
            if request_id is None:
                outcomes.append(_decide(mutation, overlay))
                continue
            if request_id not in remembered:
                outcome = remembered[request_id] = _decide(mutation, overlay)
                if is_final(outcome):
                    fresh[request_id] = outcome
            outcomes.append(remembered[request_id])
        if not fresh and not overlay.is_changed():
            self._dialect.rollback(session.cursor)
            return outcomes
        new_names = overlay.new_names()
        if new_names:
            self.flusher.intern(session, self.known, new_names)
        self.flusher.write(session, overlay)
        if fresh:
            self._requests.remember(session, fresh, now_ms)
        self._dialect.commit(session.cursor)
        return outcomes


def _decide(mutation: Mutation[Any], overlay: Overlay) -> Outcome:
    """One mutation's reply or refusal. Only a decision that succeeds changes the overlay."""
    try:
        decision = mutation.decide(overlay)
        overlay.apply(decision.changes)
    except TrackwellError as error:
        return error
    except Exception:
        logger.exception("%s failed to decide", type(mutation).__name__)
        return InternalError("The server failed to handle this; its log holds the cause.")
    return decision.reply
