"""Where the engine's code issues statements, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from support.statement_recorder import ENGINE, Place

ISSUING = frozenset(
    (
        "begin_read", "begin_schema_change", "begin_write", "commit", "end_schema_change", "execute", "executemany",
        "limit_reads", "query", "rollback", "run", "run_bulk", "run_many",
    )
)  # fmt: skip
"""Methods of sessions, cursors and dialects that issue statements."""


@dataclass(frozen=True, slots=True)
class IssuingCall:
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


def issuing_calls() -> Iterator[IssuingCall]:
    """Every such call in the engine. The dialects issue statements in its name only."""
    for path in sorted(ENGINE.glob("*.py")):
        yield from calls_in(path.name, path.read_text("utf-8"))


def calls_in(module: str, source: str) -> Iterator[IssuingCall]:
    """Every such call in the source of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ISSUING:
            last_line = node.end_lineno or node.lineno
            yield IssuingCall(module, node.lineno, last_line, ast.unparse(node)[:100])
