"""Authentication of each request by itself: plugins (MLFLOW_TRACKING_AUTH) and AWS signatures (rest-facts §15).

A plugin is announced by the entry point group ``mlflow.request_auth_provider``. Its provider has `get_name()`, and
`get_auth()` which returns a pair (user, password) or, as for the library requests, a callable which is given a request
with `method`, `url`, `headers` and `body` and changes its headers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from mlflow import environment_variables as env
from mlflow.exceptions import MlflowException

ENTRY_POINT_GROUP = "mlflow.request_auth_provider"

AWS_SERVICE = "execute-api"
"""What a signature is for: servers behind Amazon API Gateway."""


@dataclass(slots=True)
class OutgoingRequest:
    """A request which is about to be sent."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Puts headers on requests. `covers_body`: they depend on the bytes of the body, as HTTP sends them."""

    sign: Callable[[OutgoingRequest], None]
    covers_body: bool = False


def signer_from_environment() -> Signer | None:
    """What MLFLOW_TRACKING_AWS_SIGV4 or else MLFLOW_TRACKING_AUTH asks for.

    Raises MlflowException for a plugin which is not installed or fails, and for signatures without botocore.
    """
    if env.MLFLOW_TRACKING_AWS_SIGV4.get():
        return Signer(_aws_signature(), covers_body=True)
    name = env.MLFLOW_TRACKING_AUTH.get()
    return None if name is None else Signer(_plugin(name))


def checksum_headers(chunks: Iterable[bytes]) -> dict[str, str]:
    """What stands in the headers for a body which is streamed, when they are signed."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return {"X-Amz-Content-SHA256": digest.hexdigest()}


def _plugin(name: str) -> Callable[[OutgoingRequest], None]:
    auth = _provider(name).get_auth()
    if isinstance(auth, tuple) and len(auth) == 2:
        from mlflow._transport.credentials import basic_authorization

        authorization = basic_authorization(*auth)

        def add_authorization(request: OutgoingRequest) -> None:
            request.headers["Authorization"] = authorization

        return add_authorization
    if not callable(auth):
        raise MlflowException.invalid_parameter_value(
            f"The plugin {name!r} that {env.MLFLOW_TRACKING_AUTH.name} names gave a {type(auth).__name__}; a pair of "
            "user and password or a callable is needed."
        )

    change: Callable[[OutgoingRequest], Any] = auth

    def apply(request: OutgoingRequest) -> None:
        changed = change(request)
        if changed is not None and changed is not request:
            request.headers.update(changed.headers)

    return apply


def _provider(name: str) -> Any:
    known = []
    for entry_point in metadata.entry_points(group=ENTRY_POINT_GROUP):
        try:
            provider = entry_point.load()()
            known.append(provider.get_name())
        except Exception as error:
            if entry_point.name == name:
                raise MlflowException(f"The plugin {name!r} for authentication cannot be loaded: {error}.") from error
            continue
        if name in (entry_point.name, known[-1]):
            return provider
    raise MlflowException.invalid_parameter_value(
        f"{env.MLFLOW_TRACKING_AUTH.name} names the plugin {name!r}, which is not installed. "
        f"Installed: {', '.join(map(str, known)) or 'none'}."
    )


def _aws_signature() -> Callable[[OutgoingRequest], None]:
    try:
        from botocore.auth import SigV4Auth  # type: ignore[import-untyped]  # an extra without types
        from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]  # an extra without types
        from botocore.session import Session  # type: ignore[import-untyped]  # an extra without types
    except ImportError as error:
        raise MlflowException(
            f"{env.MLFLOW_TRACKING_AWS_SIGV4.name} needs botocore, which is not installed. Install trackwell[s3]."
        ) from error
    session = Session()
    region = session.get_config_variable("region")
    if region is None:
        raise MlflowException.invalid_parameter_value(
            f"{env.MLFLOW_TRACKING_AWS_SIGV4.name} needs to know the AWS region. Set AWS_DEFAULT_REGION."
        )

    def sign(request: OutgoingRequest) -> None:
        credentials = session.get_credentials()
        if credentials is None:
            raise MlflowException.invalid_parameter_value(
                f"{env.MLFLOW_TRACKING_AWS_SIGV4.name} is set, but no AWS credentials were found. Set "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile."
            )
        signed = AWSRequest(request.method, request.url, dict(request.headers), request.body)
        SigV4Auth(credentials.get_frozen_credentials(), AWS_SERVICE, region).add_auth(signed)
        request.headers.update({name: str(value) for name, value in signed.headers.items()})

    return sign
