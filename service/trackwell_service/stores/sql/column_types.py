"""The column types of the schema, spelt so that every supported database stores and compares the same bytes.

Revisions use these functions too, so the meaning of one never changes: a new need gets a new function.
Texts compare by code point and without padding (`trail` and `trail ` differ): C on PostgreSQL, the no-pad binary
collations on MySQL and MariaDB, BINARY (the default) on SQLite. SQL Server has no such collation: there they are stored
as bytes, see `Utf8`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator, TypeEngine

from trackwell_service.stores.sql.column_kinds import MSSQL_SHORT_BYTES

MYSQL_COLLATION = "utf8mb4_0900_bin"
MARIADB_COLLATION = "utf8mb4_nopad_bin"


class Utf8(TypeDecorator[str]):
    """A text as its UTF-8 bytes.

    SQL Server compares texts with ``=`` as if both ended in the same number of spaces, whatever their collation, in
    unique indexes too; and it orders NVARCHAR by UTF-16 units. It compares bytes as they are: but for zeros at the end,
    which no text has, since NUL is refused. Their order is that of the code points.
    """

    impl = sa.VARBINARY
    cache_ok = True

    @property
    def python_type(self) -> type[Any]:
        """Texts."""
        return str

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> Any:
        """To the database."""
        return None if value is None else value.encode()

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """From the database."""
        return None if value is None else bytes(value).decode()

    def literal_processor(self, dialect: sa.Dialect) -> Any:
        """In a statement."""

        def written(value: str) -> str:
            return f"0x{value.encode().hex().upper()}"

        return written


def big_integer() -> TypeEngine[Any]:
    """A 64-bit integer. SQLite's INTEGER is one, and only that word makes a primary key the row id."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def small_integer() -> TypeEngine[Any]:
    """A small enumeration or flag."""
    return sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def short_text(length: int) -> TypeEngine[Any]:
    """Text of at most `length` characters that may stand in an index."""
    return _short_text(length, min(4 * length, MSSQL_SHORT_BYTES))


def ascii_text(length: int) -> TypeEngine[Any]:
    """Text of at most `length` characters, all of them ASCII, that may stand in an index."""
    return _short_text(length, length)


def _short_text(length: int, most_bytes: int) -> TypeEngine[Any]:
    return (
        sa.String(length)
        .with_variant(sa.Text(), "sqlite")
        .with_variant(sa.String(length, collation="C"), "postgresql")
        .with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation=MYSQL_COLLATION), "mysql")
        .with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation=MARIADB_COLLATION), "mariadb")
        .with_variant(Utf8(most_bytes), "mssql")
    )


def long_text() -> TypeEngine[Any]:
    """Text of any length, in no index."""
    return (
        sa.Text()
        .with_variant(sa.Text(collation="C"), "postgresql")
        .with_variant(mysql.LONGTEXT(charset="utf8mb4", collation=MYSQL_COLLATION), "mysql")
        .with_variant(mysql.LONGTEXT(charset="utf8mb4", collation=MARIADB_COLLATION), "mariadb")
        .with_variant(Utf8(), "mssql")
    )


def packed_bytes() -> TypeEngine[Any]:
    """Bytes of any length."""
    return sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb").with_variant(sa.VARBINARY(), "mssql")
