"""The gRPC door that a REST server offers for logging (DESIGN §6): whether there is one which may be used."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson

from mlflow._transport.base import DuplexTransport, Transport
from mlflow._transport.credentials import Credentials
from mlflow._transport.http import HttpClient
from mlflow._transport.retry import RetryPolicy
from mlflow.exceptions import MlflowException

PROBE_S = 0.3
"""How long asking for a door and trying it may take together: logging waits for it once."""

SERVER_INFO = "/api/3.0/mlflow/server-info"


def stream_door(uri: str, open_transport: Callable[[str], Transport]) -> str | None:
    """The URI of the gRPC door that the server at `uri` advertises; None where there is none to use.

    It must be on the same host, with TLS where `uri` has TLS, and answer. A URL with a path prefix or a user, TLS
    without checks, and signed requests stay with REST: what stands in front of the server there, gRPC would go around.
    """
    deadline_s = time.monotonic() + PROBE_S
    try:
        address = _advertised(uri)
        transport = None if address is None else open_transport(address)
        if isinstance(transport, DuplexTransport) and transport.is_ready(deadline_s - time.monotonic()):
            return address
    except MlflowException:
        pass
    return None


def _advertised(uri: str) -> str | None:
    parts = urlsplit(uri)
    if not parts.scheme.lower().startswith("http"):
        return None
    credentials = Credentials.from_environment()
    signed = credentials.signer is not None and credentials.signer.covers_body
    if parts.path.strip("/") or parts.username is not None or credentials.insecure_tls or signed:
        return None
    http = HttpClient(uri, credentials, RetryPolicy(PROBE_S, max_retries=0, backoff_factor=0, jitter=0))
    try:
        answer = http.request("GET", SERVER_INFO, headers={"Accept": "application/json"}).body
    finally:
        http.close()
    try:
        own: Any = orjson.loads(answer)["trackwell"]
        address, tls = own["grpc_address"], own["grpc_tls"]
        host = urlsplit(f"//{address}").hostname
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    if host != parts.hostname or (parts.scheme.lower() == "https" and tls is not True):
        return None
    return f"{'grpcs' if tls is True else 'grpc'}://{address}"
