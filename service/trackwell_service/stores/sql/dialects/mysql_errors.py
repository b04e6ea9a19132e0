"""What the errors of MySQL, of MariaDB and of their drivers mean, by number."""

from __future__ import annotations

from trackwell_service.stores.sql.dialects.base import Failure

_BUSY = {1020, 1040, 1203, 1205, 1213, 1226, 1412, 1637, 3572}
"""Lock not to be had in time, deadlock, too many connections."""
_FULL = {3, 1021, 1037, 1038, 1041, 1114}
"""Disk or table full, out of memory."""
_LOST = {
    0, 1053, 1080, 1158, 1159, 1160, 1161, 1184, 1290, 1792, 1836, 1927, 2002, 2003, 2006, 2013, 2014, 2026, 2055,
    3169, 4031,
}  # fmt: skip
"""The connection could not be made, or ended: by the network, an administrator or a shutdown. Or it is one to a server
that takes no writes any more, and behind the same name there may be another by now."""
_TOO_LONG = {1317, 1969, 3024}
_CORRUPT = {126, 127, 1034, 1194, 1712}

_INCOMPLETE = {1046, 1049, 1054, 1146}
"""No database chosen, as after a DROP DATABASE; no such database, column or table."""

_REFUSED = {1044, 1045, 1129, 1130, 1251, 1698, 1820, 1862, 3118, 4151}
"""Users and hosts: unknown, wrong password, expired, locked, kept out."""
_NO_DATABASE = 1049
_NOT_ENCRYPTED = 2026
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
"""How Python's TLS calls a certificate that is not what was asked for; PyMySQL reports it as a server out of reach."""

_FAILURES = (
    (Failure.BUSY, _BUSY),
    (Failure.LOST, _LOST),
    (Failure.FULL, _FULL),
    (Failure.TOO_LONG, _TOO_LONG),
    (Failure.CORRUPT, _CORRUPT),
    (Failure.INCOMPLETE, _INCOMPLETE),
)


def meaning(error: Exception, interface_error: type[Exception]) -> Failure:
    """See `Dialect.classify`. The driver's `interface_error` without a number is about a connection that is gone."""
    number = _number_of(error)
    for failure, numbers in _FAILURES:
        if number in numbers:
            return failure
    is_without_number = not isinstance(number, int) and isinstance(error, interface_error)
    return Failure.LOST if is_without_number else Failure.FAULT


def way_out(error: Exception, shown_url: str) -> str | None:
    """See `Dialect.unusable`."""
    number = _number_of(error)
    if number in _REFUSED:
        return f"The database server of {shown_url} refuses this user. Check the user and password in the URL."
    if number == _NOT_ENCRYPTED or _UNTRUSTED in str(error):
        return (
            f"There is no encrypted connection to the server of {shown_url} as the URL asks for:"
            f" {error.args[-1]}. Check the server's certificate, and the URL's ssl options."
        )
    if number == _NO_DATABASE:
        return f"The server has no such database: {shown_url}. Create it: CREATE DATABASE … CHARACTER SET utf8mb4."
    return None


def _number_of(error: Exception) -> object:
    return error.args[0] if error.args else None
