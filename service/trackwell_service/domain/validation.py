"""The rules for single values: keys, texts, ids, times, counts (rest-facts §5), and how a refusal is worded (§3).

Every function takes the name under which the caller knows the value (`metrics[0].name`), returns the value
as it is stored where that may differ, and raises InvalidParameter with the value, the rule and the way out.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache

from trackwell_service.domain import limits
from trackwell_service.domain.entities import RunStatus, ViewType
from trackwell_service.domain.errors import InvalidParameter

_KEY_CHARACTERS = re.compile(r"[/\w.\- :]+")
_RUN_ID = re.compile(r"[A-Za-z0-9][\w-]{0,255}")
_NEW_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,255}")
_EXPERIMENT_ID = re.compile(r"[0-9]{1,19}")

CACHED_VALUES = 8192
"""How many keys and run ids are remembered as checked: the same few come again and again while training runs."""


def shown(value: object) -> str:
    """`value` as JSON for an error message: one line, printable, of bounded length."""
    if isinstance(value, str) and len(value) > limits.MAX_SHOWN_CHARS:
        value = value[: limits.MAX_SHOWN_CHARS] + "…"
    return _printable(json.dumps(value, ensure_ascii=False))


def quoted(text: str) -> str:
    """`text` in single quotes, as the documented messages have it: printable, of bounded length."""
    if len(text) > limits.MAX_SHOWN_CHARS:
        text = text[: limits.MAX_SHOWN_CHARS] + "…"
    return f"'{_printable(text)}'"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    # Marks that reorder or hide text must not reach a terminal or a log.
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def invalid(parameter: str, value: object, rule: str) -> InvalidParameter:
    """The documented wording of a refused value; `rule` is one or two sentences."""
    return InvalidParameter(f"Invalid value {shown(value)} for parameter '{parameter}' supplied: {rule}")


def missing(parameter: str) -> InvalidParameter:
    """The documented wording of a required value that is not there; an empty text counts as missing (rest-facts §3)."""
    return InvalidParameter(
        f"Missing value for required parameter '{parameter}'. See docs/rest.md for the parameters of this request."
    )


def check_text(text: str, parameter: str, max_chars: int) -> None:
    """Refuses texts that are too long, and the characters on which databases, JSON and protobuf disagree."""
    if len(text) > max_chars:
        raise invalid(parameter, text, f"It has {len(text)} characters, at most {max_chars} are allowed. Shorten it.")
    check_characters(text, parameter)


def check_characters(text: str, parameter: str) -> None:
    """Refuses NUL and lone surrogates."""
    fault = character_fault(text)
    if fault is not None:
        raise invalid(parameter, text, fault)


def character_fault(text: str) -> str | None:
    """What no store can keep of the text, and thus no store can be asked for."""
    if "\0" in text:
        return "It contains a NUL character, which cannot be stored. Remove it."
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "It contains half of a surrogate pair, which is not a character. Remove it."
    return None


def check_key(key: str, parameter: str) -> None:
    """A metric, param or tag key (rest-facts §5). An empty one is reported as missing."""
    if len(key) > limits.MAX_KEY_CHARS:
        raise invalid(
            parameter, key, f"It has {len(key)} characters, at most {limits.MAX_KEY_CHARS} are allowed. Shorten it."
        )
    fault = _key_fault(key)
    if fault is not None:
        raise missing(parameter) if not key else invalid(parameter, key, fault)


@lru_cache(maxsize=CACHED_VALUES)
def _key_fault(key: str) -> str | None:
    """What is wrong with a key of allowed length."""
    if _KEY_CHARACTERS.fullmatch(key) is None:
        return (
            "A key may only contain letters, digits, underscores (_), dashes (-), periods (.), spaces ( ), "
            "colons (:) and slashes (/)."
        )
    normal = posixpath.normpath(key)
    if normal != key or key == "." or key.startswith(("..", "/")):
        advice = "" if normal.startswith((".", "/")) else f" Use {shown(normal)} instead."
        return (
            "A key must be a plain relative path: no empty, '.' or '..' segment, no '/' at either end, "
            f"and not beginning with '..'.{advice}"
        )
    return None


def check_run_id(run_id: str, parameter: str = "run_id") -> None:
    """A run id that somebody asks for (rest-facts §5)."""
    if len(run_id) > limits.MAX_RUN_ID_CHARS or not _is_run_id(run_id):
        raise (
            missing(parameter)
            if not run_id
            else invalid(
                parameter,
                run_id,
                "A run id has 1 to 256 letters, digits, underscores (_) and dashes (-), the first a letter or digit.",
            )
        )


@lru_cache(maxsize=CACHED_VALUES)
def _is_run_id(run_id: str) -> bool:
    return _RUN_ID.fullmatch(run_id) is not None


def check_new_run_id(run_id: str, parameter: str = "run_id") -> None:
    """A run id that a caller chose: ASCII only, since it becomes a folder's name, which file systems may recompose."""
    if _NEW_RUN_ID.fullmatch(run_id) is None:
        raise invalid(
            parameter,
            run_id,
            "A new run's id has 1 to 256 ASCII letters, digits, underscores (_) and dashes (-), the first a letter or "
            "digit. Leave it out to have one generated.",
        )


def experiment_id(text: str, parameter: str = "experiment_id") -> int:
    """An experiment id, which is a decimal integer as text (rest-facts §5)."""
    if not text:
        raise missing(parameter)
    if _EXPERIMENT_ID.fullmatch(text) is None or (number := int(text)) > limits.MAX_EXPERIMENT_ID:
        raise invalid(
            parameter,
            text,
            "An experiment id is a decimal integer of at most 64 bits. Look it up by the experiment's name.",
        )
    return number


def check_experiment_name(name: str, parameter: str) -> None:
    """1 to 500 characters of any kind but NUL and lone surrogates (rest-facts §5)."""
    if not name:
        raise missing(parameter)
    check_text(name, parameter, limits.MAX_EXPERIMENT_NAME_CHARS)


def check_run_name(name: str, parameter: str) -> None:
    """A run's name; the empty text is allowed and means that there is none."""
    check_text(name, parameter, limits.MAX_RUN_NAME_CHARS)


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """What happens to over-long values of params and run tags: cut off, as documented (rest-facts §5), or refused."""

    truncate_long_values: bool = True

    def param_value(self, value: str, parameter: str) -> str:
        """A param's value as it is stored."""
        return self._value(value, parameter, limits.MAX_PARAM_VALUE_CHARS)

    def tag_value(self, value: str, parameter: str) -> str:
        """A run tag's value as it is stored."""
        return self._value(value, parameter, limits.MAX_TAG_VALUE_CHARS)

    def _value(self, value: str, parameter: str, max_chars: int) -> str:
        if len(value) > max_chars and self.truncate_long_values:
            value = value[:max_chars]
        check_text(value, parameter, max_chars)
        return value


def check_experiment_tag_value(value: str, parameter: str) -> None:
    """An experiment tag's value; never cut off (rest-facts §5)."""
    check_text(value, parameter, limits.MAX_EXPERIMENT_TAG_VALUE_CHARS)


def check_time(time_ms: int, parameter: str) -> None:
    """Milliseconds since the epoch, 0 or greater (rest-facts §5)."""
    if time_ms < 0:
        raise invalid(parameter, time_ms, "It is a time in milliseconds since 1970-01-01 UTC and must be 0 or greater.")


def check_between(number: int, parameter: str, low: int, high: int) -> None:
    """An integer from `low` to `high`, both included."""
    if not low <= number <= high:
        raise invalid(parameter, number, f"It must be from {low} to {high}.")


def check_list_size(count: int, parameter: str, high: int, *, low: int = 0) -> None:
    """A list of `low` to `high` items."""
    if count < low:
        raise missing(parameter)
    if count > high:
        raise InvalidParameter(
            f"Parameter '{parameter}' has {count} items, at most {high} are allowed. Split up the request."
        )


def check_batch_size(count: int, things: str, high: int) -> None:
    """One of the limits of log-batch, in the documented words (rest-facts §3)."""
    if count > high:
        raise InvalidParameter(
            f"A batch logging request can contain at most {high} {things}. Got {count} {things}. "
            "Send them in several requests."
        )


def run_status(number: int, parameter: str = "status") -> RunStatus:
    """A run status by its number on the wire."""
    try:
        return RunStatus(number)
    except ValueError:
        names = ", ".join(f"{status.name}={status.value}" for status in RunStatus)
        raise invalid(parameter, number, f"It must be one of {names}.") from None


def view_type(number: int, parameter: str) -> ViewType:
    """A view by its number on the wire."""
    try:
        return ViewType(number)
    except ValueError:
        names = ", ".join(f"{view.name}={view.value}" for view in ViewType)
        raise invalid(parameter, number, f"It must be one of {names}.") from None
