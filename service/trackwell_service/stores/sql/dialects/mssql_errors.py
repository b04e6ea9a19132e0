"""What the errors of SQL Server and of its drivers mean, by number.

The numbers are those of the server's catalogue (sys.messages), of the network libraries, and from 20000 on of
DB-Library, which pymssql is made of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trackwell_service.stores.sql.dialects.base import Failure

_BUSY = {
    1204, 1205, 1222, 8645, 8651, 3960, 3961, 3956, 3957, 983, 17142, 17809, 17810, 18401, 10928, 10929, 40501, 40613,
    49918, 49919, 49920,
}  # fmt: skip
"""No lock to be had, deadlock, lock timeout, no memory to be had in time, conflicts of snapshots, a replica that is
about to change its role, too many connections, and Azure's words for all that."""

_FULL = {701, 802, 1101, 1105, 3958, 3959, 3966, 3967, 5149, 9002, 40544}
"""Memory, file group, row versions (tempdb), disk, transaction log, Azure's size limit."""

_LOST = {
    2, 53, 64, 121, 233, 258, 596, 976, 3906, 6005, 10053, 10054, 10060, 10061, 11001, 20002, 20003, 20004, 20006,
    20009, 20017, 20019, 20020, 20047, 40197,
}  # fmt: skip
"""The connection could not be made or ended: by the network, an administrator or a shutdown; or it is one to a
replica that takes no reads or writes, and behind the same name there may be another by now. With pymssql an answer that
does not come in time (20003) ends it too."""

_CORRUPT = {605, 823, 824, 825, 5242, 5243, 8928, 8939}

_INCOMPLETE = {207, 208}
"""No such column or table."""

_REFUSED = {18450, 18452, 18456, 18461, 18470, 18486, 18487, 18488, 40615}
"""Logins: unknown, wrong password, locked, expired, only one allowed, kept out by Azure's firewall."""

_NO_DATABASE = {911, 916, 4060}
_NO_RIGHT = {229, 262, 2760, 5011}
"""To use an object, to make a table, to use a schema, to change the database."""

_FAILURES = (
    (Failure.BUSY, _BUSY),
    (Failure.LOST, _LOST),
    (Failure.FULL, _FULL),
    (Failure.CORRUPT, _CORRUPT),
    (Failure.INCOMPLETE, _INCOMPLETE),
)

_NATIVE_NUMBER = re.compile(r"\((\d+)\)")


def numbers_of(error: Exception) -> Sequence[int]:
    """The numbers that the driver's error has, the most telling first.

    pymssql gives (number, text), in a tuple of its own at connecting; pyodbc gives (SQLSTATE, text) with the number of
    each message behind it in parentheses.
    """
    given = error.args
    if len(given) == 1 and isinstance(given[0], tuple):
        given = given[0]
    if given and isinstance(given[0], int):
        return (given[0],)
    return [int(number) for number in _NATIVE_NUMBER.findall(str(given[-1]))] if given else ()


def meaning(error: Exception) -> Failure:
    """See `Dialect.classify`."""
    numbers = numbers_of(error)
    for number in numbers:
        for failure, known in _FAILURES:
            if number in known:
                return failure
    state = str(error.args[0]) if error.args else ""
    if state == "HYT00":
        # The same code for a statement and for a connection that took too long.
        return Failure.LOST if "login" in str(error).lower() else Failure.TOO_LONG
    if state == "HY008":
        return Failure.TOO_LONG
    if state.startswith(("08", "IMC")) or state == "HYT01":
        # IMC: an idle connection broke, and the driver could not make it again.
        return Failure.LOST
    is_closed = "closed" in str(error) or "Not connected" in str(error)
    return Failure.LOST if is_closed and not any(numbers) else Failure.FAULT


def way_out(error: Exception, shown_url: str) -> str | None:
    """See `Dialect.unusable`."""
    numbers = set(numbers_of(error))
    if numbers & _NO_DATABASE:
        return (
            f"The server has no such database, or keeps this user from it: {shown_url}. Create it with CREATE DATABASE,"
            " and a user in it for the login."
        )
    if numbers & _REFUSED:
        return f"The database server of {shown_url} refuses this user. Check the user and password in the URL."
    if numbers & _NO_RIGHT:
        return (
            f"The user of {shown_url} may not make or change tables in the database. Make it a member of db_owner, or"
            " of db_ddladmin, db_datareader and db_datawriter."
        )
    return None
