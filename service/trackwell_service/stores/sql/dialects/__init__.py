"""What differs between databases, one module each, and which one a URL asks for."""

from __future__ import annotations

from importlib import import_module

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.dialects.urls import kind_and_driver, without_password

__all__ = ["DIALECTS", "dialect_of", "without_password"]

DIALECTS = {
    "sqlite": ("SqliteDialect", ("pysqlite",)),
    "postgresql": ("PostgresqlDialect", ("psycopg", "psycopg2")),
    "mysql": ("MysqlDialect", ("pymysql", "mysqldb")),
    "mssql": ("MssqlDialect", ("pyodbc", "pymssql")),
}
"""By the word that begins a URL: the strategy in the module of that name, and the drivers that a URL may ask for.

The first driver is the one that is used; URLs that were written for another listed one work with it as they are.
"""

ALIASES = {"postgres": "postgresql", "mariadb": "mysql"}
"""Other words for a kind of database."""


def dialect_of(url: str) -> Dialect:
    """The strategy for a database URL. Raises InvalidParameter when there is none, or the URL is malformed."""
    word, driver = kind_and_driver(url)
    kind = ALIASES.get(word, word)
    if kind not in DIALECTS:
        raise InvalidParameter(
            f"There is no support for databases of the kind {word!r}. Supported are {', '.join(DIALECTS)}; for example"
            " sqlite:///name.db."
        )
    name, drivers = DIALECTS[kind]
    if driver and driver not in drivers:
        raise InvalidParameter(
            f"There is no support for the driver {driver!r} of {kind}. Leave it out, or write {kind}+{drivers[0]}://."
        )
    # Only the one that is asked for: drivers take long to load, and most are not installed.
    strategy: type[Dialect] = getattr(import_module(f"{__name__}.{kind}"), name)
    return strategy(url)  # type: ignore[call-arg]  # a Protocol says nothing of how it is made
