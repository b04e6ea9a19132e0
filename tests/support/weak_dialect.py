"""SQLite with the weaknesses of other databases: patterns that it matches too widely, and few parameters."""

from __future__ import annotations

from trackwell_service.stores.sql.dialects.sqlite import SqliteDialect

MOST_PARAMETERS = 60
"""More than an order and its keyset have in the tests that use this, less than their filters over many experiments."""


class WeakDialect(SqliteDialect):
    """Its statements give what the engine must check, see `Dialect.like_is_exact` and `Dialect.most_parameters`."""

    like_is_exact = False
    most_parameters = MOST_PARAMETERS

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`. Whatever is behind the fourth character matches."""
        return super().like_pattern(pattern.replace("_", "%")[:4] + "%")


def check_parameters(sql: str) -> None:
    """Raises AssertionError for a statement with more parameters than the dialect takes."""
    assert sql.count("?") <= MOST_PARAMETERS, sql
