"""Statements with their values written into them, for databases whose drivers do that on this side anyway.

Done here, a list of any length is one parameter, and a value is escaped for every reading that a server may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SPLIT_STATEMENTS = 1_024
"""Statements whose parts are kept: the fixed ones (about 80) and the recent searches."""


@dataclass(frozen=True, slots=True)
class Written:
    """A parameter that is written into the statement as it is."""

    sql: bytes


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of a table that is written out in the statement; each is a parenthesis."""

    rows: Sequence[bytes]


def with_values(sql: str, parameters: Sequence[Any], row_word: bytes) -> bytes:
    """The statement with a literal for each ``?``. `row_word` begins each of `TableRows`."""
    pieces = _pieces(sql)
    if len(pieces) != len(parameters) + 1:
        raise ValueError(f"{len(pieces) - 1} marks, {len(parameters)} parameters: {sql}")
    parts = [pieces[0]]
    for parameter, piece in zip(parameters, pieces[1:], strict=True):
        if isinstance(parameter, Written):
            parts.append(parameter.sql)
        elif isinstance(parameter, TableRows):
            parts.append(b",".join([row_word + row for row in parameter.rows]))
        else:
            parts.append(literal(parameter))
        parts.append(piece)
    return b"".join(parts)


@lru_cache(SPLIT_STATEMENTS)
def _pieces(sql: str) -> tuple[bytes, ...]:
    return tuple(sql.encode().split(b"?"))


def literal(value: int | str | bytes | None) -> bytes:
    """The value as MySQL and MariaDB read it.

    A quote is doubled and never escaped: it then ends no literal, whether the server takes backslashes for escapes
    or (NO_BACKSLASH_ESCAPES) for themselves. The sessions are told to do the former.
    """
    if value is None:
        return b"NULL"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, str):
        return b"'" + _escaped(value.encode()) + b"'"
    return b"_binary'" + _escaped(value) + b"'"


def row(values: Iterable[int | str | bytes | None]) -> bytes:
    """A parenthesis of literals."""
    return b"(" + b",".join([literal(value) for value in values]) + b")"


def listed(values: Sequence[int | str]) -> Written:
    """The parameter behind IN. Nothing is in the empty list, and the condition is then false rather than unknown."""
    return Written(row(values) if values else b"(SELECT NULL FROM DUAL WHERE FALSE)")


def _escaped(text: bytes) -> bytes:
    return text.replace(b"\\", b"\\\\").replace(b"'", b"''")
