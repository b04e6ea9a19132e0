"""The drivers for SQL Server: how each connects, marks parameters, and takes values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import quote_plus

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.urls import ServerAddress, server_address, without_password

CONNECT_TIMEOUT_S = 10
"""How long a server may take to accept a connection, in seconds, unless the URL says otherwise."""

STATEMENT_S = 60
"""How long one statement may take, in seconds; the largest group takes a hundredth of that."""

INLINE_BYTES = 8_000
"""The longest value that ODBC sends as VARBINARY by itself; a longer one becomes IMAGE, which nothing compares with."""

TRANSLATED_STATEMENTS = 1_024
"""Statements with pymssql's marks that are kept: the fixed ones (about 80) and the recent searches."""

_ODBC_DRIVER = re.compile(r"ODBC Driver (\d+) for SQL Server")
_ODBC_KEYWORDS = {
    "ApplicationIntent", "Authentication", "Encrypt", "HostNameInCertificate", "MultiSubnetFailover",
    "ServerCertificate", "Trusted_Connection", "TrustServerCertificate",
}  # fmt: skip
"""Options of a URL that Microsoft's ODBC driver is given as they are."""


class Words(str):
    """A parameter that is sent as text. Every other text is a stored one, which is compared as its bytes."""

    __slots__ = ()


class Driver(Protocol):
    """One way to reach a server."""

    error: type[Exception]

    def check(self, url: str) -> None:
        """Raises InvalidParameter when the driver cannot do what the URL asks for."""
        ...

    def connect(self, url: str) -> Any:
        """A connection that is in no transaction but where it is told to be."""
        ...

    def for_sqlalchemy(self, url: str) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`."""
        ...

    def limit_statements(self, connection: Any, longest_s: float) -> None:
        """Has the connection's statements fail that take longer."""
        ...

    def execute(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        """Runs a statement whose parameters are marked with ``?``."""
        ...


class PyodbcDriver:
    """pyodbc, with Microsoft's ODBC driver or the one that the URL names."""

    options = frozenset({"driver", "connect_timeout"} | _ODBC_KEYWORDS)

    def __init__(self) -> None:
        self._module = _imported("pyodbc", "mssql+pyodbc")
        self.error: type[Exception] = self._module.Error

    def check(self, url: str) -> None:
        """See `Driver.check`."""
        self._connection_string(url)
        _connect_timeout_s(server_address(url, self.options))

    def connect(self, url: str) -> Any:
        """See `Driver.connect`."""
        connection = self._module.connect(
            self._connection_string(url), autocommit=True, timeout=_connect_timeout_s(server_address(url, self.options))
        )
        connection.timeout = STATEMENT_S
        return connection

    def for_sqlalchemy(self, url: str) -> tuple[str, dict[str, Any]]:
        """See `Driver.for_sqlalchemy`. A migration may take as long as it needs."""
        arguments = {"timeout": _connect_timeout_s(server_address(url, self.options))}
        return f"mssql+pyodbc:///?odbc_connect={quote_plus(self._connection_string(url))}", arguments

    def limit_statements(self, connection: Any, longest_s: float) -> None:
        """See `Driver.limit_statements`. Whole seconds; 0 would switch that off."""
        connection.timeout = max(1, round(longest_s))

    def execute(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        """See `Driver.execute`."""
        given = [_bytes_of(value) if _is_stored_text(value) else value for value in parameters]
        is_long = [isinstance(value, bytes) and len(value) > INLINE_BYTES for value in given]
        if any(is_long):
            # Length 0 stands for VARBINARY(MAX).
            cursor.setinputsizes([(self._module.SQL_VARBINARY, 0, 0) if long else None for long in is_long])
        try:
            cursor.execute(sql, given)
        finally:
            if any(is_long):
                cursor.setinputsizes(None)

    def _connection_string(self, url: str) -> str:
        address = server_address(url, self.options)
        options = address.options
        server = address.host if address.port is None else f"{address.host},{address.port}"
        values = {
            "DRIVER": options.get("driver") or self._newest_driver(url),
            "SERVER": server,
            "DATABASE": address.database,
            "APP": "trackwell",
        }
        if address.user:
            values |= {"UID": address.user, "PWD": address.password}
        elif "Authentication" not in options:
            values["Trusted_Connection"] = "yes"
        values |= {name: value for name, value in options.items() if name in _ODBC_KEYWORDS}
        return ";".join(f"{name}={{{value.replace('}', '}}')}}}" for name, value in values.items())

    def _newest_driver(self, url: str) -> str:
        names: list[str] = self._module.drivers()
        versions = {int(match[1]): name for name in names if (match := _ODBC_DRIVER.fullmatch(name))}
        if versions:
            return versions[max(versions)]
        if "FreeTDS" in names:
            return "FreeTDS"
        raise InvalidParameter(
            f"{without_password(url)} needs an ODBC driver for SQL Server, and none is installed. Install Microsoft's"
            " package msodbcsql18, name another driver with ?driver=, or write mssql+pymssql://, which needs none."
        )


class PymssqlDriver:
    """pymssql, which brings FreeTDS along and writes values into the statements."""

    options = frozenset(("connect_timeout", "encryption"))

    def __init__(self) -> None:
        self._module = _imported("pymssql", "mssql+pymssql")
        self.error: type[Exception] = self._module.Error

    def check(self, url: str) -> None:
        """See `Driver.check`."""
        self._arguments(url)

    def connect(self, url: str) -> Any:
        """See `Driver.connect`. The limit of a statement is one for the whole process, so it is set here once."""
        return self._module.connect(**self._arguments(url), timeout=STATEMENT_S)

    def for_sqlalchemy(self, url: str) -> tuple[str, dict[str, Any]]:
        """See `Driver.for_sqlalchemy`."""
        return "mssql+pymssql://", self._arguments(url)

    def limit_statements(self, connection: Any, longest_s: float) -> None:
        """See `Driver.limit_statements`: STATEMENT_S for all."""

    def execute(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        """See `Driver.execute`."""
        if not parameters:
            cursor.execute(sql)
            return
        # Of bytes the driver makes a text where they are ASCII; of a bytearray never.
        given = tuple(bytearray(_bytes_of(value)) if _is_stored_text(value) else value for value in parameters)
        cursor.execute(_with_percent_marks(sql, tuple(map(_is_long_integer, given))), given)

    def _arguments(self, url: str) -> dict[str, Any]:
        address = server_address(url, self.options)
        given: dict[str, Any] = {
            "server": address.host,
            "user": address.user or None,
            "password": address.password or None,
            "database": address.database,
            "login_timeout": _connect_timeout_s(address),
            "appname": "trackwell",
            "autocommit": True,
        }
        if address.port is not None:
            given["port"] = str(address.port)
        if "encryption" in address.options:
            given["encryption"] = address.options["encryption"]
        return given


DRIVERS: dict[str, type[PyodbcDriver | PymssqlDriver]] = {"pyodbc": PyodbcDriver, "pymssql": PymssqlDriver}
"""By the word behind ``+`` in a URL."""


def _imported(module: str, url_word: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise InvalidParameter(
            f"{url_word}: URLs need the package {module}, which is not installed. Install it with:"
            " pip install 'trackwell[mssql]'"
        ) from error
    except ImportError as error:
        raise InvalidParameter(
            f"{url_word}: URLs need the package {module} of trackwell[mssql], which is installed but cannot be loaded:"
            f" {error}. Install ODBC's own library, the package unixodbc of most systems, or write mssql+pymssql://,"
            " which needs none."
        ) from error


def _connect_timeout_s(address: ServerAddress) -> int:
    timeout = address.options.get("connect_timeout", str(CONNECT_TIMEOUT_S))
    if not timeout.isdigit() or int(timeout) < 1:
        raise InvalidParameter(f"connect_timeout={timeout} in the URL is no number of seconds.")
    return int(timeout)


def _is_stored_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Words)


def _bytes_of(text: str) -> bytes:
    """A text as it is stored. A NUL, which no stored text has, must not be taken for padding, which equals nothing."""
    return text.encode("utf-8", "surrogatepass").replace(b"\0", b"\xff")


def _is_long_integer(value: Any) -> bool:
    return isinstance(value, int) and not -(2**31) < value < 2**31


@lru_cache(TRANSLATED_STATEMENTS)
def _with_percent_marks(sql: str, are_long: tuple[bool, ...]) -> str:
    """The statement with pymssql's marks. A long integer that is written into it would be a NUMERIC."""
    first, *rest = sql.split("?")
    marks = ["CAST(%s AS BIGINT)" if is_long else "%s" for is_long in are_long]
    return first + "".join(mark + part for mark, part in zip(marks, rest, strict=True))
