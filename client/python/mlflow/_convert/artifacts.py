"""The rpcs of ArtifactService: listings as entities, file contents as streams of bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from google.api.httpbody_pb2 import HttpBody

from mlflow import entities
from mlflow._convert import entities as convert
from mlflow._transport.base import Transport, parsed
from mlflow.exceptions import TEMPORARILY_UNAVAILABLE, MlflowException
from trackwell.v1 import artifacts_pb2 as pb

_SERVICE = "/trackwell.v1.ArtifactService/"

MAX_RESUMES = 5
"""How often a download that breaks midway is taken up again without progress in between."""


class OutgoingFile(NamedTuple):
    """A file to be stored at `path`; `chunks` begins its bytes, `size_bytes` in all, anew for each attempt."""

    path: str
    size_bytes: int
    chunks: Callable[[], Iterable[bytes]]


@dataclass(slots=True)
class _Progress:
    offset: int = 0
    etag: str | None = None


def list_of_run(transport: Transport, run_id: str, path: str | None) -> list[entities.FileInfo]:
    """The content of one folder of a run, sorted by path; paths are relative to the run's artifact root."""
    files: list[entities.FileInfo] = []
    token: str | None = None
    while True:
        with convert.building("a run id or artifact path"):
            request = pb.ListArtifactsRequest(run_id=run_id, run_uuid=run_id, path=path, page_token=token)
        reply = transport.unary(_SERVICE + "ListArtifacts", request, pb.ListArtifactsResponse)
        files.extend(map(convert.file_info, reply.files))
        token = reply.next_page_token or None
        if token is None:
            return files


def list_proxied(transport: Transport, path: str) -> list[entities.FileInfo]:
    """The content of one folder below the server's artifact root; paths are base names."""
    with convert.building("an artifact path"):
        request = pb.ListProxiedArtifactsRequest(path=path or None)
    reply = transport.unary(_SERVICE + "ListProxiedArtifacts", request, pb.ListProxiedArtifactsResponse)
    return [convert.file_info(item) for item in reply.files]


def upload(transport: Transport, file: OutgoingFile) -> None:
    """Stores a file below the server's artifact root."""
    transport.client_stream(_SERVICE + "UploadArtifact", lambda: parts_of(file), pb.UploadArtifactResponse)


def parts_of(file: OutgoingFile) -> Iterator[pb.UploadArtifactRequest]:
    """The messages that carry one file of any size."""
    digest = hashlib.sha256()
    with convert.building("an artifact path"):
        yield pb.UploadArtifactRequest(path=file.path, size_bytes=file.size_bytes)
    for chunk in file.chunks():
        digest.update(chunk)
        yield pb.UploadArtifactRequest(body=HttpBody(data=chunk))
    yield pb.UploadArtifactRequest(sha256=digest.hexdigest())


def download(transport: Transport, path: str) -> Iterator[bytes]:
    """A file below the server's artifact root, a chunk at a time; taken up again where it broke off."""
    progress = _Progress()
    fruitless = 0
    while True:
        before = progress.offset
        try:
            yield from _download_rest(transport, path, progress)
            return
        except MlflowException as error:
            fruitless = 0 if progress.offset > before else fruitless + 1
            # Without an etag the file could have changed in between, and half of each would be returned.
            broken_midway = error.error_code == TEMPORARILY_UNAVAILABLE and progress.offset and progress.etag
            if not broken_midway or fruitless > MAX_RESUMES:
                raise


def delete(transport: Transport, path: str) -> None:
    """Deletes a file or folder below the server's artifact root."""
    with convert.building("an artifact path"):
        request = pb.DeleteArtifactRequest(path=path)
    transport.unary(_SERVICE + "DeleteArtifact", request, pb.DeleteArtifactResponse)


def _download_rest(transport: Transport, path: str, progress: _Progress) -> Iterator[bytes]:
    """The bytes from `progress.offset` on, checked against the checksum where the server sends one."""
    with convert.building("an artifact path"):
        request = pb.DownloadArtifactRequest(
            path=path, offset=progress.offset or None, if_match=progress.etag if progress.offset else None
        )
    digest = hashlib.sha256()
    expected: str | None = None
    with closing(transport.server_stream(_SERVICE + "DownloadArtifact", request)) as items:
        for item in items:
            message = parsed(item, pb.DownloadArtifactResponse)
            if message.HasField("info") and message.info.etag:
                progress.etag = message.info.etag
            if message.HasField("sha256"):
                expected = message.sha256
            data = message.body.data
            if data:
                digest.update(data)
                progress.offset += len(data)
                yield data
    if expected is not None and expected != digest.hexdigest():
        raise MlflowException(f"The bytes of {path!r} that arrived are not those that the server sent.", "DATA_LOSS")
