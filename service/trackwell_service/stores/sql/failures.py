"""Errors of the driver, turned into ours: what a caller is told, and what whoever opens the store is told."""

from __future__ import annotations

import logging

from trackwell_service.domain.errors import (
    DataLoss,
    InternalError,
    InvalidParameter,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.stores.sql.dialects.base import Dialect, Failure
from trackwell_service.stores.sql.session import LONGEST_READ_S, NoConnection

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 1.0
"""When to try again what failed because the database was busy, in seconds: a few group commits of another process."""

FULL_RETRY_AFTER_S = 30.0
"""When to try again what failed because the disk was full, in seconds: somebody has to make room."""

INCOMPLETE_RETRY_AFTER_S = 30.0
"""When to try again what failed because something was missing, in seconds: restoring a backup takes minutes."""


def failure_of(dialect: Dialect, error: Exception) -> Failure:
    """What an error of the driver, or a connection that cannot be had, means for the transaction."""
    return Failure.LOST if isinstance(error, NoConnection) else dialect.classify(error)


def translated(dialect: Dialect, error: Exception, *, is_search: bool = False) -> TrackwellError:
    """What a caller is told about an error of the driver, whose own words go to the log only.

    A search that is stopped is too wide; anything else asks for little, so what held it up is not in the request.
    """
    failure = failure_of(dialect, error)
    logger.warning("the database reported: %s (%s)", error, failure.name)
    match failure:
        case Failure.BUSY | Failure.LOST:
            return TemporarilyUnavailable("The database is busy or away. Try again.", retry_after_s=RETRY_AFTER_S)
        case Failure.FULL:
            return ResourceExhausted(
                "The database has no room left on its disk; nothing was stored. Make room and try again.",
                retry_after_s=FULL_RETRY_AFTER_S,
            )
        case Failure.TOO_LONG if not is_search:
            return TemporarilyUnavailable("The database took too long. Try again.", retry_after_s=RETRY_AFTER_S)
        case Failure.TOO_LONG:
            return InvalidParameter(
                f"The search was stopped: one of its steps took longer than {LONGEST_READ_S:g} s. Narrow it to fewer"
                " experiments or by a param, tag or metric that few runs have, or order it by one column."
            )
        case Failure.CORRUPT:
            return DataLoss("The database file is damaged and cannot be read. Restore it from a backup.")
        case Failure.INCOMPLETE:
            logger.error("something is missing that was there when the database was opened", exc_info=error)
            return TemporarilyUnavailable(
                "The database is not whole: a table, column or key that it had is missing, as while a backup is being"
                " restored. Try again later; the server's log says what is missing.",
                retry_after_s=INCOMPLETE_RETRY_AFTER_S,
            )
        case Failure.FAULT:
            logger.error("a statement failed", exc_info=error)
            return InternalError("The database refused a statement of the server; the server's log holds the cause.")


def told_at_opening(dialect: Dialect, error: Exception) -> TrackwellError:
    """What whoever opens the store is told about an error of the driver: the cause, and the way out where one is known.

    The same error of a store that is open is for its operator to read in the log, see `translated`.
    """
    failure = dialect.classify(error)
    if failure is Failure.CORRUPT:
        return DataLoss(f"{dialect.shown_url} is not a database, or it is damaged ({error}). Restore it from a backup.")
    reason = dialect.unusable(error)
    if reason is not None:
        return InvalidParameter(reason)
    match failure:
        case Failure.LOST:
            return TemporarilyUnavailable(
                f"The database at {dialect.shown_url} cannot be reached. Is its server running? ({error})",
                retry_after_s=RETRY_AFTER_S,
            )
        case Failure.BUSY:
            return TemporarilyUnavailable(
                f"The database at {dialect.shown_url} is busy. Try again. ({error})", retry_after_s=RETRY_AFTER_S
            )
        case _:
            return translated(dialect, error)
