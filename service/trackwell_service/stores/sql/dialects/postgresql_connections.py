"""Connections to PostgreSQL: what a URL must say, how sessions are set up, and pipelines, in which answers wait."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects.postgresql_relatives import ConnectionInfo

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.types.numeric import Int8BinaryDumper
except ImportError as error:
    raise InvalidParameter(
        "postgresql: URLs need the package psycopg, which is not installed. Install it with:"
        " pip install 'trackwell[postgresql]'"
    ) from error

Error = psycopg.Error
"""The driver's base class; with a `sqlstate` where the server has answered."""

OperationalError = psycopg.OperationalError

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


_PLANS_OF_NO_WRITER = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
"""What a writer's plans must not be made of. It looks rows up by their keys, a few for each change, and keeps plans:
those of small tables, or of tables without statistics, would read whole tables with every group from then on."""


def fault_of(url: str) -> str | None:
    """What is wrong with a URL, as a part of a sentence; None when it can be connected to.

    Never in libpq's words, here and in a traceback: they repeat what is wrong, which may be the password.
    """
    try:
        options = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "is no URL of a PostgreSQL database, or has an option that libpq does not know"
    return _fault(url, options)


def _fault(url: str, options: Mapping[str, Any]) -> str | None:
    """What is wrong with what libpq has read in a URL.

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


def connected(url: str) -> PostgresqlConnection:
    """A connection that is not set up yet, with the URL's options and ours where it has none."""
    given = conninfo_to_dict(url)
    defaults = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "keepalives_idle": KEEPALIVE_IDLE_S,
        "keepalives_interval": KEEPALIVE_INTERVAL_S,
        "keepalives_count": KEEPALIVE_COUNT,
        "tcp_user_timeout": UNACKNOWLEDGED_MS,
        "application_name": "trackwell",
    }
    connection = psycopg.connect(
        url,
        autocommit=True,
        cursor_factory=PostgresqlCursor,
        prepare_threshold=PREPARE_AFTER,
        **{name: value for name, value in defaults.items() if name not in given},  # type: ignore[arg-type]  # one of libpq's options each
    )
    connection.prepared_max = PREPARED_STATEMENTS
    # Integers of one type whatever their size: else each size of a parameter has a plan of its own.
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    return PostgresqlConnection(connection)


def _settings(*, writing: bool) -> dict[str, object]:
    names: dict[str, object] = {"client_encoding": "'UTF8'", "bytea_output": "'hex'"}
    if writing:
        return names | {
            "lock_timeout": LOCK_TIMEOUT_MS,
            "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
            "statement_timeout": WRITE_STATEMENT_MS,
            # There is one way to look up a key, however many there are: making a plan takes longer than following it.
            "plan_cache_mode": "force_generic_plan",
            **dict.fromkeys(_PLANS_OF_NO_WRITER, "off"),
        }
    # A plan made for no value in particular may read every run where the value at hand has few. Compiling one takes
    # longer than any page; and a page looks up a hundred rows that are in memory rather than on a disk with a moving
    # arm, which is what the default assumes.
    return names | {"plan_cache_mode": "force_custom_plan", "jit": "off", "random_page_cost": 1.1}


class PostgresqlCursor(psycopg.RawCursor[Any]):
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

    def end_committed(self) -> None:
        """Waits for every answer behind a COMMIT; raises the first error among them, or that nothing is stored."""
        self._end_pipeline()
        if self.statusmessage != "COMMIT":
            raise psycopg.OperationalError(f"COMMIT was answered {self.statusmessage}: nothing is stored")

    def leave_pipeline(self) -> bool:
        """Waits for every answer, whatever they are. Whether there is a transaction that must be ended."""
        with suppress(psycopg.Error):
            self._end_pipeline()
        return self.connection.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE

    def _end_pipeline(self) -> None:
        if self._pipeline is not None:
            self._pipeline = None
            self._leaving.__exit__(None, None, None)


class PostgresqlConnection:
    """A connection whose cursors fetch in the protocol's binary form, which the driver reads fastest."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    @property
    def info(self) -> ConnectionInfo:
        """What the server has said about itself."""
        return self._connection.info

    def set_up(self, unknown_settings: frozenset[str], *, writing: bool) -> None:
        """Sets the session up, without the settings that this server does not know."""
        settings = _settings(writing=writing).items()
        self._connection.execute(
            cast(Any, "; ".join(f"SET {name} = {value}" for name, value in settings if name not in unknown_settings))
        )

    def cursor(self) -> PostgresqlCursor:
        """A cursor."""
        return cast(PostgresqlCursor, self._connection.cursor(binary=True))

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()
