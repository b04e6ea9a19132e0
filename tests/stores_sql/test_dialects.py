"""What every database's strategy must say alike, and how a URL chooses one."""

from __future__ import annotations

import traceback

import pytest
import sqlalchemy as sa

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.column_kinds import Kind, kind_of
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.urls import without_password
from trackwell_service.stores.sql.schema import metadata
from trackwell_service.stores.sql.schema_names import COLUMNS, INDEXES, UNIQUE

KINDS: dict[type[object], Kind] = {int: Kind.INTEGER, str: Kind.TEXT, bytes: Kind.BYTES}


@pytest.mark.parametrize("column", [column for table in metadata.tables.values() for column in table.columns], ids=str)
def test_columns_hold_what_their_names_say(column: sa.Column[object]) -> None:
    assert kind_of(column.name) is KINDS[column.type.python_type]


def test_the_tables_and_columns_are_known_by_name() -> None:
    assert {name: {column.name for column in table.columns} for name, table in metadata.tables.items()} == COLUMNS


def test_the_keys_and_indexes_are_known_by_name() -> None:
    indexes = {(name, index.name) for name, table in metadata.tables.items() for index in table.indexes}
    constraints = {(name, key.name) for name, table in metadata.tables.items() for key in table.constraints}
    unique = {(name, key) for name, keys in UNIQUE.items() for key in keys}
    assert indexes == {(name, index) for name, known in INDEXES.items() for index in known}
    assert {(name, key) for name, key in constraints if not str(key).startswith("fk_")} == unique | {
        (name, f"pk_{name}") for name in metadata.tables
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@h/d",
        "postgresql+psycopg://u@h/d",
        "postgresql+psycopg2://u@h/d",
        "postgres://u@h/d",
        "POSTGRESQL://u@h/d",
    ],
)
def test_a_url_chooses_by_its_first_word(url: str) -> None:
    dialect = dialect_of(url)
    assert (dialect.name, dialect.for_sqlalchemy()[0]) == ("postgresql", "postgresql+psycopg://u@h/d")


def test_an_unknown_driver_is_refused_with_the_one_to_use() -> None:
    with pytest.raises(
        InvalidParameter, match=r"driver 'asyncpg' of postgresql\. Leave it out, or write postgresql\+psycopg"
    ):
        dialect_of("postgresql+asyncpg://u@h/d")


def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = __import__("sys").modules
    monkeypatch.setitem(modules, "psycopg", None)
    for name in ("postgresql", "postgresql_connections"):
        monkeypatch.delitem(modules, f"trackwell_service.stores.sql.dialects.{name}", raising=False)
    with pytest.raises(InvalidParameter, match=r"pip install 'trackwell\[postgresql\]'"):
        dialect_of("postgresql://u@h/d")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@h:1/d", "postgresql://u:***@h:1/d"),
        ("postgresql://u:se@cr:et@h/d", "postgresql://u:***@h/d"),
        (
            "postgresql://u@h/d?sslmode=require&password=secret&x=1",
            "postgresql://u@h/d?sslmode=require&password=***&x=1",
        ),
        ("postgresql://u@h/d?sslpassword=secret", "postgresql://u@h/d?sslpassword=***"),
        ("mysql://u:@h/d", "mysql://u:***@h/d"),
        ("mysql://ada@corp:secret@db/mlflow", "mysql://ada@corp:***@db/mlflow"),
        ("mysql://u:pa/ss@h", "mysql://u:***@h"),
        ("mysql://do/main:secret@h/d", "mysql://do/main:***@h/d"),
        ("mysql://u:a?b#c@h/d?charset=x", "mysql://u:***@h/d?charset=x"),
        ("postgresql://u:a?b=c@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:a\nb@h/d", "postgresql://u:***@h/d"),
        ("postgresql:u:secret@h/d", "postgresql:u:***@h/d"),
        ("mysql://u:secret@[::1]:3306/d", "mysql://u:***@[::1]:3306/d"),
        ("mysql://u@[::1]:3306/d", "mysql://u@[::1]:3306/d"),
        ("postgresql://h:5432/d?application_name=x", "postgresql://h:5432/d?application_name=x"),
        ("postgresql://u:p@h/d?password=se@cret#1&x=1", "postgresql://u:***@h/d?password=***&x=1"),
        ("postgresql://h/d?user=u&password=se:c@ret", "postgresql://h/d?user=u&password=***"),
        ("postgresql://h/d?user=u:x&password=sec@ret", "postgresql://h/d?user=u:x&password=***"),
        ("mysql://u@h/d?passwd=secret&ssl_key=k", "mysql://u@h/d?passwd=***&ssl_key=k"),
        ("mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3Dsecret", "mssql+pyodbc:///?odbc_connect=***"),
        ("sqlite:////tmp/a:b@c.db", "sqlite:////tmp/a:b@c.db"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize(
    "password",
    ["xyzzy%zoff", "xy/zzy", "xy@zzy", "xy?zzy", "xy#zzy", "xy:zzy", "xy[zzy", "1?xyzzy", "1/d#xyzzy", "\u2100xyzzy"],
)
@pytest.mark.parametrize("kind", ["postgresql", "mysql", "mssql+pymssql"])
@pytest.mark.parametrize("end", ["h/d?nonsense=1", "h:port/d", "h"])
def test_a_url_that_is_refused_is_told_without_its_password(kind: str, password: str, end: str) -> None:
    """Also where the characters of the password are what is wrong, and in what a traceback shows."""
    with pytest.raises(InvalidParameter) as refusal:
        dialect_of(f"{kind}://u:{password}@{end}").prepare()
    told = "".join(traceback.format_exception(refusal.value))
    assert not any(piece in told.replace("test_dialects", "") for piece in ("xy", "zzy", "zoff")), told
    assert "%40" in refusal.value.message
