"""Decides at opening whether a database may be used: it must hold exactly the schema that this code is written for."""

from __future__ import annotations

from collections.abc import Collection

from trackwell_migrations.names import NEWEST_REVISION, VERSION_TABLE
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.column_kinds import TABLES
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.failures import told_at_opening
from trackwell_service.stores.sql.half_made import half_made_tables
from trackwell_service.stores.sql.session import Session


def is_new(dialect: Dialect) -> bool:
    """True when the database is empty and must be initialised, False when its schema is the right one.

    What an interrupted creation has left counts as empty.

    Raises InvalidParameter, saying what to do, when the schema is older, newer or another program's, and
    DataLoss when the file cannot be read.
    """
    try:
        session = Session(dialect, writing=True)
    except dialect.driver_error as error:
        raise told_at_opening(dialect, error) from error
    try:
        tables = {row[0] for row in session.query(dialect.tables)}
        if not tables:
            return True
        if VERSION_TABLE not in tables:
            raise InvalidParameter(_foreign(dialect, tables))
        versions = [row[0] for row in session.query(f"SELECT version_num FROM {VERSION_TABLE}")]
        if not versions and half_made_tables(dialect, session.cursor):
            return True
        refuse_unversioned(dialect, tables, versions)
    except dialect.driver_error as error:
        raise told_at_opening(dialect, error) from error
    finally:
        session.close()
    if versions == [NEWEST_REVISION]:
        missing = sorted(TABLES - tables)
        if missing:
            raise _damaged(dialect, f"it lacks the table {', '.join(missing)}")
        return False
    present = ", ".join(versions) or "none"
    if all(version < NEWEST_REVISION for version in versions):
        raise InvalidParameter(
            f"The database schema at {dialect.shown_url} is out of date: it is at revision {present}, this version of"
            f" Trackwell needs {NEWEST_REVISION}. Take a backup of the database, then run:"
            f" mlflow db upgrade {dialect.shown_url}"
        )
    raise InvalidParameter(
        f"The database schema at {dialect.shown_url} is newer than this version of Trackwell: it is at revision"
        f" {present}, the newest one known here is {NEWEST_REVISION}. Install the version of Trackwell that upgraded"
        " it, or a newer one."
    )


def refuse_unversioned(dialect: Dialect, tables: Collection[str], versions: Collection[str]) -> None:
    """Raises InvalidParameter for tables of ours without the revision that they are at, which only damage makes."""
    if VERSION_TABLE in tables and not versions and not TABLES.isdisjoint(tables):
        raise _damaged(dialect, f"it has Trackwell's tables, but {VERSION_TABLE} does not say at which revision")


def _damaged(dialect: Dialect, how: str) -> InvalidParameter:
    return InvalidParameter(f"The database at {dialect.shown_url} is damaged: {how}. Restore it from a backup.")


def _foreign(dialect: Dialect, tables: set[str]) -> str:
    owner = "MLflow's own server" if {"alembic_version", "experiments"} <= tables else "another program"
    return (
        f"The database at {dialect.shown_url} holds tables of {owner} and no Trackwell schema. Give the URL of an empty"
        " database, or of one that Trackwell made."
    )
