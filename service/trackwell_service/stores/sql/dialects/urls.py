"""Database URLs: ``<dialect>+<driver>://user:password@host:port/database?options`` (rest-facts §14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from trackwell_service.domain.errors import InvalidParameter

_PASSWORD = re.compile(r"(?P<before>://[^/@:]*:)[^/]*(?=@)")
_OPTION = re.compile(r"(?P<before>[?&](?:\w*password|sslpassword)=)[^&#]*", re.IGNORECASE)


def without_password(url: str) -> str:
    """The URL with ``***`` in the place of every password, for messages and logs."""
    return _OPTION.sub(r"\g<before>***", _PASSWORD.sub(r"\g<before>***", url))


def kind_and_driver(url: str) -> tuple[str, str]:
    """The dialect and the driver, in lower case, that a URL asks for; no driver is the empty text."""
    kind, _, driver = url.partition(":")[0].lower().partition("+")
    return kind, driver


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The parts of a database server's URL, decoded. `port` is None where the URL leaves it to the default."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int | None
    database: str
    options: Mapping[str, str] = field(repr=False)


def server_address(url: str, known_options: frozenset[str]) -> ServerAddress:
    """The parts of the URL. Raises InvalidParameter, showing the form, for no database or an option not known."""
    kind = url.partition(":")[0]
    form = f"Write {kind}://user:password@host/database."
    shown = without_password(url)
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise InvalidParameter(f"{shown} has no valid port. {form}") from error
    database = unquote(parts.path[1:])
    if not database or "/" in database:
        raise InvalidParameter(f"{shown} names no database. {form}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(options.keys() - known_options)
    if unknown or parts.fragment:
        raise InvalidParameter(
            f"{shown} has the option {(unknown or [parts.fragment])[0]!r}, which is not supported. Supported are:"
            f" {', '.join(sorted(known_options))}."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return ServerAddress(user, password, parts.hostname or "localhost", port, database, options)
