"""Streams stored files out, in constant memory, with ranges, preconditions and HEAD (rest-facts §9)."""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import Final, cast

from multidict import CIMultiDict

from trackwell.v1 import artifacts_pb2
from trackwell_gateway import web
from trackwell_gateway.binder import Binder, query_fields
from trackwell_gateway.call import Call, ClientGone
from trackwell_gateway.descriptors import Binding
from trackwell_gateway.disposition import attachment
from trackwell_gateway.errors import BackendError, GatewayError, InvalidRequest, missing_value
from trackwell_gateway.parts import Parts
from trackwell_gateway.ranges import ByteRange, Decision, FileFacts, decide, http_date, quoted_tag
from trackwell_gateway.replies import file_headers
from trackwell_gateway.streams import closing, parsed, without_deadline

DOWNLOAD: Final = "/trackwell.v1.ArtifactService/DownloadArtifact"

_CONDITIONAL_HEADERS: Final = ("Range", "If-None-Match", "If-Modified-Since", "If-Match")
_CONTENT_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?charset=[A-Za-z0-9-]+)?")
_ETAG: Final = re.compile(r"[\x21\x23-\x7e]+")


class Downloader:
    """Answers one request for one file."""

    def __init__(self, parts: Parts) -> None:
        self._backend = parts.backend
        self._timeout_s = parts.limits.request_timeout_s

    async def send(self, call: Call, wanted: artifacts_pb2.DownloadArtifactRequest) -> web.StreamResponse:
        """The file, a part of it, or what the preconditions ask for instead."""
        headers = call.request.headers
        head = call.request.method == "HEAD"
        decision = Decision(200)
        if head or any(name in headers for name in _CONDITIONAL_HEADERS):
            info = await self._stat(call, wanted)
            if info.etag:
                wanted.if_match = info.etag
            decision = decide(headers, _facts(info))
            if head and decision.status == 206:
                # RFC 9110 §14.2: a range means something to GET only.
                decision = Decision(200)
            if head or decision.status in (304, 412, 416):
                return _bodiless(decision.status, info, wanted.path)
        return await self._stream(call, wanted, decision.part)

    async def _stat(self, call: Call, wanted: artifacts_pb2.DownloadArtifactRequest) -> artifacts_pb2.ArtifactInfo:
        question = artifacts_pb2.DownloadArtifactRequest()
        question.CopyFrom(wanted)
        question.length = 0
        answers = self._backend.server_stream(DOWNLOAD, question, call.context)
        async with (
            closing(answers),
            aclosing(parsed(answers, artifacts_pb2.DownloadArtifactResponse, self._timeout_s)) as messages,
        ):
            async for message in messages:
                return message.info
        raise BackendError("INTERNAL_ERROR", "The artifact store answered nothing.")

    async def _stream(
        self, call: Call, wanted: artifacts_pb2.DownloadArtifactRequest, part: ByteRange | None
    ) -> web.StreamResponse:
        if part is not None:
            wanted.offset, wanted.length = part.offset, part.length
        answers = self._backend.server_stream(DOWNLOAD, wanted, without_deadline(call.context))
        async with (
            closing(answers),
            aclosing(parsed(answers, artifacts_pb2.DownloadArtifactResponse, self._timeout_s)) as messages,
        ):
            response: web.StreamResponse | None = None
            left = 0
            async for message in messages:
                if response is None:
                    if not message.HasField("info"):
                        raise BackendError("INTERNAL_ERROR", "The artifact store did not say what it sends.")
                    left = message.info.size_bytes if part is None else part.length
                    response = _opened(message.info, wanted.path, part)
                    response.content_length = left
                    await call.start(response)
                data = message.body.data
                left -= len(data)
                if left < 0:
                    raise BackendError("INTERNAL_ERROR", "The artifact store sent more bytes than it announced.")
                if data:
                    await response.write(data)
        if response is None:
            raise BackendError("INTERNAL_ERROR", "The artifact store answered nothing.")
        if left:
            raise ClientGone  # Fewer bytes than announced: cutting the connection is the only honest end.
        await response.write_eof()
        return response


class DownloadEndpoint:
    """The REST form of DownloadArtifact: `GET mlflow-artifacts/artifacts/<path>`."""

    def __init__(self, binding: Binding, downloader: Downloader, parts: Parts) -> None:
        self.name = binding.method.name
        self._binder = Binder(binding.method, parts.codec)
        self._downloader = downloader

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Sends the file at the path."""
        wanted = cast("artifacts_pb2.DownloadArtifactRequest", self._binder.from_query(call.query, call.captures))
        for name in ("offset", "length", "if_match"):
            if wanted.HasField(name):
                raise InvalidRequest(f"Query parameter '{name}' is for gRPC; over HTTP use Range and If-Match.")
        return await self._downloader.send(call, wanted)


class GetArtifactEndpoint:
    """`GET /get-artifact?run_id=&path=`: how the browser UI downloads a run's file."""

    name = "/get-artifact"

    def __init__(self, downloader: Downloader) -> None:
        self._downloader = downloader

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Sends a file of the run."""
        run_id, path = run_and_path(call.query)
        return await self._downloader.send(call, artifacts_pb2.DownloadArtifactRequest(run_id=run_id, path=path))


def run_and_path(query: str) -> tuple[str, str]:
    """The run id (`run_id` or `run_uuid`) and the path of the UI's raw artifact routes; both must be given."""
    given: dict[str, str] = {}
    for name, value in query_fields(query):
        if name in given and name in ("run_id", "run_uuid", "path"):
            raise InvalidRequest(f"Query parameter '{name}' is given twice; give it once.")
        given[name] = value
    run_id = given.get("run_id") or given.get("run_uuid")
    path = given.get("path")
    if not run_id or not path:
        raise missing_value("path" if run_id else "run_id")
    return run_id, path


def _facts(info: artifacts_pb2.ArtifactInfo) -> FileFacts:
    modified = info.modified_time if info.HasField("modified_time") else None
    return FileFacts(info.size_bytes, info.etag, modified)


def _headers(info: artifacts_pb2.ArtifactInfo, path: str) -> CIMultiDict[str]:
    known = info.content_type if _CONTENT_TYPE.fullmatch(info.content_type) else "application/octet-stream"
    headers = file_headers(known)
    headers["Content-Disposition"] = attachment(path)
    headers["Accept-Ranges"] = "bytes"
    headers["Cache-Control"] = "private, no-cache"
    if _ETAG.fullmatch(info.etag):
        headers["ETag"] = quoted_tag(info.etag)
    if info.HasField("modified_time"):
        headers["Last-Modified"] = http_date(info.modified_time)
    return headers


def _opened(info: artifacts_pb2.ArtifactInfo, path: str, part: ByteRange | None) -> web.StreamResponse:
    headers = _headers(info, path)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.offset}-{part.offset + part.length - 1}/{info.size_bytes}"
    return web.StreamResponse(status=200 if part is None else 206, headers=headers)


def _bodiless(status: int, info: artifacts_pb2.ArtifactInfo, path: str) -> web.StreamResponse:
    if status == 412:
        raise GatewayError("RESOURCE_CONFLICT", "The file's entity tag is not in If-Match.", http_status=412)
    headers = _headers(info, path)
    if status == 416:
        headers["Content-Range"] = f"bytes */{info.size_bytes}"
        del headers["Content-Disposition"]
    response = web.Response(status=status, headers=headers)
    if status == 200:
        response.headers["Content-Length"] = str(info.size_bytes)
    return response
