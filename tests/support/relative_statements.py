"""Everything that PostgreSQL, and each engine that speaks its protocol, is asked by the store."""

from __future__ import annotations

from functools import cache
from unittest.mock import patch

from support.issued_statements import issued_statements
from support.statement_recorder import Recorder, RecordingConnection, RecordingCursor, ServerInfo
from trackwell_migrations.baseline import baseline
from trackwell_service.stores.sql.dialects.postgresql import PostgresqlDialect

SERVERS: dict[str, dict[str, str]] = {
    "postgresql": {"server_version": "16.4"},
    "cockroachdb": {"crdb_version": "CockroachDB CCL v25.2.1", "server_version": "13.0.0"},
    "yugabytedb": {"server_version": "15.12-YB-2025.1.0.0-b0"},
}
"""What each engine says about itself to whoever connects."""


@cache
def statements_of(engine: str) -> tuple[str, ...]:
    """Everything that an engine is asked: to set up a connection, to make the schema, and to work."""
    work = [issued.sql for issued in issued_statements("postgresql").statements if issued.module != "creation.py"]
    return (*_own_statements(engine), *baseline(engine), *work)


def _own_statements(engine: str) -> list[str]:
    """What PostgreSQL's strategy issues by itself to an engine."""
    recorder = Recorder()
    info = ServerInfo(SERVERS[engine])
    dialect = PostgresqlDialect("postgresql://user@host/database")
    with patch("psycopg.connect", lambda *_, **__: RecordingConnection(recorder, info=info)):
        for writing in (True, False):
            connection = dialect.connect(writing=writing)
            dialect.limit_reads(connection, 1.0, lambda: False)
    cursor = RecordingCursor(recorder, info=info)
    dialect.begin_schema_change(cursor)
    dialect.end_schema_change(cursor)
    return [issued.sql for issued in recorder.statements.values()]
