"""Artifacts in a local folder or on a mounted file system: plain paths and ``file:`` URIs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import Chunks, StreamRepository, missing, safe_folder, safe_path
from mlflow.store.artifact.local_root import LocalRoot, NotAPlainFile
from mlflow.store.artifact.paths import join


class LocalArtifactRepository(StreamRepository):
    """Files below one local folder; no path and no symbolic link leads out of it."""

    def __init__(self, artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None) -> None:
        """Makes no folder yet. Raises MlflowException for a URI that names no local folder."""
        super().__init__(artifact_uri, tracking_uri, registry_uri)
        self._root = LocalRoot(local_path(artifact_uri))

    @property
    def artifact_dir(self) -> str:
        """The folder."""
        return str(self._root.root)

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """The content of a folder; empty for a file or an unknown path."""
        folder = safe_folder(path)
        return [
            FileInfo(join(folder, entry.name), entry.is_dir, entry.size_bytes)
            for entry in self._root.list(folder) or ()
        ]

    def write(self, path: str, size_bytes: int, chunks: Chunks) -> None:
        """Stores a file; nothing is seen of it before it is whole."""
        with self._root.create(safe_path(path)) as upload:
            for chunk in chunks():
                upload.write(chunk)
            upload.commit()

    def read(self, path: str) -> Iterator[bytes]:
        """A file's bytes."""
        try:
            with self._root.open(safe_path(path)) as file:
                yield from file.chunks()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, NotAPlainFile):
            raise missing(path) from None

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Deletes a file, or a folder with all in it; of the whole repository, everything in it."""
        if artifact_path:
            self._root.delete(safe_path(artifact_path))
        else:
            for entry in self._root.list() or ():
                self._root.delete(entry.name)


def local_path(uri: str) -> Path:
    """The absolute folder that a plain path or a ``file:`` URI names. Raises MlflowException for anything else."""
    if not uri.lower().startswith("file:"):
        return Path(uri).absolute()
    parts = urlsplit(uri)
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or not parts.path:
        raise MlflowException.invalid_parameter_value(
            f"The artifact URI {uri!r} names no local folder. Write file:///absolute/path."
        )
    return Path(unquote(parts.path)).absolute()
