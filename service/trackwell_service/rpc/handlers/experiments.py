"""Handlers of ExperimentService."""

from __future__ import annotations

from functools import partial

from trackwell.v1 import experiments_pb2 as pb
from trackwell_service.domain.entities import LifecycleStage, ViewType
from trackwell_service.domain.validation import experiment_id, view_type
from trackwell_service.operations import datasets, experiments, searching
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.convert import dataset_summary_message, experiment_message, optional, pairs
from trackwell_service.rpc.handling import Handlers, Read, Services, Write

PREFIX = "/trackwell.v1.ExperimentService/"


def handlers(services: Services) -> Handlers:
    """The handlers by method."""
    area = _Experiments(services)
    return {
        f"{PREFIX}CreateExperiment": Write(
            area.create, lambda _, reply: pb.CreateExperimentResponse(experiment_id=str(reply))
        ),
        f"{PREFIX}GetExperiment": Read(area.get),
        f"{PREFIX}GetExperimentByName": Read(area.get_by_name),
        f"{PREFIX}SearchExperiments": Read(area.search),
        f"{PREFIX}ListExperiments": Read(area.list),
        f"{PREFIX}UpdateExperiment": Write(area.rename, lambda _, __: pb.UpdateExperimentResponse()),
        f"{PREFIX}DeleteExperiment": Write(
            partial(area.move, LifecycleStage.DELETED), lambda _, __: pb.DeleteExperimentResponse()
        ),
        f"{PREFIX}RestoreExperiment": Write(
            partial(area.move, LifecycleStage.ACTIVE), lambda _, __: pb.RestoreExperimentResponse()
        ),
        f"{PREFIX}SetExperimentTag": Write(area.set_tag, lambda _, __: pb.SetExperimentTagResponse()),
        f"{PREFIX}DeleteExperimentTag": Write(area.delete_tag, lambda _, __: pb.DeleteExperimentTagResponse()),
        f"{PREFIX}SearchDatasets": Read(area.search_datasets),
    }


class _Experiments:
    def __init__(self, services: Services) -> None:
        self._services = services

    def create(self, request: pb.CreateExperimentRequest, context: CallContext) -> experiments.CreateExperiment:
        return experiments.create_experiment(
            self._services.locations,
            request.name,
            request.artifact_location or None,
            pairs(request.tags),
            now_ms=self._services.clock(),
            request_id=context.attempt_key(request),
        )

    def get(self, request: pb.GetExperimentRequest, _: CallContext) -> pb.GetExperimentResponse:
        found = experiments.get_experiment(self._services.store, experiment_id(request.experiment_id))
        return pb.GetExperimentResponse(experiment=experiment_message(found))

    def get_by_name(self, request: pb.GetExperimentByNameRequest, _: CallContext) -> pb.GetExperimentByNameResponse:
        found = experiments.get_experiment_by_name(self._services.store, request.experiment_name)
        return pb.GetExperimentByNameResponse(experiment=experiment_message(found))

    def search(self, request: pb.SearchExperimentsRequest, _: CallContext) -> pb.SearchExperimentsResponse:
        page = searching.search_experiments(
            self._services.store,
            searching.SearchText(
                filter=request.filter,
                order_by=list(request.order_by),
                view=_view(request),
                max_results=optional(request, "max_results"),
                page_token=request.page_token,
            ),
        )
        return pb.SearchExperimentsResponse(
            experiments=map(experiment_message, page.experiments), next_page_token=page.next_page_token
        )

    def list(self, request: pb.ListExperimentsRequest, _: CallContext) -> pb.ListExperimentsResponse:
        page = searching.search_experiments(
            self._services.store,
            searching.SearchText(
                view=_view(request),
                max_results=optional(request, "max_results"),
                page_token=request.page_token,
            ),
        )
        return pb.ListExperimentsResponse(
            experiments=map(experiment_message, page.experiments), next_page_token=page.next_page_token
        )

    def rename(self, request: pb.UpdateExperimentRequest, context: CallContext) -> experiments.RenameActiveExperiment:
        return experiments.rename_experiment(
            experiment_id(request.experiment_id),
            request.new_name,
            now_ms=self._services.clock(),
            request_id=context.attempt_key(request),
        )

    def move(
        self,
        stage: LifecycleStage,
        request: pb.DeleteExperimentRequest | pb.RestoreExperimentRequest,
        context: CallContext,
    ) -> experiments.MoveExperiment:
        return experiments.MoveExperiment(
            experiment_id(request.experiment_id), stage, self._services.clock(), context.attempt_key(request)
        )

    def set_tag(self, request: pb.SetExperimentTagRequest, _: CallContext) -> experiments.SetTagOnExperiment:
        return experiments.set_experiment_tag(experiment_id(request.experiment_id), request.key, request.value)

    def delete_tag(
        self, request: pb.DeleteExperimentTagRequest, context: CallContext
    ) -> experiments.DeleteTagOfExperiment:
        return experiments.delete_experiment_tag(
            experiment_id(request.experiment_id), request.key, request_id=context.attempt_key(request)
        )

    def search_datasets(self, request: pb.SearchDatasetsRequest, _: CallContext) -> pb.SearchDatasetsResponse:
        ids = [experiment_id(text, f"experiment_ids[{index}]") for index, text in enumerate(request.experiment_ids)]
        found = datasets.search_datasets(self._services.store, ids)
        return pb.SearchDatasetsResponse(dataset_summaries=map(dataset_summary_message, found))


def _view(request: pb.SearchExperimentsRequest | pb.ListExperimentsRequest) -> ViewType:
    return view_type(request.view_type, "view_type") if request.HasField("view_type") else ViewType.ACTIVE_ONLY
