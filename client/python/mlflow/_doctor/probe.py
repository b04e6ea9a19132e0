"""Asks a tracking service once whether it is there, without the patience that logging has."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from mlflow._transport.credentials import Credentials
from mlflow._transport.retry import RetryPolicy
from mlflow._transport.uris import Door, door_of
from mlflow.exceptions import MlflowException

TIMEOUT_S = 5.0
"""Longest wait for an answer: a person is waiting too."""

_ONCE = RetryPolicy(timeout_s=TIMEOUT_S, max_retries=0, backoff_factor=0.0, jitter=0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    door: Door
    seconds: float
    version: str | None
    """What a server says of its version; None: it says nothing."""


def probe(uri: str) -> Answer | None:
    """The service's answer to a search for one experiment, or None for a store that its first use will make.

    Raises MlflowException for a URI that leads nowhere, a service that does not answer, and one that refuses.
    """
    from mlflow._convert import experiments
    from mlflow.entities import ViewType

    door = door_of(uri)
    version: str | None = None
    if door is Door.IN_PROCESS:
        from mlflow._transport.inprocess import is_new
        from mlflow._transport.opening import open_transport

        if is_new(uri):
            return None

        transport = open_transport(uri)
    elif door is Door.GRPC:
        from mlflow._transport.grpc import GrpcTransport

        transport = GrpcTransport(uri, Credentials.from_environment(), _ONCE)
    else:
        from mlflow._transport.opening import rest_server
        from mlflow._transport.rest import RestTransport

        server, credentials = rest_server(uri)
        version = _version(server, credentials)
        transport = RestTransport(server, credentials, _ONCE)
    try:
        begun_s = time.perf_counter()
        experiments.search(transport, ViewType.ACTIVE_ONLY, 1, None, (), None)
        return Answer(door, time.perf_counter() - begun_s, version)
    finally:
        transport.close()


def _version(server: str, credentials: Credentials) -> str | None:
    """What `/version` says; servers before 2.0 have no such page (rest-facts §1)."""
    from mlflow._transport.http import HttpClient

    http = HttpClient(server, credentials, _ONCE)
    try:
        body = http.request("GET", "/version").body.decode(errors="replace").strip()
    except MlflowException:
        return None
    finally:
        http.close()
    return body if re.fullmatch(r"[\w.+-]{1,40}", body) else None
