"""Parses the path templates of `google.api.http` into segments and variables.

    Template  = "/" Segments [ Verb ]
    Segments  = Segment { "/" Segment }
    Segment   = "*" | "**" | LITERAL | Variable
    Variable  = "{" FieldPath [ "=" Segments ] "}"
    FieldPath = IDENT { "." IDENT }
    Verb      = ":" LITERAL

`*` takes one segment, `**` all that are left (also none) and stands last. Variables do not nest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ONE: Final = "*"
REST: Final = "**"

_LITERAL = re.compile(r"[A-Za-z0-9\-._~!$&'()+,;@%]+")
_IDENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class TemplateError(ValueError):
    """A template that breaks the grammar. The message holds the template and the column, counted from 1."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A field filled from the path: the segments from `start` up to, not including, `end` (None: to the end)."""

    field_path: tuple[str, ...]
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template. A segment is a literal text, `ONE` or `REST`."""

    segments: tuple[str, ...]
    variables: tuple[Variable, ...]
    verb: str | None

    @property
    def is_exact(self) -> bool:
        """Whether the template names one path only."""
        return ONE not in self.segments and REST not in self.segments

    @property
    def text(self) -> str:
        """The template without its variables' names, for example `/a/**`."""
        return "/" + "/".join(self.segments) + (f":{self.verb}" if self.verb else "")

    def moved(self, segments: tuple[str, ...], shift: int) -> Template:
        """This template at another place: `segments` has `shift` more of them before the first variable."""
        variables = tuple(
            Variable(known.field_path, known.start + shift, None if known.end is None else known.end + shift)
            for known in self.variables
        )
        return Template(segments, variables, self.verb)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._segments: list[str] = []
        self._variables: list[Variable] = []

    def template(self) -> Template:
        self._expect("/")
        self._parse_segments(inside_variable=False)
        verb = None
        if self._peek() == ":":
            self._at += 1
            verb = self._match(_LITERAL, "a verb")
        if self._at < len(self._text):
            raise self._error(f"unexpected {self._text[self._at]!r}")
        if REST in self._segments[:-1]:
            raise self._error("'**' must be the last segment")
        return Template(tuple(self._segments), tuple(self._variables), verb)

    def _parse_segments(self, *, inside_variable: bool) -> None:
        self._parse_segment(inside_variable)
        while self._peek() == "/":
            self._at += 1
            self._parse_segment(inside_variable)

    def _parse_segment(self, inside_variable: bool) -> None:
        if self._peek() == "*":
            self._at += 1
            if self._peek() == "*":
                self._at += 1
                self._segments.append(REST)
            else:
                self._segments.append(ONE)
        elif self._peek() == "{":
            if inside_variable:
                raise self._error("a variable inside a variable")
            self._parse_variable()
        else:
            self._segments.append(self._match(_LITERAL, "a segment"))

    def _parse_variable(self) -> None:
        self._expect("{")
        path = [self._match(_IDENT, "a field name")]
        while self._peek() == ".":
            self._at += 1
            path.append(self._match(_IDENT, "a field name"))
        if any(variable.field_path == tuple(path) for variable in self._variables):
            raise self._error(f"field {'.'.join(path)!r} is bound twice")
        start = len(self._segments)
        if self._peek() == "=":
            self._at += 1
            self._parse_segments(inside_variable=True)
        else:
            self._segments.append(ONE)
        self._expect("}")
        end = None if self._segments[-1] == REST else len(self._segments)
        self._variables.append(Variable(tuple(path), start, end))

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _expect(self, token: str) -> None:
        if self._peek() != token:
            raise self._error(f"{token!r} expected")
        self._at += 1

    def _match(self, pattern: re.Pattern[str], what: str) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self._error(f"{what} expected")
        self._at = found.end()
        return found.group()

    def _error(self, problem: str) -> TemplateError:
        return TemplateError(f"Path template {self._text!r}, column {self._at + 1}: {problem}.")


def parse_template(text: str) -> Template:
    """Parses one path template; raises TemplateError when it breaks the grammar above."""
    return _Parser(text).template()
