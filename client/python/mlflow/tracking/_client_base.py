"""Where a client's requests go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow.environment_variables import MLFLOW_ENABLE_ASYNC_LOGGING
from mlflow.exceptions import MlflowException
from mlflow.tracking import _state

if TYPE_CHECKING:
    from pathlib import Path

    from mlflow._transport.base import Transport


class ClientBase:
    """Holds the tracking URI and finds its transport."""

    def __init__(self, tracking_uri: str | Path | None = None, registry_uri: str | None = None) -> None:
        """A client of the service at `tracking_uri`; None is the URI in force now. Reaches for nothing yet."""
        self._tracking_uri = uri_text(tracking_uri) if tracking_uri is not None else _state.tracking_uri()
        self._registry_uri = registry_uri

    @property
    def tracking_uri(self) -> str:
        """The service's URI."""
        return self._tracking_uri

    @property
    def _transport(self) -> Transport:
        return _state.transport(self._tracking_uri)


def uri_text(uri: str | Path) -> str:
    """A tracking URI as text; a path object becomes the URI of that folder.

    Raises MlflowException, INVALID_PARAMETER_VALUE, for anything else, such as a path of another system.
    """
    if isinstance(uri, str) and "\0" not in uri:
        return uri
    from pathlib import Path

    if isinstance(uri, Path):
        return uri.absolute().as_uri()
    raise MlflowException.invalid_parameter_value(
        f"{uri!r} is no tracking URI. Give a URL or a folder as a text without NUL, or a pathlib.Path of this system."
    )


def is_synchronous(synchronous: bool | None) -> bool:
    """Whether a call that was given this `synchronous` returns only when its data is stored."""
    return not MLFLOW_ENABLE_ASYNC_LOGGING.get() if synchronous is None else synchronous
