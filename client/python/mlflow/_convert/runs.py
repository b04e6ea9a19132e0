"""The rpcs of RunService: values in, entities out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mlflow import entities
from mlflow._convert import entities as convert
from mlflow._convert.errors import code_name
from mlflow._transport.base import DuplexTransport, Transport
from mlflow.exceptions import MlflowException, RestException
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


def batch(
    run_id: str,
    metrics: Iterable[entities.Metric],
    params: Iterable[entities.Param],
    tags: Iterable[entities.RunTag],
) -> pb.LogBatchRequest:
    """The request that logs all of them or none. How many one request may hold is the caller's to mind."""
    with convert.building("a run id"):
        request = pb.LogBatchRequest(
            run_id=run_id,
            params=convert.param_messages(params),
            tags=convert.tag_messages(tags),
        )
    convert.add_metrics(request, metrics)
    return request


def batch_to_bytes(request: object) -> bytes:
    """What `batch` put together, as `batch_from_bytes` reads it."""
    [one] = _batches([request])
    return one.SerializeToString()


def batch_from_bytes(data: bytes) -> pb.LogBatchRequest:
    """What `batch_to_bytes` wrote."""
    return pb.LogBatchRequest.FromString(data)


def content_of_batch(request: object) -> tuple[str, list[str], int, int]:
    """The run, the keys of the params, how many tags, and how many metrics, params and tags together."""
    [one] = _batches([request])
    size = len(one.metrics) + len(one.params) + len(one.tags)
    return one.run_id, [param.key for param in one.params], len(one.tags), size


def log_batch(transport: Transport, request: pb.LogBatchRequest) -> None:
    """Logs what `batch` put together."""
    transport.unary(_SERVICE + "LogBatch", request, pb.LogBatchResponse)


def log_batches(transport: Transport, requests: Sequence[object]) -> None:
    """Logs what several calls of `batch` put together for one run, all of it or nothing."""
    together, *others = _batches(requests)
    if others:
        together = pb.LogBatchRequest.FromString(together.SerializeToString())
        for request in others:
            together.MergeFrom(request)
    log_batch(transport, together)


def log_stream(
    transport: DuplexTransport, items: Iterator[tuple[int, Sequence[object]]]
) -> Iterator[tuple[int, dict[int, MlflowException]]]:
    """Logs as `log_batches` does, without waiting in between: numbered from 1 on.

    Each answer is the number up to which all is stored or refused, and the refusals since the answer before.
    """
    for reply in transport.duplex_stream(_SERVICE + "LogStream", map(_stream_request, items), pb.LogStreamResponse):
        refused: dict[int, MlflowException] = {
            refusal.sequence: RestException(
                {"error_code": code_name(refusal.error.error_code), "message": refusal.error.message}
            )
            for refusal in reply.refusals
        }
        yield reply.acknowledged_sequence, refused


def _stream_request(item: tuple[int, Sequence[object]]) -> pb.LogStreamRequest:
    sequence, requests = item
    request = pb.LogStreamRequest(sequence=sequence)
    for one in _batches(requests):
        request.run_id = one.run_id
        request.metrics.MergeFrom(one.metrics)
        request.params.MergeFrom(one.params)
        request.tags.MergeFrom(one.tags)
    return request


def _batches(requests: Sequence[object]) -> list[pb.LogBatchRequest]:
    return [request for request in requests if isinstance(request, pb.LogBatchRequest)]


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
