"""Limits and rules by the names under which other packages read them (rest-facts §16).

The limits live in `mlflow._limits`.
"""

from __future__ import annotations

import posixpath
import re

from mlflow._limits import MAX_EXPERIMENT_TAG_VALUE_CHARS as MAX_EXPERIMENT_TAG_VAL_LENGTH
from mlflow._limits import MAX_ITEMS_PER_BATCH as MAX_ENTITIES_PER_BATCH
from mlflow._limits import MAX_KEY_CHARS as MAX_ENTITY_KEY_LENGTH
from mlflow._limits import MAX_METRICS_PER_BATCH
from mlflow._limits import MAX_PARAM_VALUE_CHARS as MAX_PARAM_VAL_LENGTH
from mlflow._limits import MAX_PARAMS_PER_BATCH as MAX_PARAMS_TAGS_PER_BATCH
from mlflow._limits import MAX_TAG_VALUE_CHARS as MAX_TAG_VAL_LENGTH

MAX_EXPERIMENT_TAG_KEY_LENGTH = MAX_ENTITY_KEY_LENGTH

__all__ = [
    "MAX_ENTITIES_PER_BATCH",
    "MAX_ENTITY_KEY_LENGTH",
    "MAX_EXPERIMENT_TAG_KEY_LENGTH",
    "MAX_EXPERIMENT_TAG_VAL_LENGTH",
    "MAX_METRICS_PER_BATCH",
    "MAX_PARAMS_TAGS_PER_BATCH",
    "MAX_PARAM_VAL_LENGTH",
    "MAX_TAG_VAL_LENGTH",
    "validate_param_and_metric_name",
]

_KEY_CHARACTERS = re.compile(r"[/\w.\- :]+")


def validate_param_and_metric_name(name: str) -> bool:
    """Whether the service takes this key of a metric or param (rest-facts §5). pytorch-ignite leaves out the others."""
    return (
        _KEY_CHARACTERS.fullmatch(name) is not None
        and posixpath.normpath(name) == name
        and name != "."
        and not name.startswith(("..", "/"))
    )
