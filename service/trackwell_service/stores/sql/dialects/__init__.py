"""What differs between databases, one module each, and which one a URL asks for."""

from __future__ import annotations

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.dialects.sqlite import SqliteDialect

__all__ = ["dialect_of"]

_DIALECTS: dict[str, type[SqliteDialect]] = {"sqlite": SqliteDialect, "sqlite+pysqlite": SqliteDialect}


def dialect_of(url: str) -> Dialect:
    """The strategy for a database URL. Raises InvalidParameter when there is none, or the URL is malformed."""
    scheme = url.partition(":")[0]
    dialect = _DIALECTS.get(scheme)
    if dialect is None:
        raise InvalidParameter(
            f"There is no support for databases of the kind {scheme!r}. Supported are"
            f" {', '.join(kind for kind in _DIALECTS if '+' not in kind)}; for example sqlite:///name.db."
        )
    return dialect(url)
