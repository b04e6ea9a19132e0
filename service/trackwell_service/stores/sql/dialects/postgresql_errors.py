"""What the errors of PostgreSQL and of its driver mean, by SQLSTATE; before there is a connection, by their words."""

from __future__ import annotations

from trackwell_service.stores.sql.dialects.base import Failure
from trackwell_service.stores.sql.dialects.postgresql_connections import OperationalError

_BUSY = {"40001", "40P01", "53300", "55P03"}
"""Serialization failure, deadlock, too many connections, lock not to be had in time."""
_FULL = {"53100", "53200"}
"""Disk full, out of memory."""
_CORRUPT = {"XX001", "XX002"}
_LOST = {"25006", "25P03", "25P04", "26000", "40003", "57P01", "57P02", "57P03", "57P05"}
"""The server ended the transaction or connection: idle for too long, shut down or restarted. Or another connection is
needed: this one's server takes no writes (any more), or a proxy has put another in its place, without its plans."""
_TOO_LONG = {"57014"}

_INCOMPLETE = {"3F000", "42703", "42P01", "42P10"}
"""No such schema, column, table, or unique key for an ON CONFLICT."""

_NO_RIGHT = {"3F000", "42501"}
"""No schema to make tables in, or not allowed to."""
_REFUSED = ("password authentication failed", "no pg_hba.conf entry", "no password", "not permitted to log in")
"""How the server, or libpq before it asks the server, keeps a user out."""
_NOT_ENCRYPTED = ("certificate", "server does not support SSL", "invalid sslmode")
"""What libpq says when a connection cannot be encrypted as the URL asks, rather than be made at all."""

_FAILURES = (
    (Failure.BUSY, _BUSY),
    (Failure.FULL, _FULL),
    (Failure.LOST, _LOST),
    (Failure.CORRUPT, _CORRUPT),
    (Failure.TOO_LONG, _TOO_LONG),
    (Failure.INCOMPLETE, _INCOMPLETE),
)


def meaning(error: Exception) -> Failure:
    """See `Dialect.classify`. An error without a code is the driver's own: the connection is gone."""
    code = getattr(error, "sqlstate", None)
    if code is None:
        return Failure.LOST if isinstance(error, OperationalError) else Failure.FAULT
    for failure, codes in _FAILURES:
        if code in codes:
            return failure
    return Failure.LOST if code.startswith("08") else Failure.FAULT


def way_out(error: Exception, shown_url: str) -> str | None:
    """See `Dialect.unusable`. Errors at connecting have no code, so the server's English words decide."""
    words = str(error)
    if getattr(error, "sqlstate", None) in _NO_RIGHT:
        return (
            f"The user of {shown_url} may not make tables in the database: {words}. Make it the owner, with"
            " ALTER DATABASE … OWNER TO …, or GRANT USAGE, CREATE ON SCHEMA public TO it: since PostgreSQL 15 only"
            " the owner may without being asked."
        )
    if any(told in words for told in _REFUSED):
        return f"The database server of {shown_url} refuses this user. Check the user and password in the URL."
    if any(told in words for told in _NOT_ENCRYPTED):
        return (
            f"There is no encrypted connection to the server of {shown_url} as the URL asks for: {words}."
            " Check the server's certificate, and sslmode= and sslrootcert= in the URL."
        )
    if "does not exist" in words and ("database" in words or "role" in words):
        return f"The server has no such database or user: {shown_url}. Create it, for example with createdb."
    return None
