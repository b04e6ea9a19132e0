"""meta.yaml: read without ever running a tag, and written so that every version of MLflow reads it (rest-facts §10)."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

try:
    from yaml import CSafeDumper as _Dumper
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeDumper as _Dumper  # type: ignore[assignment]  # the same interface, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # the same interface, slower

Meta = dict[str, Any]
"""The mapping in a meta.yaml: texts by key to scalars and lists."""

MAX_META_BYTES: Final = 32 * 1024 * 1024
"""A meta.yaml; the longest is that of a dataset with the greatest profile."""

MAX_DEPTH: Final = 100
"""How deep mappings and lists lie in each other at most: the C of PyYAML's loader calls itself for each level, and a
process whose stack is full is killed."""

MAX_EVENTS: Final = 100_000
"""Beginnings, ends and scalars in a meta.yaml at most: some tenths of a second. The most are in an input's tags."""

MAX_NUMBER_CHARS: Final = 400
"""Digits of a number in a long file at most. Reading 1:1:1:… takes time that grows with the square of its length."""

_SIMPLE_UP_TO: Final = 8192
"""Bytes of a file that the quick reader is tried on; longer ones hold texts which it does not read anyway."""

_LINE = re.compile(
    r"([a-z_]+):"
    r"(?: (?:"
    r"(-?(?:0|[1-9][0-9]{0,18}))"
    r"|(null)"
    r"|'([^'\n\r\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*)'"
    r"|(\[\])"
    r"|([A-Za-z/][A-Za-z0-9_./@+-]*(?::[A-Za-z0-9_./@+-]+)*|(?=[0-9b]*[acdef])[0-9a-f]{32})"
    r"))?"
)
_WORDS: Final = frozenset({"yes", "no", "on", "off", "true", "false", "null"})
"""Plain words which the YAML reader does not take for texts, in lower case."""


_UNWALKED_UP_TO: Final = 3000
"""Bytes of a file in which no number can be too long, not even for Python, which writes none of 4,300 digits."""

_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-fA-F_]+|[0-9][0-9_:.]*)")
_TEXT_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary"})


class BadMeta(ValueError):
    """The bytes are no mapping in YAML. Says why, without repeating them."""


def parse(data: bytes) -> Meta:
    """The mapping. Raises BadMeta; tags, aliases of objects and everything else but plain data are refused."""
    if len(data) <= _SIMPLE_UP_TO:
        simple = _parsed_simply(data)
        if simple is not None:
            return simple
    elif len(data) > MAX_META_BYTES:
        raise BadMeta(f"it has more than {MAX_META_BYTES} bytes")
    try:
        if not _is_harmless(data):
            _check_events(data)
        loaded = yaml.load(data, _Loader)
    except BadMeta:
        raise
    except _NO_YAML as error:
        raise BadMeta(f"it is no plain YAML ({type(error).__name__})") from None
    if not isinstance(loaded, dict):
        raise BadMeta("it is empty" if loaded is None else "it is no mapping")
    return loaded


_NO_YAML: Final = (
    yaml.YAMLError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What PyYAML raises of a wrong file: of its own syntax errors, and whatever its conversions of scalars run into."""


def _is_harmless(data: bytes) -> bool:
    """Whether the file is so short and plain that it needs no walk: each level takes at least one of these signs."""
    return len(data) <= _UNWALKED_UP_TO and b"*" not in data and sum(map(data.count, b"[{-?:")) <= MAX_DEPTH


def _check_events(data: bytes) -> None:
    """Refuses what would take the loader too much stack or time. The parser keeps its stack on the heap."""
    depth = 0
    for count, event in enumerate(yaml.parse(data, _Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            # A few hundred bytes of aliases in aliases can stand for more than any memory holds.
            raise BadMeta("it has aliases")
        elif isinstance(event, yaml.ScalarEvent) and len(event.value) > MAX_NUMBER_CHARS and _may_be_number(event):
            raise BadMeta(f"it has a number of more than {MAX_NUMBER_CHARS} characters")
        if depth > MAX_DEPTH:
            raise BadMeta(f"it has more than {MAX_DEPTH} levels")
        if count > MAX_EVENTS:
            raise BadMeta(f"it has more than {MAX_EVENTS} parts")


def _may_be_number(scalar: yaml.ScalarEvent) -> bool:
    return scalar.tag not in _TEXT_TAGS or bool(scalar.implicit[0] and _NUMBER.fullmatch(scalar.value))


def dump(meta: Meta) -> bytes:
    """The mapping as a file, keys sorted."""
    return yaml.dump(meta, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, encoding="utf-8")


def _parsed_simply(data: bytes) -> Meta | None:
    """What YAML says of the flat files that MLflow writes, thirty times as fast; None unless that is certain."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    meta: Meta = {}
    for line in text.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        key, number, null, quoted, empty, plain = match.groups()
        if key in _WORDS or key in meta:
            return None
        if number is not None:
            meta[key] = int(number)
        elif quoted is not None:
            meta[key] = quoted
        elif plain is not None:
            if plain.lower() in _WORDS:
                return None
            meta[key] = plain
        elif empty is not None:
            meta[key] = []
        elif null is not None:
            meta[key] = None
        else:
            return None  # "key:" alone may go on in the next line
    return meta
