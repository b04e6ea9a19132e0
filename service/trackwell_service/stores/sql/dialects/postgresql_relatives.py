"""Engines that speak PostgreSQL's protocol without being PostgreSQL: how they are known, and what they do not take.

The engine says what it is while it is connected to, so knowing it costs nothing. docs/storage.md, "Past one
PostgreSQL", lists what differs and what was done about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from trackwell_service.domain.errors import InvalidParameter


class ConnectionInfo(Protocol):
    """The part of the driver's knowledge of a connection that is used."""

    def parameter_status(self, param_name: str) -> str | None:
        """What the server has said about itself under that name; None when it has not."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What stands behind a connection."""

    name: str
    """Whose schema it gets, see `trackwell_migrations.baseline`."""
    undoes_ddl: bool = True
    """See `Dialect.undoes_ddl`."""
    has_schema_lock: bool = True
    """Whether a transaction can take an advisory lock."""
    oldest: int | None = None
    """Its oldest version that will do, where its numbers are its own."""
    unknown_settings: frozenset[str] = frozenset()
    """Settings of PostgreSQL's planner that it refuses; it has another planner."""


POSTGRESQL = Engine("postgresql", oldest=13)
"""PostgreSQL, and what is made of it: Aurora, AlloyDB, Citus."""

COCKROACHDB = Engine(
    "cockroachdb",
    undoes_ddl=False,
    has_schema_lock=False,
    unknown_settings=frozenset(
        ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "jit", "plan_cache_mode", "random_page_cost")
    ),
)
"""Its advisory locks do nothing, and a statement that changes the schema may commit what was before it."""

YUGABYTEDB = Engine("yugabytedb", undoes_ddl=False, has_schema_lock=False)
"""PostgreSQL's upper half on a storage of its own; advisory locks came with 2025.1, DDL that is undone is an option."""


def engine_of(info: ConnectionInfo) -> Engine:
    """The engine at the other end of a connection."""
    if info.parameter_status("crdb_version"):
        return COCKROACHDB
    if "-YB-" in (info.parameter_status("server_version") or ""):
        return YUGABYTEDB
    return POSTGRESQL


def check(engine: Engine, info: ConnectionInfo, shown_url: str) -> None:
    """Raises InvalidParameter, saying what to do, for a version that is too old or a database that is not in UTF-8.

    What the server does not tell is taken for right.
    """
    version = re.match(r"\d+", info.parameter_status("server_version") or "")
    if version and engine.oldest is not None and int(version[0]) < engine.oldest:
        raise InvalidParameter(
            f"The server of {shown_url} is PostgreSQL {info.parameter_status('server_version')}. Trackwell needs"
            f" PostgreSQL {engine.oldest} or newer. Upgrade the server."
        )
    encoding = info.parameter_status("server_encoding") or "UTF8"
    if encoding != "UTF8":
        raise InvalidParameter(
            f"The database at {shown_url} is in the encoding {encoding}, which cannot hold every text. Make one in"
            " UTF-8: createdb --template=template0 --encoding=UTF8 NAME"
        )
