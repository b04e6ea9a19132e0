"""Database servers, one of each for all tests of a process, started for the first test that asks.

They run without waiting for the disk (see `support.database_server`); a test of durability takes one of its own from
`running_postgres(durable=True)`. A test that stops or kills one starts it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from support.mariadb_server import MariadbServer
    from support.postgres_server import PostgresServer

# Imported where they are used: the environments in which other libraries are tested have no database drivers.


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """A PostgreSQL server."""
    from support.scratch_databases import postgres_databases  # noqa: PLC0415 - see above

    return cast("PostgresServer", postgres_databases().server)


@pytest.fixture(scope="session")
def mariadb_server() -> MariadbServer:
    """A MariaDB server."""
    from support.scratch_databases import mariadb_databases  # noqa: PLC0415 - see above

    return cast("MariadbServer", mariadb_databases().server)
