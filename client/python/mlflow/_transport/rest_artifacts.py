"""Artifact bytes over REST: the documented proxy paths, as the streams of DownloadArtifact and UploadArtifact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from mlflow._transport.base import Replies
from mlflow._transport.contract import HttpBinding
from mlflow._transport.http import HttpClient, whole_body
from mlflow.exceptions import MlflowException
from trackwell.v1 import artifacts_pb2

CHUNK_BYTES = 1 << 20
"""Bytes read from the connection at a time: bounds the memory of a transfer."""


def download(http: HttpClient, binding: HttpBinding, request: artifacts_pb2.DownloadArtifactRequest) -> Replies:
    """The file's bytes from `offset` on; where a server ignores ranges, the first ones are dropped."""
    if request.HasField("run_id") or request.HasField("length"):
        raise MlflowException("Only whole files of the artifact root can be fetched over REST.", "NOT_IMPLEMENTED")
    headers = {"Accept-Encoding": "identity"}
    if request.offset:
        headers["Range"] = f"bytes={request.offset}-"
    if request.HasField("if_match"):
        headers["If-Match"] = f'"{request.if_match}"'
    with http.stream("GET", binding.path({"path": request.path}), headers=headers) as response:
        yield artifacts_pb2.DownloadArtifactResponse(info=_info(response.headers.get))
        skip_bytes = request.offset if response.status != 206 else 0
        for chunk in whole_body(response, CHUNK_BYTES, f"The download of {request.path!r}"):
            kept = chunk[skip_bytes:]
            skip_bytes -= len(chunk) - len(kept)
            if kept:
                yield artifacts_pb2.DownloadArtifactResponse(body=HttpBody(data=kept))


def upload(http: HttpClient, binding: HttpBinding, requests: Callable[[], Iterator[Message]]) -> None:
    """Sends the bytes as one PUT with a known length, so that a broken transfer cannot pass for a whole one."""
    first = next(_uploads(requests()), None)
    if first is None or not first.HasField("size_bytes"):
        raise ValueError("an upload begins with a message that has a path and a size")
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(first.size_bytes)}
    try:
        http.request(
            "PUT", binding.path({"path": first.path}), body=lambda: _body(requests(), first.size_bytes), headers=headers
        )
    except _SourceFailed as failed:
        raise failed.error from None


class _SourceFailed(Exception):
    """The bytes could not be produced. The HTTP library would take some of these errors for the connection's."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _body(requests: Iterator[Message], size_bytes: int) -> Iterator[bytes]:
    """The bytes. Raises rather than give more or fewer than announced: they would be read as the next request."""
    left_bytes = size_bytes
    try:
        for message in _uploads(requests):
            left_bytes -= len(message.body.data)
            if left_bytes < 0:
                break
            if message.body.data:
                yield message.body.data
    except Exception as error:
        raise _SourceFailed(error) from error
    if left_bytes:
        raise _SourceFailed(
            MlflowException.invalid_parameter_value(
                f"The file was announced with {size_bytes} bytes and has {'more' if left_bytes < 0 else 'fewer'}. "
                "It must not change while it is logged."
            )
        )


def _uploads(requests: Iterator[Message]) -> Iterator[artifacts_pb2.UploadArtifactRequest]:
    for message in requests:
        if not isinstance(message, artifacts_pb2.UploadArtifactRequest):
            raise TypeError(f"an upload takes no {type(message).__name__}")
        yield message


def _info(header: Callable[[str], str | None]) -> artifacts_pb2.ArtifactInfo:
    info = artifacts_pb2.ArtifactInfo(content_type=header("Content-Type") or "application/octet-stream")
    etag = header("ETag")
    if etag and not etag.startswith("W/"):
        info.etag = etag.strip('"')
    modified = header("Last-Modified")
    if modified:
        info.modified_time = int(parsedate_to_datetime(modified).timestamp() * 1000)
    return info
