"""Opens the transport that a tracking URI asks for."""

from __future__ import annotations

from dataclasses import dataclass

from mlflow._transport.base import Transport
from mlflow._transport.credentials import Credentials
from mlflow._transport.retry import RetryPolicy
from mlflow._transport.uris import Door, door_of


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says about how to reach services."""

    credentials: Credentials
    policy: RetryPolicy


def settings_for(uri: str) -> Settings | None:
    """The settings in force; None for a service in this process, which is not to be opened twice when they change."""
    if door_of(uri) is Door.IN_PROCESS:
        return None
    return Settings(Credentials.from_environment(), RetryPolicy.from_environment())


def open_transport(uri: str, current: Settings | None) -> Transport:
    """A transport to the service at `uri`. Raises MlflowException for a URI that leads nowhere."""
    if current is None:
        from mlflow._transport.inprocess import InProcessTransport

        return InProcessTransport(uri)
    if door_of(uri) is Door.GRPC:
        from mlflow._transport.grpc import GrpcTransport

        return GrpcTransport(uri, current.credentials, current.policy)
    from mlflow._transport.rest import RestTransport

    return RestTransport(uri, current.credentials, current.policy)
