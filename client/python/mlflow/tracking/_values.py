"""What people pass as values, turned into what is logged (rest-facts §12)."""

from __future__ import annotations

import time
from typing import Any, SupportsFloat, SupportsIndex

from mlflow._limits import MAX_PARAM_VALUE_CHARS, MAX_TAG_VALUE_CHARS
from mlflow.environment_variables import MLFLOW_TRUNCATE_LONG_VALUES
from mlflow.exceptions import MlflowException


def now_ms() -> int:
    """Now, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def metric_value(key: object, value: SupportsFloat | SupportsIndex | str | Any) -> float:
    """The number that a metric is logged as: anything `float()` takes, such as arrays and tensors of no dimension."""
    if type(value) is float:
        return value
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise MlflowException.invalid_parameter_value(
            f"The metric {key!r} was given {_shown(value)} of type {type(value).__name__}, which is no number: {error}."
        ) from error


def whole_number(name: str, value: SupportsIndex | float | Any) -> int:
    """A step or a timestamp: an integer, or a number equal to one."""
    if type(value) is int:
        return value
    try:
        whole = int(value)
        if whole == value:
            return whole
    except (TypeError, ValueError, OverflowError):
        pass
    raise MlflowException.invalid_parameter_value(
        f"{name} was given {_shown(value)} of type {type(value).__name__}; it must be a whole number."
    )


def param_text(key: object, value: object) -> str:
    """The text that a param is logged as."""
    return _text("param", key, value, MAX_PARAM_VALUE_CHARS)


def tag_text(key: object, value: object) -> str:
    """The text that a run's tag is logged as."""
    return _text("tag", key, value, MAX_TAG_VALUE_CHARS)


def _text(what: str, key: object, value: object, limit: int) -> str:
    text = str(value)
    if len(text) > limit and not MLFLOW_TRUNCATE_LONG_VALUES.get():
        raise MlflowException.invalid_parameter_value(
            f"The value of the {what} {key!r} has {len(text)} characters, more than {limit}. Shorten it, or unset "
            f"{MLFLOW_TRUNCATE_LONG_VALUES.name} to have it cut."
        )
    return text


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else text[:97] + "..."
