"""Artifacts that the tracking server keeps: ``mlflow-artifacts:`` URIs, over whichever transport reaches the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import Chunks, StreamRepository, local_files, safe_folder, safe_path
from mlflow.store.artifact.paths import join

PARALLEL_TRANSFERS = 8
"""Files of one folder that are on their way at once: hides the time that each waits for the server's disk."""


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
        from mlflow.tracking import _state

        folder = safe_folder(path)
        listed = artifacts.list_proxied(_state.transport(self._server_uri), join(self._folder, folder))
        return sorted(
            (FileInfo(join(folder, entry.path), entry.is_dir, entry.file_size) for entry in listed),
            key=lambda entry: entry.path,
        )

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Stores all that is in a local folder, several files at a time."""
        _in_parallel(
            [partial(self._write_file, source, path) for source, path in local_files(local_dir, artifact_path)]
        )

    def write(self, path: str, size_bytes: int, chunks: Chunks) -> None:
        """Stores a file; the server refuses it when size or checksum is not as announced."""
        from mlflow._convert import artifacts
        from mlflow.tracking import _state

        artifacts.upload(_state.transport(self._server_uri), self._remote(path), size_bytes, chunks)

    def read(self, path: str) -> Iterator[bytes]:
        """A file's bytes; a download that breaks is taken up where it broke."""
        from mlflow._convert import artifacts
        from mlflow.tracking import _state

        return artifacts.download(_state.transport(self._server_uri), self._remote(path))

    def _download_files(self, files: list[tuple[str, Path]]) -> None:
        _in_parallel([partial(self._download_file, remote, str(local)) for remote, local in files])

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Deletes a file, or a folder with all in it."""
        from mlflow._convert import artifacts
        from mlflow.tracking import _state

        path = join(self._folder, safe_folder(artifact_path))
        if not path:
            raise MlflowException.invalid_parameter_value("The whole artifact root of a server cannot be deleted.")
        artifacts.delete(_state.transport(self._server_uri), path)

    def _remote(self, path: str) -> str:
        return join(self._folder, safe_path(path))


def _in_parallel(transfers: list[Callable[[], None]]) -> None:
    """Makes all transfers, several at a time. The first that fails is raised, and no more are begun."""
    if len(transfers) == 1:
        transfers[0]()
        return
    with ThreadPoolExecutor(PARALLEL_TRANSFERS, thread_name_prefix="mlflow-artifacts") as workers:
        begun = [workers.submit(transfer) for transfer in transfers]
        try:
            for transfer in begun:
                transfer.result()
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
