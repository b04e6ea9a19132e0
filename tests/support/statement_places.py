"""Where the engine's code issues statements and makes pieces of them, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from support.statement_recorder import ENGINE, PIECES, Place

ISSUING = frozenset(
    (
        "begin_read", "begin_schema_change", "begin_write", "commit", "end_schema_change", "execute", "executemany",
        "limit_reads", "query", "rollback", "run", "run_bulk", "run_counted", "run_many",
    )
)  # fmt: skip
"""Methods of sessions, cursors and dialects that issue statements."""

MAKING = frozenset(("Sql", "piece"))
"""Functions that make pieces of SQL; the module which has them makes none of its own."""


@dataclass(frozen=True, slots=True)
class EngineCall:
    """A call in the source, which may go over several lines."""

    module: str
    first_line: int
    last_line: int
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.first_line} {self.source}"

    def is_seen(self, places: set[Place]) -> bool:
        """Whether one of the places is in the call."""
        return any((self.module, line) in places for line in range(self.first_line, self.last_line + 1))


def issuing_calls() -> Iterator[EngineCall]:
    """Every call that issues statements. The dialects issue them in the engine's name only."""
    for path in sorted(ENGINE.glob("*.py")):
        yield from calls_in(path.name, path.read_text("utf-8"))


def making_calls() -> Iterator[EngineCall]:
    """Every call that makes a piece of SQL."""
    for path in sorted(ENGINE.glob("*.py")):
        if path.name != PIECES:
            yield from calls_in(path.name, path.read_text("utf-8"), functions=MAKING, methods=frozenset())


def calls_in(
    module: str, source: str, *, functions: frozenset[str] = frozenset(), methods: frozenset[str] = ISSUING
) -> Iterator[EngineCall]:
    """Every call of one of the functions or methods in the source of a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if (isinstance(called, ast.Attribute) and called.attr in methods) or (
            isinstance(called, ast.Name) and called.id in functions
        ):
            yield EngineCall(module, node.lineno, node.end_lineno or node.lineno, ast.unparse(node)[:100])
