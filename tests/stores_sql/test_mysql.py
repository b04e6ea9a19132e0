"""MySQL and MariaDB: their texts and limits, on a server; how it is connected to, and what they cannot undo."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pymysql
import pytest

from support.mariadb_server import MariadbServer
from support.scratch_databases import mariadb_databases
from support.sql_stores import change, run_info
from trackwell_migrations import NEWEST_REVISION, VERSION_TABLE, upgrade
from trackwell_migrations.baseline import baseline
from trackwell_service.domain.changes import AddRun, SetTag
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql import SqlStore, open_sql_store
from trackwell_service.stores.sql.dialects import dialect_of, literals, mysql_connections
from trackwell_service.stores.sql.dialects.base import Connection, Failure
from trackwell_service.stores.sql.dialects.mysql import MysqlDialect
from trackwell_service.stores.sql.dialects.mysql_connections import OPTIONS, MysqlCursor, Server, arguments
from trackwell_service.stores.sql.dialects.urls import server_address
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.writer import GROUP_BYTES

TEXTS = [
    "",
    " ",
    "trail",
    "trail ",
    "Trail",
    "träil",
    "a\\",
    "\\'",
    "''",
    '"',
    "%",
    "_",
    "\n\r\t\x1a",
    "?",
    "𝄞",
    "\uffee",
    "ﬀ",
]
"""Pairs that another collation takes for one, and what a literal must escape."""


@pytest.fixture
def url() -> Iterator[str]:
    """A database with the schema and nothing in it."""
    with mariadb_databases().empty() as made:
        yield made


@pytest.fixture
def new_url(mariadb_server: MariadbServer) -> Iterator[str]:
    """A database with nothing in it at all."""
    with mariadb_server.database() as made:
        yield f"{made}?ssl=false"


def opened(url: str) -> SqlStore:
    return open_sql_store(url, default_artifact_location=lambda number: f"root/{number}")


@contextmanager
def session_on(url: str, *, writing: bool = True) -> Iterator[Session]:
    with closing(Session(dialect_of(url), writing=writing)) as session:
        yield session


# -- texts


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES"])
def test_a_quote_never_ends_a_literal(url: str, mode: str) -> None:
    """The mode may be another one for a moment where a proxy shares sessions: texts are then wrong, but never SQL."""
    with session_on(url) as session:
        session.run(f"SET SESSION sql_mode = '{mode}'")
        for text in TEXTS:
            ((read, behind),) = session.query("SELECT ?, ?", (text, "behind"))
            assert behind == "behind"
            assert read == (text.replace("\\", "\\\\") if mode else text)


def test_every_byte_comes_back(url: str) -> None:
    everything = bytes(range(256)) * 3 + b"\\'" * 5
    with session_on(url) as session:
        assert session.query("SELECT ?, ?, ?", (everything, None, -(2**63))) == [(everything, None, -(2**63))]


def test_a_statement_has_as_many_values_as_marks() -> None:
    with pytest.raises(ValueError, match="2 marks, 1 parameters"):
        literals.with_values("SELECT ?, ?", (1,), b"")


def test_texts_are_one_only_when_they_are_equal_and_are_ordered_by_code_point(url: str) -> None:
    with session_on(url) as session:
        session.run_many(session.dialect.insert("names", ("id", "name")), list(enumerate(TEXTS)))
        for number, text in enumerate(TEXTS):
            assert session.query("SELECT id FROM names WHERE name = ?", (text,)) == [(number,)]
        ordered = [text for (text,) in session.query("SELECT name FROM names ORDER BY name")]
        assert ordered == sorted(TEXTS)
        listed = session.query(
            f"SELECT name FROM names WHERE {session.dialect.among('name')}", (session.dialect.texts(TEXTS),)
        )
        assert len(listed) == len(TEXTS)


def test_what_a_pattern_means(url: str) -> None:
    with session_on(url) as session:
        session.run_many(session.dialect.insert("names", ("id", "name")), list(enumerate(TEXTS)))

        def like(pattern: str) -> set[str]:
            sql = f"SELECT name FROM names WHERE {session.dialect.like('name')}"
            return {text for (text,) in session.query(sql, (session.dialect.like_pattern(pattern),))}

        assert like("trail_") == {"trail "}
        assert like("tra%") == {"trail", "trail "}
        assert like("%\\") == {"a\\"}
        assert like("\\%") == {"\\'"}
        assert like("_") == {text for text in TEXTS if len(text) == 1}


def test_nothing_is_in_an_empty_list(url: str) -> None:
    with session_on(url) as session:
        among, nothing = session.dialect.among("name"), session.dialect.texts([])
        assert session.query(f"SELECT COUNT(*) FROM counters WHERE NOT ({among})", (nothing,)) == [(5,)]
        pairs = session.dialect.by_pairs("tags", "run_pk", "key_id")
        assert session.query(f"SELECT t.head FROM {pairs}", session.dialect.int_pairs([])) == []


def test_long_texts_are_ordered_by_more_than_their_beginnings(url: str) -> None:
    with session_on(url) as session:
        texts = ["x" * 7_990 + end for end in ("c", "a", "b")]
        ordered = " UNION ALL ".join(["SELECT CONCAT(?, '') AS t"] * 3)
        rows = session.query(f"SELECT t FROM ({ordered}) s ORDER BY t", texts)
        assert [text[-1] for (text,) in rows] == ["a", "b", "c"]


# -- bulk statements


def test_rows_are_changed_in_one_statement_or_in_as_many_as_the_server_takes(url: str) -> None:
    with session_on(url) as session:
        dialect = session.dialect
        cursor = session.cursor
        assert isinstance(cursor, MysqlCursor)
        sent: list[str] = []
        execute = cursor.execute

        def counted(sql: str, parameters: Any = (), /) -> None:
            sent.append(sql)
            execute(sql, parameters)

        cursor.execute = counted  # type: ignore[method-assign]  # counts, then does the same
        rows = [(number, f"name {number}") for number in range(1000)]
        session.run_many(dialect.insert("names", ("id", "name")), rows)
        session.run_many(dialect.update("names", ("name",), ("id",)), [(f"new {number}", number) for number, _ in rows])
        session.run_many(dialect.delete("names", ("id",)), [(number,) for number in range(500)])
        assert len(sent) == 3
        assert session.query("SELECT COUNT(*), MIN(id), MIN(name) FROM names") == [(500, 500, "new 500")]
        sent.clear()
        cursor.longest_bytes = 2_000
        upsert = dialect.upsert("experiment_tags", ("experiment_id", "tag_key"), ("tag_value",))
        session.run("INSERT INTO experiments VALUES (1, 'e', 'l', 0, 0, 0, 0)")
        sent.clear()
        for value in ("first", "second"):
            session.run_many(upsert, [(1, f"key {number}", value) for number in range(300)])
        session.run_many(
            dialect.update("names", ("name",), ("id",)), [(f"newer {number}", number) for number in range(500, 1000)]
        )
        assert 12 < len(sent) < 50
        assert session.query("SELECT tag_value, COUNT(*) FROM experiment_tags GROUP BY tag_value") == [("second", 300)]
        assert session.query("SELECT COUNT(*) FROM names WHERE name LIKE 'newer%'") == [(500,)]


def test_what_the_server_would_not_take_is_refused_alone(url: str, mariadb_server: MariadbServer) -> None:
    ((before,),) = mariadb_server.execute("SELECT @@global.max_allowed_packet")
    mariadb_server.execute(f"SET GLOBAL max_allowed_packet = {16 * 2**20}")
    try:
        with closing(opened(url)) as store:
            change(store, AddRun(run_info("r")))
            with pytest.raises(InvalidParameter, match=r"takes 16,776,192.*max_allowed_packet"):
                change(store, SetTag("r", "long", "x" * 17_000_000))
            change(store, SetTag("r", "short", "x"))
            assert store.load_runs(["r"])["r"].tags == {"short": "x"}
    finally:
        mariadb_server.execute(f"SET GLOBAL max_allowed_packet = {before}")


# -- the schema


@pytest.mark.parametrize("made", [1, 2, 9, -1])
@pytest.mark.parametrize("way", ["opening", "upgrade"])
def test_an_interrupted_creation_is_made_good(new_url: str, made: int, way: str) -> None:
    with session_on(new_url) as session:
        for statement in baseline("mariadb")[:made]:
            session.run(statement)
    if way == "upgrade":
        upgrade(new_url)
    with closing(opened(new_url)) as store:
        assert store.experiment(0) is not None
    with session_on(new_url) as session:
        assert session.query(f"SELECT version_num FROM {VERSION_TABLE}") == [(NEWEST_REVISION,)]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE others (a INT)", "INSERT INTO experiments VALUES (1, 'e', 'l', 0, 0, 0, 0)"],
)
def test_tables_with_anything_in_them_are_left_alone(new_url: str, statement: str) -> None:
    with session_on(new_url) as session:
        for each in (*baseline("mariadb")[:-1], statement):
            session.run(each)
        tables = session.query(session.dialect.columns)
        for action in (opened, upgrade):
            with pytest.raises(InvalidParameter, match="does not say at which revision"):
                action(new_url)
        assert session.query(session.dialect.columns) == tables


# -- connections


def test_sessions_read_one_state_and_cannot_write(url: str) -> None:
    with session_on(url) as writer, session_on(url, writing=False) as reader:
        reader.dialect.begin_read(reader.cursor)
        assert reader.query("SELECT COUNT(*) FROM names") == [(0,)]
        writer.run("INSERT INTO names VALUES (1, 'a')")
        assert reader.query("SELECT COUNT(*) FROM names") == [(0,)]
        with pytest.raises(reader.dialect.driver_error, match="READ ONLY"):
            reader.run("INSERT INTO names VALUES (2, 'b')")
        reader.dialect.rollback(reader.cursor)
        assert reader.query("SELECT COUNT(*) FROM names") == [(1,)]


def test_a_statement_that_takes_too_long_is_stopped(url: str) -> None:
    dialect = dialect_of(url)
    with closing(dialect.connect(writing=False)) as connection:
        dialect.limit_reads(connection, 0.05, lambda: False)
        with pytest.raises(dialect.driver_error) as error:
            connection.cursor().execute("SELECT COUNT(*) FROM seq_1_to_100000000 WHERE SQRT(seq) < 0", ())
    assert dialect.classify(error.value) is Failure.TOO_LONG


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("5.7.44-log", "is MySQL 5.7.44-log. Trackwell needs MySQL 8.0.19 or newer"),
        ("8.0.18", "needs MySQL 8.0.19 or newer"),
        ("5.5.5-10.5.23-MariaDB-1:10.5.23", "needs MariaDB 10.6 or newer"),
        ("unheard of", "needs MySQL 8.0.19 or newer"),
    ],
)
def test_an_old_server_is_refused(version: str, words: str) -> None:
    with pytest.raises(InvalidParameter, match=words):
        Server(version, 2**26).check("mysql://h/d")


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("8.0.19", "mysql"),
        ("8.4.3-3", "mysql"),
        ("9.1.0", "mysql"),
        ("10.6.18-MariaDB", "mariadb"),
        ("5.5.5-10.11.6-MariaDB-0+deb12u1-log", "mariadb"),
        ("11.4.2-MariaDB-ubu2404", "mariadb"),
    ],
)
def test_servers_are_told_apart(version: str, kind: str) -> None:
    server = Server(version, 2**26)
    server.check("mysql://h/d")
    assert server.kind == kind
    text = "; ".join(server.settings(writing=True) + server.settings(writing=False))
    assert ("utf8mb4_0900_bin" in text) is (kind == "mysql")
    assert ("max_statement_time" in text) is (kind == "mariadb")
    cursor = MysqlCursor(Recorder(), server)
    dialect = MysqlDialect("mysql://h/d")
    dialect.run_bulk(cursor, dialect.delete("names", ("id",)), [(1,), (2,)])
    rows = b"VALUES ROW(1),ROW(2))" if kind == "mysql" else b"VALUES (1),(2))"
    assert rows in Recorder.last


def test_a_server_that_takes_little_is_refused_with_the_setting() -> None:
    with pytest.raises(InvalidParameter, match=r"4,194,304 bytes only\. Set max_allowed_packet to 16M"):
        Server("10.11.6-MariaDB", 4 * 2**20).check("mysql://h/d")


class Recorder:
    """A driver's cursor that keeps the last statement."""

    last = b""

    def execute(self, statement: bytes) -> None:
        """Keeps it."""
        Recorder.last = statement


def test_times_of_mysqls_own_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    dialect = MysqlDialect("mysql://h/d")
    cursor = MysqlCursor(Recorder(), Server("8.0.36", 2**26))

    class Connected:
        def cursor(self) -> MysqlCursor:
            return cursor

        def close(self) -> None:
            return None

    connection: Connection = Connected()
    dialect.limit_reads(connection, 20.0, lambda: False)
    assert Recorder.last == b"SET SESSION max_execution_time = 20000"


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (1213, Failure.BUSY), (1205, Failure.BUSY), (2006, Failure.LOST), (2013, Failure.LOST), (1290, Failure.LOST),
        (1792, Failure.LOST), (1836, Failure.LOST), (1053, Failure.LOST), (1927, Failure.LOST), (0, Failure.LOST),
        (1114, Failure.FULL), (1021, Failure.FULL), (1969, Failure.TOO_LONG), (3024, Failure.TOO_LONG),
        (1194, Failure.CORRUPT), (1146, Failure.INCOMPLETE), (1054, Failure.INCOMPLETE), (1064, Failure.FAULT),
    ],
)  # fmt: skip
def test_what_errors_mean(code: int, failure: Failure) -> None:
    assert MysqlDialect("mysql://h/d").classify(pymysql.err.OperationalError(code, "words")) is failure


def test_an_error_of_the_driver_itself_is_a_lost_connection() -> None:
    dialect = MysqlDialect("mysql://h/d")
    assert dialect.classify(pymysql.err.InterfaceError("(0, '')")) is Failure.LOST
    assert dialect.classify(pymysql.err.ProgrammingError("a mistake")) is Failure.FAULT


# -- URLs


def given(url: str, driver: str = "pymysql") -> dict[str, Any]:
    return arguments(server_address(url, OPTIONS), driver)


def test_a_url_says_where_and_who() -> None:
    found = given("mysql://us%40er:p%3Aw%2F@db.example:3307/runs?connect_timeout=3&unix_socket=/run/s")
    assert (found["host"], found["port"], found["user"], found["password"], found["database"]) == (
        "db.example",
        3307,
        "us@er",
        b"p:w/",
        "runs",
    )
    assert (found["connect_timeout"], found["unix_socket"], found["charset"]) == (3, "/run/s", "utf8mb4")
    assert "port" not in given("mysql://h/d")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:secret@h", r"mysql://u:\*\*\*@h names no database"),
        ("mysql://h/a/b", "names no database"),
        ("mysql://h:port/d", "no valid port"),
        ("mysql://h/d?local_infile=1", "option 'local_infile', which is not supported.*ssl_ca"),
        ("mysql://h/d?charset=latin1", "always utf8mb4"),
        ("mysql://h/d?connect_timeout=soon", "no number of seconds"),
        ("mysql://h/d?ssl_ca=/no/such/file", "certificates that the URL names cannot be read"),
        ("mysql+asyncmy://h/d", r"driver 'asyncmy' of mysql\. Leave it out, or write mysql\+pymysql"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, words: str) -> None:
    with pytest.raises(InvalidParameter, match=words):
        dialect_of(url).prepare()


@pytest.mark.parametrize("url", ["mysql://h/d", "mysql+pymysql://h/d", "mariadb://h/d", "mariadb+pymysql://h/d"])
def test_pymysql_is_the_default_driver(url: str) -> None:
    dialect = dialect_of(url)
    assert isinstance(dialect, MysqlDialect)
    assert dialect.driver_error is pymysql.Error


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://h/d", r"package PyMySQL, .*pip install 'trackwell\[mysql\]'"),
        ("mysql+mysqldb://h/d", "package mysqlclient, .*pip install mysqlclient"),
    ],
)
def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, url: str, words: str) -> None:
    for module in ("pymysql", "MySQLdb"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(InvalidParameter, match=words):
        dialect_of(url)


def test_certificates_are_checked_unless_the_name_is_not_to_be() -> None:
    context = given("mysql://h/d?ssl=true")["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    context = given("mysql://h/d?ssl_verify_identity=false")["ssl"]
    assert (context.check_hostname, context.verify_mode) == (False, ssl.CERT_REQUIRED)
    assert given("mysql://h/d?ssl=false")["ssl_disabled"] is True
    assert "ssl" not in given("mysql://h/d")


def test_mysqlclient_takes_the_same_in_its_own_words() -> None:
    found = given("mysql+mysqldb://u:p@h/d?ssl_ca=/ca.pem&ssl_cert=/c.pem&ssl_key=/k.pem", "mysqldb")
    assert found["ssl"] == {"ca": "/ca.pem", "cert": "/c.pem", "key": "/k.pem"}
    assert (found["ssl_mode"], found["password"]) == ("VERIFY_IDENTITY", "p")
    assert given("mysql+mysqldb://h/d?ssl=false", "mysqldb")["ssl_mode"] == "DISABLED"


def test_a_refused_user_is_told(mariadb_server: MariadbServer) -> None:
    url = f"mysql://nobody:wrong@127.0.0.1:{mariadb_server.port}/d?ssl=false"
    with pytest.raises(InvalidParameter, match=r"nobody:\*\*\*@.* refuses this user"):
        opened(url)


def test_a_connection_that_is_gone_can_be_closed(url: str) -> None:
    with session_on(url) as session:
        session.connection.close()
        with pytest.raises(session.dialect.driver_error) as error:
            session.query("SELECT 1")
        assert session.dialect.classify(error.value) is Failure.LOST


def test_waiting_for_another_schema_change_ends(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.dialects.mysql.SCHEMA_LOCK_S", 0)
    with session_on(url) as first, session_on(url) as second:
        first.dialect.begin_schema_change(first.cursor)
        with pytest.raises(second.dialect.driver_error) as error:
            second.dialect.begin_schema_change(second.cursor)
        assert second.dialect.classify(error.value) is Failure.BUSY
        first.dialect.end_schema_change(first.cursor)
        second.dialect.begin_schema_change(second.cursor)
        second.dialect.end_schema_change(second.cursor)


def test_the_smallest_packet_holds_the_largest_group() -> None:
    assert 2 * GROUP_BYTES <= mysql_connections.LEAST_PACKET_BYTES
