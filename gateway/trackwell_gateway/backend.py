"""What the gateway needs of the service: call a method of the contract by its full name with a message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from google.protobuf.message import Message

NO_METADATA: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a call carries beside its message."""

    request_id: str | None = None
    """The caller's name for this request, 1 to 128 printable ASCII characters. A retry under it is answered alike."""
    deadline: float | None = None
    """When the caller stops waiting, on the clock of `time.monotonic`, in seconds."""
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)
    """Lower-case names and values that travel with the call, for example `authorization`."""
    accepts_json: bool = False
    """Whether a page may come as a `PageWire` message whose items are JSON texts already."""


class CacheFigures(Protocol):
    """What is told of a cache of runs."""

    @property
    def size_bytes(self) -> int:
        """Memory in use."""
        ...

    @property
    def hits(self) -> int:
        """Runs that were in it."""
        ...

    @property
    def misses(self) -> int:
        """Runs that were not."""
        ...


class Backend(Protocol):
    """The service, here or elsewhere.

    Methods are full gRPC names, `/trackwell.v1.RunService/LogMetric`. An answer is a message of the method's output
    type or its encoded bytes, whichever the service has at hand. Every refusal is raised as `BackendError`.
    """

    @property
    def run_texts(self) -> CacheFigures | None:
        """The cache of a backend that answers with runs as JSON (`CallContext.accepts_json`); None of all others."""
        ...

    async def check(self) -> None:
        """Returns when the service takes calls; raises BackendError, within seconds, when it does not."""
        ...

    async def unary(self, method: str, request: Message, context: CallContext) -> Message | bytes:
        """Calls a method without streams."""
        ...

    def server_stream(self, method: str, request: Message, context: CallContext) -> AsyncIterator[Message | bytes]:
        """Calls a method that answers with a stream. Closing the iterator ends the call."""
        ...

    async def client_stream(
        self, method: str, requests: AsyncIterator[Message], context: CallContext
    ) -> Message | bytes:
        """Calls a method that takes a stream. An exception out of `requests` gives the call up: nothing is stored."""
        ...
