"""Which way asynchronous logging takes to a service, and the operations that a call becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from mlflow._convert import runs
from mlflow._transport.base import DuplexTransport, Transport
from mlflow._transport.opening import rest_server
from mlflow._transport.retry import RetryPolicy
from mlflow._transport.uris import Door, door_of, is_databricks, redacted
from mlflow.entities import Metric, Param, RunTag
from mlflow.environment_variables import MLFLOW_ASYNC_LOGGING_SPOOL_DIR, MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE
from mlflow.tracking._async.operations import Operation
from mlflow.tracking._async.pool import PooledQueue
from mlflow.tracking._async.queue import AsyncQueue
from mlflow.tracking._async.spooling import SpoolPlace
from mlflow.tracking._async.stream import Acknowledgement, StreamedQueue, StreamItem

Transports = Callable[[str], Transport]
"""The transport to use for a URI now; settings in the environment may change which."""


def open_queue(uri: str, transport: Transports) -> AsyncQueue:
    """A queue to a service: over one stream where it has a door with streams, else over a pool of requests.

    What cannot be sent to a server is kept on disk, where the system can lock files.
    """

    def log_batches(requests: Sequence[object]) -> None:
        runs.log_batches(transport(uri), requests)

    place = None
    if door_of(uri) is not Door.IN_PROCESS and find_spec("fcntl") is not None:
        place = SpoolPlace(
            Path(MLFLOW_ASYNC_LOGGING_SPOOL_DIR.get()).expanduser(),
            redacted(rest_server(uri)[0] if is_databricks(uri) else uri),  # a workspace by its URL: profiles change
            lambda operation: runs.batch_to_bytes(operation.request),
            lambda data: _operation(runs.batch_from_bytes(data)),
            lambda operations: log_batches([operation.request for operation in operations]),
        )
    stream_uri = _stream_uri(uri, transport)
    queue: AsyncQueue
    if stream_uri is not None:
        queue = StreamedQueue(lambda: _LogStream(transport(stream_uri)), place)
    else:
        queue = PooledQueue(log_batches, MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE.get(), place)
    queue.adopt()
    return queue


def _stream_uri(uri: str, transport: Transports) -> str | None:
    """The URI of the service's door with streams: its own, or that which its REST door advertises, or None."""
    door = door_of(uri)
    if door is Door.GRPC:
        return uri
    if door is Door.REST:
        from mlflow._transport.advertised import stream_door

        return stream_door(uri, transport)
    return None


def operations(
    run_id: str, batches: Iterable[tuple[Sequence[Metric], Sequence[Param], Sequence[RunTag]]]
) -> list[Operation]:
    """One operation for each batch, which fits one request.

    Raises MlflowException for values that no request can hold; then none of them is to be queued.
    """
    return [_operation(runs.batch(run_id, *batch)) for batch in batches]


def _operation(request: object) -> Operation:
    run_id, param_keys, tag_count, size = runs.content_of_batch(request)
    return Operation(run_id, request, frozenset(param_keys), tag_count, size)


class _LogStream:
    """LogStream as `StreamedQueue` wants it."""

    def __init__(self, transport: Transport) -> None:
        if not isinstance(transport, DuplexTransport):
            raise TypeError(f"{type(transport).__name__} has no streams")
        self._transport = transport
        self.policy: RetryPolicy = transport.policy

    def open(self, items: Iterator[StreamItem]) -> Iterator[Acknowledgement]:
        return runs.log_stream(self._transport, items)
