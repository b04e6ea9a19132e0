"""The tracking service over REST, ours or any other that serves the documented paths: `http://` and `https://`.

Paths, verbs and bodies come from the contract's HTTP annotations. Replies are asked for as protobuf or JSON and read by
their content type. Requests are JSON, which every server reads, until a reply has come as protobuf: then the server
takes that too, and it costs a tenth of the time.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import cast

import orjson
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from mlflow._transport import rest_artifacts, rest_history
from mlflow._transport.base import Replies, Reply
from mlflow._transport.contract import HttpBinding, rpcs
from mlflow._transport.credentials import Credentials
from mlflow._transport.http import PROTOBUF, HttpClient, HttpResponse
from mlflow._transport.retry import RetryPolicy
from mlflow.exceptions import MlflowException
from trackwell.v1 import artifacts_pb2, metrics_pb2

ACCEPT = f"{PROTOBUF}, application/json;q=0.9"

_ABOUT_CONTENT_TYPE = re.compile(r"content-type|unsupported media type|HTTP status 415", re.IGNORECASE)


class RestTransport:
    """Calls a service through one pool of HTTP connections."""

    def __init__(self, uri: str, credentials: Credentials, policy: RetryPolicy) -> None:
        """Opens no connection yet. Raises MlflowException for a URL or credentials that cannot be used."""
        self._http = HttpClient(uri, credentials, policy)
        self._speaks_protobuf = False

    def unary(self, method: str, request: Message, reply_type: type[Reply]) -> Reply:
        """The reply to one request (`Transport.unary`)."""
        binding = _binding(method)
        headers = {"Accept": ACCEPT, **request_headers(method)}
        if binding.body == "*" and not binding.path_fields and self._speaks_protobuf:
            try:
                return _reply(self._as_protobuf(binding, request, headers), reply_type)
            except MlflowException as error:
                # The service behind the address may have changed: an older one, or somebody else's.
                if not _wants_another_content_type(error):
                    raise
        response = self._as_json(binding, request, headers)
        self._speaks_protobuf = response.content_type == PROTOBUF
        return _reply(response, reply_type)

    def _as_protobuf(self, binding: HttpBinding, request: Message, headers: dict[str, str]) -> HttpResponse:
        return self._http.request(
            binding.verb,
            binding.path({}),
            body=request.SerializeToString(),
            headers={**headers, "Content-Type": PROTOBUF},
        )

    def _as_json(self, binding: HttpBinding, request: Message, headers: dict[str, str]) -> HttpResponse:
        values = cast("dict[str, object]", json_format.MessageToDict(request, preserving_proto_field_name=True))
        path = binding.path({name: str(values.pop(name, "")) for name in binding.path_fields})
        if not binding.body:
            return self._http.request(binding.verb, path, fields=_query(values), headers=headers)
        return self._http.request(
            binding.verb, path, body=orjson.dumps(values), headers={**headers, "Content-Type": "application/json"}
        )

    def server_stream(self, method: str, request: Message) -> Replies:
        """The replies to one request (`Transport.server_stream`): of downloads and of metric histories."""
        if isinstance(request, metrics_pb2.GetSeriesRequest):
            return rest_history.series(self._http, request)
        if isinstance(request, artifacts_pb2.DownloadArtifactRequest):
            return rest_artifacts.download(self._http, _binding(method), request)
        raise _grpc_only(method)

    def client_stream(self, method: str, requests: Callable[[], Iterator[Message]], reply_type: type[Reply]) -> Reply:
        """The reply to a stream of requests (`Transport.client_stream`): of uploads."""
        if reply_type is not artifacts_pb2.UploadArtifactResponse:
            raise _grpc_only(method)
        rest_artifacts.upload(self._http, _binding(method), requests)
        return reply_type()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()


def request_headers(method: str) -> dict[str, str]:
    """The request id, for calls which need one to be safe to repeat."""
    return {} if rpcs()[method].repeatable else {"X-Request-Id": uuid.uuid4().hex}


def _binding(method: str) -> HttpBinding:
    binding = rpcs()[method].http
    if binding is None:
        raise _grpc_only(method)
    return binding


def _grpc_only(method: str) -> MlflowException:
    return MlflowException(
        f"{method.rpartition('/')[2]} is served over gRPC only. Use the server's grpc:// address as tracking URI.",
        "NOT_IMPLEMENTED",
    )


def _wants_another_content_type(error: MlflowException) -> bool:
    """Whether a refusal is about the form of the request, by what it says: there is no word of its own for that."""
    return error.get_http_status_code() == 400 and _ABOUT_CONTENT_TYPE.search(error.message) is not None


def _query(values: dict[str, object]) -> list[tuple[str, str]]:
    """Query parameters: repeated fields as repeated parameters, booleans as true and false (rest-facts §1)."""
    return [
        (name, str(item).lower() if isinstance(item, bool) else str(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
    ]


def _reply(response: HttpResponse, reply_type: type[Reply]) -> Reply:
    try:
        if response.content_type == PROTOBUF:
            return reply_type.FromString(response.body)
        return json_format.ParseDict(orjson.loads(response.body or b"{}"), reply_type(), ignore_unknown_fields=True)
    except (DecodeError, orjson.JSONDecodeError, json_format.ParseError) as error:
        raise MlflowException(
            f"{response.url} answered with something that is no {reply_type.DESCRIPTOR.name}: {error}. "
            "Check that the tracking URI names a tracking server."
        ) from error
