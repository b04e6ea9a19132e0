"""The text being read, and errors that point into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from trackwell_service.domain.errors import InvalidParameter

_SHOWN_BEFORE_CHARS = 50
_SHOWN_CHARS = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A text and what to call it in errors, such as ``filter`` or ``order_by item 2``."""

    name: str
    text: str

    def refuse(self, problem: str, start: int, end: int) -> NoReturn:
        """Raises InvalidParameter for the characters from `start` up to `end`, counted from 0.

        The message states the problem with its column, counted from 1 in code points, and shows that part of the
        text with carets below it. Characters which do not print as one cell are shown as ``?``.
        """
        first = max(0, start - _SHOWN_BEFORE_CHARS)
        last = min(len(self.text), first + _SHOWN_CHARS)
        shown = "".join(
            char if char.isprintable() else " " if char.isspace() else "?" for char in self.text[first:last]
        )
        lead = "..." if first else ""
        tail = "..." if last < len(self.text) else ""
        carets = "^" * max(1, min(end, last) - start)
        raise InvalidParameter(
            f"Invalid {self.name}, column {start + 1}: {problem}\n"
            f"    {lead}{shown}{tail}\n"
            f"    {' ' * (len(lead) + start - first)}{carets}"
        )
