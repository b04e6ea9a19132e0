"""Handlers of ArtifactService: listings, and files streamed in and out in constant memory."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from contextlib import closing

from google.api.httpbody_pb2 import HttpBody

from trackwell.v1 import artifacts_pb2 as pb
from trackwell_service.domain.entities import LifecycleStage, RunInfo
from trackwell_service.domain.errors import InvalidParameter, TrackwellError
from trackwell_service.domain.limits import (
    MAX_ARTIFACT_FILES_PER_MESSAGE,
    MAX_ARTIFACT_MESSAGE_BYTES,
    MAX_ARTIFACTS_PER_PAGE,
    MAX_SMALL_ARTIFACT_BYTES,
)
from trackwell_service.domain.paging import fingerprint, make_token, read_token
from trackwell_service.domain.validation import check_run_id
from trackwell_service.operations import artifacts
from trackwell_service.operations.lifecycle import run_not_found
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.convert import optional
from trackwell_service.rpc.handlers.artifact_uploads import UploadReceiver
from trackwell_service.rpc.handling import ClientStream, Handlers, Read, ServerStream
from trackwell_service.rpc.streams import Receiver
from trackwell_service.stores.roles import RunReader

PREFIX = "/trackwell.v1.ArtifactService/"


def handlers(runs: RunReader, places: artifacts.ArtifactPlaces) -> Handlers:
    """The handlers by method."""
    area = _Artifacts(runs, places)
    unsupported = Read(_multipart)
    return {
        f"{PREFIX}ListArtifacts": Read(area.list_run),
        f"{PREFIX}ListProxiedArtifacts": Read(area.list_proxied),
        f"{PREFIX}DownloadArtifact": ServerStream(area.download),
        f"{PREFIX}DownloadArtifacts": ServerStream(area.download_small),
        f"{PREFIX}UploadArtifact": ClientStream(area.upload),
        f"{PREFIX}DeleteArtifact": Read(area.delete),
        f"{PREFIX}CreateMultipartUpload": unsupported,
        f"{PREFIX}CompleteMultipartUpload": unsupported,
        f"{PREFIX}AbortMultipartUpload": unsupported,
        f"{PREFIX}GetPresignedDownloadUrl": unsupported,
    }


class _Artifacts:
    def __init__(self, runs: RunReader, places: artifacts.ArtifactPlaces) -> None:
        self._runs = runs
        self._places = places

    def list_run(self, request: pb.ListArtifactsRequest, _: CallContext) -> pb.ListArtifactsResponse:
        folder = artifacts.checked_folder(request.path)
        run = self._run(request.run_id)
        asked = fingerprint("artifacts", request.run_id, folder)
        after = _last_path(request.page_token, asked) if request.page_token else None
        listed = artifacts.list_below(self._places.of_run(run.artifact_uri), folder, after=after)
        response = pb.ListArtifactsResponse(
            root_uri=run.artifact_uri, files=map(_file_info, listed[:MAX_ARTIFACTS_PER_PAGE])
        )
        if len(listed) > MAX_ARTIFACTS_PER_PAGE:
            response.next_page_token = make_token(asked, (listed[MAX_ARTIFACTS_PER_PAGE - 1].path,))
        return response

    def list_proxied(self, request: pb.ListProxiedArtifactsRequest, _: CallContext) -> pb.ListProxiedArtifactsResponse:
        folder = artifacts.checked_folder(request.path)
        place = self._places.proxied().below(folder)
        return pb.ListProxiedArtifactsResponse(files=map(_file_info, artifacts.list_below(place, "", after=None)))

    def download(self, request: pb.DownloadArtifactRequest, _: CallContext) -> Iterator[pb.DownloadArtifactResponse]:
        path = artifacts.checked_path(request.path)
        place = self._place(request.run_id if request.HasField("run_id") else None)
        parts = artifacts.read_below(
            place,
            path,
            offset=request.offset,
            length=optional(request, "length"),
            if_match=optional(request, "if_match"),
        )
        # A refusal comes instead of the first part: asked for here, it is one of the call, not of the stream.
        first = next(parts)
        return _download_messages(first, parts, artifacts.content_type(path))

    def download_small(
        self, request: pb.DownloadArtifactsRequest, _: CallContext
    ) -> Iterator[pb.DownloadArtifactsResponse]:
        if len(request.paths) > MAX_ARTIFACT_FILES_PER_MESSAGE:
            raise InvalidParameter(
                f"Parameter 'paths' has {len(request.paths)} items, at most {MAX_ARTIFACT_FILES_PER_MESSAGE} are "
                "allowed in one request. Send several requests."
            )
        paths = [artifacts.checked_path(path) for path in request.paths]
        place = self._place(request.run_id if request.HasField("run_id") else None)
        return _small_files(place, paths)

    def upload(self, _: CallContext) -> Receiver:
        return UploadReceiver(self._place_to_write)

    def delete(self, request: pb.DeleteArtifactRequest, _: CallContext) -> pb.DeleteArtifactResponse:
        artifacts.delete_below(self._places.proxied(), artifacts.checked_path(request.path))
        return pb.DeleteArtifactResponse()

    def _run(self, run_id: str) -> RunInfo:
        check_run_id(run_id)
        run = self._runs.load_runs((run_id,)).get(run_id)
        if run is None:
            raise run_not_found(run_id)
        return run.info

    def _place(self, run_id: str | None) -> artifacts.Place:
        return self._places.proxied() if run_id is None else self._places.of_run(self._run(run_id).artifact_uri)

    def _place_to_write(self, run_id: str | None) -> artifacts.Place:
        if run_id is not None and self._run(run_id).stage is LifecycleStage.DELETED:
            raise InvalidParameter(
                f"The run '{run_id}' must be in the 'active' state. Current state is deleted. Restore it first."
            )
        return self._place(run_id)


def _download_messages(
    first: artifacts.Part, rest: Generator[artifacts.Part, None, None], content_type: str
) -> Iterator[pb.DownloadArtifactResponse]:
    with closing(rest):
        yield _download_message(first, content_type)
        for part in rest:
            yield _download_message(part, content_type)


def _download_message(part: artifacts.Part, content_type: str) -> pb.DownloadArtifactResponse:
    if isinstance(part, bytes):
        return pb.DownloadArtifactResponse(body=HttpBody(data=part))
    if isinstance(part, str):
        return pb.DownloadArtifactResponse(sha256=part)
    info = pb.ArtifactInfo(
        size_bytes=part.size_bytes, etag=part.etag, modified_time=part.modified_time_ms, content_type=content_type
    )
    return pb.DownloadArtifactResponse(info=info)


def _small_files(place: artifacts.Place, paths: list[str]) -> Iterator[pb.DownloadArtifactsResponse]:
    """The files in messages as large as allowed."""
    message, size_bytes = pb.DownloadArtifactsResponse(), 0
    for path in paths:
        data = artifacts.read_small(place, path, MAX_SMALL_ARTIFACT_BYTES)
        if data is None:
            message.large_paths.append(path)
            continue
        if size_bytes + len(data) > MAX_ARTIFACT_MESSAGE_BYTES:
            yield message
            message, size_bytes = pb.DownloadArtifactsResponse(), 0
        message.files.add(path=path, data=data, sha256=hashlib.sha256(data).hexdigest())
        size_bytes += len(data)
    yield message


def _file_info(item: artifacts.ListedArtifact) -> pb.FileInfo:
    return pb.FileInfo(path=item.path, is_dir=item.is_dir, file_size=item.size_bytes)


def _last_path(token: str, asked: str) -> str:
    position = read_token(token, asked)
    if len(position) != 1 or not isinstance(position[0], str):
        raise InvalidParameter("Invalid page_token: it is not a token of this listing. Begin again without a token.")
    return position[0]


def _multipart(_: object, __: CallContext) -> pb.CreateMultipartUploadResponse:
    error: TrackwellError = artifacts.multipart_unsupported()
    raise error
