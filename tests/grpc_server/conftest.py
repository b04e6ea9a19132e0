"""Servers for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from support.grpc_doors import Serve, servers


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers, each around a core of the test."""
    async with servers() as start:
        yield start
