"""Database servers, one of each for all tests of a process, started for the first test that asks.

They run without waiting for the disk (see `support.database_server`); a test of durability takes one of its own from
`running_postgres(durable=True)`. A test that stops or kills one starts it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.mariadb_server import MariadbServer
    from support.postgres_server import PostgresServer

# Imported where they are used: the environments in which other libraries are tested have no database drivers.


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    from support.postgres_server import running_postgres  # noqa: PLC0415 - see above

    with running_postgres(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """A MariaDB server."""
    from support.mariadb_server import running_mariadb  # noqa: PLC0415 - see above

    with running_mariadb(durable=False) as server:
        yield server
