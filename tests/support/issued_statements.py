"""Every SQL statement that the store can issue to a kind of database, found without a server of that kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

from support.backends import scratch_folder
from support.paired_dialect import PairedDialect
from support.statement_recorder import IssuedStatement, Place, Recorder, RecordingConnection
from support.statement_scenario import run_everything
from trackwell_service.stores.sql.dialects import DIALECTS, dialect_of
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.sql_text import Sql

RECORDED = tuple(name for name in DIALECTS if name != "sqlite")
"""Kinds of databases whose statements can be recorded: all but the one that the record is made with."""

CONNECTORS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "postgresql": ("psycopg.connect", ()),
    "mysql": ("pymysql.connect", ("8.0.36", 1 << 26)),
    "mssql": ("pymssql.connect", (150, 1)),
}
"""By kind: the function of its driver that connects, and what the server answers to questions about itself."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What a scenario that does everything has issued."""

    statements: tuple[IssuedStatement, ...]
    """Each text once, in the order of the places that issue them."""
    places: frozenset[Place]
    """Every line of the engine that was at work when a statement was issued, or that made a piece of one."""
    left_over: frozenset[str]
    """Statements that were made and never issued."""


@cache
def issued_statements(name: str) -> Issued:
    """What the store issues to the kind of database of that name. Takes some seconds, once."""
    recorder = Recorder()
    with scratch_folder() as folder:
        database = folder / "store.db"
        dialect = PairedDialect(
            dialect_of(f"sqlite:///{database}"), dialect_of(f"{name}://user@host/database"), recorder
        )
        with _pieces_seen(recorder):
            run_everything(dialect, database)
    left_over = (dialect.prepared - recorder.statements.keys()) | (dialect.bulks - dialect.issued_bulks)
    return Issued(recorder.by_place(), frozenset(recorder.places), frozenset(left_over))


@contextmanager
def _pieces_seen(recorder: Recorder) -> Iterator[None]:
    make = Sql.__init__

    def noted(piece: Sql, text: str, parameters: tuple[Any, ...] = ()) -> None:
        recorder.see_piece()
        make(piece, text, parameters)

    with patch.object(Sql, "__init__", noted):
        yield


def connection_statements(name: str) -> tuple[IssuedStatement, ...]:
    """What a dialect issues when it connects, as a writer and as a reader."""
    recorder = Recorder()
    connect, answer = CONNECTORS[name]
    with patch(connect, lambda *_, **__: RecordingConnection(recorder, answer)):
        dialect = _dialect(name)
        for writing in (True, False):
            dialect.connect(writing=writing)
    return tuple(recorder.statements.values())


def _dialect(name: str) -> Dialect:
    driver = CONNECTORS[name][0].partition(".")[0]
    return dialect_of(f"{name}+{driver}://user@host/database")
