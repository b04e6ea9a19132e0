"""Which store a URI names. Loads no store, so that a wrong URI is refused at once."""

from __future__ import annotations

from typing import Final

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_SHOWN_CHARS

MEMORY_URI: Final = "memory:"
"""A store that ends with its process: for tests, and for trying things out."""

_HOW_TO: Final = (
    "Name a SQLite database: sqlite:///mlflow.db is a file in the current folder, sqlite:////var/lib/mlflow.db one "
    "anywhere."
)
_PLANNED: Final = ("postgresql", "postgres", "mysql", "mariadb", "mssql")
_REMOTE: Final = ("http", "https", "grpc", "grpcs", "databricks")


def check_store_uri(uri: str) -> str:
    """The URI itself. Raises InvalidParameter, which shows the form to use, when no store can be opened by it."""
    if uri == MEMORY_URI:
        return uri
    return check_database_uri(uri)


def check_database_uri(uri: str) -> str:
    """The URI itself. Raises InvalidParameter, which shows the form to use, when it names no database."""
    if not uri.strip():
        raise InvalidParameter(f"The URI of the store is empty. {_HOW_TO}")
    scheme = uri.partition(":")[0].lower() if ":" in uri else ""
    dialect = scheme.partition("+")[0]
    if dialect == "sqlite":
        return uri
    if dialect in _PLANNED:
        raise InvalidParameter(f"Databases of kind '{dialect}' are not supported by this version. {_HOW_TO}")
    if dialect in _REMOTE:
        raise InvalidParameter(f"'{scheme}:' names another tracking server, not a store. {_HOW_TO}")
    raise InvalidParameter(
        f"{uri[:MAX_SHOWN_CHARS]!r} names a folder, and this version keeps experiments in a database only. {_HOW_TO}"
    )
