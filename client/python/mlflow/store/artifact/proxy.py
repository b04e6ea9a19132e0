"""Artifacts that the tracking server keeps: ``mlflow-artifacts:`` URIs, over whichever transport reaches the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import (
    Chunks,
    LocalFile,
    StreamRepository,
    file_chunks,
    reading,
    safe_folder,
    safe_path,
    store_download,
)
from mlflow.store.artifact.paths import join
from mlflow.store.artifact.progress import Count, counted

if TYPE_CHECKING:
    from mlflow._convert.artifacts import OutgoingFile
    from mlflow._transport.base import Transport

PARALLEL_TRANSFERS = 8
"""Streams, or over REST files, that are on their way at once: hides the time that each waits for the server's disk."""

STREAM_BYTES = 64 * 1024 * 1024
STREAM_FILES = 1000
"""What one stream carries, beyond its first file: so much is sent again when the connection breaks."""


class ProxyArtifactRepository(StreamRepository):
    """Files below one folder of the server's artifact root."""

    def __init__(self, artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None) -> None:
        """Opens no connection yet. Raises MlflowException for a URI without a usable path."""
        from mlflow.tracking import _state

        super().__init__(artifact_uri, tracking_uri, registry_uri)
        parts = urlsplit(artifact_uri)
        if parts.query or parts.fragment:
            raise MlflowException.invalid_parameter_value(
                f"The artifact URI {artifact_uri!r} must not have a query or a fragment."
            )
        base = tracking_uri if tracking_uri is not None else _state.tracking_uri()
        self._server_uri = _server_at(parts.netloc, base) if parts.netloc else base
        self._folder = safe_folder(unquote(parts.path).strip("/"))

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """The content of a folder; empty for a file or an unknown path."""
        from mlflow._convert import artifacts

        folder = safe_folder(path)
        listed = artifacts.list_proxied(self._transport(), join(self._folder, folder))
        return sorted(
            (FileInfo(join(folder, entry.path), entry.is_dir, entry.file_size) for entry in listed),
            key=lambda entry: entry.path,
        )

    def write(self, path: str, size_bytes: int, chunks: Chunks) -> None:
        """Stores a file; the server refuses it when size or checksum is not as announced."""
        from mlflow._convert import artifacts

        artifacts.upload(self._transport(), artifacts.OutgoingFile(self._remote(path), size_bytes, chunks))

    def read(self, path: str) -> Iterator[bytes]:
        """A file's bytes; a download that breaks is taken up where it broke."""
        from mlflow._convert import artifacts

        return artifacts.download(self._transport(), self._remote(path))

    def _write_files(self, files: list[LocalFile], count: Count) -> None:
        """Many files in a stream, or over REST several requests at a time."""
        from mlflow._convert import artifact_bulk, artifacts

        transport = self._transport()
        outgoing = [self._outgoing(file, count) for file in files]
        if self._has_streams():
            _in_parallel([partial(artifact_bulk.upload_all, transport, group) for group in _groups(outgoing)])
        else:
            _in_parallel([partial(artifacts.upload, transport, file) for file in outgoing])

    def _download_files(self, files: list[tuple[str, Path]], count: Count) -> None:
        """As `_write_files`: small files in a stream, large ones and those of REST several at a time."""
        from mlflow._convert import artifacts

        transport = self._transport()
        alone = files
        if self._has_streams() and len(files) > 1:
            alone = self._download_small(transport, files, count)

        def fetch(remote: str, local: Path) -> None:
            store_download(local, counted(artifacts.download(transport, self._remote(remote)), count))

        _in_parallel([partial(fetch, remote, local) for remote, local in alone])

    def _download_small(
        self, transport: Transport, files: list[tuple[str, Path]], count: Count
    ) -> list[tuple[str, Path]]:
        """Writes the small ones of the files, many of which come in one message, and returns the others."""
        from mlflow._convert import artifact_bulk

        asked = {self._remote(remote): (remote, local) for remote, local in files}
        others = []
        for path, data in artifact_bulk.download_small(transport, asked):
            remote, local = asked[path]
            if data is None:
                others.append((remote, local))
            else:
                store_download(local, (data,))
                count(len(data))
        return others

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Deletes a file, or a folder with all in it."""
        from mlflow._convert import artifacts

        path = join(self._folder, safe_folder(artifact_path))
        if not path:
            raise MlflowException.invalid_parameter_value("The whole artifact root of a server cannot be deleted.")
        artifacts.delete(self._transport(), path)

    def _has_streams(self) -> bool:
        """Whether a call may carry many files: an HTTP request carries one."""
        from mlflow._transport.uris import Door, door_of

        return door_of(self._server_uri) is not Door.REST

    def _outgoing(self, file: LocalFile, count: Count) -> OutgoingFile:
        from mlflow._convert.artifacts import OutgoingFile

        def chunks() -> Iterator[bytes]:
            with reading(file.source):
                yield from counted(file_chunks(file.source), count)

        return OutgoingFile(self._remote(file.path), file.size_bytes, chunks)

    def _transport(self) -> Transport:
        """The way to the server, by the settings of this moment: looked up once for many files."""
        from mlflow.tracking import _state

        return _state.transport(self._server_uri)

    def _remote(self, path: str) -> str:
        return join(self._folder, safe_path(path))


def _groups(files: Iterable[OutgoingFile]) -> Iterator[list[OutgoingFile]]:
    """The files in their order, in lists of what goes into one stream."""
    group: list[OutgoingFile] = []
    left_bytes = STREAM_BYTES
    for file in files:
        if group and (file.size_bytes > left_bytes or len(group) == STREAM_FILES):
            yield group
            group, left_bytes = [], STREAM_BYTES
        group.append(file)
        left_bytes -= file.size_bytes
    if group:
        yield group


def _in_parallel(transfers: list[Callable[[], None]]) -> None:
    """Makes all transfers, several at a time. The first that fails is raised, and no more are begun."""
    if len(transfers) <= 1:
        for transfer in transfers:
            transfer()
        return
    with ThreadPoolExecutor(PARALLEL_TRANSFERS, thread_name_prefix="mlflow-artifacts") as workers:
        begun = [workers.submit(transfer) for transfer in transfers]
        try:
            for done in begun:
                done.result()
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise


def _server_at(authority: str, tracking_uri: str) -> str:
    """The server that an artifact URI names itself, reached in the way in which the tracking server is."""
    scheme = urlsplit(tracking_uri).scheme.lower()
    if scheme not in ("http", "https", "grpc", "grpcs"):
        raise MlflowException.invalid_parameter_value(
            f"An mlflow-artifacts URI with a host ({authority!r}) needs a tracking URI that names a server."
        )
    return f"{scheme}://{authority}"
