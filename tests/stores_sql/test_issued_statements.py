"""The record of all statements is complete: a statement that the scenario does not reach fails here."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from support.issued_statements import CONNECTORS, RECORDED, connection_statements, issued_statements
from support.scratch_databases import ScratchDatabases, mariadb_databases, postgres_databases
from support.statement_places import MAKING, calls_in, issuing_calls, making_calls
from trackwell_service.stores.sql.dialects import dialect_of


def unreached(name: str) -> set[str]:
    """Modules that a kind of database has no use for."""
    return {"half_made.py"} if dialect_of(f"{name}://user@host/database").undoes_ddl else set()


@pytest.mark.parametrize("name", RECORDED)
def test_every_place_that_issues_statements_is_reached(name: str) -> None:
    places = set(issued_statements(name).places)
    unseen = [str(call) for call in issuing_calls() if not call.is_seen(places) and call.module not in unreached(name)]
    assert unseen == [], "add what issues them to support/statement_scenario.py"


@pytest.mark.parametrize("name", RECORDED)
def test_every_place_that_makes_a_piece_of_sql_is_reached(name: str) -> None:
    places = set(issued_statements(name).places)
    unseen = [str(call) for call in making_calls() if not call.is_seen(places)]
    assert unseen == [], "add what needs them to support/every_search.py or support/statement_scenario.py"


@pytest.mark.parametrize("name", RECORDED)
def test_every_statement_that_is_made_is_issued(name: str) -> None:
    assert issued_statements(name).left_over == set(), "add what issues them to support/statement_scenario.py"


def test_a_place_that_is_not_reached_is_found() -> None:
    source = "def load(session):\n    return [\n        session.query(\n            'SELECT 1'\n        )\n    ]\n"
    (call,) = calls_in("new.py", source)
    places = set(issued_statements("postgresql").places)
    assert str(call) == "new.py:3 session.query('SELECT 1')"
    assert not call.is_seen(places)
    assert call.is_seen({*places, ("new.py", 3)})
    assert not call.is_seen({*places, ("new.py", 6), ("old.py", 3)})


def test_the_making_of_pieces_is_found_by_name() -> None:
    source = "piece('a', 1)\nself.piece('b')\nSql('c')\nSqlite('d')\n"
    found = [str(call) for call in calls_in("new.py", source, functions=MAKING, methods=frozenset())]
    assert found == ["new.py:1 piece('a', 1)", "new.py:3 Sql('c')"]
    assert len(list(making_calls())) > 50


@pytest.mark.parametrize(("name", "mark"), [("postgresql", r"\$[0-9]+"), ("mysql", r"\?")])
def test_each_parameter_has_its_mark(name: str, mark: str) -> None:
    wrong = [
        issued
        for issued in issued_statements(name).statements
        if len(re.findall(mark, issued.sql)) != len(issued.parameters)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", RECORDED)
def test_statements_are_whole(name: str) -> None:
    statements = issued_statements(name).statements
    assert not [issued.sql for issued in statements if re.search("[\ue000-\uf8ff]", issued.sql)]
    assert {issued.sql.split(" ", 1)[0] for issued in statements} >= {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE"}


def test_every_kind_of_database_can_be_connected_to_without_one() -> None:
    assert CONNECTORS.keys() == set(RECORDED)


@pytest.mark.parametrize("name", CONNECTORS)
def test_what_sets_a_connection_up_is_recorded(name: str) -> None:
    assert any(issued.sql.startswith("SET ") for issued in connection_statements(name))


@pytest.mark.parametrize(("name", "databases"), [("postgresql", postgres_databases), ("mysql", mariadb_databases)])
def test_a_server_takes_the_questions_on_record(name: str, databases: Callable[[], ScratchDatabases]) -> None:
    with databases().empty() as url:
        dialect = dialect_of(url)
        connection = dialect.connect(writing=True)
        cursor = connection.cursor()
        for issued in issued_statements(name).statements:
            if issued.sql.startswith("SELECT"):
                cursor.execute(issued.sql, issued.parameters)
                cursor.fetchall()
        connection.close()


def test_a_server_takes_the_bulk_statements_on_record() -> None:
    with postgres_databases().empty() as url:
        connection = dialect_of(url).connect(writing=True)
        cursor = connection.cursor()
        for issued in issued_statements("postgresql").statements:
            if issued.module != "creation.py" and issued.sql.startswith(("INSERT", "UPDATE", "DELETE")):
                cursor.execute(f"PREPARE recorded AS {issued.sql}", ())
                cursor.execute("DEALLOCATE recorded", ())
        connection.close()
