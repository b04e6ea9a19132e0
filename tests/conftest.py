"""Loads the fixtures which several test folders share; each plugin is a module of `tests/support/`."""

from __future__ import annotations

pytest_plugins = [
    "support.determinism",
    "support.ports",
    "support.property_tests",
]
