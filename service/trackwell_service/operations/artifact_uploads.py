"""Artifacts on their way in: each is checked against what was announced, and stored whole or not at all."""

from __future__ import annotations

from mlflow.store.artifact.local_root import Upload
from mlflow.store.artifact.paths import join
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.operations.artifacts import Place, checked_path, translated


class ReceivedArtifact:
    """A file being uploaded: checks offsets, size and digest, and stores the file whole or not at all."""

    def __init__(self, place: Place, path: str, *, size_bytes: int | None, sha256: str | None) -> None:
        self._path = path
        self._size_bytes = size_bytes
        self._sha256 = sha256
        if size_bytes is not None and size_bytes < 0:
            raise InvalidParameter(f"Invalid size_bytes {size_bytes} of artifact '{path}': it must be 0 or greater.")
        with translated(path):
            self._upload: Upload = place.root.create(join(place.path, path))

    def write(self, data: bytes, *, offset: int | None = None) -> None:
        """Appends `data`, which must begin where the bytes before ended. Raises InvalidParameter otherwise."""
        received = self._upload.size_bytes
        if offset is not None and offset != received:
            raise InvalidParameter(
                f"Invalid offset {offset} for artifact '{self._path}': {received} bytes have been received."
            )
        if self._size_bytes is not None and received + len(data) > self._size_bytes:
            raise InvalidParameter(
                f"Artifact '{self._path}' was announced with {self._size_bytes} bytes and is longer."
            )
        with translated(self._path):
            self._upload.write(data)

    def finish(self, *, sha256: str | None = None) -> None:
        """Stores the file if size and digest are those announced; else raises InvalidParameter and stores nothing."""
        received = self._upload.size_bytes
        if self._size_bytes is not None and received != self._size_bytes:
            raise InvalidParameter(
                f"Artifact '{self._path}' was announced with {self._size_bytes} bytes and has {received}. "
                "Send it again."
            )
        for expected in (self._sha256, sha256):
            if expected is not None and expected.lower() != self._upload.sha256:
                raise InvalidParameter(
                    f"Artifact '{self._path}' has SHA-256 {self._upload.sha256}, not '{expected[:64]}' as announced. "
                    "Send it again."
                )
        with translated(self._path):
            self._upload.commit()

    def abort(self) -> None:
        """Forgets what was received; does nothing after `finish`."""
        self._upload.abort()


class ReceivedArtifacts:
    """Files that come one after the other: each is stored by itself, when the next begins or the sender is done.

    After an error, and when the sender hangs up, only `abort` is called: what was stored before stays.
    """

    def __init__(self) -> None:
        self.num_stored = 0
        self._open: ReceivedArtifact | None = None
        self._open_at: tuple[Place, str] | None = None
        self._last_sha256: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a file which more bytes may be added to."""
        return self._open is not None

    def begin(self, place: Place, path: str, *, size_bytes: int | None, sha256: str | None) -> None:
        """Stores the file before, and begins the one at `path`, which is checked here."""
        checked_path(path)
        if self._open_at == (place, path):
            # Somebody who names his file on every message would else be left with its last piece.
            raise InvalidParameter(
                f"Artifact '{path}' was begun again right after itself. Give its path on its first message only."
            )
        self.store_open()
        self._open = ReceivedArtifact(place, path, size_bytes=size_bytes, sha256=sha256)
        self._open_at = (place, path)

    def write(self, data: bytes, *, offset: int | None = None, sha256: str | None = None) -> None:
        """Appends `data` to the file that is open; `sha256`, when given, is the digest of the whole file."""
        if self._open is None:
            raise ValueError("no file is open")
        self._open.write(data, offset=offset)
        self._last_sha256 = sha256 or self._last_sha256

    def add(self, place: Place, path: str, data: bytes, *, sha256: str | None) -> None:
        """Stores a whole file; stores the one that is open before it."""
        checked_path(path)
        self.store_open()
        file = ReceivedArtifact(place, path, size_bytes=None, sha256=sha256)
        try:
            file.write(data)
            file.finish()
        except BaseException:
            file.abort()
            raise
        self.num_stored += 1

    def store_open(self) -> None:
        """Stores the file that is open, if one is."""
        if self._open is not None:
            self._open.finish(sha256=self._last_sha256)
            self._open, self._open_at, self._last_sha256 = None, None, None
            self.num_stored += 1

    def abort(self) -> None:
        """Forgets the file that is open."""
        if self._open is not None:
            self._open.abort()
