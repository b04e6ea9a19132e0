"""SQL Server without a server: how it is connected to, what goes to the drivers and comes back, what errors mean."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, cast

import orjson
import pymssql
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from support.fake_pyodbc import Error, FakeCursor, FakePyodbc, InterfaceError, OperationalError, Result, server_error
from support.ports import free_port
from trackwell_service.domain.errors import InvalidParameter, TemporarilyUnavailable
from trackwell_service.search.patterns import like_test
from trackwell_service.stores.sql.column_kinds import MSSQL_SHORT_BYTES
from trackwell_service.stores.sql.column_types import short_text
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.base import Failure
from trackwell_service.stores.sql.dialects.mssql import LONGEST_PATTERN, MssqlDialect
from trackwell_service.stores.sql.dialects.mssql_connections import (
    ABOUT_THE_DATABASE,
    ALLOW_SNAPSHOTS,
    ARE_SNAPSHOTS_ALLOWED,
    MssqlCursor,
)
from trackwell_service.stores.sql.dialects.mssql_drivers import INLINE_BYTES, PymssqlDriver, Words
from trackwell_service.stores.sql.session import Session

MICROSOFTS = ("SQL Server", "ODBC Driver 17 for SQL Server", "ODBC Driver 18 for SQL Server", "FreeTDS")
URL = "mssql://us%40er:p%3Bw%7D@db.example:1444/runs"


def answers(level: int = 150, snapshots: int = 1) -> Callable[[str], list[Result]]:
    """A server whose database is of that level, and allows snapshots or not."""

    def answer(sql: str) -> list[Result]:
        if sql == ABOUT_THE_DATABASE:
            return [(("compatibility_level", "snapshot_isolation_state"), [(level, snapshots)])]
        if sql == ARE_SNAPSHOTS_ALLOWED:
            return [(("snapshot_isolation_state",), [(snapshots,)])]
        if "APPLOCK_MODE" in sql:
            return [(("is_ours",), [(1,)])]
        return [(None, [])]

    return answer


@pytest.fixture
def pyodbc(monkeypatch: pytest.MonkeyPatch) -> FakePyodbc:
    """The driver, with a server that can be used."""
    return put_in_place(monkeypatch, FakePyodbc(answers(), MICROSOFTS))


def put_in_place(monkeypatch: pytest.MonkeyPatch, module: FakePyodbc) -> FakePyodbc:
    monkeypatch.setitem(sys.modules, "pyodbc", cast(Any, module))
    return module


# -- URLs and drivers


def odbc(connection_string: str) -> dict[str, str]:
    """The parts of a connection string."""
    return dict(re.findall(r"(\w+)=\{((?:[^}]|\}\})*)\}(?:;|$)", connection_string))


def test_pyodbc_is_the_default_driver_and_takes_the_newest_of_microsofts(pyodbc: FakePyodbc) -> None:
    dialect_of(URL).connect(writing=True)
    dialect_of(URL.replace("mssql:", "mssql+pyodbc:")).connect(writing=True)
    first, second = pyodbc.connections
    assert first.connection_string == second.connection_string
    assert odbc(first.connection_string) == {
        "DRIVER": "ODBC Driver 18 for SQL Server", "SERVER": "db.example,1444", "DATABASE": "runs", "UID": "us@er",
        "PWD": "p;w}}", "APP": "trackwell",
    }  # fmt: skip
    assert (first.autocommit, first.login_timeout, first.timeout) == (True, 10, 60)


def test_options_of_a_url_are_those_of_odbc(pyodbc: FakePyodbc) -> None:
    url = "mssql://h/d?driver=ODBC+Driver+17+for+SQL+Server&TrustServerCertificate=yes&Encrypt=no&connect_timeout=3"
    dialect_of(url).connect(writing=True)
    (connection,) = pyodbc.connections
    assert odbc(connection.connection_string) == {
        "DRIVER": "ODBC Driver 17 for SQL Server", "SERVER": "h", "DATABASE": "d", "APP": "trackwell",
        "Trusted_Connection": "yes", "Encrypt": "no", "TrustServerCertificate": "yes",
    }  # fmt: skip
    assert connection.login_timeout == 3


def test_who_authenticates_otherwise_is_not_asked_for_windows(pyodbc: FakePyodbc) -> None:
    dialect_of("mssql://h/d?Authentication=ActiveDirectoryMsi").connect(writing=True)
    assert "Trusted_Connection" not in odbc(pyodbc.connections[0].connection_string)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mssql://u:secret@h", r"mssql://u:\*\*\*@h names no database"),
        ("mssql://h:port/d", "no valid port"),
        ("mssql://h/d?charset=utf8", "option 'charset', which is not supported.*TrustServerCertificate"),
        ("mssql+pymssql://h/d?driver=x", "option 'driver', which is not supported.*encryption"),
        ("mssql://h/d?connect_timeout=soon", "no number of seconds"),
        ("mssql+turbodbc://h/d", r"driver 'turbodbc' of mssql\. Leave it out, or write mssql\+pyodbc"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(pyodbc: FakePyodbc, url: str, words: str) -> None:
    with pytest.raises(InvalidParameter, match=words):
        dialect_of(url).prepare()
    assert pyodbc.connections == []


def test_without_a_driver_of_odbc_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch, FakePyodbc(answers(), ["PostgreSQL Unicode"]))
    with pytest.raises(InvalidParameter, match=r"mssql://u:\*\*\*@h/d needs an ODBC driver.*msodbcsql18.*pymssql://"):
        dialect_of("mssql://u:p@h/d").prepare()
    put_in_place(monkeypatch, FakePyodbc(answers(), ["FreeTDS"]))
    dialect_of("mssql://u:p@h/d").prepare()


@pytest.mark.parametrize(("word", "module"), [("mssql", "pyodbc"), ("mssql+pymssql", "pymssql")])
def test_a_missing_driver_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, word: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InvalidParameter, match=rf"package {module}, .*pip install 'trackwell\[mssql\]'"):
        dialect_of(f"{word}://h/d").prepare()


def test_a_library_that_the_driver_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise ImportError("libodbc.so.2: cannot open shared object file")

    monkeypatch.setattr("trackwell_service.stores.sql.dialects.mssql_drivers.import_module", fails)
    with pytest.raises(InvalidParameter, match=r"pyodbc of trackwell\[mssql\].*libodbc\.so\.2.*unixodbc"):
        dialect_of("mssql://h/d").prepare()


def test_migrations_connect_as_the_store_does(pyodbc: FakePyodbc) -> None:
    url, arguments = dialect_of(URL).for_sqlalchemy()
    made = sa.make_url(url)
    (given, more) = made.get_dialect()().create_connect_args(made)
    dialect_of(URL).connect(writing=True)
    assert (list(given), dict(more)) == ([pyodbc.connections[0].connection_string], {})
    assert arguments == {"timeout": 10}
    url, arguments = dialect_of("mssql+pymssql://u:p@h:1444/d?encryption=require").for_sqlalchemy()
    given, more = sa.make_url(url).get_dialect()().create_connect_args(sa.make_url(url))
    assert (list(given), dict(more)) == ([], {})
    assert arguments == {
        "server": "h", "port": "1444", "user": "u", "password": "p", "database": "d", "login_timeout": 10,
        "appname": "trackwell", "autocommit": True, "encryption": "require",
    }  # fmt: skip


# -- sessions


def sent(module: FakePyodbc) -> list[str]:
    return [sql for sql, _ in module.executed]


def test_readers_see_snapshots_and_writers_wait_for_locks(pyodbc: FakePyodbc) -> None:
    Session(dialect_of(URL), writing=True)
    assert "SET TRANSACTION ISOLATION LEVEL READ COMMITTED" in sent(pyodbc)
    assert {"SET XACT_ABORT ON", "SET LOCK_TIMEOUT 10000"} <= set(sent(pyodbc))
    pyodbc.executed.clear()
    Session(dialect_of(URL), writing=False)
    assert "SET TRANSACTION ISOLATION LEVEL SNAPSHOT" in sent(pyodbc)
    assert pyodbc.connections[-1].timeout == 20


@pytest.mark.parametrize(
    ("level", "snapshots", "writing", "words"),
    [
        (120, 1, True, r"compatibility level 120\. Trackwell needs 130"),
        (150, 0, False, "does not allow snapshots.*ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, level: int, snapshots: int, writing: bool, words: str
) -> None:
    module = put_in_place(monkeypatch, FakePyodbc(answers(level, snapshots), MICROSOFTS))
    with pytest.raises(InvalidParameter, match=words):
        dialect_of(URL).connect(writing=writing)
    assert module.connections[0].is_closed


def test_a_schema_change_allows_snapshots_where_they_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    module = put_in_place(monkeypatch, FakePyodbc(answers(snapshots=0), MICROSOFTS))
    dialect = dialect_of(URL)
    # Migrations give it a cursor of the driver itself.
    dialect.begin_schema_change(cast(Any, module.connect("", autocommit=True, timeout=1).cursor()))
    order = sent(module)
    assert order.index(ALLOW_SNAPSHOTS) < order.index("BEGIN TRANSACTION") < order.index(order[-2])
    assert order[-2].startswith("EXEC sp_getapplock")


def test_who_may_not_allow_snapshots_is_told_who_must(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(sql: str) -> list[Result]:
        if sql == ALLOW_SNAPSHOTS:
            raise server_error(5011, "User does not have permission to alter database 'runs'")
        return answers(snapshots=0)(sql)

    put_in_place(monkeypatch, FakePyodbc(answer, MICROSOFTS))
    dialect = dialect_of(URL)
    with pytest.raises(InvalidParameter, match="Its owner must run"):
        dialect.begin_schema_change(dialect.connect(writing=True).cursor())


def test_a_schema_change_of_another_process_is_waited_for_and_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(sql: str) -> list[Result]:
        return [(("is_ours",), [(0,)])] if "APPLOCK_MODE" in sql else answers()(sql)

    put_in_place(monkeypatch, FakePyodbc(answer, MICROSOFTS))
    dialect = dialect_of(URL)
    with pytest.raises(TemporarilyUnavailable, match="Another process changes the schema"):
        dialect.begin_schema_change(dialect.connect(writing=True).cursor())


def test_a_connection_that_is_gone_can_be_closed(pyodbc: FakePyodbc) -> None:
    connection = dialect_of(URL).connect(writing=True)
    connection.close()
    connection.close()


# -- values


def cursor_of(pyodbc: FakePyodbc) -> MssqlCursor:
    return cast(MssqlCursor, dialect_of(URL).connect(writing=True).cursor())


def test_texts_go_as_their_bytes_and_lists_as_words(pyodbc: FakePyodbc) -> None:
    cursor = cursor_of(pyodbc)
    cursor.execute("SELECT ?, ?, ?, ?", ("träil ", 3, Words("[1]"), "a\0"))
    assert pyodbc.executed[-1][1] == ["träil ".encode(), 3, "[1]", b"a\xff"]
    assert dialect_of(URL).texts(["a", "a\0"]) == '["61"]'


def test_long_texts_are_said_to_be_no_images(pyodbc: FakePyodbc) -> None:
    inner = FakeCursor(pyodbc)
    cursor = MssqlCursor(inner, cast(MssqlDialect, dialect_of(URL))._driver)
    cursor.execute("SELECT ?, ?", ("x" * (INLINE_BYTES + 1), 3))
    assert inner.sizes_used == [(pyodbc.SQL_VARBINARY, 0, 0), None]
    assert inner.input_sizes is None
    cursor.execute("SELECT ?", ("x" * INLINE_BYTES,))
    assert inner.sizes_used is None


def test_bytes_come_back_as_texts_but_for_packed_points(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("träil ".encode(), 7, b"\xff\0", "sysname", None)]

    def answer(sql: str) -> list[Result]:
        # What the server remarks on a join's order stands before the rows.
        return [(None, []), (("head", "", "data", "name", "tail"), rows)] if sql == "q" else answers()(sql)

    cursor = cursor_of(put_in_place(monkeypatch, FakePyodbc(answer, MICROSOFTS)))
    cursor.execute("q")
    assert cursor.fetchall() == [("träil ", 7, b"\xff\0", "sysname", None)]


def test_rows_travel_in_one_parameter(pyodbc: FakePyodbc) -> None:
    dialect, cursor = dialect_of(URL), cursor_of(pyodbc)
    statement = dialect.insert("metric_writes", ("run_pk", "seq", "data"))
    dialect.run_bulk(cursor, statement, [(1, -(2**63), b"\0\xff"), (2, 2**63 - 1, b"")])
    ((_, (given,)),) = pyodbc.executed[-1:]
    assert orjson.loads(str(given)) == [[1, -(2**63), "00FF"], [2, 2**63 - 1, ""]]
    tags = dialect.upsert("tags", ("run_pk", "key_id"), ("head", "tail"))
    dialect.run_bulk(cursor, tags, [(1, 2, "é'", None)])
    ((_, (given,)),) = pyodbc.executed[-1:]
    assert orjson.loads(str(given)) == [[1, 2, "C3A927", None]]


def test_a_name_that_no_index_takes_is_refused_before_it_is_sent(pyodbc: FakePyodbc) -> None:
    dialect, cursor = dialect_of(URL), cursor_of(pyodbc)
    statement = dialect.insert("names", ("id", "name"))
    dialect.run_bulk(cursor, statement, [(1, "字" * 500)])
    before = len(pyodbc.executed)
    with pytest.raises(InvalidParameter, match="has 1,504 bytes in UTF-8, and an index of SQL Server takes 1,500"):
        dialect.run_bulk(cursor, statement, [(1, "a"), (2, "\U0001f600" * 376)])
    assert len(pyodbc.executed) == before
    assert len(("字" * 500).encode()) == MSSQL_SHORT_BYTES


def test_pymssql_writes_values_so_that_they_are_bytes() -> None:
    """The driver's own code does it here. Of bytes in ASCII it would make a VARCHAR."""
    from pymssql import _mssql  # noqa: PLC0415 # it is not part of the driver's interface

    class Cursor:
        sql = b""

        def execute(self, sql: str, parameters: Any = ()) -> None:
            self.sql = _mssql.substitute_params(sql, parameters) if parameters else sql.encode()

    cursor = Cursor()
    PymssqlDriver().execute(cursor, "SELECT ?, ?, ?, ?", ("trail '", "", 7, Words('["61"]')))
    assert cursor.sql == b"""SELECT 0x747261696c2027, 0x, 7, N'["61"]'"""
    PymssqlDriver().execute(cursor, "SELECT ?", (2**62,))
    assert cursor.sql == b"SELECT CAST(4611686018427387904 AS BIGINT)"
    PymssqlDriver().execute(cursor, "BEGIN TRANSACTION", ())
    assert cursor.sql == b"BEGIN TRANSACTION"


# -- texts

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


def padded(first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Two VARBINARY values as the server compares them."""
    size = max(len(first), len(second))
    return first.ljust(size, b"\0"), second.ljust(size, b"\0")


@given(texts, texts)
def test_stored_texts_compare_as_they_do_here(first: str, second: str) -> None:
    left, right = padded(first.encode(), second.encode())
    assert (left == right, left < right) == (first == second, first < second)


def test_spaces_at_the_end_count_in_literals_lists_and_columns() -> None:
    dialect = dialect_of(URL)
    assert dialect.literal("trail ") != dialect.literal("trail")
    assert orjson.loads(str(dialect.texts(["trail", "trail "]))) == ["747261696C", "747261696C20"]
    mssql = sa.make_url("mssql://").get_dialect()()
    column: sa.Column[str] = sa.Column("name", short_text(250))
    literal = column.type.dialect_impl(mssql).literal_processor(mssql)
    assert literal is not None
    assert literal("trail ") == "0x747261696C20"
    assert column.type.compile(dialect=mssql) == "VARBINARY(1000)"


def like_in_t_sql(digits: str, pattern: str) -> bool:
    """LIKE on digits: the pattern has no wildcard but ``%``, and no other special character."""
    assert re.fullmatch("[0-9A-F%]*", pattern)
    return re.fullmatch(pattern.replace("%", ".*"), digits) is not None


@given(
    st.text(st.sampled_from("ab é字\U0001f600[]^-"), max_size=8),
    st.text(st.sampled_from("ab%_ é字\U0001f600[]^-"), max_size=5),
)
def test_every_match_of_a_pattern_is_found(text: str, pattern: str) -> None:
    if like_test(pattern, False)(text):
        assert like_in_t_sql(text.encode().hex().upper(), dialect_of(URL).like_pattern(pattern))


@given(st.integers(900, 1000), st.booleans())
def test_a_pattern_that_is_too_long_finds_more(length: int, has_wildcard: bool) -> None:
    text = "字" * length
    pattern = f"%{text[1:]}" if has_wildcard else text
    given = dialect_of(URL).like_pattern(pattern)
    assert len(given) <= LONGEST_PATTERN + 1
    assert like_in_t_sql(text.encode().hex().upper(), given)


# -- errors


def pymssql_error(number: int, words: str = "words") -> Exception:
    return pymssql.OperationalError(number, words.encode())


@pytest.mark.parametrize("made", [server_error, pymssql_error])
@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (1205, Failure.BUSY), (1222, Failure.BUSY), (3960, Failure.BUSY), (3961, Failure.BUSY), (40501, Failure.BUSY),
        (1105, Failure.FULL), (9002, Failure.FULL), (3967, Failure.FULL), (40544, Failure.FULL), (824, Failure.CORRUPT),
        (596, Failure.LOST), (6005, Failure.LOST), (10054, Failure.LOST), (40197, Failure.LOST), (102, Failure.FAULT),
        (2627, Failure.FAULT), (8003, Failure.FAULT), (1946, Failure.FAULT), (207, Failure.INCOMPLETE),
        (208, Failure.INCOMPLETE),
    ],
)  # fmt: skip
def test_what_the_servers_errors_mean(made: Callable[[int, str], Exception], number: int, failure: Failure) -> None:
    assert dialect_of(URL).classify(made(number, "words")) is failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (OperationalError("08S01", "[08S01] [Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x2746"
                                   " (10054) (SQLExecDirectW)"), Failure.LOST),
        (OperationalError("08001", "[08001] [Microsoft][ODBC Driver 18 for SQL Server]Client unable to establish"
                                   " connection (0) (SQLDriverConnect)"), Failure.LOST),
        (OperationalError("HYT00", "[HYT00] [Microsoft][ODBC Driver 18 for SQL Server]Login timeout expired (0)"
                                   " (SQLDriverConnect)"), Failure.LOST),
        (OperationalError("HYT00", "[HYT00] [Microsoft][ODBC Driver 18 for SQL Server]Query timeout expired (0)"
                                   " (SQLExecDirectW)"), Failure.TOO_LONG),
        (OperationalError("HYT01", "[HYT01] Connection timeout expired (0) (SQLExecDirectW)"), Failure.LOST),
        (Error("HY008", "[HY008] Operation canceled (0) (SQLExecDirectW)"), Failure.TOO_LONG),
        (Error("Attempt to use a closed connection."), Failure.LOST),
        (Error("The SQL contains 1 parameter markers, but 2 parameters were supplied", "HY000"), Failure.FAULT),
        (InterfaceError("IM002", "[IM002] [unixODBC][Driver Manager]Data source name not found (0) (SQLDriverConnect)"),
         Failure.FAULT),
        (pymssql.InterfaceError("Connection is closed."), Failure.LOST),
        (pymssql.OperationalError((20009, b"DB-Lib error message 20009:\nUnable to connect")), Failure.LOST),
        (Error(), Failure.FAULT),
    ],
)  # fmt: skip
def test_what_the_drivers_errors_mean(error: Exception, failure: Failure) -> None:
    assert dialect_of(URL).classify(error) is failure


def test_a_server_that_is_not_there_is_a_lost_connection() -> None:
    """With the driver itself."""
    dialect = dialect_of(f"mssql+pymssql://u:p@127.0.0.1:{free_port()}/d?connect_timeout=2")
    with pytest.raises(dialect.driver_error) as error:
        dialect.connect(writing=True)
    assert dialect.classify(error.value) is Failure.LOST
    assert dialect.unusable(error.value) is None


@pytest.mark.parametrize("made", [server_error, pymssql_error])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (18456, r"us%40er:\*\*\*@.* refuses this user"),
        (4060, "no such database, or keeps this user from it"),
        (262, "may not make or change tables"),
    ],
)
def test_what_keeps_a_database_from_being_opened_is_told(
    made: Callable[[int, str], Exception], number: int, words: str
) -> None:
    reason = dialect_of(URL).unusable(made(number, "words"))
    assert reason is not None
    assert re.search(words, reason)
    assert dialect_of(URL).unusable(made(102, "words")) is None


def test_a_login_that_fails_for_its_database_is_told_of_the_database() -> None:
    error = InterfaceError(
        "28000",
        '[28000] [SQL Server]Cannot open database "runs" requested by the login. The login failed. (4060)'
        " (SQLDriverConnect); [28000] [SQL Server]Login failed for user 'us@er'. (18456)",
    )
    reason = dialect_of(URL).unusable(error)
    assert reason is not None
    assert "no such database" in reason
