"""Handlers of RunService's unary rpcs, and of the batches of its LogStream."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from google.protobuf.message import Message

from trackwell.v1 import runs_pb2 as pb
from trackwell.wire.v1.wire_pb2 import PageWire
from trackwell_service.domain.entities import LifecycleStage, RunInfo, ViewType
from trackwell_service.domain.validation import check_run_id, experiment_id, run_status, view_type
from trackwell_service.operations import inputs, logging, models, runs, searching
from trackwell_service.operations.lifecycle import run_not_found
from trackwell_service.rpc.columns import typed_series
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.convert import (
    dataset_input,
    model_output,
    optional,
    pairs,
    rows,
    run_info_message,
    run_message,
)
from trackwell_service.rpc.handling import Handlers, Read, Services, Write
from trackwell_service.rpc.pages import run_page
from trackwell_service.rpc.run_document import message_size

PREFIX = "/trackwell.v1.RunService/"


def handlers(services: Services) -> Handlers:
    """The handlers by method."""
    area = _Runs(services)
    return {
        f"{PREFIX}CreateRun": Write(area.create, area.created),
        f"{PREFIX}GetRun": Read(area.get),
        f"{PREFIX}UpdateRun": Write(area.update, _updated),
        f"{PREFIX}DeleteRun": Write(partial(area.move, LifecycleStage.DELETED), lambda _, __: pb.DeleteRunResponse()),
        f"{PREFIX}RestoreRun": Write(partial(area.move, LifecycleStage.ACTIVE), lambda _, __: pb.RestoreRunResponse()),
        f"{PREFIX}LogParam": Write(area.log_param, lambda _, __: pb.LogParamResponse()),
        f"{PREFIX}SetTag": Write(area.set_tag, lambda _, __: pb.SetTagResponse()),
        f"{PREFIX}DeleteTag": Write(area.delete_tag, lambda _, __: pb.DeleteTagResponse()),
        f"{PREFIX}LogBatch": Write(area.log_batch, lambda _, __: pb.LogBatchResponse()),
        f"{PREFIX}SearchRuns": Read(area.search),
        f"{PREFIX}LogModel": Write(area.log_model, lambda _, __: pb.LogModelResponse()),
        f"{PREFIX}LogInputs": Write(area.log_inputs, lambda _, __: pb.LogInputsResponse()),
        f"{PREFIX}LogOutputs": Write(area.log_outputs, lambda _, __: pb.LogOutputsResponse()),
        f"{PREFIX}LogStream": Write(
            area.log_stream_batch,
            # Of one batch by itself; the stream's driver joins these into cumulative acknowledgements.
            lambda _, __: pb.LogStreamResponse(),
        ),
    }


class _Runs:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._policy = services.text_policy

    def create(self, request: pb.CreateRunRequest, context: CallContext) -> runs.CreateRun:
        return runs.create_run(
            self._policy,
            experiment_id(request.experiment_id),
            new_run_id=self._services.new_run_id(),
            chosen_run_id=request.run_id or None,
            generated_name=self._services.new_run_name(),
            run_name=request.run_name,
            user_id=request.user_id,
            start_time_ms=optional(request, "start_time"),
            tags=pairs(request.tags),
            now_ms=self._services.clock(),
            request_id=context.once_key(request),
        )

    def created(
        self, mutation: runs.CreateRun, artifact_uri: str | None
    ) -> pb.CreateRunResponse | Callable[[], pb.CreateRunResponse]:
        """The new run; one that an earlier attempt created is read back, because it may have changed since."""
        run_id = mutation.run_id if artifact_uri is None else runs.run_id_of(artifact_uri)
        if artifact_uri is None or run_id != mutation.run_id:
            return partial(self._created_before, run_id)
        run = runs.created_run(mutation, artifact_uri)
        return pb.CreateRunResponse(run=run_message(run, with_outputs=False))

    def _created_before(self, run_id: str) -> pb.CreateRunResponse:
        run = self._services.store.load_runs((run_id,)).get(run_id)
        if run is None:
            raise run_not_found(run_id)
        return pb.CreateRunResponse(run=run_message(run, with_outputs=False))

    def get(self, request: pb.GetRunRequest, _: CallContext) -> bytes:
        check_run_id(request.run_id)
        encoded = self._services.snapshots.encoded_run(request.run_id)
        if encoded is None:
            raise run_not_found(request.run_id)
        # GetRunResponse has the run in its first field, as a page has its items.
        return PageWire(items=[encoded]).SerializeToString()

    def update(self, request: pb.UpdateRunRequest, _: CallContext) -> runs.ChangeRun:
        return runs.update_run(
            request.run_id,
            status=run_status(request.status) if request.HasField("status") else None,
            end_time_ms=optional(request, "end_time"),
            name=optional(request, "run_name"),
        )

    def move(
        self, stage: LifecycleStage, request: pb.DeleteRunRequest | pb.RestoreRunRequest, _: CallContext
    ) -> runs.MoveRun:
        return runs.move_run(request.run_id, stage)

    def log_param(self, request: pb.LogParamRequest, _: CallContext) -> logging.LogItems:
        return logging.log_param(self._policy, request.run_id, request.key, request.value)

    def set_tag(self, request: pb.SetTagRequest, _: CallContext) -> logging.LogItems:
        return logging.set_tag(self._policy, request.run_id, request.key, request.value)

    def delete_tag(self, request: pb.DeleteTagRequest, context: CallContext) -> logging.DeleteTag:
        return logging.delete_tag(request.run_id, request.key, context.attempt_key(request))

    def log_batch(self, request: pb.LogBatchRequest, _: CallContext) -> logging.LogItems | logging.LogPoints:
        return logging.log_batch(
            self._policy, request.run_id, rows(request.metrics), pairs(request.params), pairs(request.tags)
        )

    def log_stream_batch(self, request: pb.LogStreamRequest, _: CallContext) -> logging.LogItems | logging.LogPoints:
        return logging.log_stream_batch(
            self._policy,
            request.run_id,
            rows(request.metrics),
            [typed_series(series) for series in request.series],
            pairs(request.params),
            pairs(request.tags),
        )

    def search(self, request: pb.SearchRunsRequest, context: CallContext) -> Message | bytes:
        search = searching.search_runs(
            [experiment_id(text, f"experiment_ids[{index}]") for index, text in enumerate(request.experiment_ids)],
            searching.SearchText(
                filter=request.filter,
                order_by=list(request.order_by),
                view=_view(request),
                max_results=optional(request, "max_results"),
                page_token=request.page_token,
            ),
        )
        services = self._services
        if context.accepts_json:
            return run_page(services.store, services.run_texts, search, size_of=message_size)
        return run_page(services.store, services.snapshots, search).SerializeToString()

    def log_model(self, request: pb.LogModelRequest, context: CallContext) -> models.LogModel:
        return models.log_model(request.run_id, request.model_json, request_id=context.attempt_key(request))

    def log_inputs(self, request: pb.LogInputsRequest, _: CallContext) -> inputs.LogInputs:
        return inputs.log_inputs(
            request.run_id,
            [dataset_input(one) for one in request.datasets],
            [model.model_id for model in request.models],
        )

    def log_outputs(self, request: pb.LogOutputsRequest, _: CallContext) -> inputs.LogOutputs:
        return inputs.log_outputs(request.run_id, [model_output(model) for model in request.models])


def _updated(_: runs.ChangeRun, after: RunInfo) -> pb.UpdateRunResponse:
    return pb.UpdateRunResponse(run_info=run_info_message(after))


def _view(request: pb.SearchRunsRequest) -> ViewType:
    if not request.HasField("run_view_type"):
        return ViewType.ACTIVE_ONLY
    return view_type(request.run_view_type, "run_view_type")
