"""Opens the transport that a tracking URI asks for."""

from __future__ import annotations

from mlflow._transport.base import Transport
from mlflow._transport.credentials import Credentials, stored_version
from mlflow._transport.retry import RetryPolicy
from mlflow._transport.uris import Door, door_of
from mlflow.environment_variables import texts_of_transports


def settings_version(uri: str) -> object:
    """Changes when the settings that a transport to `uri` was opened with do.

    Cheap, as it is asked for with every call. A service in this process is not to be opened twice when they change.
    """
    if door_of(uri) is Door.IN_PROCESS:
        return None
    return texts_of_transports(), stored_version()


def open_transport(uri: str) -> Transport:
    """A transport to the service at `uri`. Raises MlflowException for a URI that leads nowhere."""
    door = door_of(uri)
    if door is Door.IN_PROCESS:
        from mlflow._transport.inprocess import InProcessTransport

        return InProcessTransport(uri)
    credentials, policy = Credentials.from_environment(), RetryPolicy.from_environment()
    if door is Door.GRPC:
        from mlflow._transport.grpc import GrpcTransport

        return GrpcTransport(uri, credentials, policy)
    from mlflow._transport.rest import RestTransport

    return RestTransport(uri, credentials, policy)
