"""Ways in which a database server refuses a user for a while who was welcome before, and what it says then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import pymysql

from support.database_server import DatabaseServer
from support.mariadb_server import MAX_CONNECTIONS
from support.postgres_server import WITH_PASSWORD

USER = WITH_PASSWORD
"""The user of these databases. Who administers a server could not be kept out of it."""

PASSWORD = "pw-of-app"

MOST_CONNECTIONS = 10
"""The fewest connections to which MariaDB can be limited."""


@dataclass(frozen=True)
class Refusal:
    """Statements of an administrator, with ``{0}`` in the place of the database's name."""

    refuse: tuple[str, ...]
    """From then on no connection can be made."""
    accept: tuple[str, ...]
    """From then on it is as it was."""
    says: str
    """What a driver is told meanwhile, as a pattern."""
    told: str
    """What whoever opens a store is told meanwhile, as a pattern."""
    then: tuple[str, ...] = ()
    """After `refuse`, when all connections have ended and `fills` has been done."""
    fills: bool = False
    """Whether all connections that the server has for anybody are taken."""


REFUSALS = {
    "postgresql": {
        "password": Refusal(
            (f"ALTER ROLE {USER} PASSWORD 'second'",),
            (f"ALTER ROLE {USER} PASSWORD '{PASSWORD}'",),
            says="password authentication failed",
            told="refuses this user",
        ),
        "user": Refusal(
            (f"ALTER ROLE {USER} NOLOGIN",),
            (f"ALTER ROLE {USER} LOGIN",),
            says="not permitted to log in",
            told="refuses this user",
        ),
        "too many": Refusal(
            (f"ALTER ROLE {USER} CONNECTION LIMIT 0",),
            (f"ALTER ROLE {USER} CONNECTION LIMIT -1",),
            says="too many connections",
            told="too many connections",
        ),
        "database": Refusal(
            ("ALTER DATABASE {0} ALLOW_CONNECTIONS false",),
            ("ALTER DATABASE {0}_away RENAME TO {0}",),
            then=("ALTER DATABASE {0} RENAME TO {0}_away", "ALTER DATABASE {0}_away ALLOW_CONNECTIONS true"),
            says="does not exist",
            told="no such database",
        ),
    },
    "mariadb": {
        "password": Refusal(
            (f"ALTER USER {USER} IDENTIFIED BY 'second'",),
            (f"ALTER USER {USER} IDENTIFIED BY '{PASSWORD}'",),
            says=r"\b1045\b",
            told="refuses this user",
        ),
        "user": Refusal(
            (f"ALTER USER {USER} ACCOUNT LOCK",),
            (f"ALTER USER {USER} ACCOUNT UNLOCK",),
            says=r"\b4151\b",
            told="refuses this user",
        ),
        "rights": Refusal(
            (f"REVOKE ALL ON {{0}}.* FROM {USER}",),
            (f"GRANT ALL ON {{0}}.* TO {USER}",),
            says=r"\b1044\b",
            told="refuses this user",
        ),
        "too many": Refusal(
            # Nobody takes a place that is to be filled.
            (f"SET GLOBAL max_connections = {MOST_CONNECTIONS}", f"ALTER USER {USER} ACCOUNT LOCK"),
            (f"SET GLOBAL max_connections = {MAX_CONNECTIONS}",),
            then=(f"ALTER USER {USER} ACCOUNT UNLOCK",),
            fills=True,
            says=r"\b1040\b",
            told="Too many connections",
        ),
    },
}
"""By the kind of server, and what is wrong."""


@contextmanager
def welcomed(server: DatabaseServer, kind: str) -> Iterator[str]:
    """The URL of a new, empty database for USER, who is not the administrator."""
    user = "ROLE" if kind == "postgresql" else "USER"
    server.execute(f"CREATE {user} {USER} {'LOGIN PASSWORD' if kind == 'postgresql' else 'IDENTIFIED BY'} '{PASSWORD}'")
    try:
        with server.database() as url:
            name = url.rpartition("/")[2]
            if kind == "postgresql":
                server.execute(f"ALTER DATABASE {name} OWNER TO {USER}")
            else:
                server.execute(f"GRANT ALL ON {name}.* TO {USER}")
            yield re.sub(r"//\w+@", f"//{USER}:{PASSWORD}@", url)
    finally:
        server.execute(f"DROP {user} {USER}")


@contextmanager
def refusing(server: DatabaseServer, url: str, refusal: Refusal) -> Iterator[None]:
    """All connections are ended, and the database's user gets no other one until the end."""
    name = url.rpartition("/")[2]
    with ExitStack() as taken:
        for statement in refusal.refuse:
            server.execute(statement.format(name))
        server.end_connections()
        if refusal.fills:
            _fill(server, taken)
        for statement in refusal.then:
            server.execute(statement.format(name))
        yield
    for statement in refusal.accept:
        server.execute(statement.format(name))


def _fill(server: DatabaseServer, taken: ExitStack) -> None:
    """Takes every connection but the one that MariaDB keeps for who administers it, which other statements need."""
    for _ in range(MOST_CONNECTIONS):
        taken.enter_context(closing(pymysql.connect(host="127.0.0.1", port=server.port, user="root")))
