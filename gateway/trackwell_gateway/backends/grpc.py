"""A service elsewhere, reached over gRPC: what a gateway in a process of its own stands on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from grpc import aio
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from trackwell.v1 import errors_pb2
from trackwell_gateway.backend import CallContext
from trackwell_gateway.backends.patient_write import PatientWrite
from trackwell_gateway.errors import BackendError, InvalidRequest

_DETAILS_KEY: Final = "grpc-status-details-bin"
_REQUEST_ID_KEY: Final = "x-request-id"
_CHECK: Final = "/grpc.health.v1.Health/Check"
_CHECK_TIMEOUT_S: Final = 2.0
"""How long the service may take to say that it serves; those who ask for `/health` rarely wait longer than 5 s."""
_ANSWER_MAX_BYTES: Final = 64 << 20
"""Largest answer taken: the service bounds its pages far below."""
_REQUEST_MAX_BYTES: Final = 32 << 20
"""Largest request sent: what the service takes over gRPC, with room for one dataset profile."""
_OPTIONS: Final = (
    ("grpc.max_receive_message_length", _ANSWER_MAX_BYTES),
    ("grpc.max_send_message_length", _REQUEST_MAX_BYTES),
    # A service that comes back is found again within seconds, not minutes.
    ("grpc.max_reconnect_backoff_ms", 5_000),
)


def _codes_by_status() -> dict[str, str]:
    """The error code for each gRPC status: the one of its name, else the first of that status in the contract."""
    table: dict[str, str] = {}
    for value in errors_pb2.Error.Code.DESCRIPTOR.values:
        number = value.GetOptions().Extensions[errors_pb2.error_mapping].grpc_code
        status = next(code.name for code in grpc.StatusCode if code.value[0] == number)
        if value.name == status or status not in table:
            table[status] = value.name
    return table


_CODES_BY_STATUS: Final = _codes_by_status()

_TRANSPORT_MESSAGES: Final = {
    grpc.StatusCode.UNAVAILABLE: "The tracking service behind this gateway cannot be reached; try again.",
    grpc.StatusCode.DEADLINE_EXCEEDED: "The tracking service did not answer in time.",
}
"""What is said when the service itself said nothing. The library's own text names addresses, which stay inside."""
_RETRY_AFTER_S: Final = 1.0


class GrpcBackend:
    """Calls a service at `target` (`host:port`). See `trackwell_gateway.backend.Backend`. Close it when done."""

    run_texts = None

    def __init__(self, target: str, *, credentials: grpc.ChannelCredentials | None = None) -> None:
        if credentials is None:
            self._channel = aio.insecure_channel(target, options=_OPTIONS)
        else:
            self._channel = aio.secure_channel(target, credentials, options=_OPTIONS)
        self._unary: dict[str, Any] = {}

    async def close(self) -> None:
        """Hangs up. Open calls are cancelled."""
        await self._channel.close()

    async def check(self) -> None:
        """Asks the service's own gRPC health check."""
        context = CallContext(deadline=time.monotonic() + _CHECK_TIMEOUT_S)
        answer = await self.unary(_CHECK, HealthCheckRequest(), context)
        if HealthCheckResponse.FromString(answer).status != HealthCheckResponse.SERVING:
            raise BackendError(
                "TEMPORARILY_UNAVAILABLE", "The tracking service behind this gateway is stopping.", _RETRY_AFTER_S
            )

    async def unary(self, method: str, request: Message, context: CallContext) -> bytes:
        """Calls a method without streams."""
        call = self._unary.get(method)
        if call is None:
            call = self._unary[method] = self._channel.unary_unary(method)
        try:
            answer: bytes = await call(_encoded(request), timeout=_left_s(context), metadata=_metadata(context))
        except aio.AioRpcError as error:
            raise _refusal(error) from None
        return answer

    async def server_stream(
        self, method: str, request: Message, context: CallContext
    ) -> AsyncGenerator[Message | bytes, None]:
        """Calls a method that answers with a stream."""
        open_call: Any = self._channel.unary_stream(method)
        call = open_call(_encoded(request), timeout=_left_s(context), metadata=_metadata(context))
        try:
            async for item in call:
                yield item
        except aio.AioRpcError as error:
            raise _refusal(error) from None
        finally:
            call.cancel()

    async def client_stream(
        self, method: str, requests: AsyncIterator[Message], context: CallContext
    ) -> Message | bytes:
        """Calls a method that takes a stream."""
        open_call: Any = self._channel.stream_unary(method)
        call = open_call(timeout=_left_s(context), metadata=_metadata(context))
        try:
            try:
                async for request in requests:
                    await PatientWrite(call, _encoded(request))
                await call.done_writing()
            except asyncio.InvalidStateError:
                # The service has answered, that is refused, before the end: the answer says why.
                pass
            answer: bytes = await call
        except aio.AioRpcError as error:
            raise _refusal(error) from None
        finally:
            # After the answer this does nothing; before it, the service learns that the stream was given up.
            call.cancel()
        return answer


def _encoded(request: Message) -> bytes:
    data = request.SerializeToString()
    if len(data) > _REQUEST_MAX_BYTES:
        raise InvalidRequest(
            f"The request is larger than {_REQUEST_MAX_BYTES} bytes; send it in smaller parts.", http_status=413
        )
    return data


def _left_s(context: CallContext) -> float | None:
    return None if context.deadline is None else max(0.0, context.deadline - time.monotonic())


def _metadata(context: CallContext) -> list[tuple[str, str]]:
    pairs = list(context.metadata.items())
    if context.request_id is not None:
        pairs.append((_REQUEST_ID_KEY, context.request_id))
    return pairs


def _refusal(error: aio.AioRpcError) -> BackendError:
    """The service's own error from the call's details, or what the status alone says."""
    retry_after_s: float | None = None
    found: errors_pb2.Error | None = None
    for detail in _details(error):
        if detail.Is(errors_pb2.Error.DESCRIPTOR):
            found = errors_pb2.Error.FromString(detail.value)
        elif detail.Is(RetryInfo.DESCRIPTOR):
            retry_after_s = RetryInfo.FromString(detail.value).retry_delay.ToMilliseconds() / 1000
    if found is not None and found.error_code in errors_pb2.Error.Code.values():
        return BackendError(errors_pb2.Error.Code.Name(found.error_code), found.message, retry_after_s)
    status = error.code()
    message = _TRANSPORT_MESSAGES.get(status)
    if message is not None:
        return BackendError(_CODES_BY_STATUS[status.name], message, retry_after_s or _RETRY_AFTER_S)
    return BackendError(
        _CODES_BY_STATUS.get(status.name, "INTERNAL_ERROR"),
        f"The tracking service refused the call with status {status.name}.",
        retry_after_s,
    )


def _details(error: aio.AioRpcError) -> list[Any]:
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS_KEY:
            try:
                return list(Status.FromString(value if isinstance(value, bytes) else value.encode()).details)
            except DecodeError:
                return []
    return []
