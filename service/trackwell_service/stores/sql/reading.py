"""A bounded pool of reading connections; each read sees one state of the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from trackwell_service.domain.errors import TemporarilyUnavailable, TrackwellError
from trackwell_service.stores.sql.dialects.base import Dialect, Failure
from trackwell_service.stores.sql.failures import RETRY_AFTER_S, told_at_opening, translated
from trackwell_service.stores.sql.session import NoConnection, OnStatement, Session, connected_again

logger = logging.getLogger(__name__)

READ_CONNECTIONS = 4
"""Reads at once: what a small thread pool asks for; more of them only wait for one interpreter lock."""

WAIT_S = 30.0
"""How long a read waits for a free connection, in seconds: as long as the slowest bounded read."""


class ReadPool:
    """Connections are made when they are first needed and kept.

    The first one belongs to the opening of the store: what keeps from it is told in full, see `told_at_opening`.
    """

    def __init__(self, dialect: Dialect, size: int = READ_CONNECTIONS, on_statement: OnStatement | None = None) -> None:
        self.dialect = dialect
        self._on_statement = on_statement
        self._free: list[Session] = []
        self._permits = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._closed = False
        self._was_connected = False

    @contextmanager
    def transaction(self, *, is_search: bool = False) -> Iterator[Session]:
        """A session in a transaction that sees one state of the database. The driver's errors leave it translated.

        Only a search is blamed for taking too long, see `translated`.
        """
        if not self._permits.acquire(timeout=WAIT_S):
            raise TemporarilyUnavailable("Too many reads are under way. Try again.", retry_after_s=RETRY_AFTER_S)
        session: Session | None = None
        try:
            session = self._begun()
            yield session
            self.dialect.rollback(session.cursor)
            self._give_back(session)
        except (self.dialect.driver_error, NoConnection) as error:
            self._discard(session)
            raise translated(self.dialect, error, is_search=is_search) from error
        except TrackwellError:
            if session is not None:
                self._end(session)
            raise
        except BaseException:
            self._discard(session)
            raise
        finally:
            self._permits.release()

    def close(self) -> None:
        """Ends every connection; those in use when they come back."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for session in free:
            session.close()

    def _begun(self) -> Session:
        """A session in a transaction. One that was kept and cannot be used any more is replaced."""
        while True:
            session, is_kept = self._take()
            try:
                self.dialect.begin_read(session.cursor)
            except self.dialect.driver_error as error:
                session.close()
                # Nothing in a BEGIN could be wrong: if it is refused, the driver has found the connection lost.
                if not is_kept or self.dialect.classify(error) not in {Failure.LOST, Failure.FAULT}:
                    raise
            else:
                return session

    def _take(self) -> tuple[Session, bool]:
        """A session, and whether it was used before."""
        with self._lock:
            if self._closed:
                raise TemporarilyUnavailable("The store is closed.")
            if self._free:
                return self._free.pop(), True
        return self._connected(), False

    def _connected(self) -> Session:
        if self._was_connected:
            return connected_again(self.dialect, writing=False, on_statement=self._on_statement)
        try:
            session = Session(self.dialect, writing=False, on_statement=self._on_statement)
        except self.dialect.driver_error as error:
            raise told_at_opening(self.dialect, error) from error
        self._was_connected = True
        return session

    def _give_back(self, session: Session) -> None:
        with self._lock:
            if not self._closed:
                self._free.append(session)
                return
        session.close()

    def _end(self, session: Session) -> None:
        """Ends a read that was refused for another reason; the connection may be lost meanwhile."""
        try:
            self.dialect.rollback(session.cursor)
        except self.dialect.driver_error as error:
            logger.warning("a reading connection was lost: %s", error)
            self._discard(session)
        else:
            self._give_back(session)

    def _discard(self, session: Session | None) -> None:
        """A connection on which a read failed is not used again: what it is in the middle of is not known."""
        if session is not None:
            session.close()
