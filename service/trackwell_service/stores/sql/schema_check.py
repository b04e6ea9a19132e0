"""Decides at opening whether a database may be used: it must hold exactly the schema that this code is written for."""

from __future__ import annotations

from trackwell_migrations.baseline import baseline
from trackwell_migrations.names import NEWEST_REVISION, VERSION_TABLE
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.base import Cursor, Dialect
from trackwell_service.stores.sql.failures import told_at_opening
from trackwell_service.stores.sql.half_made import half_made_tables
from trackwell_service.stores.sql.present_schema import Columns, present_columns, rows
from trackwell_service.stores.sql.schema_names import COLUMNS, COUNTERS, INDEXES, UNIQUE
from trackwell_service.stores.sql.session import Session


def is_new(dialect: Dialect) -> bool:
    """True when the database is empty and must be initialised, False when its schema is the right one.

    What an interrupted creation has left counts as empty.

    Raises InvalidParameter, saying what to do, when the schema is older, newer, damaged or another program's, and
    DataLoss when the file cannot be read.
    """
    try:
        session = Session(dialect, writing=True)
    except dialect.driver_error as error:
        raise told_at_opening(dialect, error) from error
    try:
        return _is_new(dialect, session.cursor)
    except dialect.driver_error as error:
        raise told_at_opening(dialect, error) from error
    finally:
        session.close()


def _is_new(dialect: Dialect, cursor: Cursor) -> bool:
    present = present_columns(dialect, cursor)
    if not present:
        return True
    version = version_of(dialect, present, cursor)
    if version is None:
        if half_made_tables(dialect, cursor):
            return True
        refuse_unversioned(dialect, present)
    elif version == NEWEST_REVISION:
        refuse_incomplete(dialect, present, cursor)
        return False
    elif version > NEWEST_REVISION:
        raise InvalidParameter(
            f"The database schema at {dialect.shown_url} is newer than this version of Trackwell: it is at revision"
            f" {version}, the newest one known here is {NEWEST_REVISION}. Install the version of Trackwell that"
            " upgraded it, or a newer one."
        )
    raise InvalidParameter(
        f"The database schema at {dialect.shown_url} is out of date: it is at revision {version or 'none'}, this"
        f" version of Trackwell needs {NEWEST_REVISION}. Take a backup of the database, then run:"
        f" mlflow db upgrade {dialect.shown_url}"
    )


def version_of(dialect: Dialect, present: Columns, cursor: Cursor) -> str | None:
    """The revision that the schema says it is at; None where it says none.

    Raises InvalidParameter where it cannot be told, which only damage makes, and the driver's errors.
    """
    if VERSION_TABLE not in present:
        return None
    if "version_num" not in present[VERSION_TABLE]:
        raise _damaged(dialect, f"{VERSION_TABLE} lacks the column version_num")
    versions = sorted(str(row[0]) for row in rows(cursor, f"SELECT version_num FROM {VERSION_TABLE}"))
    if len(versions) > 1:
        raise _damaged(dialect, f"{VERSION_TABLE} names several revisions, {', '.join(versions)}")
    return versions[0] if versions else None


def refuse_unversioned(dialect: Dialect, present: Columns) -> None:
    """Raises InvalidParameter for tables without a revision: ours, which only damage makes, and another program's.

    None but the table of revisions is no fault: an upgrade that did not begin.
    """
    others = present.keys() - {VERSION_TABLE}
    if COLUMNS.keys() <= others or (VERSION_TABLE in present and not COLUMNS.keys().isdisjoint(others)):
        raise _damaged(dialect, f"it has Trackwell's tables, but {VERSION_TABLE} does not say at which revision")
    if others:
        owner = "MLflow's own server" if {"alembic_version", "experiments"} <= others else "another program"
        some = ", ".join(sorted(others)[:3])
        raise InvalidParameter(
            f"The database at {dialect.shown_url} holds tables of {owner} ({some}{'…' if len(others) > 3 else ''}) and"
            " no Trackwell schema. Give the URL of an empty database, or of one that Trackwell made."
        )


def refuse_incomplete(dialect: Dialect, present: Columns, cursor: Cursor) -> None:
    """Raises InvalidParameter for a schema of the newest revision in which something is missing.

    Raises the driver's errors.
    """
    missing = sorted(COLUMNS.keys() - present.keys())
    if missing:
        raise _damaged(dialect, f"it lacks the table {', '.join(missing)}")
    for table, columns in COLUMNS.items():
        missing = sorted(columns - present[table])
        if missing:
            raise _damaged(dialect, f"its table {table} lacks the column {', '.join(missing)}")
    missing = sorted(COUNTERS - {str(row[0]) for row in rows(cursor, "SELECT name FROM counters")})
    if missing:
        raise _damaged(dialect, f"its table counters lacks the row {', '.join(missing)}")
    present_indexes = {(str(table), str(index)) for table, index in rows(cursor, dialect.indexes)}
    if dialect.names_keys:
        for table in COLUMNS:
            for key in (f"pk_{table}", *UNIQUE.get(table, ())):
                if (table, key) not in present_indexes:
                    raise _damaged(dialect, f"its table {table} lacks the key {key}")
    for table, indexes in INDEXES.items():
        for index in indexes:
            if (table, index) not in present_indexes:
                raise _without_index(dialect, table, index)


def _without_index(dialect: Dialect, table: str, index: str) -> InvalidParameter:
    """Nothing is lost with an index, so it can be made again; with the words that made it."""
    [made_by] = [statement for statement in baseline(dialect.name) if f"INDEX {index} " in statement]
    return InvalidParameter(
        f"The database at {dialect.shown_url} lacks the index {index} of its table {table}. Make it again: {made_by}"
    )


def _damaged(dialect: Dialect, how: str) -> InvalidParameter:
    return InvalidParameter(f"The database at {dialect.shown_url} is damaged: {how}. Restore it from a backup.")
