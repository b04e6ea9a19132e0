"""The gRPC door: a real HTTP/2 connection to a running server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2

from support.doors.contract import full_method, request_class, response_class
from support.errors import ApiError
from trackwell.v1 import errors_pb2

TIMEOUT_S = 60
"""Far beyond what any call takes: a hung server fails the test and does not hang it."""

DETAILS_KEY = "grpc-status-details-bin"


class GrpcDoor:
    """Calls rpcs over one channel, without generated stubs."""

    def __init__(self, address: str) -> None:
        # A connection of its own: gRPC else shares one among channels to one address, also with a server gone by now.
        options = [("grpc.max_receive_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
        self._channel = grpc.insecure_channel(address, options=options)

    def call(self, rpc_name: str, request: Message, *, request_id: str | None = None) -> Message:
        """See `Door.call`."""
        stub: Any = self._channel.unary_unary(
            full_method(rpc_name),
            request_serializer=request_class(rpc_name).SerializeToString,
            response_deserializer=response_class(rpc_name).FromString,
        )
        metadata = None if request_id is None else (("x-request-id", request_id),)
        try:
            response: Message = stub(request, timeout=TIMEOUT_S, metadata=metadata)
        except grpc.RpcError as error:
            raise translated(error) from None
        return response

    def stream(self, rpc_name: str, request: Message) -> Iterator[Message]:
        """See `Door.stream`."""
        stub: Any = self._channel.unary_stream(
            full_method(rpc_name),
            request_serializer=request_class(rpc_name).SerializeToString,
            response_deserializer=response_class(rpc_name).FromString,
        )
        try:
            yield from stub(request, timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            raise translated(error) from None

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()


def translated(error: Any) -> ApiError:
    """The refusal in the call's status detail; the status must be the one which the contract gives that code."""
    details = dict(error.trailing_metadata() or ()).get(DETAILS_KEY)
    assert details is not None, f"{error.code()}: {error.details()} carries no status detail"
    status = status_pb2.Status.FromString(details)
    refusal = errors_pb2.Error()
    assert any(detail.Unpack(refusal) for detail in status.details), status
    value = errors_pb2.Error.DESCRIPTOR.enum_types_by_name["Code"].values_by_number[refusal.error_code]
    mapping = value.GetOptions().Extensions[errors_pb2.error_mapping]
    assert mapping.grpc_code == error.code().value[0] == status.code, (value.name, error.code(), status.code)
    assert refusal.message == error.details() == status.message
    return ApiError(value.name, refusal.message)
