"""Fluent calls about experiments, and which experiment a new run goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlflow.entities import Experiment, LifecycleStage, ViewType
from mlflow.environment_variables import MLFLOW_EXPERIMENT_ID, MLFLOW_EXPERIMENT_NAME
from mlflow.exceptions import MlflowException
from mlflow.tracking import _state
from mlflow.tracking._paging import all_pages
from mlflow.tracking.client import MlflowClient

DEFAULT_EXPERIMENT_ID = "0"


def create_experiment(name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None) -> str:
    """Creates an experiment and returns its id. A name in use is RESOURCE_ALREADY_EXISTS."""
    return MlflowClient().create_experiment(name, artifact_location, tags)


def set_experiment(experiment_name: str | None = None, experiment_id: str | None = None) -> Experiment:
    """Chooses the experiment for new runs, by name (created when there is none) or by id, exactly one of them.

    The choice holds for the whole process and those it starts. A deleted experiment is refused.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise MlflowException.invalid_parameter_value("Give set_experiment either experiment_name or experiment_id.")
    client = MlflowClient()
    if experiment_id is not None:
        experiment = client.get_experiment(experiment_id)
    else:
        experiment = client.get_experiment(_id_of(client, str(experiment_name)))
    if experiment.lifecycle_stage != LifecycleStage.ACTIVE:
        raise MlflowException.invalid_parameter_value(
            f"The experiment {experiment.name!r} (id {experiment.experiment_id}) is deleted. Restore it with "
            "mlflow.restore_experiment, or choose another."
        )
    _state.set_experiment_id(experiment.experiment_id)
    return experiment


def get_experiment(experiment_id: str) -> Experiment:
    """The experiment, active or deleted."""
    return MlflowClient().get_experiment(experiment_id)


def get_experiment_by_name(name: str) -> Experiment | None:
    """The experiment of that exact name, active or deleted, or None."""
    return MlflowClient().get_experiment_by_name(name)


def search_experiments(
    view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """The experiments that match, all of them unless `max_results` says fewer."""
    client = MlflowClient()
    return all_pages(
        lambda size, token: client.search_experiments(view_type, size, filter_string, order_by, token), max_results
    )


def list_experiments(view_type: int = ViewType.ACTIVE_ONLY, max_results: int | None = None) -> list[Experiment]:
    """The 1.x form of `search_experiments`."""
    return search_experiments(view_type, max_results)


def delete_experiment(experiment_id: str) -> None:
    """Deletes an active experiment and with it every run in it."""
    MlflowClient().delete_experiment(experiment_id)


def restore_experiment(experiment_id: str) -> None:
    """Makes a deleted experiment and every run in it active."""
    MlflowClient().restore_experiment(experiment_id)


def set_experiment_tag(key: str, value: Any) -> None:
    """Sets one tag of the chosen experiment; the last value wins."""
    MlflowClient().set_experiment_tag(current_experiment_id(), key, value)


def set_experiment_tags(tags: Mapping[str, Any]) -> None:
    """Sets tags of the chosen experiment, one after the other."""
    for key, value in tags.items():
        set_experiment_tag(key, value)


def delete_experiment_tag(key: str) -> None:
    """Removes one tag of the chosen experiment."""
    MlflowClient().delete_experiment_tag(current_experiment_id(), key)


def current_experiment_id() -> str:
    """The id of the experiment for new runs (rest-facts §12).

    That chosen by `set_experiment`; else the one named by MLFLOW_EXPERIMENT_NAME, created when there is none; else
    MLFLOW_EXPERIMENT_ID; else "0". Raises MlflowException when somebody set the two variables to different experiments.
    """
    chosen = _state.experiment_id()
    if chosen is not None:
        return chosen
    name, given_id = _state.experiment_of_environment()
    if name is None:
        return given_id or DEFAULT_EXPERIMENT_ID
    named_id = _id_of(MlflowClient(), name)
    if given_id is not None and given_id != named_id:
        raise MlflowException.invalid_parameter_value(
            f"{MLFLOW_EXPERIMENT_NAME.name}={name!r} is the experiment {named_id}, but {MLFLOW_EXPERIMENT_ID.name} is "
            f"{given_id!r}. Unset one of them."
        )
    return named_id


def _id_of(client: MlflowClient, name: str) -> str:
    """The id of the experiment of that name, created when there is none, also by somebody else meanwhile."""
    known = client.get_experiment_by_name(name)
    if known is not None:
        return known.experiment_id
    try:
        return client.create_experiment(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        created = client.get_experiment_by_name(name)
        if created is None:
            raise
        return created.experiment_id
