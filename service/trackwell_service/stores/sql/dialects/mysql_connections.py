"""Connections to MySQL and MariaDB: the drivers, what a server must be like, and how its sessions are set up."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.column_types import MARIADB_COLLATION, MYSQL_COLLATION
from trackwell_service.stores.sql.dialects.literals import with_values
from trackwell_service.stores.sql.dialects.urls import ServerAddress

CONNECT_TIMEOUT_S = 10
"""How long a server may take to accept a connection, in seconds, unless the URL says otherwise."""

SOCKET_TIMEOUT_S = 90
"""How long an answer may take, in seconds: longer than any statement that the server itself stops."""

LOCK_TIMEOUT_S = 10
"""How long a writer waits for another server's transaction before it tries anew, in seconds: many groups."""

IDLE_IN_TRANSACTION_S = 5
"""How long a server may stop in the middle of a transaction, in seconds (MariaDB). The others wait for it meanwhile:
a machine that was suspended must not hold them up for longer than their clients wait."""

IDLE_WRITER_S = 60
"""The same for MySQL, which does not tell a connection in a transaction from another one, in seconds; the writer
connects anew after such a pause."""

IDLE_S = 31_536_000
"""How long other connections may be idle, in seconds: a year. A pool's connection is not for the server to end."""

WRITE_STATEMENT_S = 60
"""How long one statement of a writer may take, in seconds (MariaDB); the largest group takes a hundredth of that."""

LEAST_PACKET_BYTES = 16 * 1024 * 1024
"""Least `max_allowed_packet` of a server, in bytes, which is MariaDB's default: twice the largest group."""

PACKET_MARGIN_BYTES = 1_024
"""What a statement leaves of a packet, in bytes."""

SORTED_BYTES = 65_536
"""How much of a long text an ORDER BY compares, in bytes: twice the longest tag. The default is 1,024."""

SORT_BUFFER_BYTES = 2 * 1024 * 1024
"""Memory of a sort, in bytes; the servers want room for 15 texts of the length above."""

OLDEST = {"mysql": (8, 0, 19), "mariadb": (10, 6)}
"""Oldest versions with what is used: the collation (8.0.17), tables written out in a statement (8.0.19); of
MariaDB the oldest that gets corrections."""

OPTIONS = frozenset(
    ("charset", "connect_timeout", "ssl", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_identity", "unix_socket")
)
"""What may stand behind ``?`` in a URL."""

PACKAGES = {
    "pymysql": ("pymysql", "PyMySQL", "'trackwell[mysql]'"),
    "mysqldb": ("MySQLdb", "mysqlclient", "mysqlclient"),
}
"""By the driver's name in a URL: its module, its package and what installs it."""


def driver_module(driver: str) -> Any:
    """The driver. Raises InvalidParameter with what installs it."""
    module, package, install = PACKAGES[driver]
    try:
        return import_module(module)
    except ImportError as error:
        raise InvalidParameter(
            f"mysql+{driver}: URLs need the package {package}, which is not installed. Install it with:"
            f" pip install {install}"
        ) from error


def arguments(address: ServerAddress, driver: str) -> dict[str, Any]:
    """What the driver's `connect` and SQLAlchemy are given. Raises InvalidParameter for options that cannot be."""
    options = address.options
    if options.get("charset", "utf8mb4").lower() != "utf8mb4":
        raise InvalidParameter("The charset of a connection is always utf8mb4. Leave charset= out of the URL.")
    timeout = options.get("connect_timeout", str(CONNECT_TIMEOUT_S))
    if not timeout.isdigit() or int(timeout) < 1:
        raise InvalidParameter(f"connect_timeout={timeout} in the URL is no number of seconds.")
    given: dict[str, Any] = {
        "host": address.host,
        "user": address.user,
        "password": address.password if driver == "mysqldb" else address.password.encode(),
        "database": address.database,
        "charset": "utf8mb4",
        "autocommit": True,
        "connect_timeout": int(timeout),
    }
    if address.port is not None:
        given["port"] = address.port
    if "unix_socket" in options:
        given["unix_socket"] = options["unix_socket"]
    tls = {name: value for name, value in options.items() if name.startswith("ssl")}
    if tls.get("ssl") == "false":
        given |= {"ssl_mode": "DISABLED"} if driver == "mysqldb" else {"ssl_disabled": True}
    elif tls:
        given |= _tls(tls, driver)
    return given


def _tls(options: dict[str, str], driver: str) -> dict[str, Any]:
    """A connection that is encrypted, to a server whose certificate is checked."""
    checks_name = options.get("ssl_verify_identity", "true") != "false"
    if driver == "mysqldb":
        files = {name[4:]: options[name] for name in ("ssl_ca", "ssl_cert", "ssl_key") if name in options}
        return {"ssl": files, "ssl_mode": "VERIFY_IDENTITY" if checks_name else "VERIFY_CA"}
    try:
        context = ssl.create_default_context(cafile=options.get("ssl_ca"))
        context.check_hostname = checks_name
        if "ssl_cert" in options:
            context.load_cert_chain(options["ssl_cert"], options.get("ssl_key"))
    except OSError as error:
        raise InvalidParameter(f"The certificates that the URL names cannot be read: {error}.") from error
    return {"ssl": context}


class Server:
    """What a connection has found out about its server."""

    def __init__(self, version: str, packet_bytes: int) -> None:
        self.kind = "mariadb" if "mariadb" in version.lower() else "mysql"
        self.version = version
        self.packet_bytes = packet_bytes

    @property
    def collation(self) -> str:
        """The one of every column, see `column_types`."""
        return MARIADB_COLLATION if self.kind == "mariadb" else MYSQL_COLLATION

    @property
    def row_word(self) -> bytes:
        """What begins a row of a table that is written out in a statement."""
        return b"" if self.kind == "mariadb" else b"ROW"

    def check(self, shown_url: str) -> None:
        """Raises InvalidParameter, saying what to change, when the server cannot be used."""
        name = "MariaDB" if self.kind == "mariadb" else "MySQL"
        oldest = OLDEST[self.kind]
        # MariaDB disguises itself as "5.5.5-10.11.6-MariaDB" before some clients.
        numbers = re.findall(r"(\d+)\.(\d+)\.(\d+)", self.version)
        version = tuple(map(int, numbers[-1])) if numbers else ()
        if version < oldest:
            raise InvalidParameter(
                f"The server of {shown_url} is {name} {self.version}. Trackwell needs {name}"
                f" {'.'.join(map(str, oldest))} or newer: older ones have no collation in which texts differ by their"
                " last space, or lack statements that are used. Upgrade the server."
            )
        if self.packet_bytes < LEAST_PACKET_BYTES:
            raise InvalidParameter(
                f"The server of {shown_url} takes statements of {self.packet_bytes:,} bytes only. Set"
                f" max_allowed_packet to {LEAST_PACKET_BYTES // 2**20}M at least (better 64M) in its configuration."
            )

    def settings(self, *, writing: bool) -> list[str]:
        """Statements that set a session up."""
        names = {
            "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
            "max_sort_length": SORTED_BYTES,
            "sort_buffer_size": SORT_BUFFER_BYTES,
            "wait_timeout": IDLE_S,
        }
        if self.kind == "mysql":
            names["range_optimizer_max_mem_size"] = 0  # else a long list is looked up by reading the whole table
        if writing:
            names |= {"innodb_lock_wait_timeout": LOCK_TIMEOUT_S, "default_storage_engine": "InnoDB"}
            if self.kind == "mariadb":
                names |= {
                    # Not idle_write_transaction_timeout: a group holds its lock before it writes.
                    "idle_transaction_timeout": IDLE_IN_TRANSACTION_S,
                    "max_statement_time": WRITE_STATEMENT_S,
                }
            else:
                names["wait_timeout"] = IDLE_WRITER_S
        isolation = "READ COMMITTED" if writing else "REPEATABLE READ"
        return [
            f"SET NAMES utf8mb4 COLLATE {self.collation}",
            "SET SESSION " + ", ".join(f"{name} = {value}" for name, value in names.items()),
            f"SET SESSION TRANSACTION ISOLATION LEVEL {isolation}",
        ]


class MysqlCursor:
    """A cursor that writes the values into its statements."""

    def __init__(self, cursor: Any, server: Server) -> None:
        self._cursor = cursor
        self._row_word = server.row_word
        self.longest_bytes = server.packet_bytes - PACKET_MARGIN_BYTES

    @property
    def rowcount(self) -> int:
        """See `Cursor.rowcount`."""
        count: int = self._cursor.rowcount
        return count

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> None:
        """See `Cursor.execute`. A statement that the server would not take is not sent: it would hang up on us.

        Raises InvalidParameter for it: a single value can be as long as that.
        """
        statement = with_values(sql, parameters, self._row_word) if parameters else sql.encode()
        if len(statement) > self.longest_bytes:
            raise InvalidParameter(
                f"This takes a statement of {len(statement):,} bytes, and the database server takes"
                f" {self.longest_bytes:,}. Send less at once; or its operator sets max_allowed_packet higher, to 64M or"
                " more."
            )
        self._cursor.execute(statement)

    def executemany(self, sql: str, parameters: Any, /) -> None:
        """See `Cursor.executemany`."""
        for each in parameters:
            self.execute(sql, each)

    def fetchall(self) -> list[Any]:
        """See `Cursor.fetchall`."""
        return list(self._cursor.fetchall())


class MysqlConnection:
    """A connection whose cursors are of the kind above."""

    def __init__(self, connection: Any, server: Server) -> None:
        self._connection = connection
        self._server = server

    def cursor(self) -> MysqlCursor:
        """A cursor."""
        return MysqlCursor(self._connection.cursor(), self._server)

    def close(self) -> None:
        """Ends the connection; one that is lost already is no error."""
        try:
            self._connection.close()
        except Exception:  # noqa: BLE001 # the drivers' own errors: there is nothing left to end
            return
