"""Loads the fixtures which several test folders share; each plugin is a module of `tests/support/`."""

from __future__ import annotations

import signal

pytest_plugins = [
    "support.database_fixtures",
    "support.determinism",
    "support.ports",
    "support.property_tests",
    "support.store_uris",
]


def pytest_configure() -> None:
    """Ctrl-C reaches what the tests start, also where the suite itself runs in the background.

    A shell without job control ignores SIGINT for its background jobs; programs inherit that, handlers they do not.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
