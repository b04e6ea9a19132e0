"""Reading connections: what would scan for ever is stopped, lost ones are replaced, names are remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from support.sql_stores import opened, url_of
from trackwell_service.domain.errors import InvalidParameter, ResourceDoesNotExist, TemporarilyUnavailable
from trackwell_service.stores.sql import key_names
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.base import Row
from trackwell_service.stores.sql.key_names import KeyNames
from trackwell_service.stores.sql.reading import ReadPool
from trackwell_service.stores.sql.session import Session

ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


def read(pool: ReadPool, sql: str, *, longest_s: float, is_search: bool = False) -> list[Row]:
    with pool.transaction(is_search=is_search) as session:
        session.longest_read_s = longest_s
        return session.query(sql)


def test_a_search_that_takes_too_long_is_refused_and_the_pool_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path):
        pool = ReadPool(dialect_of(url_of(tmp_path)), size=1)
        with pytest.raises(InvalidParameter, match=r"longer than 20 s\. Narrow it"):
            read(pool, ENDLESS, longest_s=0.05, is_search=True)
        assert read(pool, "SELECT 1", longest_s=60.0) == [(1,)]
        pool.close()


def test_any_other_read_that_takes_too_long_is_not_to_blame(tmp_path: Path) -> None:
    with opened(tmp_path):
        pool = ReadPool(dialect_of(url_of(tmp_path)), size=1)
        with pytest.raises(TemporarilyUnavailable, match="took too long") as refusal:
            read(pool, ENDLESS, longest_s=0.05)
        assert refusal.value.retry_after_s is not None
        pool.close()


def test_a_connection_that_dies_while_a_read_is_refused_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path):
        dialect = dialect_of(url_of(tmp_path))
        pool = ReadPool(dialect, size=1)
        lost: list[Session] = []

        def refused() -> None:
            with pool.transaction() as session:
                lost.append(session)
                monkeypatch.setattr(dialect, "rollback", raising(sqlite3.OperationalError("gone")))
                raise ResourceDoesNotExist("no such run")

        with pytest.raises(ResourceDoesNotExist, match="no such run"):
            refused()
        monkeypatch.undo()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            lost[0].query("SELECT 1")
        assert read(pool, "SELECT 1", longest_s=60.0) == [(1,)]
        pool.close()


def raising(error: Exception) -> Callable[[object], None]:
    def refuse(_: object) -> None:
        raise error

    return refuse


class Answering:
    """As a session: gives the rows, while something happens elsewhere."""

    def __init__(self, rows: list[Row], meanwhile: Callable[[], object]) -> None:
        self._rows = rows
        self._meanwhile = meanwhile

    def query(self, _sql: str, _parameters: object) -> list[Row]:
        """The rows."""
        self._meanwhile()
        return self._rows


def test_names_that_a_reader_has_stay_when_another_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_names, "MOST_NAMES", 1)

    def answering(*rows: Row, meanwhile: Callable[[], object] = lambda: None) -> Session:
        return cast(Session, Answering(list(rows), meanwhile))

    for by_name in (False, True):
        names = KeyNames(dialect_of(url_of(tmp_path)))

        def another(names: KeyNames = names) -> None:
            names.names(answering((3, "three")), [3])
            names.names(answering(), [])  # which are too many, so this begins anew

        names.names(answering((1, "one")), [1])
        session = answering((2, "two"), meanwhile=another)
        if by_name:
            found = names.ids(session, ["one", "two"])
            assert (found["one"], found["two"]) == (1, 2)
        else:
            told = names.names(session, [1, 2])
            assert (told[1], told[2]) == ("one", "two")


def test_the_time_counts_for_each_statement_anew(tmp_path: Path) -> None:
    with opened(tmp_path):
        session = Session(dialect_of(url_of(tmp_path)), writing=False)
        session.longest_read_s = 0.0
        with pytest.raises(session.dialect.driver_error, match="interrupted"):
            session.query(ENDLESS)
        session.longest_read_s = 60.0
        assert session.query(f"{ENDLESS.replace('FROM c)', 'FROM c LIMIT 3000000)')}") == [(3_000_000,)]
        session.close()
