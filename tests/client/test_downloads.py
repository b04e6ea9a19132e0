"""Downloads that break midway are taken up where they broke, and never mixed from two files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator

import pytest
import urllib3
from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from mlflow import MlflowException
from mlflow._convert import artifacts
from mlflow._transport.base import Replies, Reply, parsed
from mlflow._transport.http import whole_body
from mlflow.exceptions import RestException
from mlflow.store.artifact.proxy import ProxyArtifactRepository
from mlflow.tracking import _state
from support.mlflow_server import Server
from trackwell.v1 import artifacts_pb2 as pb

LOST = MlflowException("connection lost", "TEMPORARILY_UNAVAILABLE")
CONTENT = b"0123456789"


class Scripted:
    """A transport whose downloads break off as the test says: each call gives that many bytes, then fails."""

    def __init__(self, breaks: list[int], *, etag: str | None = "v1", digest: str | None = None) -> None:
        self.breaks = breaks
        self.etag = etag
        self.digest = digest
        self.requests: list[tuple[int, str | None]] = []

    def server_stream(self, method: str, request: Message) -> Replies:
        assert isinstance(request, pb.DownloadArtifactRequest)
        self.requests.append((request.offset, request.if_match or None))
        yield pb.DownloadArtifactResponse(info=pb.ArtifactInfo(etag=self.etag)).SerializeToString()
        rest = CONTENT[request.offset :]
        if self.breaks:
            for byte in rest[: self.breaks.pop(0)]:
                yield pb.DownloadArtifactResponse(body=HttpBody(data=bytes([byte])))
            raise LOST
        yield pb.DownloadArtifactResponse(body=HttpBody(data=rest))
        yield pb.DownloadArtifactResponse(sha256=self.digest or hashlib.sha256(rest).hexdigest())

    def unary(self, method: str, request: Message, reply_type: type[Reply]) -> Reply:
        raise NotImplementedError

    def client_stream(self, method: str, requests: Callable[[], Iterator[Message]], reply_type: type[Reply]) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        pass


def test_a_whole_file() -> None:
    transport = Scripted([])
    assert b"".join(artifacts.download(transport, "f")) == CONTENT
    assert transport.requests == [(0, None)]


def test_it_goes_on_where_it_broke() -> None:
    transport = Scripted([4, 3])
    assert b"".join(artifacts.download(transport, "f")) == CONTENT
    assert transport.requests == [(0, None), (4, "v1"), (7, "v1")]


def test_it_gives_up_without_progress() -> None:
    transport = Scripted([4, *[0] * 99])
    with pytest.raises(MlflowException, match="connection lost"):
        list(artifacts.download(transport, "f"))
    assert len(transport.requests) == artifacts.MAX_RESUMES + 2


def test_a_server_that_cannot_tell_versions_is_not_asked_again() -> None:
    transport = Scripted([4], etag=None)
    with pytest.raises(MlflowException, match="connection lost"):
        list(artifacts.download(transport, "f"))
    assert len(transport.requests) == 1


def test_bytes_that_changed_on_the_way() -> None:
    with pytest.raises(MlflowException, match="not those that the server sent") as refused:
        list(artifacts.download(Scripted([], digest="0" * 64), "f"))
    assert refused.value.error_code == "DATA_LOSS"


@pytest.mark.parametrize("door", ["grpc", "rest"])
def test_both_doors_can_take_a_download_up(server: Server, name: str, door: str) -> None:
    uri: str = getattr(server, door)
    repository = ProxyArtifactRepository(f"mlflow-artifacts:/{name}", uri)
    repository.write("f", len(CONTENT), lambda: [CONTENT])
    method = "/trackwell.v1.ArtifactService/DownloadArtifact"

    def fetch(**fields: object) -> tuple[str, bytes]:
        request = pb.DownloadArtifactRequest(path=f"{name}/f", **fields)  # type: ignore[arg-type]  # fields by name
        stream = _state.transport(uri).server_stream(method, request)
        messages = [parsed(item, pb.DownloadArtifactResponse) for item in stream]
        return messages[0].info.etag, b"".join(message.body.data for message in messages)

    etag, whole = fetch()
    assert (whole, bool(etag)) == (CONTENT, True)
    assert fetch(offset=7, if_match=etag) == (etag, CONTENT[7:])
    repository.write("f", 5, lambda: [b"other"])
    with pytest.raises(RestException) as refused:
        fetch(offset=3, if_match=etag)
    assert refused.value.error_code == "RESOURCE_CONFLICT"


class TestWholeBodies:
    """What older versions of urllib3 leave to their callers."""

    def response(self, announced: str | None) -> urllib3.HTTPResponse:
        headers = {} if announced is None else {"Content-Length": announced}
        # Without its own check, as in version 1.26.
        return urllib3.HTTPResponse(io.BytesIO(CONTENT), headers, preload_content=False, enforce_content_length=False)

    @pytest.mark.parametrize("announced", [None, "10", "chunked"])
    def test_a_whole_one(self, announced: str | None) -> None:
        assert b"".join(whole_body(self.response(announced), 3, "f")) == CONTENT

    def test_one_that_breaks_off(self) -> None:
        with pytest.raises(MlflowException, match=r"The file broke off after 10 of 1000 bytes") as broken:
            list(whole_body(self.response("1000"), 3, "The file"))
        assert broken.value.error_code == "TEMPORARILY_UNAVAILABLE"
