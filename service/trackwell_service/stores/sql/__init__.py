"""The SQL store. `open_sql_store` is the way in; it loads neither SQLAlchemy nor alembic."""

from __future__ import annotations

from collections.abc import Callable

from trackwell_service.stores.default_experiment import create_default_experiment, system_clock_ms
from trackwell_service.stores.sql.creation import create_schema
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.reading import READ_CONNECTIONS
from trackwell_service.stores.sql.schema_check import is_new
from trackwell_service.stores.sql.session import OnStatement
from trackwell_service.stores.sql.store import SqlStore
from trackwell_service.stores.sql.writer import WriterLimits

__all__ = ["SqlStore", "WriterLimits", "open_sql_store"]


def open_sql_store(
    url: str,
    *,
    default_artifact_location: Callable[[int], str],
    clock: Callable[[], int] = system_clock_ms,
    read_pool_size: int = READ_CONNECTIONS,
    limits: WriterLimits | None = None,
    on_write_statement: OnStatement | None = None,
    on_read_statement: OnStatement | None = None,
) -> SqlStore:
    """The store at `url`; a new database gets its schema and experiment 0, "Default" (rest-facts §6, §14).

    `default_artifact_location` maps an experiment id to its artifact location; it is asked for experiment 0 of a new
    database only. `clock` tells milliseconds since the epoch. Raises InvalidParameter, saying what to do, when the
    URL, the file system or the schema will not do, DataLoss when the file is damaged, and
    TemporarilyUnavailable when another process holds the database for too long.
    """
    dialect = dialect_of(url)
    dialect.prepare()
    if is_new(dialect):
        create_schema(dialect)
    store = SqlStore(
        dialect,
        clock,
        read_pool_size=read_pool_size,
        limits=limits,
        on_write_statement=on_write_statement,
        on_read_statement=on_read_statement,
    )
    try:
        # Also in a new database: what keeps readers from it is to be told now, and not to the first caller.
        if store.experiment(0) is None:
            create_default_experiment(store, default_artifact_location(0), clock())
    except BaseException:
        store.close()
        raise
    return store
