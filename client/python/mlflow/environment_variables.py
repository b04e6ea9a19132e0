"""Every environment variable that this package reads or writes (rest-facts §15); no other module does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class EnvironmentVariable(Generic[Value]):
    """One variable: its name, how its text is read, and what it means when it is absent or empty."""

    def __init__(self, name: str, read: Callable[[str], Value], default: Value) -> None:
        self.name = name
        self.default = default
        self._read = read

    def is_set(self) -> bool:
        """Whether the variable has a text, perhaps an empty one."""
        return self.name in os.environ

    def get_raw(self) -> str | None:
        """Its text, or None."""
        return os.environ.get(self.name)

    def get(self) -> Value:
        """Its value, or the default. Raises MlflowException when the text cannot be read."""
        text = os.environ.get(self.name)
        if text is None or text == "":
            return self.default
        try:
            return self._read(text)
        except ValueError as error:
            from mlflow.exceptions import MlflowException

            raise MlflowException.invalid_parameter_value(
                f"The environment variable {self.name} has the value {text!r}: {error}."
            ) from None

    def set(self, value: object) -> None:
        """Sets it for this process and the processes that it starts."""
        os.environ[self.name] = str(value)

    def unset(self) -> None:
        """Removes it."""
        os.environ.pop(self.name, None)

    def __repr__(self) -> str:
        return f"EnvironmentVariable({self.name!r})"


def _text(text: str) -> str | None:
    return text


def _boolean(text: str) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in known:
        raise ValueError("it must be one of true, false, 1, 0")
    return known[text.lower()]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("it must be a whole number, 0 or greater")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError("it must be a number, 0 or greater") from None
    if not 0 <= seconds < float("inf"):
        raise ValueError("it must be a number, 0 or greater")
    return seconds


MLFLOW_TRACKING_URI = EnvironmentVariable("MLFLOW_TRACKING_URI", _text, None)
MLFLOW_REGISTRY_URI = EnvironmentVariable("MLFLOW_REGISTRY_URI", _text, None)
MLFLOW_EXPERIMENT_NAME = EnvironmentVariable("MLFLOW_EXPERIMENT_NAME", _text, None)
MLFLOW_EXPERIMENT_ID = EnvironmentVariable("MLFLOW_EXPERIMENT_ID", _text, None)
MLFLOW_RUN_ID = EnvironmentVariable("MLFLOW_RUN_ID", _text, None)
MLFLOW_RUN_CONTEXT = EnvironmentVariable("MLFLOW_RUN_CONTEXT", _text, None)
JPY_SESSION_NAME = EnvironmentVariable("JPY_SESSION_NAME", _text, None)
"""Set by Jupyter for its kernels: the path of the notebook."""

MLFLOW_TRACKING_USERNAME = EnvironmentVariable("MLFLOW_TRACKING_USERNAME", _text, None)
MLFLOW_TRACKING_PASSWORD = EnvironmentVariable("MLFLOW_TRACKING_PASSWORD", _text, None)
MLFLOW_TRACKING_TOKEN = EnvironmentVariable("MLFLOW_TRACKING_TOKEN", _text, None)
MLFLOW_TRACKING_INSECURE_TLS = EnvironmentVariable("MLFLOW_TRACKING_INSECURE_TLS", _boolean, False)
MLFLOW_TRACKING_SERVER_CERT_PATH = EnvironmentVariable("MLFLOW_TRACKING_SERVER_CERT_PATH", _text, None)
MLFLOW_TRACKING_CLIENT_CERT_PATH = EnvironmentVariable("MLFLOW_TRACKING_CLIENT_CERT_PATH", _text, None)

MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR = EnvironmentVariable("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", _boolean, True)
"""False shows no bar while artifacts are transferred; true shows one on a terminal when it takes a while."""

MLFLOW_HTTP_REQUEST_TIMEOUT = EnvironmentVariable("MLFLOW_HTTP_REQUEST_TIMEOUT", _seconds, 120.0)
"""How long one attempt may take, in seconds, over gRPC too."""
MLFLOW_HTTP_REQUEST_MAX_RETRIES = EnvironmentVariable("MLFLOW_HTTP_REQUEST_MAX_RETRIES", _count, 7)
"""How often a request is sent again, over gRPC too."""
MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR = EnvironmentVariable("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", _seconds, 2.0)
"""Scales the wait before a request is sent again; see `mlflow._transport.retry`."""
MLFLOW_HTTP_REQUEST_BACKOFF_JITTER = EnvironmentVariable("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", _seconds, 1.0)
"""The share of each wait, 0 to 1, that is random."""

_OF_TRANSPORTS = (
    MLFLOW_TRACKING_USERNAME,
    MLFLOW_TRACKING_PASSWORD,
    MLFLOW_TRACKING_TOKEN,
    MLFLOW_TRACKING_INSECURE_TLS,
    MLFLOW_TRACKING_SERVER_CERT_PATH,
    MLFLOW_TRACKING_CLIENT_CERT_PATH,
    MLFLOW_HTTP_REQUEST_TIMEOUT,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES,
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR,
    MLFLOW_HTTP_REQUEST_BACKOFF_JITTER,
)


def texts_of_transports() -> tuple[str | None, ...]:
    """The texts of all variables that transports depend on: equal tuples mean equal settings."""
    return tuple([os.environ.get(variable.name) for variable in _OF_TRANSPORTS])


def proxy_for(url: str) -> str | None:
    """The proxy that the environment (http_proxy, https_proxy, no_proxy) names for `url`, or None."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
