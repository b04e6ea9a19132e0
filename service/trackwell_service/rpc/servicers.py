"""gRPC handlers for every method of the contract, built from its descriptors: no method is written by hand.

What every call needs is done here once: parsing, deadline, request id, errors, counting, access log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from itertools import groupby
from types import TracebackType
from typing import Any, Final, NoReturn, Self

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from trackwell_service.domain.errors import DeadlineExceeded, InvalidParameter
from trackwell_service.rpc import status
from trackwell_service.rpc.access_log import AccessLog, Call
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.context import REQUEST_ID_KEY, CallContext, checked_request_id
from trackwell_service.rpc.core import as_trackwell_error, contract_methods
from trackwell_service.rpc.telemetry import CallStats, Telemetry

SERVICES: Final[Mapping[str, Sequence[MethodDescriptor]]] = {
    name: tuple(methods)
    for name, methods in groupby(contract_methods().values(), lambda method: method.containing_service.full_name)
}
"""The methods of each service of the contract, by the service's full name."""

STALLED_WRITE_S: Final = 60.0
"""A stream whose caller takes nothing for this long is given up: what waits for him in memory is freed."""

Context = aio.ServicerContext[bytes, bytes]
Handler = Callable[[Any, Context], Awaitable[bytes | None]]


class Servicers:
    """Answers the contract's methods with `core`.

    `longest_call_s` bounds calls of one message and one answer, also when the caller set no deadline; a stream lives
    as long as its caller wants it to.
    """

    def __init__(
        self, core: AsyncCore, *, telemetry: Telemetry, access_log: AccessLog | None, longest_call_s: float
    ) -> None:
        self.core = core
        self.telemetry = telemetry
        self.access_log = access_log
        self.longest_call_s = longest_call_s

    def generic_handlers(self) -> Sequence[grpc.GenericRpcHandler]:
        """One handler for each service of the contract."""
        return [
            grpc.method_handlers_generic_handler(name, {method.name: self._handler(method) for method in methods})
            for name, methods in SERVICES.items()
        ]

    def _handler(self, method: MethodDescriptor) -> grpc.RpcMethodHandler[Any, Any]:
        # No (de)serialiser is given: bytes are parsed where a bad message can be answered with an error of ours, and
        # an answer that the core has encoded already is sent as it is.
        if method.client_streaming and method.server_streaming:
            return grpc.stream_stream_rpc_method_handler(self._both_stream(method))
        if method.client_streaming:
            return grpc.stream_unary_rpc_method_handler(self._client_streams(method))
        if method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(self._server_streams(method))
        return grpc.unary_unary_rpc_method_handler(self._unary(method))

    def _unary(self, method: MethodDescriptor) -> Handler:
        name, parse, stats = self._parts(method)
        unary = self.core.unary

        async def handle(raw: bytes, context: Context) -> bytes:
            async with _OpenCall(self, name, stats, context) as call:
                request = call.parse(parse, raw)
                return call.sent(await unary(name, request, call.context(self.longest_call_s)))

        return handle

    def _server_streams(self, method: MethodDescriptor) -> Handler:
        name, parse, stats = self._parts(method)

        async def handle(raw: bytes, context: Context) -> None:
            async with _OpenCall(self, name, stats, context) as call:
                request = call.parse(parse, raw)
                async with aclosing(self.core.server_stream(name, request, call.context(None))) as items:
                    async for item in items:
                        await call.write(item, items)

        return handle

    def _client_streams(self, method: MethodDescriptor) -> Handler:
        name, parse, stats = self._parts(method)

        async def handle(messages: AsyncIterator[bytes], context: Context) -> bytes:
            async with _OpenCall(self, name, stats, context) as call:
                parsed = call.parse_finished(parse, messages)
                return call.sent(await self.core.client_stream(name, parsed, call.context(None)))

        return handle

    def _both_stream(self, method: MethodDescriptor) -> Handler:
        name, parse, stats = self._parts(method)

        async def handle(messages: AsyncIterator[bytes], context: Context) -> None:
            async with _OpenCall(self, name, stats, context) as call:
                parsed = call.parse_all(parse, messages)
                async with aclosing(self.core.bidi(name, parsed, call.context(None))) as answers:
                    async for answer in answers:
                        await call.write(answer, answers)

        return handle

    def _parts(self, method: MethodDescriptor) -> tuple[str, type[Message], CallStats]:
        name = f"/{method.containing_service.full_name}/{method.name}"
        return name, self.core.request_class(name) or GetMessageClass(method.input_type), self.telemetry.method(name)


class _OpenCall:
    """One call between its first and its last byte."""

    __slots__ = (
        "_code",
        "_context",
        "_giving_up",
        "_method",
        "_received",
        "_request_id",
        "_sent",
        "_servicers",
        "_started",
        "_stats",
    )

    def __init__(self, servicers: Servicers, method: str, stats: CallStats, context: Context) -> None:
        self._servicers = servicers
        self._method = method
        self._stats = stats
        self._context = context
        self._started = time.monotonic()
        self._received = 0
        self._sent = 0
        self._request_id: str | None = None
        self._code = "OK"
        self._giving_up: asyncio.Future[None] | None = None
        stats.open += 1

    def context(self, longest_s: float | None) -> CallContext:
        """What the core is told about the call. Raises InvalidParameter for a request id that breaks its rule."""
        given = self._context.invocation_metadata() or ()
        metadata = {key: value for key, value in given if isinstance(value, str)}
        request_id = metadata.get(REQUEST_ID_KEY)
        if request_id is not None:
            self._request_id = checked_request_id(request_id)
            self._context.set_trailing_metadata(((REQUEST_ID_KEY, request_id),))
        remaining_s: float | None = self._context.time_remaining()
        if remaining_s is None or (longest_s is not None and remaining_s > longest_s):
            remaining_s = longest_s
        return CallContext(request_id, None if remaining_s is None else self._started + remaining_s, metadata)

    def parse(self, message_class: type[Message], raw: bytes) -> Message:
        """The message that `raw` encodes; raises InvalidParameter when it encodes none."""
        self._received += len(raw)
        try:
            return message_class.FromString(raw)
        except DecodeError:
            raise InvalidParameter(
                f"The {len(raw)} bytes received are no {message_class.DESCRIPTOR.full_name} message. "
                f"Encode the request with the stubs generated from this server's contract."
            ) from None

    async def parse_all(self, message_class: type[Message], messages: AsyncIterator[bytes]) -> AsyncIterator[Message]:
        """The messages that `messages` encode."""
        async for raw in messages:
            yield self.parse(message_class, raw)

    async def parse_finished(
        self, message_class: type[Message], messages: AsyncIterator[bytes]
    ) -> AsyncIterator[Message]:
        """The messages that `messages` encode, of a caller who says when he is done."""
        async for message in self.parse_all(message_class, messages):
            yield message
        # gRPC's iterator also just ends when the caller hangs up in the middle, before this call hears of it; half a
        # file must not pass for a whole one. Headers can only be sent to a caller who is there: else this is cancelled.
        await self._context.send_initial_metadata(())

    def sent(self, message: Message | bytes) -> bytes:
        """The bytes of an answer."""
        encoded = message if isinstance(message, bytes) else message.SerializeToString()
        self._sent += len(encoded)
        return encoded

    async def write(self, message: Message | bytes, source: AsyncGenerator[Any, None]) -> None:
        """Sends the next message of a stream.

        When the caller takes nothing for too long, `source` is closed, which frees what waits for him. gRPC cannot
        end a call while it sends, so DeadlineExceeded is raised when the caller takes the message in the end.
        """
        timer = asyncio.get_running_loop().call_later(STALLED_WRITE_S, self._give_up, source)
        try:
            await self._context.write(self.sent(message))
        finally:
            timer.cancel()
        if self._giving_up is not None:
            await self._giving_up
            raise DeadlineExceeded(
                f"Nothing was read from the stream for {STALLED_WRITE_S:g} s, so it ends here. Open it again with the "
                "last token received."
            )

    def _give_up(self, source: AsyncGenerator[Any, None]) -> None:
        self._giving_up = asyncio.ensure_future(source.aclose())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the call: with the status of `error`, when there is one."""
        try:
            if error is not None:
                await self._fail(error)
        finally:
            self._count()

    async def _fail(self, error: BaseException) -> NoReturn:
        if not isinstance(error, Exception):
            self._code = "CANCELLED"
            raise error
        refusal = as_trackwell_error(error, self._method)
        code = status.status_code(refusal)
        self._code = code.name
        trailing: list[tuple[str, str | bytes]] = [status.details(refusal)]
        if self._request_id is not None:
            trailing.append((REQUEST_ID_KEY, self._request_id))
        await self._context.abort(code, status.status_text(refusal), tuple(trailing))

    def _count(self) -> None:
        duration_s = time.monotonic() - self._started
        stats = self._stats
        stats.open -= 1
        stats.received_bytes += self._received
        stats.sent_bytes += self._sent
        stats.ended(self._code, duration_s)
        access_log = self._servicers.access_log
        if access_log is not None:
            access_log.add(
                Call(
                    "grpc",
                    self._method,
                    self._code,
                    duration_s,
                    self._received,
                    self._sent,
                    self._context.peer(),
                    self._request_id,
                )
            )
