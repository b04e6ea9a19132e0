"""The column types of the schema, spelt so that every supported database stores and compares the same bytes.

Revisions use these functions too, so the meaning of one never changes: a new need gets a new function.
Texts compare by code point and without padding (`trail` and `trail ` differ): C on PostgreSQL, the no-pad binary
collations on MySQL and MariaDB, BIN2 on SQL Server, BINARY (the default) on SQLite.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql
from sqlalchemy.types import TypeEngine

MYSQL_COLLATION = "utf8mb4_0900_bin"
MARIADB_COLLATION = "utf8mb4_nopad_bin"
MSSQL_COLLATION = "Latin1_General_100_BIN2"


def big_integer() -> TypeEngine[Any]:
    """A 64-bit integer. SQLite's INTEGER is one, and only that word makes a primary key the row id."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def small_integer() -> TypeEngine[Any]:
    """A small enumeration or flag."""
    return sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def short_text(length: int) -> TypeEngine[Any]:
    """Text of at most `length` characters that may stand in an index."""
    return (
        sa.String(length)
        .with_variant(sa.Text(), "sqlite")
        .with_variant(sa.String(length, collation="C"), "postgresql")
        .with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation=MYSQL_COLLATION), "mysql")
        .with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation=MARIADB_COLLATION), "mariadb")
        .with_variant(mssql.NVARCHAR(length, collation=MSSQL_COLLATION), "mssql")
    )


def long_text() -> TypeEngine[Any]:
    """Text of any length, in no index."""
    return (
        sa.Text()
        .with_variant(sa.Text(collation="C"), "postgresql")
        .with_variant(mysql.LONGTEXT(charset="utf8mb4", collation=MYSQL_COLLATION), "mysql")
        .with_variant(mysql.LONGTEXT(charset="utf8mb4", collation=MARIADB_COLLATION), "mariadb")
        .with_variant(mssql.NVARCHAR(collation=MSSQL_COLLATION), "mssql")
    )


def packed_bytes() -> TypeEngine[Any]:
    """Bytes of any length."""
    return sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
