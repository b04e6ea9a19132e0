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


def _positive(text: str) -> int:
    number = _count(text) if text.isascii() and text.isdigit() else 0
    if not number:
        raise ValueError("it must be a whole number, 1 or greater")
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError("it must be a number, 0 or greater") from None
    if not 0 <= seconds < float("inf"):
        raise ValueError("it must be a number, 0 or greater")
    return seconds


def _seconds_above_0(text: str) -> float:
    seconds = _seconds(text)
    if not seconds:
        raise ValueError("it must be a number greater than 0")
    return seconds


MLFLOW_TRACKING_URI = EnvironmentVariable("MLFLOW_TRACKING_URI", _text, None)
MLFLOW_TRACKING_DIR = EnvironmentVariable("MLFLOW_TRACKING_DIR", _text, None)
"""The folder that takes the place of ./mlruns where no tracking URI is chosen."""
MLFLOW_REGISTRY_URI = EnvironmentVariable("MLFLOW_REGISTRY_URI", _text, None)
MLFLOW_EXPERIMENT_NAME = EnvironmentVariable("MLFLOW_EXPERIMENT_NAME", _text, None)
MLFLOW_EXPERIMENT_ID = EnvironmentVariable("MLFLOW_EXPERIMENT_ID", _text, None)
MLFLOW_EXPERIMENT_EXPORTED = EnvironmentVariable("MLFLOW_EXPERIMENT_EXPORTED", _text, None)
"""Written by `set_experiment` beside MLFLOW_EXPERIMENT_ID: that id, a space, and MLFLOW_EXPERIMENT_NAME as it was."""
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
MLFLOW_TRACKING_AUTH = EnvironmentVariable("MLFLOW_TRACKING_AUTH", _text, None)
"""The name of an installed plugin that authenticates each request; it wins over user, password and token."""
MLFLOW_TRACKING_AWS_SIGV4 = EnvironmentVariable("MLFLOW_TRACKING_AWS_SIGV4", _boolean, False)
"""Whether each HTTP request is signed as AWS services want it; it wins over MLFLOW_TRACKING_AUTH."""

DATABRICKS_HOST = EnvironmentVariable("DATABRICKS_HOST", _text, None)
"""The workspace of the tracking URI `databricks`; without it the file of profiles says which."""
DATABRICKS_TOKEN = EnvironmentVariable("DATABRICKS_TOKEN", _text, None)
DATABRICKS_USERNAME = EnvironmentVariable("DATABRICKS_USERNAME", _text, None)
DATABRICKS_PASSWORD = EnvironmentVariable("DATABRICKS_PASSWORD", _text, None)
DATABRICKS_CONFIG_FILE = EnvironmentVariable("DATABRICKS_CONFIG_FILE", str, "~/.databrickscfg")
DATABRICKS_CONFIG_PROFILE = EnvironmentVariable("DATABRICKS_CONFIG_PROFILE", _text, None)

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

MLFLOW_TRUNCATE_LONG_VALUES = EnvironmentVariable("MLFLOW_TRUNCATE_LONG_VALUES", _boolean, True)
"""False refuses values of params and tags that are too long; true leaves them to the service, which may cut them."""
MLFLOW_ENABLE_ASYNC_LOGGING = EnvironmentVariable("MLFLOW_ENABLE_ASYNC_LOGGING", _boolean, False)
"""What `synchronous=None` means for logging calls: true logs asynchronously."""
MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE = EnvironmentVariable("MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE", _positive, 10)
"""How many runs are logged to asynchronously at the same time over a transport without streams."""

MLFLOW_ASYNC_LOGGING_SPOOL_DIR = EnvironmentVariable("MLFLOW_ASYNC_LOGGING_SPOOL_DIR", str, "~/.mlflow/spool")
"""Where asynchronous logging keeps what it cannot send while the server is away."""
MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING = EnvironmentVariable("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", _boolean, False)
"""What `log_system_metrics=None` means when a run is started."""
MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL = EnvironmentVariable(
    "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", _seconds_above_0, 10.0
)
"""Seconds between two samples of the machine."""
MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING = EnvironmentVariable(
    "MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", _positive, 1
)
"""How many samples are averaged into one point."""
MLFLOW_SYSTEM_METRICS_NODE_ID = EnvironmentVariable("MLFLOW_SYSTEM_METRICS_NODE_ID", _text, None)
"""Which of several machines of one run this is; a part of the metrics' keys."""

_OF_TRANSPORTS = (
    MLFLOW_TRACKING_USERNAME,
    MLFLOW_TRACKING_PASSWORD,
    MLFLOW_TRACKING_TOKEN,
    MLFLOW_TRACKING_INSECURE_TLS,
    MLFLOW_TRACKING_SERVER_CERT_PATH,
    MLFLOW_TRACKING_CLIENT_CERT_PATH,
    MLFLOW_TRACKING_AUTH,
    MLFLOW_TRACKING_AWS_SIGV4,
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
