"""The budgets of a filter, checked token by token, before anything is built from what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from lark import Token

from trackwell_service.domain.limits import (
    MAX_FILTER_DEPTH,
    MAX_FILTER_LIST_ITEMS,
    MAX_FILTER_PATTERNS,
    MAX_FILTER_PREDICATES,
)

_COMPARISONS: Final = "comparisons"
_PATTERNS: Final = "patterns"
_LIST_ITEMS: Final = "values in lists"

_COUNTS_AS: Final = {
    "OPERATOR": (_COMPARISONS,),
    "IS": (_COMPARISONS,),
    "LIKE": (_COMPARISONS, _PATTERNS),
    "RLIKE": (_COMPARISONS, _PATTERNS),
    "IN": (_COMPARISONS, _LIST_ITEMS),
    "_COMMA": (_LIST_ITEMS,),
}
_LIMITS: Final = {
    _COMPARISONS: MAX_FILTER_PREDICATES,
    _PATTERNS: MAX_FILTER_PATTERNS,
    _LIST_ITEMS: MAX_FILTER_LIST_ITEMS,
}


class OverBudget(Exception):
    """The filter exceeds a limit at the token that begins at `start`."""

    def __init__(self, problem: str, token: Token) -> None:
        super().__init__(problem)
        self.problem = problem
        self.start = token.start_pos or 0
        self.end = self.start + len(token)


class Budget:
    """A stage between lexer and parser, in the form that lark asks for."""

    always_accept: Sequence[str] = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Passes the tokens on. Raises OverBudget at the first one that is too much."""
        return _nested(_counted(stream))


def _counted(stream: Iterator[Token]) -> Iterator[Token]:
    seen: Counter[str] = Counter()
    for token in stream:
        for thing in _COUNTS_AS.get(token.type, ()):
            seen[thing] += 1
            if seen[thing] > _LIMITS[thing]:
                advice = "Use IN (...), or several searches." if thing != _LIST_ITEMS else "Use several searches."
                raise OverBudget(f"at most {_LIMITS[thing]} {thing} are allowed. {advice}", token)
        yield token


def _nested(stream: Iterator[Token]) -> Iterator[Token]:
    depth = 0
    inversions = [0]  # NOTs that are open at each level of parentheses
    for token in stream:
        match token.type:
            case "_NOT":
                depth += 1
                inversions[-1] += 1
            case "_AND" | "_OR":
                depth -= inversions[-1]
                inversions[-1] = 0
            case "_LPAR":
                depth += 1
                inversions.append(0)
            case "_RPAR" if len(inversions) > 1:
                depth -= inversions.pop() + 1
        if depth > MAX_FILTER_DEPTH:
            advice = "Remove needless parentheses and NOTs."
            raise OverBudget(f"at most {MAX_FILTER_DEPTH} open parentheses and NOTs are allowed. {advice}", token)
        yield token
