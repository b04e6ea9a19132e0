"""Reading connections: a statement that would scan for ever is stopped, and the next one works."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.sql_stores import opened, url_of
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.dialects.base import Row
from trackwell_service.stores.sql.reading import ReadPool
from trackwell_service.stores.sql.session import Session

ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


def read(pool: ReadPool, sql: str, *, longest_s: float) -> list[Row]:
    with pool.transaction() as session:
        session.longest_read_s = longest_s
        return session.query(sql)


def test_a_read_that_takes_too_long_is_refused_and_the_pool_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path):
        pool = ReadPool(dialect_of(url_of(tmp_path)), size=1)
        with pytest.raises(InvalidParameter, match=r"longer than 20 s\. Narrow it"):
            read(pool, ENDLESS, longest_s=0.05)
        assert read(pool, "SELECT 1", longest_s=60.0) == [(1,)]
        pool.close()


def test_the_time_counts_for_each_statement_anew(tmp_path: Path) -> None:
    with opened(tmp_path):
        session = Session(dialect_of(url_of(tmp_path)), writing=False)
        session.longest_read_s = 0.0
        with pytest.raises(session.dialect.driver_error, match="interrupted"):
            session.query(ENDLESS)
        session.longest_read_s = 60.0
        assert session.query(f"{ENDLESS.replace('FROM c)', 'FROM c LIMIT 3000000)')}") == [(3_000_000,)]
        session.close()
