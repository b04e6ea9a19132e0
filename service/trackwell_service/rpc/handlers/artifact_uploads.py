"""The receiving end of UploadArtifact: one stream, one file after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from google.protobuf.message import Message

from trackwell.v1 import artifacts_pb2 as pb
from trackwell_service.domain.errors import InvalidParameter, TrackwellError
from trackwell_service.domain.limits import MAX_ARTIFACT_FILES_PER_MESSAGE
from trackwell_service.domain.validation import missing
from trackwell_service.operations.artifact_uploads import ReceivedArtifacts
from trackwell_service.operations.artifacts import Place
from trackwell_service.rpc.convert import optional


class UploadReceiver:
    """Takes one stream: a message with a path begins a file, later ones continue it, others carry whole files."""

    def __init__(self, place: Callable[[str | None], Place]) -> None:
        """`place` finds where a run's artifacts are kept, or, for None, those of the proxy; it may refuse."""
        self._place = place
        self._files = ReceivedArtifacts()

    def feed(self, message: Message) -> None:
        """See `streams.Receiver.feed`."""
        request = cast("pb.UploadArtifactRequest", message)
        with self._telling_what_stays():
            if request.files:
                self._take_files(request)
            else:
                self._take_part(request)

    def finish(self) -> pb.UploadArtifactResponse:
        """See `streams.Receiver.finish`."""
        with self._telling_what_stays():
            self._files.store_open()
            if not self._files.num_stored:
                raise missing("path")
        stored = self._files.num_stored
        return pb.UploadArtifactResponse(num_files=None if stored == 1 else stored)

    def abort(self) -> None:
        """See `streams.Receiver.abort`."""
        self._files.abort()

    def _take_part(self, message: pb.UploadArtifactRequest) -> None:
        sha256 = optional(message, "sha256")
        if message.HasField("path") or not self._files.is_open:
            if not message.path:
                raise missing("path")
            self._files.begin(
                self._place_of(message), message.path, size_bytes=optional(message, "size_bytes"), sha256=sha256
            )
            sha256 = None
        else:
            _refuse(message, ("run_id", "size_bytes"), "belongs on the first message of a file and came on a later one")
        self._files.write(message.body.data, offset=optional(message, "offset"), sha256=sha256)

    def _take_files(self, message: pb.UploadArtifactRequest) -> None:
        _refuse(message, ("path", "body", "offset", "sha256", "size_bytes"), "cannot be given beside 'files'")
        if len(message.files) > MAX_ARTIFACT_FILES_PER_MESSAGE:
            raise InvalidParameter(
                f"Parameter 'files' has {len(message.files)} items, at most {MAX_ARTIFACT_FILES_PER_MESSAGE} are "
                "allowed in one message. Send several messages."
            )
        place = self._place_of(message)
        for index, file in enumerate(message.files):
            if not file.path:
                raise missing(f"files[{index}].path")
            self._files.add(place, file.path, file.data, sha256=optional(file, "sha256"))

    def _place_of(self, message: pb.UploadArtifactRequest) -> Place:
        return self._place(message.run_id if message.HasField("run_id") else None)

    @contextmanager
    def _telling_what_stays(self) -> Iterator[None]:
        """Adds to an error, which names its own file, how many others were stored before it."""
        try:
            yield
        except TrackwellError as error:
            stored = self._files.num_stored
            if not stored:
                raise
            before = "The file before it in this stream is" if stored == 1 else f"The {stored} files before it are"
            raise type(error)(f"{error.message} {before} stored.", retry_after_s=error.retry_after_s) from None


def _refuse(message: pb.UploadArtifactRequest, fields: tuple[str, ...], rule: str) -> None:
    for field in fields:
        if message.HasField(field):  # type: ignore[arg-type]  # the generated types want a literal name
            raise InvalidParameter(f"Parameter '{field}' of an upload {rule}.")
