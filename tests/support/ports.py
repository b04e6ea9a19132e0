"""Loopback ports that nobody listens on."""

from __future__ import annotations

import socket

import pytest


def free_port() -> int:
    """A port that was free a moment ago. Prefer port 0 wherever the server can say which port it got."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(name="free_port")
def free_port_fixture() -> int:
    """One free port."""
    return free_port()
