"""Many files in one call: what a folder of artifacts travels as, where the transport has streams of messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from mlflow._convert import entities as convert
from mlflow._convert.artifacts import MAX_RESUMES, OutgoingFile, parts_of
from mlflow._transport.base import Transport, parsed
from mlflow.exceptions import TEMPORARILY_UNAVAILABLE, MlflowException
from trackwell.v1 import artifacts_pb2 as pb

_SERVICE = "/trackwell.v1.ArtifactService/"

SMALL_FILE_BYTES = 256 * 1024
"""A file up to this size travels whole, beside others: several fit into one message."""

MAX_MESSAGE_BYTES = 1024 * 1024
MAX_MESSAGE_FILES = 1000
"""File contents and files in one message of an upload, and files of one download (artifacts.proto)."""


def upload_all(transport: Transport, files: Sequence[OutgoingFile]) -> None:
    """Stores files below the server's artifact root, each whole or not at all, in one stream.

    Raises MlflowException at the first that is refused; those before it stay stored.
    """
    reply = transport.client_stream(_SERVICE + "UploadArtifact", lambda: _messages(files), pb.UploadArtifactResponse)
    stored = reply.num_files if reply.HasField("num_files") else 1
    if stored != len(files):
        raise MlflowException(f"The server stored {stored} of {len(files)} files without saying why.", "DATA_LOSS")


def _messages(files: Iterable[OutgoingFile]) -> Iterator[pb.UploadArtifactRequest]:
    """Small files together, large ones in parts, in their order."""
    message, message_bytes = pb.UploadArtifactRequest(), 0
    for file in files:
        if file.size_bytes > SMALL_FILE_BYTES:
            if message.files:
                yield message
                message, message_bytes = pb.UploadArtifactRequest(), 0
            yield from parts_of(file)
            continue
        data = _whole(file)
        if message_bytes + len(data) > MAX_MESSAGE_BYTES or len(message.files) == MAX_MESSAGE_FILES:
            yield message
            message, message_bytes = pb.UploadArtifactRequest(), 0
        with convert.building("an artifact path"):
            message.files.add(path=file.path, data=data, sha256=hashlib.sha256(data).hexdigest())
        message_bytes += len(data)
    if message.files:
        yield message


def _whole(file: OutgoingFile) -> bytes:
    chunks: list[bytes] = []
    left_bytes = file.size_bytes
    for chunk in file.chunks():
        chunks.append(chunk)
        left_bytes -= len(chunk)
        if left_bytes < 0:
            break
    if left_bytes:
        raise MlflowException.invalid_parameter_value(
            f"The file for {file.path!r} was announced with {file.size_bytes} bytes and has "
            f"{'more' if left_bytes < 0 else 'fewer'}. It must not change while it is logged."
        )
    return b"".join(chunks)


def download_small(transport: Transport, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Files below the server's artifact root as they come; None stands for one that must be downloaded by itself.

    What breaks off is taken up where it broke.
    """
    left = list(dict.fromkeys(paths))
    while left:
        some, left = left[:MAX_MESSAGE_FILES], left[MAX_MESSAGE_FILES:]
        yield from _download_some(transport, dict.fromkeys(some))


def _download_some(transport: Transport, left: dict[str, None]) -> Iterator[tuple[str, bytes | None]]:
    asked, fruitless = len(left), 0
    while left:
        before = len(left)
        try:
            for path, data in _downloaded(transport, list(left)):
                if path not in left:
                    raise MlflowException(f"The server sent {path!r}, which was not asked for.")
                del left[path]
                yield path, data
            if left:
                raise MlflowException(f"The server left out {next(iter(left))!r} without saying why.", "DATA_LOSS")
        except MlflowException as error:
            fruitless = 0 if len(left) < before else fruitless + 1
            broken_midway = error.error_code == TEMPORARILY_UNAVAILABLE and len(left) < asked
            if not broken_midway or fruitless > MAX_RESUMES:
                raise


def _downloaded(transport: Transport, paths: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
    with convert.building("an artifact path"):
        request = pb.DownloadArtifactsRequest(paths=paths)
    with closing(transport.server_stream(_SERVICE + "DownloadArtifacts", request)) as items:
        for item in items:
            message = parsed(item, pb.DownloadArtifactsResponse)
            for file in message.files:
                if hashlib.sha256(file.data).hexdigest() != file.sha256:
                    raise MlflowException(
                        f"The bytes of {file.path!r} that arrived are not those that the server sent.", "DATA_LOSS"
                    )
                yield file.path, file.data
            for path in message.large_paths:
                yield path, None
