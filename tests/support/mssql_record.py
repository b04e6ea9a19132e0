"""What SQL Server is asked, as files that are compared: there is no server that could be asked.

``cd tests && python -m support.mssql_record`` writes them anew; what has changed is to be read, statement by statement,
by somebody who knows T-SQL.
"""

from __future__ import annotations

from pathlib import Path

from support.clauses import written_by_clauses
from support.issued_statements import connection_statements, issued_statements
from support.statement_recorder import IssuedStatement
from trackwell_service.stores.sql.dialects.mssql_connections import ALLOW_SNAPSHOTS

GOLDEN = Path(__file__).parent.parent / "stores_sql" / "golden" / "mssql"

SEARCHING = frozenset(("experiments_read.py", "page_walk.py", "sorted_page.py"))
"""Modules that put a statement together for each search."""

IN_A_RARE_CASE = (IssuedStatement(ALLOW_SNAPSHOTS, (), "", 0),)
"""What no scenario without a server meets: a database in which snapshots are not allowed yet."""


def all_statements() -> tuple[IssuedStatement, ...]:
    """Everything that SQL Server can be asked, schema and sessions included."""
    return (*IN_A_RARE_CASE, *connection_statements("mssql"), *issued_statements("mssql").statements)


def written() -> dict[str, str]:
    """The files' texts by their names."""
    fixed = {issued.sql for issued in all_statements() if issued.module not in SEARCHING}
    searches = [issued.sql for issued in all_statements() if issued.module in SEARCHING]
    return {
        "statements.sql": "\n\n".join(sorted(fixed)) + "\n",
        "searches.txt": written_by_clauses(searches),
    }


if __name__ == "__main__":
    for name, text in written().items():
        (GOLDEN / name).write_text(text, "utf-8")
