"""Runs alembic's revisions on a database under a lock, in one transaction where the database has DDL in those."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from trackwell_service.domain.errors import InvalidParameter, TemporarilyUnavailable, TrackwellError
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.base import Cursor, Dialect, Failure
from trackwell_service.stores.sql.half_made import remove_half_made
from trackwell_service.stores.sql.present_schema import present_columns
from trackwell_service.stores.sql.schema_check import refuse_incomplete, refuse_unversioned, version_of

PAUSE_S = 10.0
"""How long somebody has to stop an upgrade that cannot be undone before it begins, in seconds."""

_CAN_BE_UNDONE = (
    "An upgrade of much data takes long; until it is done Ctrl-C leaves everything as it is. Keep a backup."
)
_CANNOT_BE_UNDONE = (
    "This database cannot undo what an upgrade has begun: if there is no backup, press Ctrl-C now and make one. It"
    " begins in {seconds:g} s."
)
_CUT_OFF = (
    "The upgrade has ended in the middle, and this database keeps what it has changed. Run it again; if it is refused"
    " then, restore the backup."
)


def upgrade_database(url: str, progress: Callable[[str], None]) -> None:
    """See `trackwell_migrations.upgrade`."""
    dialect = dialect_of(url)
    dialect.prepare()
    config = configuration()
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    try:
        engine_url, arguments = dialect.for_sqlalchemy()
        # The driver would commit by itself before each DDL statement: transactions are the dialect's.
        engine = sa.create_engine(engine_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
        with engine.connect() as connection:
            cursor = cast(Cursor, connection.connection.cursor())
            dialect.begin_schema_change(cursor)
            remove_half_made(dialect, cursor)
            columns = present_columns(dialect, cursor)
            present = version_of(dialect, columns, cursor)
            if present is None:
                refuse_unversioned(dialect, columns)
            elif present not in {revision.revision for revision in script.walk_revisions()}:
                raise InvalidParameter(
                    f"The database at {dialect.shown_url} is at schema revision {present}, which this version of"
                    " Trackwell does not know. Install the version that made it, or a newer one."
                )
            if present == newest:
                refuse_incomplete(dialect, columns, cursor)
                progress(f"The schema is at revision {newest} already.")
            else:
                if present is not None:
                    _advise(present, dialect, progress)
                for revision in reversed(list(script.iterate_revisions(newest, present or "base"))):
                    progress(f"Applying revision {revision.revision}: {revision.doc}")
                config.attributes.update(connection=connection, progress=progress)
                # In one that has begun, alembic neither begins nor commits anything.
                connection.begin()
                with _told_when_cut_off(dialect, progress):
                    command.upgrade(config, "head")
                progress(f"The schema is at revision {newest} now.")
            dialect.end_schema_change(cursor)
    except (DBAPIError, dialect.driver_error) as error:
        raise _explained(dialect, error) from error


def configuration() -> Config:
    """Alembic's configuration with our revisions."""
    config = Config(attributes={})
    config.set_main_option("script_location", os.fspath(Path(__file__).parent).replace("%", "%%"))
    return config


def _advise(present: str, dialect: Dialect, progress: Callable[[str], None]) -> None:
    """Before data is changed: what becomes of it when the upgrade is stopped, and time to stop it where it matters."""
    if dialect.undoes_ddl:
        progress(f"The schema is at revision {present}. {_CAN_BE_UNDONE}")
        return
    progress(f"The schema is at revision {present}. {_CANNOT_BE_UNDONE.format(seconds=PAUSE_S)}")
    time.sleep(PAUSE_S)


@contextmanager
def _told_when_cut_off(dialect: Dialect, progress: Callable[[str], None]) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C above all
        if not dialect.undoes_ddl:
            progress(_CUT_OFF)
        raise


def _explained(dialect: Dialect, error: Exception) -> TrackwellError:
    """What the operator is told about an error of the driver."""
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    url = dialect.shown_url
    reason = dialect.unusable(cause)
    if reason is not None:
        return InvalidParameter(reason)
    match dialect.classify(cause):
        case Failure.BUSY | Failure.TOO_LONG:
            return TemporarilyUnavailable(
                f"The database at {url} is in use by another process. Stop the server that writes to it and try again."
            )
        case Failure.LOST:
            return TemporarilyUnavailable(f"The database at {url} cannot be reached: {cause}. Start it and try again.")
        case _:
            return InvalidParameter(f"The database at {url} cannot be upgraded: {cause}.")
