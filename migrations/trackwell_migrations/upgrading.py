"""Runs alembic's revisions on a database under a lock, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from trackwell_migrations.names import VERSION_TABLE
from trackwell_service.domain.errors import InvalidParameter, TemporarilyUnavailable
from trackwell_service.stores.sql.dialects import dialect_of

BUSY_TIMEOUT_S = 60.0
"""How long to wait for a server that holds the database's write lock, in seconds: longer than any group commit."""


def upgrade_database(url: str, progress: Callable[[str], None]) -> None:
    """See `trackwell_migrations.upgrade`."""
    dialect_of(url).prepare()
    config = Config(attributes={})
    config.set_main_option("script_location", os.fspath(Path(__file__).parent).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            _begin_exclusively(connection)
            present = MigrationContext.configure(
                connection, opts={"version_table": VERSION_TABLE}
            ).get_current_revision()
            _refuse_foreign(connection, present, script, url)
            if present == newest:
                progress(f"The schema is at revision {newest} already.")
                connection.exec_driver_sql("ROLLBACK")
                return
            for revision in reversed(list(script.iterate_revisions(newest, present or "base"))):
                progress(f"Applying revision {revision.revision}: {revision.doc}")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.exec_driver_sql("COMMIT")
            progress(f"The schema is at revision {newest} now.")
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise TemporarilyUnavailable(
                f"The database at {url} is in use by another process. Stop the server that writes to it and try again."
            ) from error
        raise InvalidParameter(f"The database at {url} cannot be opened: {error.orig}.") from error
    except DatabaseError as error:
        raise InvalidParameter(f"The database at {url} cannot be upgraded: {error.orig}.") from error
    finally:
        engine.dispose()


def _engine(url: str) -> sa.Engine:
    """An engine whose connections leave transactions to us: the driver's own commit before each DDL statement."""
    return sa.create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY_TIMEOUT_S}
    )


def _begin_exclusively(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_foreign(connection: sa.Connection, present: str | None, script: ScriptDirectory, url: str) -> None:
    if present is None:
        tables = [name for name in sa.inspect(connection).get_table_names() if name != VERSION_TABLE]
        if tables:
            raise InvalidParameter(
                f"The database at {url} holds tables of another program ({', '.join(sorted(tables)[:3])}…) and no"
                " Trackwell schema. Give the URL of an empty or a Trackwell database."
            )
        return
    if present not in {revision.revision for revision in script.walk_revisions()}:
        raise InvalidParameter(
            f"The database at {url} is at schema revision {present}, which this version of Trackwell does not know."
            " Install the version that made it, or a newer one."
        )
