"""What an artifact repository is: files below one URI. The place for stores of other packages to begin from."""

from __future__ import annotations

import os
import stat
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from mlflow.entities import FileInfo
from mlflow.exceptions import RESOURCE_DOES_NOT_EXIST, MlflowException
from mlflow.store.artifact.local_root import LocalRoot
from mlflow.store.artifact.paths import InvalidArtifactPath, check_folder, check_path, join
from mlflow.store.artifact.progress import Count, counted, progress

CHUNK_BYTES = 1 << 20
"""Bytes read from a local file at a time; also the most that one message of an upload may carry."""

Chunks = Callable[[], Iterable[bytes]]
"""Begins to produce a file's bytes; called again when they must be sent again."""


class LocalFile(NamedTuple):
    """A local file, and the path in the repository to store it at."""

    source: Path
    path: str
    size_bytes: int


class ArtifactRepository(ABC):
    """Files below `artifact_uri`. Paths are relative, with `/` between segments; None means the repository's root."""

    def __init__(self, artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None) -> None:
        """Reaches for nothing yet. `tracking_uri` is the server through which relative URIs are understood."""
        self.artifact_uri = artifact_uri
        self.tracking_uri = tracking_uri
        self.registry_uri = registry_uri

    @abstractmethod
    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        """Stores a local file under its own name in the folder `artifact_path`."""

    @abstractmethod
    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Stores all that is in a local folder in the folder `artifact_path`."""

    @abstractmethod
    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """A folder's content sorted by path; paths are relative to the root. Empty for a file or an unknown path."""

    @abstractmethod
    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        """Writes the file at `remote_file_path` to a local path whose folder exists."""

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Deletes a file, or a folder with all in it."""
        raise MlflowException(f"{type(self).__name__} cannot delete artifacts.", "NOT_IMPLEMENTED")

    def download_artifacts(self, artifact_path: str, dst_path: str | None = None) -> str:
        """Copies a file, or a folder with all in it, below `dst_path` and returns its absolute local path.

        Without `dst_path` a new temporary folder is made. Raises MlflowException when there is nothing at the path.
        """
        path = safe_folder(artifact_path)
        if dst_path is None:
            destination = Path(tempfile.mkdtemp(prefix="mlflow-artifacts-"))
        else:
            destination = Path(dst_path).resolve()
            destination.mkdir(parents=True, exist_ok=True)
        found = dict(self._files_at(path))
        files = [(remote, destination / remote) for remote in found]
        for folder in {local.parent for _, local in files}:
            folder.mkdir(parents=True, exist_ok=True)
        sizes = [size_bytes for size_bytes in found.values() if size_bytes is not None]
        with progress("Downloading", sum(sizes) if len(sizes) == len(found) else None) as count:
            self._download_files(files, count)
        result = destination / path
        if not path or self._is_folder(path):
            result.mkdir(parents=True, exist_ok=True)
        return str(result)

    def _download_files(self, files: list[tuple[str, Path]], count: Count) -> None:
        """Writes files, each given with a local path whose folder exists."""
        for remote, local in files:
            self._download_file(remote, str(local))
            count(local.stat().st_size)

    def _files_at(self, path: str) -> Iterator[tuple[str, int | None]]:
        """Paths of the files at or below `path`, with their sizes in bytes where they are known."""
        entries = self.list_artifacts(path or None)
        if not entries and path and not self._is_folder(path):
            yield path, None
        for entry in entries:
            below = _listed(entry.path, path)
            if entry.is_dir:
                yield from self._files_at(below)
            else:
                yield below, entry.file_size

    def _is_folder(self, path: str) -> bool:
        parent, _, _ = path.rpartition("/")
        return any(entry.is_dir and entry.path == path for entry in self.list_artifacts(parent or None))


class StreamRepository(ArtifactRepository):
    """A repository that can take and give a file's bytes as a stream; the rest follows from that."""

    @abstractmethod
    def write(self, path: str, size_bytes: int, chunks: Chunks) -> None:
        """Stores a file of that size, whole or not at all. Folders are made; an existing file is replaced."""

    @abstractmethod
    def read(self, path: str) -> Iterator[bytes]:
        """A file's bytes, a bounded chunk at a time. Raises MlflowException when there is no file."""

    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        """Stores a local file under its own name in the folder `artifact_path`."""
        source = Path(local_file)
        path = safe_path(join(artifact_path or "", source.name))
        with reading(source):
            file = LocalFile(source, path, source.stat().st_size)
        with progress("Uploading", file.size_bytes) as count:
            self._write_file(file, count)

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Stores all that is in a local folder in the folder `artifact_path`."""
        files = local_files(local_dir, artifact_path)
        with progress("Uploading", sum(file.size_bytes for file in files)) as count:
            self._write_files(files, count)

    def _write_files(self, files: list[LocalFile], count: Count) -> None:
        for file in files:
            self._write_file(file, count)

    def _write_file(self, file: LocalFile, count: Count) -> None:
        with reading(file.source):
            self.write(file.path, file.size_bytes, lambda: counted(file_chunks(file.source), count))

    def _download_files(self, files: list[tuple[str, Path]], count: Count) -> None:
        for remote, local in files:
            store_download(local, counted(self.read(remote), count))

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        store_download(Path(local_path), self.read(remote_file_path))


def local_files(local_dir: str, artifact_path: str | None) -> list[LocalFile]:
    """Every file below a local folder, sorted by where to store it. Raises MlflowException for a bad name."""
    root = Path(local_dir)
    if not root.is_dir():
        raise MlflowException.invalid_parameter_value(
            f"{local_dir!r} is no folder that artifacts could be logged from."
        )
    files = []
    for folder, _, names in os.walk(root):
        here = Path(folder)
        below = join(artifact_path or "", here.relative_to(root).as_posix() if here != root else "")
        for name in names:
            source = here / name
            size_bytes = _file_size(source)
            if size_bytes is not None:
                files.append(LocalFile(source, safe_path(join(below, name)), size_bytes))
    return sorted(files, key=attrgetter("path"))


def _file_size(source: Path) -> int | None:
    """The size in bytes of a file, or of the one that a link leads to; None for anything else."""
    try:
        status = source.stat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


@contextmanager
def reading(source: Path) -> Iterator[None]:
    """Turns what the file system says of a local file into an MlflowException which names it."""
    try:
        yield
    except OSError as error:
        raise MlflowException.invalid_parameter_value(
            f"The file {str(source)!r} cannot be logged: {error.strerror}."
        ) from error


def file_chunks(source: Path) -> Iterator[bytes]:
    """The bytes of a local file in pieces of at most CHUNK_BYTES."""
    with source.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def store_download(target: Path, chunks: Iterable[bytes]) -> None:
    """Writes a local file whose folder exists; nothing is seen of it before it is whole, and no link is followed."""
    with LocalRoot(target.parent).create(target.name) as upload:
        for chunk in chunks:
            upload.write(chunk)
        upload.commit()


def safe_path(path: str) -> str:
    """`path` itself when it is safe to use, else raises MlflowException (`paths.check_path`)."""
    try:
        return check_path(path)
    except InvalidArtifactPath as error:
        raise MlflowException.invalid_parameter_value(str(error)) from None


def safe_folder(path: str | None) -> str:
    """Like `safe_path`; absent or empty is the root, the empty text."""
    try:
        return check_folder(path)
    except InvalidArtifactPath as error:
        raise MlflowException.invalid_parameter_value(str(error)) from None


def missing(path: str) -> MlflowException:
    """The exception for a path where there is no file."""
    return MlflowException(f"There is no artifact {path!r}.", RESOURCE_DOES_NOT_EXIST)


def _listed(path: str, folder: str) -> str:
    """A path from a listing, which a hostile server may have made up: it must be directly in the listed folder."""
    safe = safe_path(path)
    if safe.rpartition("/")[0] != folder:
        raise MlflowException(f"The server listed {path!r} as being in the folder {folder!r}, where it is not.")
    return safe
