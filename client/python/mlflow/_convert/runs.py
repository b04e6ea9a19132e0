"""The rpcs of RunService: values in, entities out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlflow import entities
from mlflow._convert import entities as convert
from mlflow._transport.base import Transport
from mlflow.store.entities.paged_list import PagedList
from trackwell.v1 import experiments_pb2
from trackwell.v1 import runs_pb2 as pb

_SERVICE = "/trackwell.v1.RunService/"


def create(
    transport: Transport,
    experiment_id: str,
    user_id: str | None,
    start_time_ms: int,
    tags: Iterable[entities.RunTag],
    run_name: str | None,
) -> entities.Run:
    """The new run."""
    with convert.building("a run"):
        request = pb.CreateRunRequest(
            experiment_id=experiment_id,
            user_id=user_id,
            run_name=run_name,
            start_time=start_time_ms,
            tags=convert.tag_messages(tags),
        )
    return convert.run(transport.unary(_SERVICE + "CreateRun", request, pb.CreateRunResponse).run)


def get(transport: Transport, run_id: str) -> entities.Run:
    """The run, active or deleted."""
    with convert.building("a run id"):
        request = pb.GetRunRequest(run_id=run_id, run_uuid=run_id)
    return convert.run(transport.unary(_SERVICE + "GetRun", request, pb.GetRunResponse).run)


def update(
    transport: Transport,
    run_id: str,
    status: str | None = None,
    end_time_ms: int | None = None,
    run_name: str | None = None,
) -> entities.RunInfo:
    """The run after what is not None has changed."""
    with convert.building("a run's status, end time or name"):
        request = pb.UpdateRunRequest(run_id=run_id, run_uuid=run_id, end_time=end_time_ms, run_name=run_name)
        if status is not None:
            request.status = pb.RunStatus.Status.Value(status)
    return convert.run_info(transport.unary(_SERVICE + "UpdateRun", request, pb.UpdateRunResponse).run_info)


def delete(transport: Transport, run_id: str) -> None:
    """Marks the run as deleted."""
    with convert.building("a run id"):
        request = pb.DeleteRunRequest(run_id=run_id)
    transport.unary(_SERVICE + "DeleteRun", request, pb.DeleteRunResponse)


def restore(transport: Transport, run_id: str) -> None:
    """Makes the run active."""
    with convert.building("a run id"):
        request = pb.RestoreRunRequest(run_id=run_id)
    transport.unary(_SERVICE + "RestoreRun", request, pb.RestoreRunResponse)


def log_param(transport: Transport, run_id: str, key: str, value: str) -> None:
    """Logs one param."""
    with convert.building("a param"):
        request = pb.LogParamRequest(run_id=run_id, run_uuid=run_id, key=key, value=value)
    transport.unary(_SERVICE + "LogParam", request, pb.LogParamResponse)


def set_tag(transport: Transport, run_id: str, key: str, value: str) -> None:
    """Sets one tag."""
    with convert.building("a tag"):
        request = pb.SetTagRequest(run_id=run_id, run_uuid=run_id, key=key, value=value)
    transport.unary(_SERVICE + "SetTag", request, pb.SetTagResponse)


def delete_tag(transport: Transport, run_id: str, key: str) -> None:
    """Removes one tag."""
    with convert.building("a tag"):
        request = pb.DeleteTagRequest(run_id=run_id, key=key)
    transport.unary(_SERVICE + "DeleteTag", request, pb.DeleteTagResponse)


def log_batch(
    transport: Transport,
    run_id: str,
    metrics: Iterable[entities.Metric],
    params: Iterable[entities.Param],
    tags: Iterable[entities.RunTag],
) -> None:
    """Logs all of them or none. How many one request may hold is the caller's to mind."""
    with convert.building("a run id"):
        request = pb.LogBatchRequest(
            run_id=run_id,
            params=convert.param_messages(params),
            tags=convert.tag_messages(tags),
        )
    convert.add_metrics(request, metrics)
    transport.unary(_SERVICE + "LogBatch", request, pb.LogBatchResponse)


def log_inputs(
    transport: Transport,
    run_id: str,
    datasets: Iterable[entities.DatasetInput],
    models: Iterable[entities.LoggedModelInput],
) -> None:
    """Records what the run used."""
    with convert.building("a run's inputs"):
        request = pb.LogInputsRequest(
            run_id=run_id,
            datasets=map(convert.dataset_input_message, datasets),
            models=map(convert.model_input_message, models),
        )
    transport.unary(_SERVICE + "LogInputs", request, pb.LogInputsResponse)


def log_outputs(transport: Transport, run_id: str, models: Iterable[entities.LoggedModelOutput]) -> None:
    """Records what the run produced."""
    with convert.building("a run's outputs"):
        request = pb.LogOutputsRequest(run_id=run_id, models=map(convert.model_output_message, models))
    transport.unary(_SERVICE + "LogOutputs", request, pb.LogOutputsResponse)


def log_model(transport: Transport, run_id: str, model_json: str) -> None:
    """Records that the run logged a model."""
    with convert.building("a model"):
        request = pb.LogModelRequest(run_id=run_id, model_json=model_json)
    transport.unary(_SERVICE + "LogModel", request, pb.LogModelResponse)


def search(
    transport: Transport,
    experiment_ids: Sequence[str],
    filter_string: str,
    view_type: int,
    max_results: int,
    order_by: Sequence[str],
    page_token: str | None,
) -> PagedList[entities.Run]:
    """One page of runs."""
    with convert.building("a run search"):
        request = pb.SearchRunsRequest(
            experiment_ids=experiment_ids,
            filter=filter_string,
            run_view_type=experiments_pb2.ViewType.Type.ValueType(view_type),
            max_results=max_results,
            order_by=order_by,
            page_token=page_token,
        )
    reply = transport.unary(_SERVICE + "SearchRuns", request, pb.SearchRunsResponse)
    return PagedList(map(convert.run, reply.runs), reply.next_page_token or None)
