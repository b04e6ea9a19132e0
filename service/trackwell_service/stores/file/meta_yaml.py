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
        loaded = yaml.load(data, _Loader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise BadMeta(f"it is no plain YAML ({type(error).__name__})") from None
    if not isinstance(loaded, dict):
        raise BadMeta("it is empty" if loaded is None else "it is no mapping")
    return loaded


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
