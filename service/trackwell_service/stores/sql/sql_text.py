"""Pieces of SQL with the parameters that belong to them, joined in the order of their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL; each ``?`` in `text` has one element in `parameters`, in order."""

    text: str
    parameters: tuple[Any, ...] = ()

    def __add__(self, other: Sql) -> Sql:
        return Sql(f"{self.text} {other.text}", self.parameters + other.parameters)


TRUE = Sql("1 = 1")
FALSE = Sql("1 = 0")


def piece(text: str, *parameters: Any) -> Sql:
    """A piece of SQL with its parameters."""
    return Sql(text, parameters)


def all_of(conditions: Iterable[Sql]) -> Sql:
    """A condition that holds when all do."""
    distinct = [condition for condition in conditions if condition != TRUE]
    if FALSE in distinct:
        return FALSE
    return _joined(" AND ", distinct) if distinct else TRUE


def any_of(conditions: Iterable[Sql]) -> Sql:
    """A condition that holds when one does."""
    distinct = [condition for condition in conditions if condition != FALSE]
    if TRUE in distinct:
        return TRUE
    return _joined(" OR ", distinct) if distinct else FALSE


def negation(condition: Sql) -> Sql:
    """A condition that holds when the other, which is never unknown, does not."""
    if condition in {TRUE, FALSE}:
        return FALSE if condition == TRUE else TRUE
    return Sql(f"NOT ({condition.text})", condition.parameters)


def _joined(word: str, conditions: list[Sql]) -> Sql:
    if len(conditions) == 1:
        return conditions[0]
    return Sql(
        word.join(f"({condition.text})" for condition in conditions),
        tuple(parameter for condition in conditions for parameter in condition.parameters),
    )
