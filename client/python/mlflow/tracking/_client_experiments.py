"""The client's methods for experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlflow.entities import Experiment, ExperimentTag, ViewType
from mlflow.exceptions import RESOURCE_DOES_NOT_EXIST, MlflowException
from mlflow.store.entities.paged_list import PagedList
from mlflow.tracking._client_base import ClientBase

SEARCH_MAX_RESULTS_DEFAULT = 1000
"""Page size of a search that names none."""


class ExperimentMethods(ClientBase):
    """Creates, finds and changes experiments. All raise RestException for what the service refuses."""

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None
    ) -> str:
        """Creates an experiment and returns its id. A name in use is RESOURCE_ALREADY_EXISTS."""
        from mlflow._convert import experiments

        location = None if artifact_location is None else str(artifact_location)
        given = [ExperimentTag(key, value) for key, value in (tags or {}).items()]
        return experiments.create(self._transport, name, location, given)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """The experiment, active or deleted."""
        from mlflow._convert import experiments

        return experiments.get(self._transport, str(experiment_id))

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """The experiment of that exact name, active or deleted, or None."""
        from mlflow._convert import experiments

        try:
            return experiments.get_by_name(self._transport, name)
        except MlflowException as error:
            if error.error_code == RESOURCE_DOES_NOT_EXIST:
                return None
            raise

    def search_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int | None = SEARCH_MAX_RESULTS_DEFAULT,
        filter_string: str | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Experiment]:
        """One page of experiments; its `token` asks for the next (docs/search.md tells the languages)."""
        from mlflow._convert import experiments

        limit = SEARCH_MAX_RESULTS_DEFAULT if max_results is None else max_results
        return experiments.search(self._transport, view_type, limit, filter_string, _texts(order_by), page_token)

    def list_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int | None = None,
        page_token: str | None = None,
    ) -> PagedList[Experiment]:
        """The 1.x form of `search_experiments`, without filter and order."""
        return self.search_experiments(view_type, max_results, page_token=page_token)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Renames an active experiment."""
        from mlflow._convert import experiments

        experiments.rename(self._transport, str(experiment_id), new_name)

    def delete_experiment(self, experiment_id: str) -> None:
        """Deletes an active experiment and with it every run in it; `restore_experiment` brings them back."""
        from mlflow._convert import experiments

        experiments.delete(self._transport, str(experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        """Makes a deleted experiment and every run in it active."""
        from mlflow._convert import experiments

        experiments.restore(self._transport, str(experiment_id))

    def set_experiment_tag(self, experiment_id: str, key: str, value: Any) -> None:
        """Sets one tag of an active experiment; the last value wins. The value is logged as text."""
        from mlflow._convert import experiments

        experiments.set_tag(self._transport, str(experiment_id), key, value)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Removes one tag of an active experiment. An absent one is RESOURCE_DOES_NOT_EXIST."""
        from mlflow._convert import experiments

        experiments.delete_tag(self._transport, str(experiment_id), key)


def _texts(order_by: Sequence[str] | None) -> Sequence[str]:
    if isinstance(order_by, str):
        raise MlflowException.invalid_parameter_value(f"order_by must be a list of texts, not the text {order_by!r}.")
    return order_by or ()
