"""The service in the same process and event loop: no socket and no encoding between the two."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from google.protobuf.message import Message

from trackwell_gateway.backend import CacheFigures, CallContext
from trackwell_gateway.errors import BackendError
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.context import CallContext as ServiceContext


class InProcessBackend:
    """Passes calls to a core that lives in the same event loop. See `trackwell_gateway.backend.Backend`."""

    def __init__(self, core: AsyncCore, run_texts: CacheFigures | None = None) -> None:
        self._core = core
        self.run_texts = run_texts

    async def check(self) -> None:
        """The service lives and ends with this process: whoever asks is answered by it."""

    async def unary(self, method: str, request: Message, context: CallContext) -> Message | bytes:
        """Calls a method without streams."""
        try:
            return await self._core.unary(method, request, _translated(context))
        except TrackwellError as error:
            raise _refusal(error) from None

    async def server_stream(
        self, method: str, request: Message, context: CallContext
    ) -> AsyncGenerator[Message | bytes, None]:
        """Calls a method that answers with a stream."""
        try:
            async with aclosing(self._core.server_stream(method, request, _translated(context))) as items:
                async for item in items:
                    yield item
        except TrackwellError as error:
            raise _refusal(error) from None

    async def client_stream(
        self, method: str, requests: AsyncIterator[Message], context: CallContext
    ) -> Message | bytes:
        """Calls a method that takes a stream."""
        try:
            return await self._core.client_stream(method, requests, _translated(context))
        except TrackwellError as error:
            raise _refusal(error) from None


def _translated(context: CallContext) -> ServiceContext:
    return ServiceContext(context.request_id, context.deadline, context.metadata, context.accepts_json)


def _refusal(error: TrackwellError) -> BackendError:
    return BackendError(error.code, error.message, error.retry_after_s)
