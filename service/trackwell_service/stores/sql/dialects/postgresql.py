"""PostgreSQL, through psycopg 3: any number of servers on one database, and engines that speak its protocol.

A bulk statement takes each column as one array and unnests them, so that a group of any size is one statement with a
plan that is made once. Arrays go to the server as text: making it in Python takes a third of the driver's own way.

A write transaction is a pipeline: what a group writes goes out with its COMMIT and is waited for once. An error of any
statement is raised at the next one whose answer is looked at, at the latest at the COMMIT, which then does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.column_kinds import Kind, kind_of
from trackwell_service.stores.sql.dialects.base import Bulk, Connection, Cursor, Failure
from trackwell_service.stores.sql.dialects.postgresql_relatives import (
    POSTGRESQL,
    ConnectionInfo,
    Engine,
    check,
    engine_of,
)
from trackwell_service.stores.sql.dialects.urls import ENCODING_ADVICE, without_password

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.types.numeric import Int8BinaryDumper
except ImportError as error:
    raise InvalidParameter(
        "postgresql: URLs need the package psycopg, which is not installed. Install it with:"
        " pip install 'trackwell[postgresql]'"
    ) from error

CONNECT_TIMEOUT_S = 10
"""How long a server may take to accept a connection, in seconds, unless the URL says otherwise."""

KEEPALIVE_IDLE_S = 30
"""Silence after which a connection is probed, in seconds."""

KEEPALIVE_INTERVAL_S = 10
KEEPALIVE_COUNT = 3
"""Seconds between probes, and how many may stay unanswered: a server that vanished is noticed within a minute."""

UNACKNOWLEDGED_MS = 20_000
"""How long sent data may stay unacknowledged before a connection counts as lost, in milliseconds."""

LOCK_TIMEOUT_MS = 10_000
"""How long a writer waits for another server's transaction before it tries anew, in milliseconds: many groups."""

IDLE_IN_TRANSACTION_MS = 5_000
"""How long a server may stop in the middle of a transaction, in milliseconds. The others wait for it meanwhile: a
machine that was suspended must not hold them up for longer than their clients wait."""

WRITE_STATEMENT_MS = 60_000
"""How long one statement of a writer may take, in milliseconds: the largest group takes a hundredth of that."""

PREPARE_AFTER = 3
"""Uses of a statement after which the server keeps its plan: the fixed ones run in every group."""

PREPARED_STATEMENTS = 400
"""Plans kept by a connection: the fixed ones (about 60) and the recent searches."""

SCHEMA_LOCK = 0x747261636B77
"""Key of the advisory lock under which the schema changes: "trackw" in ASCII."""

_BUSY = {"40001", "40P01", "53300", "55P03"}
"""Serialization failure, deadlock, too many connections, lock not to be had in time."""
_FULL = {"53100", "53200"}
"""Disk full, out of memory."""
_CORRUPT = {"XX001", "XX002"}
_LOST = {"25006", "25P03", "25P04", "26000", "40003", "57P01", "57P02", "57P03", "57P05"}
"""The server ended the transaction or connection: idle for too long, shut down or restarted. Or another connection is
needed: this one's server takes no writes (any more), or a proxy has put another in its place, without its plans."""
_NO_RIGHT = {"3F000", "42501"}
"""No schema to make tables in, or not allowed to."""
_REFUSED = ("password authentication failed", "no pg_hba.conf entry", "no password", "not permitted to log in")
"""How the server, or libpq before it asks the server, keeps a user out."""
_NOT_ENCRYPTED = ("certificate", "server does not support SSL", "invalid sslmode")
"""What libpq says when a connection cannot be encrypted as the URL asks, rather than be made at all."""
_ARRAYS = {Kind.INTEGER: "int8[]", Kind.TEXT: "text[]", Kind.BYTES: "bytea[]"}


class PostgresqlDialect:
    """The strategy for ``postgresql://user@host/database`` with libpq's own options behind ``?``.

    `name` and `undoes_ddl` are those of the engine found at the last connection, see `postgresql_relatives`.
    """

    driver_error: type[Exception] = psycopg.Error
    tables = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
    limit = "LIMIT ?"
    few = "LIMIT ?"
    outer_first = "JOIN"
    unjoined = " OFFSET 0"
    like_is_exact = True
    most_parameters = 65_535

    def __init__(self, url: str) -> None:
        self.url = url
        self.shown_url = without_password(url)
        self._conninfo = f"postgresql:{url.partition(':')[2]}"
        self.name, self.undoes_ddl = POSTGRESQL.name, POSTGRESQL.undoes_ddl

    def for_sqlalchemy(self) -> tuple[str, dict[str, Any]]:
        """See `Dialect.for_sqlalchemy`."""
        return f"postgresql+psycopg:{self.url.partition(':')[2]}", {}

    def prepare(self) -> None:
        """See `Dialect.prepare`. Whether the server is there shows when it is connected to."""
        try:
            options = conninfo_to_dict(self._conninfo)
        except psycopg.ProgrammingError:
            # Not libpq's words, here and in the traceback: they repeat what is wrong, which may be the password.
            options = {}
            fault: str | None = "is no URL of a PostgreSQL database, or has an option that libpq does not know"
        else:
            fault = _fault(self._conninfo, options)
        if fault is not None:
            raise InvalidParameter(
                f"{self.shown_url} {fault}. Write postgresql://user:password@host:5432/database. {ENCODING_ADVICE}"
            )

    def connect(self, *, writing: bool) -> Connection:
        """See `Dialect.connect`. Raises InvalidParameter for a database that cannot hold what is stored."""
        given = conninfo_to_dict(self._conninfo)
        defaults = {
            "connect_timeout": CONNECT_TIMEOUT_S,
            "keepalives_idle": KEEPALIVE_IDLE_S,
            "keepalives_interval": KEEPALIVE_INTERVAL_S,
            "keepalives_count": KEEPALIVE_COUNT,
            "tcp_user_timeout": UNACKNOWLEDGED_MS,
            "application_name": "trackwell",
        }
        connection = psycopg.connect(
            self._conninfo,
            autocommit=True,
            cursor_factory=_Cursor,
            prepare_threshold=PREPARE_AFTER,
            **{name: value for name, value in defaults.items() if name not in given},  # type: ignore[arg-type]  # one of libpq's options each
        )
        connection.prepared_max = PREPARED_STATEMENTS
        # Integers of one type whatever their size: else each size of a parameter has a plan of its own.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        settings: dict[str, object] = {"client_encoding": "'UTF8'", "bytea_output": "'hex'"}
        if writing:
            settings |= {
                "lock_timeout": LOCK_TIMEOUT_MS,
                "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
                "statement_timeout": WRITE_STATEMENT_MS,
            }
        else:
            # A plan made for no value in particular may read every run where the value at hand has few. Compiling one
            # takes longer than any page; and a page looks up a hundred rows that are in memory rather than on a disk
            # with a moving arm, which is what the default assumes.
            settings |= {"plan_cache_mode": "force_custom_plan", "jit": "off", "random_page_cost": 1.1}
        try:
            engine = self._meet(connection.info)
            check(engine, connection.info, self.shown_url)
            unknown = engine.unknown_settings
            connection.execute(
                cast(Any, "; ".join(f"SET {name} = {value}" for name, value in settings.items() if name not in unknown))
            )
        except (psycopg.Error, InvalidParameter):
            connection.close()
            raise
        return cast(Connection, _Connection(connection))

    def _meet(self, info: ConnectionInfo) -> Engine:
        engine = engine_of(info)
        self.name, self.undoes_ddl = engine.name, engine.undoes_ddl
        return engine

    def limit_reads(self, connection: Connection, longest_s: float, is_over: Callable[[], bool]) -> None:
        """See `Dialect.limit_reads`. The server counts the time itself; 0 would switch that off."""
        del is_over
        connection.cursor().execute(f"SET statement_timeout = {max(1, round(longest_s * 1000))}", ())

    def text(self, sql: str) -> str:
        """See `Dialect.text`. Marks are numbered from ``$1`` on."""
        first, *rest = sql.split("?")
        return first + "".join(f"${place}{part}" for place, part in enumerate(rest, 1))

    def begin_write(self, cursor: Cursor) -> None:
        """See `Dialect.begin_write`. In whatever isolation the database has by default: all of them are right."""
        cast(_Cursor, cursor).begin_pipeline()
        cursor.execute("BEGIN", ())

    def begin_read(self, cursor: Cursor) -> None:
        """See `Dialect.begin_read`."""
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())

    def commit(self, cursor: Cursor) -> None:
        """See `Dialect.commit`. In a transaction that has failed, COMMIT is a ROLLBACK and no error."""
        ours = cast(_Cursor, cursor)
        ours.execute("COMMIT", ())
        ours.end_pipeline()
        if ours.statusmessage != "COMMIT":
            raise psycopg.OperationalError(f"COMMIT was answered {ours.statusmessage}: nothing is stored")

    def rollback(self, cursor: Cursor) -> None:
        """See `Dialect.rollback`."""
        ours = cast(_Cursor, cursor)
        ours.leave_pipeline()
        if ours.connection.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE:
            cursor.execute("ROLLBACK", ())

    def select_locked(self, columns: str, table: str, order: str) -> str:
        """See `Dialect.select_locked`."""
        return f"SELECT {columns} FROM {table} ORDER BY {order} FOR UPDATE"

    def among(self, column: str) -> str:
        """See `Dialect.among`."""
        return f"{column} = ANY(?)"

    def by_pairs(self, table: str, first: str, second: str) -> str:
        """See `Dialect.by_pairs`."""
        return f"unnest(?::int8[], ?::int8[]) AS p (a, b) JOIN {table} t ON t.{first} = p.a AND t.{second} = p.b"

    def ints(self, values: Sequence[int]) -> Any:
        """See `Dialect.ints`."""
        return _integer_array(values)

    def texts(self, values: Sequence[str]) -> Any:
        """See `Dialect.texts`. The database has no text with a NUL, so nothing can equal one."""
        return _text_array([value for value in values if "\0" not in value])

    def int_pairs(self, values: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        """See `Dialect.int_pairs`."""
        return _integer_array([first for first, _ in values]), _integer_array([second for _, second in values])

    def insert(self, table: str, columns: Sequence[str]) -> Bulk:
        """See `Dialect.insert`."""
        sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({_arrays(columns)})"
        return Bulk(self.text(sql), tuple(columns))

    def upsert(self, table: str, keys: Sequence[str], values: Sequence[str]) -> Bulk:
        """See `Dialect.upsert`."""
        inserted = self.insert(table, (*keys, *values))
        replaced = ", ".join(f"{name} = excluded.{name}" for name in values)
        return Bulk(f"{inserted.sql} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {replaced}", inserted.columns)

    def update(self, table: str, values: Sequence[str], keys: Sequence[str]) -> Bulk:
        """See `Dialect.update`."""
        columns = (*values, *keys)
        sql = (
            f"UPDATE {table} SET {', '.join(f'{name} = v.{name}' for name in values)}"
            f" FROM unnest({_arrays(columns)}) AS v ({', '.join(columns)}) WHERE {_same(table, keys)}"
        )
        return Bulk(self.text(sql), columns)

    def delete(self, table: str, keys: Sequence[str]) -> Bulk:
        """See `Dialect.delete`."""
        sql = f"DELETE FROM {table} USING unnest({_arrays(keys)}) AS v ({', '.join(keys)}) WHERE {_same(table, keys)}"
        return Bulk(self.text(sql), tuple(keys))

    def run_bulk(self, cursor: Cursor, statement: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """See `Dialect.run_bulk`."""
        columns = zip(*rows, strict=True)
        cast(_Cursor, cursor).send(
            statement.sql, [_array(name, column) for name, column in zip(statement.columns, columns, strict=True)]
        )

    def concat(self, first: str, second: str) -> str:
        """See `Dialect.concat`."""
        return f"({first} || {second})"

    def literal(self, value: str | int) -> str:
        """See `Dialect.literal`."""
        return str(value) if isinstance(value, int) else f"'{value}'"

    def like(self, column: str) -> str:
        """See `Dialect.like`."""
        return f"{column} LIKE ?"

    def like_pattern(self, pattern: str) -> str:
        """See `Dialect.like_pattern`."""
        return pattern.replace("\\", "\\\\")

    def classify(self, error: Exception) -> Failure:
        """See `Dialect.classify`. An error without a code is the driver's own: the connection is gone."""
        code = getattr(error, "sqlstate", None)
        if code is None:
            return Failure.LOST if isinstance(error, psycopg.OperationalError) else Failure.FAULT
        if code in _BUSY:
            return Failure.BUSY
        if code in _FULL:
            return Failure.FULL
        if code in _LOST or code.startswith("08"):
            return Failure.LOST
        if code in _CORRUPT:
            return Failure.CORRUPT
        if code == "57014":
            return Failure.TOO_LONG
        return Failure.FAULT

    def unusable(self, error: Exception) -> str | None:
        """See `Dialect.unusable`. Errors at connecting have no code, so the server's English words decide."""
        words = str(error)
        if getattr(error, "sqlstate", None) in _NO_RIGHT:
            return (
                f"The user of {self.shown_url} may not make tables in the database: {words}. Make it the owner, with"
                " ALTER DATABASE … OWNER TO …, or GRANT USAGE, CREATE ON SCHEMA public TO it: since PostgreSQL 15 only"
                " the owner may without being asked."
            )
        if any(told in words for told in _REFUSED):
            return f"The database server of {self.shown_url} refuses this user. Check the user and password in the URL."
        if any(told in words for told in _NOT_ENCRYPTED):
            return (
                f"There is no encrypted connection to the server of {self.shown_url} as the URL asks for: {words}."
                " Check the server's certificate, and sslmode= and sslrootcert= in the URL."
            )
        if "does not exist" in words and ("database" in words or "role" in words):
            return f"The server has no such database or user: {self.shown_url}. Create it, for example with createdb."
        return None

    def begin_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.begin_schema_change`."""
        cursor.execute("BEGIN", ())
        if self._meet(cast(_Cursor, cursor).connection.info).has_schema_lock:
            cursor.execute(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})", ())

    def end_schema_change(self, cursor: Cursor) -> None:
        """See `Dialect.end_schema_change`."""
        cursor.execute("COMMIT", ())


def _fault(url: str, options: Mapping[str, Any]) -> str | None:
    """What is wrong with what libpq has read in a URL, as a part of a sentence.

    It ends a password at the first ``@`` or ``/``, and would name the rest as a host or port that it does not find.
    """
    host, port, database = (str(options.get(name) or "") for name in ("host", "port", "dbname"))
    # The first character of a host may be one: that is a socket without a file.
    at_is_plain = "@" in host[1:] or ("@" in database and "%40" not in url)
    if at_is_plain or not re.fullmatch(r"[\d,]*", port):
        return "has no valid host, or no valid port"
    if not options.get("dbname") and not options.get("service"):
        return "names no database"
    return None


class _Cursor(psycopg.RawCursor[Any]):
    """A cursor that may be in the midst of a pipeline."""

    _pipeline: psycopg.Pipeline | None = None

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed; in a pipeline that must be waited for."""
        self._wait()
        return super().rowcount

    def fetchall(self) -> list[Any]:
        """Every row of the last statement; in a pipeline that must be waited for."""
        self._wait()
        return super().fetchall()

    def send(self, sql: str, parameters: Sequence[Any]) -> None:
        """Runs a statement whose answer nobody asks for, in a pipeline.

        The Sync behind it, which is not waited for, tells the server that nothing is under way. Else it would let a
        client that stands still hold its locks for ever: an idle transaction is ended, an active one is not.
        """
        self.execute(cast(Any, sql), parameters)
        if self._pipeline is not None:
            # The driver's own `sync` waits. These two parts of it have been what they are since there are pipelines.
            self._pipeline._enqueue_sync()  # noqa: SLF001 # see above
            self.connection.wait(self._pipeline._communicate_gen())  # noqa: SLF001 # see above

    def _wait(self) -> None:
        """Until every answer is there. By a Sync, as in `send`; the driver's own way is a Flush."""
        if self._pipeline is not None:
            self._pipeline.sync()

    def begin_pipeline(self) -> None:
        """Does not wait for answers from now on but where they are asked for."""
        self._leaving = self.connection.pipeline()
        self._pipeline = self._leaving.__enter__()

    def end_pipeline(self) -> None:
        """Waits for every answer; raises the first error among them."""
        if self._pipeline is not None:
            self._pipeline = None
            self._leaving.__exit__(None, None, None)

    def leave_pipeline(self) -> None:
        """Waits for every answer, whatever they are."""
        with suppress(psycopg.Error):
            self.end_pipeline()


class _Connection:
    """A connection whose cursors fetch in the protocol's binary form, which the driver reads fastest."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        return cast(Cursor, self._connection.cursor(binary=True))

    def close(self) -> None:
        self._connection.close()


def _arrays(columns: Sequence[str]) -> str:
    return ", ".join(f"?::{_ARRAYS[kind_of(name)]}" for name in columns)


def _same(table: str, keys: Sequence[str]) -> str:
    return " AND ".join(f"{table}.{name} = v.{name}" for name in keys)


def _array(name: str, values: Sequence[Any]) -> Any:
    match kind_of(name):
        case Kind.INTEGER:
            return _integer_array(values)
        case Kind.TEXT:
            return _text_array(values)
        case Kind.BYTES:
            return _bytes_array(values)


def _integer_array(values: Sequence[int | None]) -> str:
    """An array in PostgreSQL's text form; only None has letters."""
    return f"{{{','.join(map(str, values))}}}".replace("None", "NULL")


def _text_array(values: Sequence[str | None]) -> str:
    return f"{{{','.join(map(_quoted, values))}}}"


def _bytes_array(values: Sequence[bytes]) -> str:
    elements = ",".join(f'"\\\\x{value.hex()}"' for value in values)
    return f"{{{elements}}}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
