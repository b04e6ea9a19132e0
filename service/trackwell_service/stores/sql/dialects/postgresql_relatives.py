"""Engines that speak PostgreSQL's protocol without being PostgreSQL: how they are known, and what they do not take.

The engine says what it is while it is connected to, so knowing it costs nothing. docs/storage.md, "Past one
PostgreSQL", lists what differs and what was done about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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
    unknown_settings: frozenset[str] = frozenset()
    """Settings of PostgreSQL's planner that it refuses; it has another planner."""


POSTGRESQL = Engine("postgresql")
"""PostgreSQL, and what is made of it: Aurora, AlloyDB, Citus."""

COCKROACHDB = Engine(
    "cockroachdb",
    undoes_ddl=False,
    has_schema_lock=False,
    unknown_settings=frozenset(("jit", "plan_cache_mode", "random_page_cost")),
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
