"""Statements that write one row each, as every database understands them."""

from __future__ import annotations

from collections.abc import Sequence

from trackwell_service.stores.sql.dialects.base import Bulk


class RowStatements:
    """The part of a dialect which a driver serves that runs such a statement for many rows."""

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """See `Dialect.insert`."""
        marks = ", ".join("?" * len(columns))
        return Bulk(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", tuple(columns))

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """See `Dialect.update`."""
        assignments = ", ".join(f"{name} = ?" for name in values)
        return Bulk(f"UPDATE {table} SET {assignments} WHERE {_equal(keys)}", (*values, *keys))

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """See `Dialect.delete`."""
        return Bulk(f"DELETE FROM {table} WHERE {_equal(keys)}", tuple(keys))


def _equal(columns: Sequence[str]) -> str:
    return " AND ".join(f"{name} = ?" for name in columns)
