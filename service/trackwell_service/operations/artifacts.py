"""Artifacts below the places that the operator lets this server read and write (security principles P1 and P2)."""

from __future__ import annotations

import errno
import hashlib
import mimetypes
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from mlflow.store.artifact.local_root import Entry, LocalRoot, NotAPlainFile, StoredFile
from mlflow.store.artifact.paths import InvalidArtifactPath, check_folder, check_path, join
from trackwell_service.domain.errors import (
    InvalidParameter,
    NotImplementedHere,
    ResourceConflict,
    ResourceDoesNotExist,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.domain.locations import PROXY_SCHEME

TEXT_NAMES = frozenset({"mlmodel", "mlproject"})
TEXT_SUFFIXES = frozenset(
    {".txt", ".log", ".err", ".cfg", ".conf", ".cnf", ".ini", ".properties", ".prop", ".hocon", ".toml"}
    | {".yaml", ".yml", ".xml", ".json", ".js", ".py", ".py3", ".csv", ".tsv", ".md", ".rst", ".jsonl"}
    | {".sh", ".sql", ".r", ".java", ".scala", ".html", ".htm", ".svg"}
)
"""Files that are shown as plain text, never as something a browser would run (rest-facts §9, P7)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path below a root which this server may touch; the empty path is the root itself."""

    root: LocalRoot
    path: str

    def below(self, path: str) -> Place:
        """`path`, checked, below this place."""
        return Place(self.root, join(self.path, path))


class ArtifactPlaces:
    """Knows which artifact locations this server reads and writes for its callers: no others exist for it."""

    def __init__(self, proxy_root: Path | None, local_roots: tuple[Path, ...], *, fsync: bool = False) -> None:
        """`proxy_root` is the folder behind ``mlflow-artifacts:`` (None: not served); `local_roots` are allowed too."""
        self._proxy = None if proxy_root is None else LocalRoot(proxy_root, fsync=fsync)
        self._local = tuple(LocalRoot(root.absolute(), fsync=fsync) for root in local_roots)

    def proxied(self) -> Place:
        """The root of the proxy. Raises TemporarilyUnavailable, as documented, when not served (rest-facts §3)."""
        if self._proxy is None:
            raise TemporarilyUnavailable(
                "This server does not serve artifacts. Start it with --serve-artifacts and --artifacts-destination, "
                "or read the run's artifact URI directly."
            )
        return Place(self._proxy, "")

    def of_run(self, artifact_uri: str) -> Place:
        """The artifact folder of a run, whose stored location must be below an allowed root."""
        parts = urlsplit(artifact_uri)
        if parts.scheme == PROXY_SCHEME and not parts.netloc:
            return self.proxied().below(checked_path(unquote(parts.path).strip("/")))
        if parts.scheme in ("", "file") and parts.netloc in ("", "localhost"):
            folder = PurePosixPath(unquote(parts.path) if parts.scheme else artifact_uri)
            for root in self._local:
                if folder.is_relative_to(root.root):
                    inner = folder.relative_to(root.root)
                    return Place(root, "" if inner == PurePosixPath() else checked_path(str(inner)))
        raise InvalidParameter(
            f"This server may not read the artifact location '{artifact_uri[:200]}'. Read it with a client that can "
            "reach it, or let the operator allow its folder with --default-artifact-root."
        )


Part = StoredFile | bytes | str
"""What a download consists of: what is known of the file, its bytes, the SHA-256 of the bytes."""


@dataclass(frozen=True, slots=True)
class ListedArtifact:
    """One file or folder; what `path` is relative to, the caller says; `size_bytes` is None for a folder."""

    path: str
    is_dir: bool
    size_bytes: int | None


def checked_path(path: str) -> str:
    """The path when it is a safe relative path, else InvalidParameter."""
    try:
        return check_path(path)
    except InvalidArtifactPath as error:
        raise InvalidParameter(str(error)) from None


def checked_folder(path: str | None) -> str:
    """Like `checked_path`; absent or empty is the root."""
    try:
        return check_folder(path)
    except InvalidArtifactPath as error:
        raise InvalidParameter(str(error)) from None


def list_below(place: Place, folder: str, *, after: str | None) -> list[ListedArtifact]:
    """Entries of `folder` whose path comes after `after`, sorted, with paths relative to `place`.

    A file or an unknown path has none (rest-facts §9).
    """
    with translated(folder):
        entries: list[Entry] = place.root.list(join(place.path, folder)) or []
    listed = [ListedArtifact(join(folder, entry.name), entry.is_dir, entry.size_bytes) for entry in entries]
    return [item for item in listed if after is None or item.path > after]


def delete_below(place: Place, path: str) -> None:
    """Deletes a file or a folder with all in it; what is not there is deleted already (rest-facts §9)."""
    with translated(path):
        place.root.delete(join(place.path, path))


def read_below(
    place: Place, path: str, *, offset: int = 0, length: int | None = None, if_match: str | None = None
) -> Generator[Part, None, None]:
    """What is known of the file, then its bytes from `offset` in bounded chunks, then the SHA-256 of the bytes sent.

    Raises ResourceDoesNotExist, ResourceConflict when `if_match` names another content, and
    InvalidParameter for an offset beyond the end; all before the first item.
    """
    if offset < 0 or (length is not None and length < 0):
        raise InvalidParameter(f"Invalid byte range: offset {offset} and length {length} must be 0 or greater.")
    with translated(path), place.root.open(join(place.path, path)) as file:
        if if_match is not None and if_match != file.info.etag:
            raise ResourceConflict(
                f"Artifact '{path}' has changed: its etag is '{file.info.etag}', not '{if_match[:120]}'. "
                "Download it anew."
            )
        if offset > file.info.size_bytes:
            raise InvalidParameter(
                f"Invalid offset {offset}: artifact '{path}' has {file.info.size_bytes} bytes. "
                "Start at or before its end."
            )
        yield file.info
        digest = hashlib.sha256()
        for chunk in file.chunks(offset, length):
            digest.update(chunk)
            yield chunk
        yield digest.hexdigest()


def read_small(place: Place, path: str, max_bytes: int) -> bytes | None:
    """All bytes of a file, or None when it has more than `max_bytes`. Raises ResourceDoesNotExist."""
    with translated(path), place.root.open(join(place.path, path)) as file:
        return None if file.info.size_bytes > max_bytes else b"".join(file.chunks())


def content_type(path: str) -> str:
    """A guess from the name; text-like files are plain text, the unknown is octets (rest-facts §9)."""
    name = PurePosixPath(path).name.lower()
    if name in TEXT_NAMES or PurePosixPath(name).suffix in TEXT_SUFFIXES:
        return "text/plain"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def multipart_unsupported() -> TrackwellError:
    """The answer to uploads in parts and direct URLs where the root is a folder; clients then PUT (rest-facts §9)."""
    return NotImplementedHere(
        "The artifact root of this server is a folder, which takes no multipart uploads. PUT the whole file."
    )


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Turns what the file system says into errors for the caller; the server's own paths are never shown."""
    try:
        yield
    except InvalidArtifactPath as error:
        raise InvalidParameter(str(error)) from None
    except FileNotFoundError:
        raise ResourceDoesNotExist(f"Artifact '{path}' does not exist.") from None
    except IsADirectoryError:
        raise InvalidParameter(f"Artifact '{path}' is a folder, not a file.") from None
    except NotADirectoryError:
        raise InvalidParameter(
            f"Invalid path '{path}': a part of it before the last is a file, not a folder."
        ) from None
    except NotAPlainFile:
        raise InvalidParameter(
            f"Invalid path '{path}': it leads through a link or a device, which is not followed."
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ResourceExhausted(
                f"No space is left for artifact '{path}'; nothing of it was stored.", retry_after_s=60
            ) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise InvalidParameter(f"The server is not allowed to do this with artifact '{path}'.") from None
        if error.errno == errno.ENAMETOOLONG:
            raise InvalidParameter(
                f"Invalid path '{path[:120]}': a segment is too long for the server's file system."
            ) from None
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise InvalidParameter(f"Artifact '{path}' is a folder, not a file.") from None
        raise
