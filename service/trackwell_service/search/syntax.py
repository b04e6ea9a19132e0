"""The syntax tree: what was written and where, before any of it means anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Form(Enum):
    """How a word was written."""

    BARE = "bare"
    QUOTED = "quoted"
    """In single or double quotes."""
    BACK_QUOTED = "back-quoted"
    NUMBER = "number"
    PARTLY_QUOTED = "partly quoted"
    r"""A column like ``metrics.`a b` `` or ``metrics."loss".min``."""
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of the text with its quotes, from `start` up to `end`, counted in code points from 0."""

    text: str
    form: Form
    start: int
    end: int

    @property
    def content(self) -> str:
        """The text without surrounding quotes."""
        return self.text[1:-1] if self.form in (Form.QUOTED, Form.BACK_QUOTED) else self.text


@dataclass(frozen=True, slots=True)
class Comparison:
    """``column operator operand``."""

    column: Word
    operator: Word
    operand: Word


@dataclass(frozen=True, slots=True)
class Match:
    """``column [NOT] LIKE operand``, and the same with ILIKE, RLIKE, REGEXP."""

    column: Word
    negated: bool
    operator: Word
    operand: Word


@dataclass(frozen=True, slots=True)
class Membership:
    """``column [NOT] IN (operand, ...)``."""

    column: Word
    negated: bool
    operator: Word
    operands: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class NullTest:
    """``column IS [NOT] NULL``."""

    column: Word
    negated: bool


@dataclass(frozen=True, slots=True)
class AllOf:
    """Two or more conditions joined with AND; none of them is an `AllOf`."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Two or more conditions joined with OR; none of them is an `AnyOf`."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Inverse:
    """``NOT operand``."""

    operand: Condition


Condition: TypeAlias = Comparison | Match | Membership | NullTest | AllOf | AnyOf | Inverse


@dataclass(frozen=True, slots=True)
class OrderItem:
    """``column [ASC|DESC]``."""

    column: Word
    descending: bool
