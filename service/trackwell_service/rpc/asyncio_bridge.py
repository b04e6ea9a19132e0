"""The core for callers that live in an event loop: the gRPC server and the gateway in the same process.

A write is queued from the loop and its future resolved by the writer's thread, with no thread between; reads run in
the core's threads; streams run in threads of their own, so that a slow download keeps no read waiting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, cast

from google.protobuf.message import Message

from trackwell.v1.runs_pb2 import LogStreamRequest
from trackwell_service.domain.errors import NotImplementedHere, TrackwellError
from trackwell_service.rpc.completions import Completions
from trackwell_service.rpc.deadlines import out_of_time
from trackwell_service.rpc.intake import Intake
from trackwell_service.rpc.log_stream import LogStream
from trackwell_service.rpc.pump import Pump
from trackwell_service.rpc.streams import Receiver, StreamItem

if TYPE_CHECKING:
    from trackwell_service.rpc.context import CallContext

STREAM_THREADS: Final = 8
"""Threads for streams. One is held only while its stream makes or stores something: streams may be many more."""

LOG_STREAM: Final = "/trackwell.v1.RunService/LogStream"

Outcome = Message | bytes | TrackwellError


class Core(Protocol):
    """What the bridge needs of the core (`trackwell_service.rpc.core.ServiceCore`)."""

    def request_class(self, method: str) -> type[Message] | None:
        """A wire twin to read the method's requests with, or None for the class of the contract."""
        ...

    def submit(self, method: str, request: Message, context: CallContext, done: Callable[[Outcome], None]) -> None:
        """Answers one message through `done`, which is called once, in any thread. Raises nothing."""
        ...

    def server_stream(self, method: str, request: Message, context: CallContext) -> Iterator[StreamItem]:
        """The items of a stream; raises TrackwellError, at once or while it is iterated."""
        ...

    def client_stream(self, method: str, context: CallContext) -> Receiver:
        """Takes the messages of a stream; raises TrackwellError."""
        ...


class AsyncCore:
    """`core` with awaitable calls, bound to the running event loop. A call which is refused raises TrackwellError.

    A call that is cancelled or out of time leaves the loop at once; a write it had queued may still be stored.
    """

    def __init__(self, core: Core, *, stream_threads: int = STREAM_THREADS) -> None:
        self._core = core
        self._loop = asyncio.get_running_loop()
        self._completions = Completions(self._loop)
        self._executor = ThreadPoolExecutor(stream_threads, thread_name_prefix="stream")
        self._open_streams: set[Pump | LogStream] = set()
        self._draining = False

    def request_class(self, method: str) -> type[Message] | None:
        """A wire twin to read the method's requests with, or None for the class of the contract."""
        return self._core.request_class(method)

    async def unary(self, method: str, request: Message, context: CallContext) -> Message | bytes:
        """Answers one call."""
        future: asyncio.Future[Message | bytes] = self._loop.create_future()
        self._core.submit(method, request, context, partial(self._completions.put, partial(_settle, future)))
        if context.deadline is None:
            return await future
        expiry = self._loop.call_later(context.deadline - time.monotonic(), _expire, future, method)
        try:
            return await future
        finally:
            expiry.cancel()

    async def server_stream(
        self, method: str, request: Message, context: CallContext
    ) -> AsyncGenerator[Message | bytes, None]:
        """The items of a server stream. Close it (`contextlib.aclosing`) to hang up early."""
        pump = Pump(
            partial(self._core.server_stream, method, request, context),
            executor=self._executor,
            completions=self._completions,
            deadline=context.deadline,
        )
        self._opened(pump)
        try:
            while (item := await pump.next()) is not None:
                yield item
        finally:
            self._open_streams.discard(pump)
            pump.close()

    async def client_stream(
        self, method: str, messages: AsyncIterator[Message], context: CallContext
    ) -> Message | bytes:
        """Feeds `messages` to the method and returns its answer. When `messages` raises, a half file is dropped."""
        intake = Intake(partial(self._core.client_stream, method, context))
        remaining_s = None if context.deadline is None else context.deadline - time.monotonic()
        in_thread = partial(self._loop.run_in_executor, self._executor)
        pending: Message | None = None
        try:
            async with asyncio.timeout(remaining_s):
                async for message in messages:
                    if pending is not None:
                        await in_thread(intake.feed, pending)
                    pending = message
                return await in_thread(intake.finish, pending)
        except BaseException as error:
            await in_thread(intake.abort)
            if isinstance(error, TimeoutError):
                raise out_of_time(method) from None
            raise

    async def bidi(
        self, method: str, messages: AsyncIterator[Message], context: CallContext
    ) -> AsyncGenerator[Message, None]:
        """The answers of a stream both ways. Close it (`contextlib.aclosing`) to hang up early."""
        if method != LOG_STREAM:
            raise NotImplementedHere(f"{method} is not served here.")
        stream = LogStream(
            cast("AsyncIterator[LogStreamRequest]", messages),
            submit=lambda request, done: self._core.submit(method, request, context, done),
            completions=self._completions,
        )
        self._opened(stream)
        responses = stream.responses()
        try:
            async for response in responses:
                yield response
        finally:
            self._open_streams.discard(stream)
            await responses.aclose()

    def drain(self) -> None:
        """The server is about to stop: streams without an end of their own tell their callers to come back, and end."""
        self._draining = True
        for stream in tuple(self._open_streams):
            stream.drain()

    def _opened(self, stream: Pump | LogStream) -> None:
        self._open_streams.add(stream)
        if self._draining:
            stream.drain()

    def close(self) -> None:
        """Ends the stream threads once they have nothing left to do. Call it when no call is open."""
        self._executor.shutdown(wait=True)


def _settle(future: asyncio.Future[Message | bytes], outcome: Outcome) -> None:
    if future.done():
        return
    if isinstance(outcome, TrackwellError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _expire(future: asyncio.Future[Message | bytes], method: str) -> None:
    if not future.done():
        future.set_exception(out_of_time(method))
