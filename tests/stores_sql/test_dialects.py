"""What every database's strategy must say alike, and how a URL chooses one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.column_kinds import TABLES, Kind, kind_of
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.urls import without_password
from trackwell_service.stores.sql.schema import metadata

KINDS: dict[type[object], Kind] = {int: Kind.INTEGER, str: Kind.TEXT, bytes: Kind.BYTES}


@pytest.mark.parametrize("column", [column for table in metadata.tables.values() for column in table.columns], ids=str)
def test_columns_hold_what_their_names_say(column: sa.Column[object]) -> None:
    assert kind_of(column.name) is KINDS[column.type.python_type]


def test_the_tables_are_known_by_name() -> None:
    assert metadata.tables.keys() == TABLES


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
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    monkeypatch.delitem(__import__("sys").modules, "trackwell_service.stores.sql.dialects.postgresql", raising=False)
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
        ("sqlite:////tmp/a:b@c.db", "sqlite:////tmp/a:b@c.db"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
