"""Turns the bytes of a request body into a JSON object, strictly (rest-facts §2)."""

from __future__ import annotations

import json
from typing import Any, Final, cast

import orjson

from trackwell_gateway.errors import InvalidRequest

_KINDS: Final[dict[type, str]] = {
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


class UnreadableBody(ValueError):
    """A body that is no JSON text. It is read as `{}`, and whoever then misses a field can say why."""


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; an empty body and `null` are `{}`.

    A JSON string that holds the object is unwrapped once: clients before 1.0 encode twice. A name given twice in one
    object, or a body that is JSON but no object, raises InvalidRequest; a body that is no JSON raises UnreadableBody.
    """
    document, text = read_object(body)
    refuse_repeated_names(document, text)
    return document


def read_object(body: bytes) -> tuple[dict[str, Any], bytes]:
    """Like `parse_object`, with the text that was parsed, and without the look for names given twice."""
    document = _parse(body)
    if document.__class__ is str:
        body = document.encode()
        document = _parse(body)
    if document is None:
        return {}, b""
    if document.__class__ is not dict:
        raise InvalidRequest(f"The request body must be a JSON object, got {_KINDS[document.__class__]}.")
    return cast("dict[str, Any]", document), body


def refuse_repeated_names(document: dict[str, Any], text: bytes, names: int | None = None) -> None:
    """Raises InvalidRequest when an object in `text` gives a name twice, of which `document` has kept the last.

    `names` is how many names the document has, at all depths, when that is known.
    """
    # Outside of strings a JSON text has one colon for each name. So as long as the colons are as many as the names
    # that were kept, no name was given twice, which is how it nearly always is.
    colons = text.count(b":")
    if colons not in (names, len(document)) and colons != _count_names(document):
        _find_repeated_name(text)


def _parse(body: bytes) -> Any:
    if not body or body.isspace():
        return {}
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableBody(str(error)) from None


def _count_names(document: dict[str, Any]) -> int:
    count = 0
    pending: list[Any] = [document]
    while pending:
        value = pending.pop()
        if value.__class__ is dict:
            count += len(value)
            pending.extend(value.values())
        elif value.__class__ is list:
            pending.extend(value)
    return count


def _find_repeated_name(body: bytes) -> None:
    def check(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                shown = json.dumps(name[:100])
                raise InvalidRequest(f"The request body gives the name {shown} twice in one object; give it once.")
            seen.add(name)

    try:
        json.loads(body, object_pairs_hook=check)
    except RecursionError:
        # orjson allows 1024 levels, the interpreter's own limit may be lower.
        raise InvalidRequest("The request body is nested too deeply; no documented call needs 10 levels.") from None
