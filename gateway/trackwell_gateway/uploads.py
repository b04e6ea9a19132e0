"""Streams files in, in constant memory; a sender that stops early leaves nothing behind (rest-facts §9)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, cast

from google.protobuf.message import Message

from trackwell.v1 import artifacts_pb2
from trackwell_gateway import web
from trackwell_gateway.binder import Binder
from trackwell_gateway.call import Call
from trackwell_gateway.descriptors import Binding
from trackwell_gateway.downloads import run_and_path
from trackwell_gateway.json_scalars import refuse
from trackwell_gateway.limits import ARTIFACT_CHUNK_BYTES
from trackwell_gateway.parts import Parts
from trackwell_gateway.replies import json_reply, protobuf_reply
from trackwell_gateway.streams import without_deadline

UPLOAD: Final = "/trackwell.v1.ArtifactService/UploadArtifact"


class Uploader:
    """Sends one request's body to the artifact store."""

    def __init__(self, parts: Parts) -> None:
        self._backend = parts.backend
        self._bodies = parts.bodies

    async def receive(
        self, call: Call, first: artifacts_pb2.UploadArtifactRequest, max_bytes: int | None
    ) -> web.StreamResponse:
        """Stores the body as the file that `first` names; `max_bytes` None means any size."""
        declared = call.request.content_length
        if declared is not None:
            if first.HasField("size_bytes") and first.size_bytes != declared:
                raise refuse(first.size_bytes, "size_bytes", f"Content-Length is {declared}")
            first.size_bytes = declared
        async with aclosing(self._messages(call.request, first, max_bytes)) as messages:
            await self._backend.client_stream(UPLOAD, messages, without_deadline(call.context))
        return protobuf_reply(b"") if call.wants_protobuf else json_reply(b"{}")

    async def _messages(
        self, request: web.BaseRequest, first: artifacts_pb2.UploadArtifactRequest, max_bytes: int | None
    ) -> AsyncGenerator[Message, None]:
        message = first
        sent = False
        async for piece in self._bodies.stream(request, max_bytes):
            for start in range(0, len(piece), ARTIFACT_CHUNK_BYTES):
                message.body.data = piece[start : start + ARTIFACT_CHUNK_BYTES]
                yield message
                sent = True
                message = artifacts_pb2.UploadArtifactRequest()
        if not sent:
            yield first


class UploadEndpoint:
    """The REST form of UploadArtifact: `PUT mlflow-artifacts/artifacts/<path>`, any content type."""

    def __init__(self, binding: Binding, uploader: Uploader, parts: Parts) -> None:
        self.name = binding.method.name
        self._binder = Binder(binding.method, parts.codec)
        self._uploader = uploader

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Stores the body as the file at the path."""
        first = cast("artifacts_pb2.UploadArtifactRequest", self._binder.from_query(call.query, call.captures))
        return await self._uploader.receive(call, first, None)


class UiUploadEndpoint:
    """`POST /ajax-api/2.0/mlflow/upload-artifact?run_uuid=&path=`: a file posted by the browser UI."""

    name = "/upload-artifact"

    def __init__(self, uploader: Uploader, parts: Parts) -> None:
        self._uploader = uploader
        self._max_bytes = parts.limits.ui_upload_max_bytes

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Stores the body as a file of the run."""
        run_id, path = run_and_path(call.query)
        first = artifacts_pb2.UploadArtifactRequest(run_id=run_id, path=path)
        return await self._uploader.receive(call, first, self._max_bytes)
