"""`MlflowClient`: every call of a tracking service, one method each, without any active run or experiment."""

from __future__ import annotations

from mlflow.tracking import _state
from mlflow.tracking._client_artifacts import ArtifactMethods
from mlflow.tracking._client_experiments import ExperimentMethods
from mlflow.tracking._client_logging import LoggingMethods
from mlflow.tracking._client_runs import RunMethods


class MlflowClient(ExperimentMethods, RunMethods, LoggingMethods, ArtifactMethods):
    """A client of the tracking service at `tracking_uri` (rest-facts §12). May be used from any thread.

    What the service refuses is raised as `mlflow.exceptions.RestException`, everything else that goes wrong as
    `mlflow.exceptions.MlflowException`.
    """

    @property
    def registry_uri(self) -> str:
        """The model registry's URI."""
        return self._registry_uri if self._registry_uri is not None else _state.registry_uri()

    def __repr__(self) -> str:
        from mlflow._transport.uris import redacted

        return f"MlflowClient(tracking_uri={redacted(self._tracking_uri)!r})"
