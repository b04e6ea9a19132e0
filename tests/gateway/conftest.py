"""A gateway before a fake backend, and a way to start others with settings of the test's choice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from support.rest_gateway import FakeBackend, GatewayThread, Serve, running_gateway
from trackwell_gateway.app import GatewayConfig


@pytest.fixture
def backend() -> FakeBackend:
    """The backend behind every gateway of the test."""
    return FakeBackend()


@pytest.fixture
def serve(backend: FakeBackend) -> Iterator[Serve]:
    """Starts a gateway on a free port with the given settings."""
    with ExitStack() as stack:

        def start(**settings: Any) -> GatewayThread:
            config = GatewayConfig(**{"port": 0, "version": "9.9.9", **settings})
            return stack.enter_context(running_gateway(lambda: backend, config))

        yield start


@pytest.fixture
def gateway(serve: Serve) -> GatewayThread:
    """A gateway with default settings."""
    return serve()
