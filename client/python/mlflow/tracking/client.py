"""`MlflowClient`: every call of a tracking service, one method each, without any active run or experiment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from mlflow._lazy import missing_attribute
from mlflow.tracking import _state
from mlflow.tracking._client_artifacts import ArtifactMethods
from mlflow.tracking._client_experiments import ExperimentMethods
from mlflow.tracking._client_logging import LoggingMethods
from mlflow.tracking._client_runs import RunMethods

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own


class MlflowClient(ExperimentMethods, RunMethods, LoggingMethods, ArtifactMethods):
    """A client of the tracking service at `tracking_uri` (rest-facts §12). May be used from any thread.

    What the service refuses is raised as `mlflow.exceptions.RestException`, everything else that goes wrong as
    `mlflow.exceptions.MlflowException`.
    """

    @property
    def registry_uri(self) -> str:
        """The model registry's URI."""
        return self._registry_uri if self._registry_uri is not None else _state.registry_uri()

    def load_table(
        self,
        experiment_id: str,
        artifact_file: str,
        run_ids: Sequence[str] | None = None,
        extra_columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """The tables of that name which the experiment's active runs, or the named runs, have logged, as one DataFrame.

        `extra_columns` adds what is known of each row's run: "run_id" and other fields of its info, "params.…",
        "metrics.…" and "tags.…". Raises MlflowException when no run has such a table.
        """
        from mlflow.tracking._loaded_tables import load_tables

        return load_tables(self, str(experiment_id), artifact_file, run_ids, extra_columns or ())

    if not TYPE_CHECKING:  # a type checker shall go on finding names that do not exist

        def __getattr__(self, name: str) -> NoReturn:
            from mlflow._absent import reason_in_client

            reason = None if name.startswith("_") else reason_in_client(name)
            raise missing_attribute(f"{type(self).__name__!r} object", name, self, reason)

    def __repr__(self) -> str:
        from mlflow._transport.uris import redacted

        return f"MlflowClient(tracking_uri={redacted(self._tracking_uri)!r})"
