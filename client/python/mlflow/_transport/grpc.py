"""The tracking service over gRPC: `grpc://host:port` and, with TLS, `grpcs://host:port`."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from mlflow._convert.errors import code_name, name_of_grpc_status
from mlflow._transport.base import Replies, Reply
from mlflow._transport.contract import rpcs
from mlflow._transport.credentials import USER_AGENT, Credentials
from mlflow._transport.request_auth import OutgoingRequest, Signer
from mlflow._transport.retry import RETRIED_CODES, FailedAttempt, RetryPolicy
from mlflow._transport.uris import redacted
from mlflow.exceptions import MlflowException, RestException
from trackwell.v1 import errors_pb2

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""Largest reply that is taken: pages and chunks are cut far below it by the server."""

CONNECT_BACKOFF_MS = (100, 5_000)
"""First and longest wait between attempts to connect: a restarted server is found again soon."""

STREAM_TIMEOUT_FACTOR = 30
"""A stream of bytes may take that many times as long as one request."""

HEALTH_CHECK = "/grpc.health.v1.Health/Check"

_DETAILS_KEY = "grpc-status-details-bin"

Metadata = tuple[tuple[str, str], ...]


class GrpcTransport:
    """Calls a service through one channel."""

    def __init__(self, uri: str, credentials: Credentials, policy: RetryPolicy) -> None:
        """Opens no connection yet. Raises MlflowException for an address or credentials that cannot be used."""
        self.uri = redacted(uri)
        self.policy = policy
        self._metadata: Metadata = (
            () if credentials.authorization is None else (("authorization", credentials.authorization),)
        )
        self._signer = _signer(credentials)
        self._channel = _channel(uri, credentials)
        self._calls: dict[str, Callable[..., Any]] = {}
        self._lock = threading.Lock()

    def unary(self, method: str, request: Message, reply_type: type[Reply]) -> Reply:
        """The reply to one request (`Transport.unary`)."""
        call = self._calls.get(method)
        if call is None:
            with self._lock:
                call = self._calls.setdefault(
                    method,
                    self._channel.unary_unary(
                        method,
                        request_serializer=type(request).SerializeToString,
                        response_deserializer=reply_type.FromString,
                    ),
                )
        metadata = self._metadata_for(method)

        def attempt() -> Reply:
            try:
                return cast(Reply, call(request, timeout=self.policy.timeout_s, metadata=metadata))
            except grpc.RpcError as error:
                raise self._failure(error) from error

        return self.policy.run(attempt)

    def server_stream(self, method: str, request: Message) -> Replies:
        """The replies to one request, as bytes (`Transport.server_stream`)."""
        # Types of grpc ask for a deserializer; None means raw bytes.
        open_stream: Callable[..., Any] = self._channel.unary_stream(
            method, request_serializer=type(request).SerializeToString, response_deserializer=None
        )
        metadata = self._metadata_for(method)

        def attempt() -> tuple[Any, list[bytes]]:
            stream = open_stream(request, timeout=self.policy.timeout_s * STREAM_TIMEOUT_FACTOR, metadata=metadata)
            try:
                return stream, [next(stream)]
            except StopIteration:
                return stream, []
            except grpc.RpcError as error:
                raise self._failure(error) from error

        stream, first = self.policy.run(attempt)
        try:
            yield from first
            while True:
                try:
                    item = next(stream)
                except StopIteration:
                    return
                except grpc.RpcError as error:
                    raise self._failure(error).error from error
                yield item
        finally:
            stream.cancel()

    def client_stream(self, method: str, requests: Callable[[], Iterator[Message]], reply_type: type[Reply]) -> Reply:
        """The reply to a stream of requests (`Transport.client_stream`)."""
        call: Callable[..., Any] = self._channel.stream_unary(
            method, request_serializer=_serialize, response_deserializer=reply_type.FromString
        )
        metadata = self._metadata_for(method)

        def attempt() -> Reply:
            source = _Source(requests())
            try:
                return cast(
                    Reply,
                    call(source, timeout=self.policy.timeout_s * STREAM_TIMEOUT_FACTOR, metadata=metadata),
                )
            except grpc.RpcError as error:
                if source.error is not None:
                    raise source.error from error
                raise self._failure(error) from error

        return self.policy.run(attempt)

    def duplex_stream(self, method: str, requests: Iterator[Message], reply_type: type[Reply]) -> Iterator[Reply]:
        """The replies to requests which are sent as they come (`DuplexTransport.duplex_stream`)."""
        call: Callable[..., Any] = self._channel.stream_stream(
            method, request_serializer=_serialize, response_deserializer=reply_type.FromString
        )
        replies = call(requests, timeout=self.policy.timeout_s, metadata=self._metadata_for(method))
        try:
            yield from replies
        except grpc.RpcError as error:
            raise self._failure(error) from error
        finally:
            replies.cancel()

    def is_ready(self, timeout_s: float) -> bool:
        """Whether the service answers (`DuplexTransport.is_ready`).

        A call, because watching the channel's state leaves a thread in gRPC for a while, which no fork may meet.
        """
        check: Callable[..., Any] = self._channel.unary_unary(HEALTH_CHECK)
        try:
            check(b"", timeout=max(timeout_s, 0), metadata=self._metadata, wait_for_ready=True)
        except grpc.RpcError as error:
            return cast(grpc.Call, error).code() is grpc.StatusCode.UNIMPLEMENTED
        return True

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()

    def _metadata_for(self, method: str) -> Metadata:
        """The metadata of one call and of its retries: the same request id lets the server know a retry."""
        metadata = self._metadata
        if self._signer is not None:
            request = OutgoingRequest("POST", self.uri.replace("grpc", "http", 1) + method, dict(metadata))
            self._signer.sign(request)
            metadata = tuple((name.lower(), value) for name, value in request.headers.items())
        if rpcs()[method].repeatable:
            return metadata
        return (*metadata, ("x-request-id", uuid.uuid4().hex))

    def _failure(self, error: grpc.RpcError) -> FailedAttempt:
        return failure_of(error, self.uri)


class _Source:
    """Feeds a request stream and keeps the exception that its source raised, which grpc would swallow."""

    def __init__(self, items: Iterator[Message]) -> None:
        self._items = items
        self.error: Exception | None = None

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> Message:
        try:
            return next(self._items)
        except StopIteration:
            raise
        except Exception as error:
            self.error = error
            raise


def _serialize(message: Message) -> bytes:
    return message.SerializeToString()


def failure_of(error: grpc.RpcError, uri: str) -> FailedAttempt:
    """Raises the exception for an error which stays, or returns the failed attempt for one which may pass."""
    # Every error that a call raises is a call object too; the types of grpc do not say so.
    call = cast(grpc.Call, error)
    status = call.code()
    refusal, retry_after_s = _details(call)
    if refusal is not None:
        word = code_name(refusal.error_code)
        refused = RestException({"error_code": word, "message": refusal.message})
        if word in RETRIED_CODES:
            return FailedAttempt(refused, retry_after_s=retry_after_s)
        raise refused from None
    reason = call.details() or "no reason given"
    # Nobody here cancels a call: a server that stops does so with those which it has no time left for.
    if status in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return FailedAttempt(
            MlflowException(
                f"The tracking server at {uri} cannot be reached: {reason}. Check that it runs and that this is the "
                "gRPC address which it printed.",
                "TEMPORARILY_UNAVAILABLE",
            )
        )
    if status is grpc.StatusCode.DEADLINE_EXCEEDED:
        return FailedAttempt(
            MlflowException(
                f"The tracking server at {uri} did not answer in time. MLFLOW_HTTP_REQUEST_TIMEOUT sets the limit "
                "in seconds.",
                "DEADLINE_EXCEEDED",
            ),
            timed_out=True,
        )
    failed = MlflowException(
        f"The call to {uri} failed with gRPC status {status.name}: {reason}.", name_of_grpc_status(status.name)
    )
    # Without our detail these come from a proxy, or from a connection that broke midway.
    if status in (grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL):
        return FailedAttempt(failed)
    raise failed from error


def _details(call: grpc.Call) -> tuple[errors_pb2.Error | None, float | None]:
    """The error and the retry hint that a service of ours put into the trailing metadata."""
    for key, value in call.trailing_metadata() or ():
        if key == _DETAILS_KEY:
            return _read_details(value if isinstance(value, bytes) else value.encode("latin-1"))
    return None, None


def _read_details(data: bytes) -> tuple[errors_pb2.Error | None, float | None]:
    refusal: errors_pb2.Error | None = None
    retry_after_s: float | None = None
    try:
        for item in status_pb2.Status.FromString(data).details:
            if item.Is(errors_pb2.Error.DESCRIPTOR):
                refusal = errors_pb2.Error.FromString(item.value)
            elif item.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
                delay = error_details_pb2.RetryInfo.FromString(item.value).retry_delay
                retry_after_s = delay.seconds + delay.nanos / 1e9
    except DecodeError:
        return None, None
    return refusal, retry_after_s


def _signer(credentials: Credentials) -> Signer | None:
    if credentials.signer is not None and credentials.signer.covers_body:
        raise MlflowException.invalid_parameter_value(
            "MLFLOW_TRACKING_AWS_SIGV4 signs HTTP requests. Use the server's https:// address as tracking URI, or "
            "unset the variable."
        )
    return credentials.signer


def _channel(uri: str, credentials: Credentials) -> grpc.Channel:
    target, secure = _target(uri)
    options = [
        ("grpc.primary_user_agent", USER_AGENT),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", -1),
        ("grpc.initial_reconnect_backoff_ms", CONNECT_BACKOFF_MS[0]),
        ("grpc.min_reconnect_backoff_ms", CONNECT_BACKOFF_MS[0]),
        ("grpc.max_reconnect_backoff_ms", CONNECT_BACKOFF_MS[1]),
        ("grpc.enable_retries", 0),
    ]
    if not secure:
        return grpc.insecure_channel(target, options)
    if credentials.insecure_tls:
        raise MlflowException.invalid_parameter_value(
            "MLFLOW_TRACKING_INSECURE_TLS cannot be used with grpcs://, because gRPC always checks the server's "
            "certificate. Name the certificate to trust in MLFLOW_TRACKING_SERVER_CERT_PATH instead."
        )
    own = credentials.client_certificate()
    tls = grpc.ssl_channel_credentials(
        root_certificates=credentials.server_certificate(),
        private_key=own,
        certificate_chain=own,
    )
    return grpc.secure_channel(target, tls, options)


def _target(uri: str) -> tuple[str, bool]:
    """Host and port of the URI, and whether TLS is asked for. Raises MlflowException when something is amiss."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad_address(uri, str(error)) from None
    if not host or port is None:
        raise _bad_address(uri, "host and port are needed")
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise _bad_address(uri, "nothing but host and port may be given")
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}"), parts.scheme.lower() == "grpcs"


def _bad_address(uri: str, reason: str) -> MlflowException:
    return MlflowException.invalid_parameter_value(
        f"The tracking URI {redacted(uri)!r} is no gRPC address: {reason}. Example: grpc://localhost:5001"
    )
