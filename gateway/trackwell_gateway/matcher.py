"""Finds what serves a request path: exact paths in one dictionary look-up, templates with captures after that.

A path is matched as it came over the wire and decoded exactly once. An exact path wins over a capture; among captures
the one with the most literal segments wins. `**` also matches nothing: `/artifacts` and `/artifacts/` both capture an
empty text there, which the service then reports as a missing value (unless an exact path has that name).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import unquote_to_bytes

from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.httprule import ONE, REST, Template

E = TypeVar("E")

NO_CAPTURES: Final[dict[str, str]] = {}


class NoSuchPath(Exception):
    """No route has this path: 404."""


class NoSuchVerb(Exception):
    """The path exists, the HTTP method does not: 405. `allowed` are those that do."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


def decode_percent(text: str, what: str) -> str:
    """Decodes percent escapes once. Raises InvalidRequest when the outcome is not UTF-8."""
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise InvalidRequest(f"Invalid {what}: its percent escapes are not UTF-8.") from None


@dataclass(slots=True)
class _Pattern(Generic[E]):
    template: Template
    endpoints: dict[str, E]

    def capture(self, raw: list[str]) -> dict[str, str] | None:
        """The captured texts by field name, or None when the path is another. `raw` are the undecoded segments."""
        segments = self.template.segments
        open_ended = segments[-1] == REST
        fixed = len(segments) - 1 if open_ended else len(segments)
        if len(raw) < fixed or (len(raw) > fixed and not open_ended):
            return None
        for segment, given in zip(segments[:fixed], raw, strict=False):
            if segment == ONE:
                if not given:
                    return None
            elif segment != given and segment != decode_percent(given, "path"):
                return None
        return {
            variable.field_path[0]: decode_percent("/".join(raw[variable.start : variable.end]), "path")
            for variable in self.template.variables
        }


class Matcher(Generic[E]):
    """Routes to endpoints of type `E`."""

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, E]] = {}
        self._patterns: list[_Pattern[E]] = []

    def add(self, verb: str, template: Template, endpoint: E) -> None:
        """Adds one route. Raises ValueError when verb and path are taken, or the template has a `:verb` suffix."""
        if template.verb is not None:
            raise ValueError(f"Template {template.text} has a ':verb' suffix, which no documented path has.")
        endpoints = self._endpoints_of(template)
        if verb in endpoints:
            raise ValueError(f"{verb} {template.text} is routed twice.")
        endpoints[verb] = endpoint

    def _endpoints_of(self, template: Template) -> dict[str, E]:
        if template.is_exact:
            return self._exact.setdefault(template.text, {})
        for pattern in self._patterns:
            if pattern.template == template:
                return pattern.endpoints
        fresh: _Pattern[E] = _Pattern(template, {})
        self._patterns.append(fresh)
        self._patterns.sort(key=lambda known: -sum(s not in (ONE, REST) for s in known.template.segments))
        return fresh.endpoints

    def find(self, verb: str, raw_path: str) -> tuple[E, dict[str, str]]:
        """The endpoint for a path without its query, and what its variables captured.

        Raises NoSuchPath or NoSuchVerb, and InvalidRequest for escapes that are not UTF-8.
        """
        endpoints = self._exact.get(raw_path)
        if endpoints is not None:
            endpoint = endpoints.get(verb)
            if endpoint is not None:
                return endpoint, NO_CAPTURES
        return self._search(verb, raw_path)

    def allowed(self, raw_path: str) -> tuple[str, ...]:
        """The verbs that exist at a path, sorted; none when the path does not exist."""
        verbs: set[str] = set()
        for endpoints, _ in self._candidates(raw_path):
            verbs.update(endpoints)
        return tuple(sorted(verbs))

    def _search(self, verb: str, raw_path: str) -> tuple[E, dict[str, str]]:
        verbs: set[str] = set()
        for endpoints, captures in self._candidates(raw_path):
            if verb in endpoints:
                return endpoints[verb], captures
            verbs.update(endpoints)
        if verbs:
            raise NoSuchVerb(tuple(sorted(verbs)))
        raise NoSuchPath(raw_path)

    def _candidates(self, raw_path: str) -> list[tuple[dict[str, E], dict[str, str]]]:
        found: list[tuple[dict[str, E], dict[str, str]]] = []
        exact = self._exact.get(raw_path)
        if exact is None and "%" in raw_path and "%2f" not in raw_path.lower():
            exact = self._exact.get(decode_percent(raw_path, "path"))
        if exact is not None:
            found.append((exact, NO_CAPTURES))
        if raw_path.startswith("/"):
            raw = raw_path[1:].split("/")
            for pattern in self._patterns:
                captures = pattern.capture(raw)
                if captures is not None:
                    found.append((pattern.endpoints, captures))
        return found
