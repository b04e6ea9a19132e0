"""Gives an empty database its schema from the plain statements that the revisions amount to."""

from __future__ import annotations

from trackwell_migrations.baseline import baseline
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.failures import told_at_opening
from trackwell_service.stores.sql.half_made import remove_half_made
from trackwell_service.stores.sql.schema_check import is_new
from trackwell_service.stores.sql.session import Session


def create_schema(dialect: Dialect) -> None:
    """Makes the newest schema; of two processes that meet here the second finds it made.

    It is one transaction where DDL can be in one; elsewhere what an interruption has left is made anew.

    Raises what `is_new` raises when the database was filled with something else meanwhile, InvalidParameter when the
    user may not make tables, and TemporarilyUnavailable when another process holds it for too long or it goes away.
    """
    try:
        session = Session(dialect, writing=True)
        try:
            dialect.begin_schema_change(session.cursor)
            if is_new(dialect):
                remove_half_made(dialect, session.cursor)
                for statement in baseline(dialect.name):
                    session.run(statement)
            dialect.end_schema_change(session.cursor)
        finally:
            session.close()
    except dialect.driver_error as error:
        raise told_at_opening(dialect, error) from error
