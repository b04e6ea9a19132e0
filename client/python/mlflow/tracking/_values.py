"""What people pass as values, turned into what is logged (rest-facts §12)."""

from __future__ import annotations

import time
from typing import Any, SupportsFloat, SupportsIndex

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


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else text[:97] + "..."
