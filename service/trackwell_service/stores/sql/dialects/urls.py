"""Database URLs: ``<dialect>+<driver>://user:password@host:port/database?options`` (rest-facts §14)."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(?P<before>://[^/@:]*:)[^/]*(?=@)")
_OPTION = re.compile(r"(?P<before>[?&](?:\w*password|sslpassword)=)[^&#]*", re.IGNORECASE)


def without_password(url: str) -> str:
    """The URL with ``***`` in the place of every password, for messages and logs."""
    return _OPTION.sub(r"\g<before>***", _PASSWORD.sub(r"\g<before>***", url))


def kind_and_driver(url: str) -> tuple[str, str]:
    """The dialect and the driver, in lower case, that a URL asks for; no driver is the empty text."""
    kind, _, driver = url.partition(":")[0].lower().partition("+")
    return kind, driver
