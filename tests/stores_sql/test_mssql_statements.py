"""Every statement for SQL Server is T-SQL as far as can be told without a server, and is the one that was looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import render_schema
import trackwell_migrations
from support.clauses import clauses, written_by_clauses
from support.mssql_record import GOLDEN, all_statements, written
from support.tsql import UNREAD, faults
from trackwell_migrations.baseline import SEPARATOR
from trackwell_service.stores.sql.dialects.mssql_statements import SHORT_TEXTS
from trackwell_service.stores.sql.schema import metadata

PARTS = 4
"""So that several processes share the work, which is the parser's."""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_statement_has_a_fault(part: int) -> None:
    looked_at: set[str] = set()
    for issued in sorted(all_statements(), key=lambda issued: issued.sql)[part::PARTS]:
        # Which number stands there decides nothing, and makes thousands of statements of hundreds.
        alike = re.sub(r"(stage|key_id|level) = \d\b", r"\1 = 0", issued.sql)
        if alike not in looked_at:
            looked_at.add(alike)
            assert faults(alike, len(issued.parameters)) == [], issued.sql
    assert len(looked_at) > 500


def test_no_parameter_is_missing() -> None:
    """ODBC would have to ask the server for the type of a NULL, and not every statement can be asked about."""
    assert not [issued.sql for issued in all_statements() if None in issued.parameters]


def test_what_the_parser_cannot_read_is_issued_in_these_words() -> None:
    assert {issued.sql for issued in all_statements()} >= UNREAD


@pytest.mark.parametrize("name", ["statements.sql", "searches.txt"])
def test_the_statements_are_those_on_record(name: str) -> None:
    now, then = written()[name].splitlines(), (GOLDEN / name).read_text("utf-8").splitlines()
    gone, come = sorted(set(then) - set(now)), sorted(set(now) - set(then))
    assert (gone[:20], come[:20], len(now)) == ([], [], len(then)), (
        "SQL Server would be asked something else: see `support/mssql_record.py`"
    )


def test_the_schema_is_what_the_revisions_make() -> None:
    stored = (Path(trackwell_migrations.__file__).parent / "baselines" / "mssql.sql").read_text("utf-8")
    assert stored == render_schema.server_schema("mssql"), "the schema has changed: run `make schema`"
    statements = stored.rstrip("\n").removesuffix(";").split(SEPARATOR)
    assert {issued.sql for issued in all_statements()} >= set(statements)
    assert not re.search(r"IDENTITY|\bN?TEXT\b|IMAGE|N?VARCHAR\(max\)|OUTPUT", stored, re.IGNORECASE)


def test_texts_in_indexes_are_compared_with_values_of_their_type() -> None:
    short = {
        column.name
        for table in metadata.tables.values()
        for column in table.columns
        if column.type.python_type is str and column.type.as_generic().length  # type: ignore[attr-defined]  # texts have one
    }
    assert short == SHORT_TEXTS


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("SELECT id FROM names LIMIT 3", "' LIMIT ' is not T-SQL"),
        ("SELECT name || 'a' FROM names", "'||' is not T-SQL"),
        ("SELECT id FROM names ORDER BY id NULLS LAST", "NULLS LAST"),
        ("SELECT id FROM names WHERE id = ?", "1 marks, 0 parameters"),
        ("SELECT id FROM names OFFSET 0 ROWS FETCH NEXT 3 ROWS ONLY", "FETCH without ORDER BY"),
        ("SELECT id FROM (SELECT id FROM names ORDER BY id) s", "ORDER BY in a query within another one"),
        ("SELECT id FROM names ORDER BY id, id DESC", "ORDER BY has id twice"),
        ("SELECT id FROM names ORDER BY 1", "ORDER BY a constant"),
        ("SELECT r.stage AS s FROM runs r ORDER BY COALESCE(s, 0)", "ORDER BY an expression of the result s"),
        ("SELECT DISTINCT id FROM names ORDER BY id", "ORDER BY beside DISTINCT"),
        ("SELECT id > 3 FROM names", "a condition as a value"),
        ("SELECT CASE WHEN id = 3 THEN id > 2 ELSE 0 END FROM names", "a condition as a value: id > 2"),
        ("SELECT id FROM names WHERE (id = 3) = (id = 4)", "a condition as a value: id = 3"),
        ("SELECT id FROM names WHERE id", "a value as a condition"),
        ("SELECT id FROM names WHERE id = 3 AND stage", "a value as a condition"),
        ("SELECT GREATEST(id, 3) FROM names", "calls GREATEST"),
        ("SELECT CAST(id AS TEXT) FROM names", "is of type TEXT"),
        ("SELECT key FROM names", "key is a reserved word"),
        ("SELECT a.id FROM names user JOIN names a ON a.id = user.id", "user is a reserved word"),
        ("SELECT s.id FROM (SELECT id, id FROM names) s", "a query in FROM with results"),
        ("SELECT s.id FROM (SELECT id + 1 FROM names) s", "a query in FROM with results"),
        ("SELECT id FROM (SELECT id FROM names)", "a query in FROM without a name"),
        ("SELECT id FROM names WHERE (id, name) IN (SELECT 1, 2)", "rows are compared"),
        ("SELECT id FROM names WHERE (id, stage) < (1, 2)", "rows are compared"),
        ("SELECT COALESCE(id, 9223372036854775807) FROM names", "9223372036854775807 is a NUMERIC"),
        ("SELECT id FROM names WHERE name = 'trail'", "the text 'trail'"),
        ("SELECT COALESCE(name, '') FROM names", "the text ''"),
        ("SELECT CASE stage WHEN 1 THEN 'RUNNING' END FROM runs", "the text 'RUNNING'"),
        ("SELECT id FROM names WHERE CONVERT(VARCHAR(MAX), name, 2) LIKE '%'", "LIKE in the database's collation"),
        ("MERGE INTO names AS t USING runs AS v ON t.id = v.id WHEN MATCHED THEN DELETE", "ends with a semicolon"),
        ("ALTER DATABASE CURRENT SET RECOVERY SIMPLE", "kept as text"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT FROM WHERE", "Expected"),
    ],
)
def test_a_fault_is_found(sql: str, fault: str) -> None:
    assert fault in " ".join(faults(sql, 0))


def test_too_many_parameters_are_found() -> None:
    marks = ", ".join("?" * 2_101)
    assert "2101 parameters" in faults(f"SELECT id FROM names WHERE id IN ({marks})", 2_101)


def test_clauses_are_the_statement_when_they_are_joined() -> None:
    sql = "SELECT * FROM (SELECT * FROM (SELECT a FROM b WHERE (c = 1 AND d = 2) AND e = 3 ORDER BY a) s) u ORDER BY a"
    found = list(clauses(sql))
    assert "".join(found) == sql
    assert " AND e = 3" in found
    assert " WHERE (c = 1 AND d = 2)" in found
    assert written_by_clauses([sql]) != written_by_clauses([sql.replace("e = 3", "e = 4")])
