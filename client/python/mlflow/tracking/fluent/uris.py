"""Where the fluent calls go."""

from __future__ import annotations

from pathlib import Path

from mlflow.tracking import _state
from mlflow.tracking._client_base import uri_text


def set_tracking_uri(uri: str | Path) -> None:
    """Sets the tracking service for this process and those it starts: a server's URL, a database URI, or a folder."""
    _state.set_tracking_uri(uri_text(uri))


def get_tracking_uri() -> str:
    """The tracking URI in force: set, else from MLFLOW_TRACKING_URI, else the folder ./mlruns as a file URI."""
    return _state.tracking_uri()


def is_tracking_uri_set() -> bool:
    """Whether a tracking URI was set by `set_tracking_uri` or MLFLOW_TRACKING_URI."""
    return _state.is_tracking_uri_set()


def set_registry_uri(uri: str | Path) -> None:
    """Sets the model registry for this process and those it starts."""
    _state.set_registry_uri(uri_text(uri))


def get_registry_uri() -> str:
    """The registry URI in force; the tracking URI unless another is set."""
    return _state.registry_uri()
