"""The rpcs of ExperimentService: values in, entities out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlflow import entities
from mlflow._convert import entities as convert
from mlflow._transport.base import Transport
from mlflow.store.entities.paged_list import PagedList
from trackwell.v1 import experiments_pb2 as pb

_SERVICE = "/trackwell.v1.ExperimentService/"


def create(
    transport: Transport, name: str, artifact_location: str | None, tags: Iterable[entities.ExperimentTag]
) -> str:
    """The new experiment's id."""
    with convert.building("an experiment"):
        request = pb.CreateExperimentRequest(
            name=name, artifact_location=artifact_location, tags=convert.experiment_tag_messages(tags)
        )
    return transport.unary(_SERVICE + "CreateExperiment", request, pb.CreateExperimentResponse).experiment_id


def get(transport: Transport, experiment_id: str) -> entities.Experiment:
    """The experiment, active or deleted."""
    with convert.building("an experiment id"):
        request = pb.GetExperimentRequest(experiment_id=experiment_id)
    return convert.experiment(transport.unary(_SERVICE + "GetExperiment", request, pb.GetExperimentResponse).experiment)


def get_by_name(transport: Transport, name: str) -> entities.Experiment:
    """The experiment of that exact name, active or deleted."""
    with convert.building("an experiment name"):
        request = pb.GetExperimentByNameRequest(experiment_name=name)
    reply = transport.unary(_SERVICE + "GetExperimentByName", request, pb.GetExperimentByNameResponse)
    return convert.experiment(reply.experiment)


def search(
    transport: Transport,
    view_type: int,
    max_results: int,
    filter_string: str | None,
    order_by: Sequence[str],
    page_token: str | None,
) -> PagedList[entities.Experiment]:
    """One page of experiments."""
    with convert.building("an experiment search"):
        request = pb.SearchExperimentsRequest(
            max_results=max_results,
            page_token=page_token,
            filter=filter_string,
            order_by=order_by,
            view_type=pb.ViewType.Type.ValueType(view_type),
        )
    reply = transport.unary(_SERVICE + "SearchExperiments", request, pb.SearchExperimentsResponse)
    return PagedList(map(convert.experiment, reply.experiments), reply.next_page_token or None)


def rename(transport: Transport, experiment_id: str, new_name: str) -> None:
    """Renames an active experiment."""
    with convert.building("an experiment name"):
        request = pb.UpdateExperimentRequest(experiment_id=experiment_id, new_name=new_name)
    transport.unary(_SERVICE + "UpdateExperiment", request, pb.UpdateExperimentResponse)


def delete(transport: Transport, experiment_id: str) -> None:
    """Deletes an active experiment and its runs."""
    with convert.building("an experiment id"):
        request = pb.DeleteExperimentRequest(experiment_id=experiment_id)
    transport.unary(_SERVICE + "DeleteExperiment", request, pb.DeleteExperimentResponse)


def restore(transport: Transport, experiment_id: str) -> None:
    """Makes a deleted experiment and its runs active."""
    with convert.building("an experiment id"):
        request = pb.RestoreExperimentRequest(experiment_id=experiment_id)
    transport.unary(_SERVICE + "RestoreExperiment", request, pb.RestoreExperimentResponse)


def set_tag(transport: Transport, experiment_id: str, key: str, value: object) -> None:
    """Sets one tag; the value becomes text."""
    with convert.building("an experiment tag"):
        request = pb.SetExperimentTagRequest(experiment_id=experiment_id, key=key, value=str(value))
    transport.unary(_SERVICE + "SetExperimentTag", request, pb.SetExperimentTagResponse)


def delete_tag(transport: Transport, experiment_id: str, key: str) -> None:
    """Removes one tag."""
    with convert.building("an experiment tag"):
        request = pb.DeleteExperimentTagRequest(experiment_id=experiment_id, key=key)
    transport.unary(_SERVICE + "DeleteExperimentTag", request, pb.DeleteExperimentTagResponse)
