"""Cuts statements into clauses, of which thousands of searches have some hundreds between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

_OPENING = "SELECT * FROM ("
_BEFORE = (" FROM ", " LEFT JOIN ", " WHERE ", " AND ", " ORDER BY ", " UNION ALL ")
"""Words before which a statement is cut, unless they stand in parentheses."""


def clauses(sql: str) -> Iterator[str]:
    """The statement in pieces, which are the statement when joined. Queries that others select all of are cut."""
    begin = 0
    parentheses: list[bool] = []  # for each open one, whether it only holds a query that is selected all of
    for place, character in enumerate(sql):
        if character == "(":
            is_whole = sql.endswith(_OPENING, 0, place + 1)
            parentheses.append(is_whole)
            if is_whole and all(parentheses):
                yield sql[begin : place + 1]
                begin = place + 1
        elif character == ")":
            if all(parentheses):
                yield sql[begin:place]
                begin = place
            parentheses.pop()
        elif character == " " and all(parentheses) and place > begin and sql.startswith(_BEFORE, place):
            yield sql[begin:place]
            begin = place
    yield sql[begin:]


def written_by_clauses(statements: Iterable[str]) -> str:
    """Every clause once, under a name made of its text, and each statement as the names of its clauses."""
    named: dict[str, str] = {}
    composed = []
    for sql in statements:
        names = []
        for clause in clauses(sql):
            name = hashlib.sha256(clause.encode()).hexdigest()[:6]
            if named.setdefault(name, clause) != clause:
                raise ValueError(f"two clauses have the name {name}: take more digits of the hash")
            names.append(name)
        composed.append(" ".join(_counted(names)))
    parts = [f"{name}|{clause}" for name, clause in sorted(named.items(), key=lambda item: item[1])]
    return "\n".join((*parts, "", *sorted(composed), ""))


def _counted(names: list[str]) -> Iterator[str]:
    """The names, a sequence of them that is repeated written once with how often it stands there."""
    place = 0
    while place < len(names):
        for length in range(1, 13):
            unit = names[place : place + length]
            times = 1
            while names[place + times * length : place + (times + 1) * length] == unit:
                times += 1
            if times > 2:
                yield f"{times}*({' '.join(unit)})"
                place += times * length
                break
        else:
            yield names[place]
            place += 1
