"""The tracking service in this very process, on a database or folder: the server's operations, no socket between."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from google.protobuf.message import Message

from mlflow._transport.base import Replies, Reply, parsed
from mlflow._transport.contract import rpcs
from mlflow._transport.retry import RETRIED_CODES, FailedAttempt, RetryPolicy
from mlflow.exceptions import MlflowException, RestException
from trackwell_service.config import ServiceConfig
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.rpc.context import CallContext
from trackwell_service.service import open_service
from trackwell_service.stores.uris import folder_of

_SQLITE_FILE = re.compile(r"sqlite(?:\+\w+)?:///(?P<path>[^?]+)")


class InProcessTransport:
    """Calls a service which is open as long as the transport is."""

    def __init__(self, uri: str) -> None:
        """Opens the database or folder, which is made if it is new. Raises MlflowException when that cannot be done.

        Callers may name any artifact location: what the service touches for them they could touch themselves. There is
        no artifact proxy; new experiments keep their artifacts in that folder, those of a database below ./mlruns.
        """
        self._policy = RetryPolicy.from_environment()
        try:
            self._service = open_service(ServiceConfig(backend_store_uri=uri, serve_artifacts=False, any_location=True))
        except TrackwellError as error:
            raise MlflowException(error.message, error.code) from error

    def unary(self, method: str, request: Message, reply_type: type[Reply]) -> Reply:
        """The reply to one request (`Transport.unary`)."""
        context = _context(method)

        def attempt() -> Reply:
            try:
                return parsed(self._service.core.call(method, request, context), reply_type)
            except TrackwellError as error:
                raise failure_of(error) from error

        return self._policy.run(attempt)

    def server_stream(self, method: str, request: Message) -> Replies:
        """The replies to one request (`Transport.server_stream`)."""
        try:
            yield from self._service.core.blocking_stream(method, request, _context(method))
        except TrackwellError as error:
            raise _refused(error) from None

    def client_stream(self, method: str, requests: Callable[[], Iterator[Message]], reply_type: type[Reply]) -> Reply:
        """The reply to a stream of requests (`Transport.client_stream`)."""
        context = _context(method)

        def attempt() -> Reply:
            try:
                receiver = self._service.core.client_stream(method, context)
                try:
                    for request in requests():
                        receiver.feed(request)
                    return parsed(receiver.finish(), reply_type)
                except BaseException:
                    receiver.abort()
                    raise
            except TrackwellError as error:
                raise failure_of(error) from error

        return self._policy.run(attempt)

    def close(self) -> None:
        """Writes what is queued and closes the database."""
        self._service.close()


def is_new(uri: str) -> bool:
    """Whether the first use of a database file or folder makes it. False for what cannot be looked at or is refused."""
    try:
        folder = folder_of(uri)
        if folder is None:
            file = _SQLITE_FILE.match(uri)
            return file is not None and not Path(file["path"]).exists()
        return not Path(folder).exists() or next(Path(folder).iterdir(), None) is None
    except (TrackwellError, OSError):
        return False


def failure_of(error: TrackwellError) -> FailedAttempt:
    """Raises the exception for an error which stays, or returns the failed attempt for one which may pass."""
    if error.code in RETRIED_CODES:
        return FailedAttempt(_refused(error), retry_after_s=error.retry_after_s)
    raise _refused(error) from None


def _refused(error: TrackwellError) -> RestException:
    return RestException({"error_code": error.code, "message": error.message})


def _context(method: str) -> CallContext:
    return CallContext(request_id=None if rpcs()[method].repeatable else uuid.uuid4().hex)
