"""Gives an empty database its schema: from the plain statements where there are any, else by the revisions."""

from __future__ import annotations

from trackwell_migrations import upgrade
from trackwell_migrations.baseline import baseline
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.schema_check import is_new
from trackwell_service.stores.sql.session import Session, translated


def create_schema(dialect: Dialect) -> None:
    """Makes the newest schema, in one transaction; of two processes that meet here the second finds it made.

    Raises what `is_new` raises when the database was filled with something else meanwhile, and
    TemporarilyUnavailable when another process holds it for too long.
    """
    statements = baseline(dialect.name)
    if statements is None:
        upgrade(dialect.url)
        return
    try:
        session = Session(dialect, writing=True)
        try:
            dialect.begin_schema_change(session.cursor)
            if is_new(dialect):
                for statement in statements:
                    session.run(statement)
            dialect.end_schema_change(session.cursor)
        finally:
            session.close()
    except dialect.driver_error as error:
        raise translated(dialect, error) from error
