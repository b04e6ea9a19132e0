"""Opens the transport that a tracking URI asks for."""

from __future__ import annotations

from mlflow._transport.base import Transport
from mlflow._transport.credentials import Credentials, stored_version
from mlflow._transport.retry import RetryPolicy
from mlflow._transport.uris import Door, door_of, is_databricks
from mlflow.environment_variables import texts_of_transports


def settings_version(uri: str) -> object:
    """Changes when the settings that a transport to `uri` was opened with do.

    Cheap, as it is asked for with every call. A service in this process is not to be opened twice when they change.
    """
    if door_of(uri) is Door.IN_PROCESS:
        return None
    of_workspaces = None
    if is_databricks(uri):
        from mlflow._transport import databricks

        of_workspaces = databricks.settings_version()
    return texts_of_transports(), stored_version(), of_workspaces


def rest_server(uri: str) -> tuple[str, Credentials]:
    """The URL of the server that a URI of the REST door names, and what goes with every request to it."""
    if is_databricks(uri):
        from mlflow._transport.databricks import workspace

        return workspace(uri)
    return uri, Credentials.from_environment()


def open_transport(uri: str) -> Transport:
    """A transport to the service at `uri`. Raises MlflowException for a URI that leads nowhere."""
    door = door_of(uri)
    if door is Door.IN_PROCESS:
        from mlflow._transport.inprocess import InProcessTransport

        return InProcessTransport(uri)
    policy = RetryPolicy.from_environment()
    if door is Door.GRPC:
        from mlflow._transport.grpc import GrpcTransport

        return GrpcTransport(uri, Credentials.from_environment(), policy)
    from mlflow._transport.rest import RestTransport

    return RestTransport(*rest_server(uri), policy)
