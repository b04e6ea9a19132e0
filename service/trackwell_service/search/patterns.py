"""LIKE, ILIKE and RLIKE patterns as RE2 programs, which match in time linear in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeAlias

import re2  # type: ignore[import-untyped]  # ships no types

from trackwell_service.domain.limits import MAX_PATTERN_BYTES, MAX_REGEX_INSTRUCTIONS

CACHED_PATTERNS: Final = 128
"""How many compiled patterns of a kind are kept: those of the searches which are being paged through, at some 10 kB
each and `MAX_PATTERN_BYTES` at most."""

TextTest: TypeAlias = Callable[[str], bool]
"""Whether a text has a property."""

_WILDCARDS: Final = re.compile("([%_]+)")


class PatternFault(ValueError):
    """The pattern is not a regular expression of RE2, or too costly; the message says which."""


@lru_cache(maxsize=CACHED_PATTERNS)
def like_test(pattern: str, fold: bool) -> TextTest:
    """Tests whether a whole text matches a LIKE pattern, with `fold` an ILIKE pattern (`ast.Like`)."""
    parts = []
    for position, part in enumerate(_WILDCARDS.split(pattern)):
        if position % 2 == 0:
            parts.append(re2.escape(part))
        else:
            # "%_%" and "_%" mean the same: at least one character. One star a run keeps the program small.
            parts.append("." * part.count("_") + (".*" if "%" in part else ""))
    find = re2.compile(f"(?{'i' if fold else ''}s)" + "".join(parts), _options()).fullmatch
    return lambda text: find(text) is not None


@lru_cache(maxsize=CACHED_PATTERNS)
def regex_test(pattern: str) -> TextTest:
    """Tests whether RE2 finds `pattern` anywhere in a text (`ast.Matches`). Raises PatternFault."""
    try:
        program = re2.compile(pattern, _options())
    except re2.error as error:
        raise PatternFault(_reason(error)) from None
    if program.programsize > MAX_REGEX_INSTRUCTIONS:
        raise PatternFault("pattern too large - use fewer or smaller counted repetitions")
    find = program.search
    return lambda text: find(text) is not None


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_BYTES
    return options


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
