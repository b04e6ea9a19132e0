"""What a transport is: the one seam between the client's API and wherever the service runs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Protocol, TypeVar, runtime_checkable

from google.protobuf.message import Message

from mlflow._transport.retry import RetryPolicy

Reply = TypeVar("Reply", bound=Message)

Replies = Generator[Message | bytes, None, None]
"""The replies of a server stream, each a message or a message's bytes; closing it ends the call."""


class Transport(Protocol):
    """Calls rpcs by their full gRPC name, for example ``/trackwell.v1.RunService/LogParam``.

    Every refusal is raised as `RestException`; a service that cannot be reached as `MlflowException` with
    TEMPORARILY_UNAVAILABLE, after the retries that are safe. A transport may be used from any thread.
    """

    def unary(self, method: str, request: Message, reply_type: type[Reply]) -> Reply:
        """The reply to one request."""
        ...

    def server_stream(self, method: str, request: Message) -> Replies:
        """The replies to one request. What breaks midway is not tried again here."""
        ...

    def client_stream(self, method: str, requests: Callable[[], Iterator[Message]], reply_type: type[Reply]) -> Reply:
        """The reply to a stream of requests. `requests` begins the stream; it is called again for each retry."""
        ...

    def close(self) -> None:
        """Releases connections. May be called twice; no call may follow."""
        ...


@runtime_checkable
class DuplexTransport(Transport, Protocol):
    """A transport over which both sides can talk at the same time."""

    policy: RetryPolicy

    def duplex_stream(self, method: str, requests: Iterator[Message], reply_type: type[Reply]) -> Iterator[Reply]:
        """The replies to requests which are sent as they come.

        Not tried again here: raises `FailedAttempt` for what may pass, like `Transport.unary` for what stays. The
        stream ends with DEADLINE_EXCEEDED when it takes longer than `policy.timeout_s`.
        """
        ...

    def is_ready(self, timeout_s: float) -> bool:
        """Whether there is a connection to the service, after at most so long."""
        ...


def parsed(item: Message | bytes, message_type: type[Reply]) -> Reply:
    """An item of a stream as a message of its type."""
    if isinstance(item, message_type):
        return item
    return message_type.FromString(item if isinstance(item, bytes) else item.SerializeToString())
