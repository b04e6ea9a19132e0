"""Tracking: the client, the fluent calls, and what this process remembers between calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import _lazy

if TYPE_CHECKING:
    from mlflow.tracking import client as client
    from mlflow.tracking import context as context
    from mlflow.tracking import fluent as fluent
    from mlflow.tracking.client import MlflowClient
    from mlflow.tracking.fluent.uris import (
        get_registry_uri,
        get_tracking_uri,
        is_tracking_uri_set,
        set_registry_uri,
        set_tracking_uri,
    )

__all__ = [
    "MlflowClient",
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "set_registry_uri",
    "set_tracking_uri",
]

_URIS = "mlflow.tracking.fluent.uris"

__getattr__, __dir__ = _lazy.exports(
    __name__,
    {
        "MlflowClient": "mlflow.tracking.client",
        "get_registry_uri": _URIS,
        "get_tracking_uri": _URIS,
        "is_tracking_uri_set": _URIS,
        "set_registry_uri": _URIS,
        "set_tracking_uri": _URIS,
    },
    frozenset({"client", "context", "fluent"}),
)
