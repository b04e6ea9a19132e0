"""Database URLs: ``<dialect>+<driver>://user:password@host:port/database?options`` (rest-facts §14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from trackwell_service.domain.errors import InvalidParameter

_PASSWORD = re.compile(r"\A(?P<before>[\w+.-]+:/{0,2}(?!/)[^:]*:).*(?=@)", re.DOTALL)
_OPTIONS = re.compile(r"\?(?=\w+=)")
_SECRET_OPTION = re.compile(
    r"(?P<before>(?:\A|&)(?:\w*(?:pass|pwd|secret|token)\w*|odbc_connect)=)[^&]*", re.IGNORECASE | re.DOTALL
)

ENCODING_ADVICE = "In a password write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23 and % as %25."
"""For messages about a URL that may be wrong because of its password."""


def without_password(url: str) -> str:
    """The URL with ``***`` in the place of every password, for messages and logs.

    A password may hold any character here, as where it should have been percent-encoded: it ends at the last ``@``
    before the options. Where that is not clear, too much is hidden.
    """
    before, mark, behind = url.partition("?")
    shown = before + mark + _SECRET_OPTION.sub(r"\g<before>***", behind)
    options = _OPTIONS.search(shown, shown.find("@") + 1)
    end = len(shown) if options is None else options.start()
    return _PASSWORD.sub(r"\g<before>***", shown[:end]) + shown[end:]


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
    form = f"Write {kind}://user:password@host/database. {ENCODING_ADVICE}"
    shown = without_password(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its words repeat what is wrong, which may be the password
        raise InvalidParameter(f"{shown} has no valid host, or no valid port. {form}") from None
    database = unquote(parts.path[1:])
    if not database or "/" in database:
        raise InvalidParameter(f"{shown} names no database. {form}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(options.keys() - known_options)
    if unknown or parts.fragment:
        raise InvalidParameter(
            f"{shown} has {_named(unknown)}, which is not supported. Supported are: {', '.join(sorted(known_options))}."
            f" {ENCODING_ADVICE}"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return ServerAddress(user, password, parts.hostname or "localhost", port, database, options)


def _named(options: list[str]) -> str:
    """The first of them; but what is no word may be a part of a password with a ``?`` or ``#`` in it."""
    is_word = bool(options) and re.fullmatch(r"\w+", options[0], re.ASCII)
    return f"the option {options[0]!r}" if is_word else "something behind a '?' or '#'"
