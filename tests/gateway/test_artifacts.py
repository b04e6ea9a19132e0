"""The artifact routes: streaming both ways, ranges over real HTTP, and what a broken transfer leaves behind."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api import httpbody_pb2

from support.loop_thread import TIMEOUT_S
from support.rest_gateway import FakeBackend, GatewayThread, Serve, read_all, read_answer
from trackwell.v1 import artifacts_pb2
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.errors import BackendError
from trackwell_gateway.limits import GatewayLimits

FILES = "/api/2.0/mlflow-artifacts/artifacts"
DATA = bytes(range(256)) * 8
MODIFIED_MS = 1_700_000_000_000
MIB = 1 << 20


def file_of(
    data: bytes,
    *,
    etag: str = "tag",
    content_type: str = "text/plain",
    chunk_bytes: int = 300,
    claimed_bytes: int | None = None,
) -> Callable[[Any], Iterator[Any]]:
    """Serves `data` as the contract says, from offset and length."""

    def download(request: artifacts_pb2.DownloadArtifactRequest) -> Iterator[artifacts_pb2.DownloadArtifactResponse]:
        if request.HasField("if_match") and request.if_match != etag:
            raise BackendError("RESOURCE_CONFLICT", "The file has changed.")
        info = artifacts_pb2.ArtifactInfo(
            size_bytes=len(data) if claimed_bytes is None else claimed_bytes,
            etag=etag,
            modified_time=MODIFIED_MS,
            content_type=content_type,
        )
        yield artifacts_pb2.DownloadArtifactResponse(info=info)
        end = request.offset + request.length if request.HasField("length") else len(data)
        wanted = data[request.offset : end]
        for start in range(0, len(wanted), chunk_bytes):
            body = httpbody_pb2.HttpBody(data=wanted[start : start + chunk_bytes])
            yield artifacts_pb2.DownloadArtifactResponse(body=body)
        yield artifacts_pb2.DownloadArtifactResponse(sha256=hashlib.sha256(wanted).hexdigest())

    return download


@pytest.fixture
def stored(backend: FakeBackend) -> FakeBackend:
    """The backend with one file."""
    backend.streams["DownloadArtifact"] = file_of(DATA)
    return backend


@pytest.mark.usefixtures("stored")
class TestDownload:
    def test_whole(self, gateway: GatewayThread, stored: FakeBackend) -> None:
        answer = gateway.get(f"{FILES}/1/a%20b/notes.txt")
        assert answer.status_code == 200
        assert answer.content == DATA
        assert answer.headers["Content-Length"] == str(len(DATA))
        assert answer.headers["Content-Type"] == "text/plain"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["ETag"] == '"tag"'
        assert answer.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
        assert stored.last.request == artifacts_pb2.DownloadArtifactRequest(path="1/a b/notes.txt")
        gateway.run(gateway.gateway.stop(TIMEOUT_S))
        assert stored.closed_streams == 1

    @pytest.mark.parametrize(
        ("value", "first", "last"),
        [("bytes=0-0", 0, 0), ("bytes=100-899", 100, 899), ("bytes=2000-", 2000, 2047), ("bytes=-5", 2043, 2047),
         ("bytes=0-99999", 0, 2047)],
    )  # fmt: skip
    def test_a_part(self, gateway: GatewayThread, value: str, first: int, last: int) -> None:
        answer = gateway.get(f"{FILES}/f", headers={"Range": value})
        assert answer.status_code == 206
        assert answer.content == DATA[first : last + 1]
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/2048"
        assert answer.headers["Content-Length"] == str(last - first + 1)
        assert answer.headers["ETag"] == '"tag"'

    @pytest.mark.parametrize("value", ["bytes=2048-", "bytes=-0", "bytes=9999-99999"])
    def test_no_such_part(self, gateway: GatewayThread, value: str) -> None:
        answer = gateway.get(f"{FILES}/f", headers={"Range": value})
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == "bytes */2048"
        assert answer.content == b""

    @pytest.mark.parametrize(
        "value", ["bytes=0-1,5-6", "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)), "items=0-1", "bytes=x"]
    )
    def test_what_makes_no_sense_is_ignored(self, gateway: GatewayThread, value: str) -> None:
        answer = gateway.get(f"{FILES}/f", headers={"Range": value})
        assert (answer.status_code, answer.content) == (200, DATA)
        assert "Content-Range" not in answer.headers

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"If-None-Match": '"tag"'}, 304),
            ({"If-None-Match": '"other"'}, 200),
            ({"If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"}, 304),
            ({"If-Match": '"other"'}, 412),
            ({"If-Range": '"tag"', "Range": "bytes=0-1"}, 206),
            ({"If-Range": '"other"', "Range": "bytes=0-1"}, 200),
        ],
    )
    def test_preconditions(self, gateway: GatewayThread, headers: dict[str, str], status: int) -> None:
        answer = gateway.get(f"{FILES}/f", headers=headers)
        assert answer.status_code == status
        assert answer.headers.get("ETag", '"tag"') == '"tag"'
        # The connection is still in step: a 304 has no body.
        assert gateway.get("/health").text == "OK"

    def test_head(self, gateway: GatewayThread, stored: FakeBackend) -> None:
        answer = gateway.request("HEAD", f"{FILES}/f.txt", headers={"Range": "bytes=0-1"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Length"] == "2048"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="f.txt"'
        request = stored.last.request
        assert isinstance(request, artifacts_pb2.DownloadArtifactRequest)
        assert request.length == 0
        assert request.HasField("length")

    def test_an_empty_file(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.streams["DownloadArtifact"] = file_of(b"")
        answer = gateway.get(f"{FILES}/f")
        assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "0")
        assert gateway.get(f"{FILES}/f", headers={"Range": "bytes=0-"}).status_code == 416

    def test_a_file_that_changes_between_question_and_answer(
        self, gateway: GatewayThread, backend: FakeBackend
    ) -> None:
        versions = iter([file_of(DATA, etag="one"), file_of(DATA, etag="two")])
        backend.streams["DownloadArtifact"] = lambda request: next(versions)(request)  # noqa: PLW0108  # another one each time
        answer = gateway.get(f"{FILES}/f", headers={"Range": "bytes=0-1"})
        assert (answer.status_code, answer.json()["error_code"]) == (409, "RESOURCE_CONFLICT")

    @pytest.mark.parametrize(
        ("given", "sent"),
        [("image/png", "image/png"), ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
         ("", "application/octet-stream"), ("text/html\r\nX: y", "application/octet-stream"),
         ("nonsense", "application/octet-stream"), ("text/html; x=<script>", "application/octet-stream")],
    )  # fmt: skip
    def test_the_content_type_is_the_store_s_guess_or_bytes(
        self, gateway: GatewayThread, backend: FakeBackend, given: str, sent: str
    ) -> None:
        backend.streams["DownloadArtifact"] = file_of(DATA, content_type=given)
        assert gateway.get(f"{FILES}/f").headers["Content-Type"] == sent

    def test_an_entity_tag_that_is_none_is_left_out(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.streams["DownloadArtifact"] = file_of(DATA, etag='a"b\r\n')
        assert "ETag" not in gateway.get(f"{FILES}/f").headers

    @pytest.mark.parametrize("claimed", [2049, 5000])
    def test_a_file_that_ends_early_cannot_be_taken_for_whole(
        self, gateway: GatewayThread, backend: FakeBackend, claimed: int
    ) -> None:
        backend.streams["DownloadArtifact"] = file_of(DATA, claimed_bytes=claimed)
        answer = gateway.exchange(f"GET {FILES}/f HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head, _, body = answer.partition(b"\r\n\r\n")
        assert not head or f"Content-Length: {claimed}".encode() in head
        assert len(body) < claimed

    def test_a_refusal_is_an_error(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        def refuse(_: Any) -> Iterator[Any]:
            raise BackendError("RESOURCE_DOES_NOT_EXIST", "No such artifact: 'f'")
            yield

        backend.streams["DownloadArtifact"] = refuse
        for headers in ({}, {"Range": "bytes=0-1"}):
            answer = gateway.get(f"{FILES}/f", headers=headers)
            assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")

    def test_a_store_that_answers_nothing(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.streams["DownloadArtifact"] = lambda _: iter(())
        for headers in ({}, {"Range": "bytes=0-1"}):
            assert gateway.get(f"{FILES}/f", headers=headers).status_code == 500

    @pytest.mark.parametrize("query", ["offset=5", "length=5", "if_match=x"])
    def test_the_stream_s_own_fields_are_not_for_http(self, gateway: GatewayThread, query: str) -> None:
        answer = gateway.get(f"{FILES}/f", params=query)
        assert answer.status_code == 400
        assert "Range" in answer.json()["message"]

    def test_a_reader_that_hangs_up_ends_the_stream(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        closed = threading.Event()

        def endless(_: Any) -> Iterator[Any]:
            try:
                yield artifacts_pb2.DownloadArtifactResponse(info=artifacts_pb2.ArtifactInfo(size_bytes=1 << 50))
                while True:
                    yield artifacts_pb2.DownloadArtifactResponse(body=httpbody_pb2.HttpBody(data=b"x" * MIB))
            finally:
                closed.set()

        backend.streams["DownloadArtifact"] = endless
        with gateway.connect() as connection:
            connection.sendall(f"GET {FILES}/f HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert connection.recv(65536)
        assert closed.wait(TIMEOUT_S)


@pytest.mark.usefixtures("stored")
class TestGetArtifact:
    @pytest.mark.parametrize(
        "query", ["run_id=r&path=a/b.txt", "run_uuid=r&path=a%2Fb.txt", "path=a/b.txt&run_id=r&x=1"]
    )
    def test_a_file_of_a_run(self, gateway: GatewayThread, stored: FakeBackend, query: str) -> None:
        answer = gateway.get("/get-artifact", params=query)
        assert (answer.status_code, answer.content) == (200, DATA)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="b.txt"'
        assert stored.last.request == artifacts_pb2.DownloadArtifactRequest(run_id="r", path="a/b.txt")

    @pytest.mark.parametrize(
        ("query", "name"),
        [("run_id=r", "path"), ("run_id=r&path=", "path"), ("path=a", "run_id"), ("", "run_id"),
         ("run_id=&path=a", "run_id")],
    )  # fmt: skip
    def test_missing_parameters(self, gateway: GatewayThread, query: str, name: str) -> None:
        answer = gateway.get("/get-artifact", params=query)
        assert answer.status_code == 400
        assert answer.json()["message"].startswith(f"Missing value for required parameter '{name}'.")

    def test_a_parameter_given_twice(self, gateway: GatewayThread) -> None:
        assert gateway.get("/get-artifact", params="run_id=r&path=a&path=a").status_code == 400

    def test_ranges_work_here_too(self, gateway: GatewayThread) -> None:
        answer = gateway.get("/get-artifact", params="run_id=r&path=a", headers={"Range": "bytes=1-3"})
        assert (answer.status_code, answer.content) == (206, DATA[1:4])


def received(upload: list[Any]) -> bytes:
    return b"".join(message.body.data for message in upload)


class TestUpload:
    @pytest.mark.parametrize("content_type", [None, "text/plain", "application/json", "application/x-protobuf"])
    def test_any_content_type(self, gateway: GatewayThread, backend: FakeBackend, content_type: str | None) -> None:
        headers = {} if content_type is None else {"Content-Type": content_type}
        answer = gateway.request("PUT", f"{FILES}/1/a%2Fb%20c%2B.bin", data=DATA, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {})
        (upload,) = backend.uploads
        assert received(upload) == DATA
        assert (upload[0].path, upload[0].size_bytes) == ("1/a/b c+.bin", len(DATA))
        assert not upload[0].HasField("run_id")

    def test_an_empty_file(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        assert gateway.request("PUT", f"{FILES}/f", data=b"").status_code == 200
        (upload,) = backend.uploads
        assert (len(upload), received(upload), upload[0].path, upload[0].size_bytes) == (1, b"", "f", 0)

    def test_a_chunked_body_of_unknown_length(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        answer = gateway.request("PUT", f"{FILES}/f", data=(DATA for _ in range(500)))
        assert answer.status_code == 200
        (upload,) = backend.uploads
        assert received(upload) == DATA * 500
        assert not upload[0].HasField("size_bytes")
        assert max(len(message.body.data) for message in upload) <= MIB
        assert all(not message.HasField("path") for message in upload[1:])

    def test_a_content_encoding_is_stored_as_it_is_sent(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        gateway.request("PUT", f"{FILES}/f.gz", data=b"\x1f\x8bnot really", headers={"Content-Encoding": "gzip"})
        assert received(backend.uploads[0]) == b"\x1f\x8bnot really"

    def test_a_checksum_travels_along(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        gateway.request("PUT", f"{FILES}/f", data=DATA, params="sha256=ab&run_id=r")
        assert (backend.uploads[0][0].sha256, backend.uploads[0][0].run_id) == ("ab", "r")

    def test_a_size_that_contradicts_the_length(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        answer = gateway.request("PUT", f"{FILES}/f", data=DATA, params="size_bytes=5")
        assert answer.status_code == 400
        assert "'size_bytes'" in answer.json()["message"]
        assert backend.uploads == []

    def test_a_refusal_in_the_middle(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        def refuse(_: Any) -> Any:
            raise BackendError("INVALID_PARAMETER_VALUE", "Invalid path")

        backend.answers["UploadArtifact"] = refuse
        answer = gateway.request("PUT", f"{FILES}/f", data=DATA)
        assert (answer.status_code, answer.json()["message"]) == (400, "Invalid path")

    @pytest.mark.parametrize(
        "head",
        [
            "Content-Length: 5000\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n400\r\n",
            "Transfer-Encoding: chunked\r\n\r\n800\r\n",
        ],
    )
    def test_a_sender_that_hangs_up_stores_nothing(
        self, gateway: GatewayThread, backend: FakeBackend, head: str
    ) -> None:
        with gateway.connect() as connection:
            connection.sendall(f"PUT {FILES}/f HTTP/1.1\r\nHost: localhost\r\n{head}".encode() + DATA[:1024])
            connection.shutdown(socket.SHUT_WR)
            assert b" 200 " not in read_all(connection)
        gateway.run(gateway.gateway.stop(TIMEOUT_S))
        assert backend.uploads == []
        assert len(backend.given_up) == 1

    @pytest.mark.parametrize("tail", [b"zz\r\n", b"-1\r\n", b"5\r\nabcdefgh\r\n"])
    def test_malformed_chunks_store_nothing(self, gateway: GatewayThread, backend: FakeBackend, tail: bytes) -> None:
        head = f"PUT {FILES}/f HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        answer = gateway.exchange(head.encode() + tail)
        assert b" 200 " not in answer
        assert backend.uploads == []

    def test_expect_continue(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        with gateway.connect() as connection:
            head = f"PUT {FILES}/f HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2048\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            connection.sendall(DATA)
            assert read_answer(connection).startswith(b"HTTP/1.1 200 OK\r\n")
        assert received(backend.uploads[0]) == DATA

    def test_a_refused_head_is_answered_without_waiting_for_the_body(
        self, gateway: GatewayThread, backend: FakeBackend
    ) -> None:
        with gateway.connect() as connection:
            head = (
                f"PUT {FILES}/f HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n"
            )
            connection.sendall(head.encode())
            assert read_answer(connection).startswith(b"HTTP/1.1 403 ")
        assert backend.uploads == []

    def test_a_large_file_passes_in_pieces(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        seen: list[int] = []

        async def swallow(method: str, requests: Any, context: Any) -> Any:
            async for message in requests:
                seen.append(len(message.body.data))  # the sizes are what is kept
            return artifacts_pb2.UploadArtifactResponse()

        backend.client_stream = swallow  # type: ignore[method-assign]  # this test keeps no bytes
        total = 64 * MIB
        answer = gateway.request("PUT", f"{FILES}/f", data=(b"x" * MIB for _ in range(64)))
        assert answer.status_code == 200
        assert sum(seen) == total
        assert max(seen) <= MIB


class TestUiUpload:
    PATH = "/ajax-api/2.0/mlflow/upload-artifact"

    def test_a_file_of_a_run(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        answer = gateway.post(
            self.PATH, data=DATA, params="run_uuid=r&path=a%2Fb", headers={"Content-Type": "image/png"}
        )
        assert (answer.status_code, answer.json()) == (200, {})
        upload = backend.uploads[0]
        assert (upload[0].run_id, upload[0].path, received(upload)) == ("r", "a/b", DATA)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_ten_megabytes_are_the_limit(self, serve: Serve, backend: FakeBackend, chunked: bool) -> None:
        gateway = serve(limits=GatewayLimits(ui_upload_max_bytes=1000))
        for size, status in ((1000, 200), (1001, 413)):
            data: Any = iter([b"x" * size]) if chunked else b"x" * size
            answer = gateway.post(self.PATH, data=data, params="run_uuid=r&path=a")
            assert answer.status_code == status
        assert len(backend.uploads) == 1
        assert GatewayLimits().ui_upload_max_bytes == 10 * MIB

    def test_missing_parameters(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        assert gateway.post(self.PATH, data=DATA, params="path=a").status_code == 400
        assert gateway.post(self.PATH, data=DATA, params="run_uuid=a").status_code == 400
        assert backend.uploads == []


class TestClosedProxy:
    @pytest.mark.parametrize(
        ("verb", "path"),
        [("GET", FILES), ("GET", f"{FILES}/a"), ("PUT", f"{FILES}/a"), ("DELETE", f"{FILES}/a"),
         ("GET", "/ajax-api/2.0/mlflow-artifacts/artifacts"), ("POST", "/api/2.0/mlflow-artifacts/mpu/create/a"),
         ("GET", "/api/2.0/mlflow-artifacts/presigned/a")],
    )  # fmt: skip
    def test_every_route_is_503_in_plain_text(self, serve: Serve, backend: FakeBackend, verb: str, path: str) -> None:
        answer = serve(serve_artifacts=False).request(verb, path)
        assert answer.status_code == 503
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert backend.calls == []

    def test_files_of_runs_are_still_served(self, serve: Serve, stored: FakeBackend) -> None:
        gateway = serve(serve_artifacts=False)
        assert gateway.get("/get-artifact", params="run_id=r&path=a").content == DATA
        assert gateway.get("/api/2.0/mlflow/artifacts/list", params="run_id=r").status_code == 200


class TestArtifactsOnly:
    """rest-facts §3."""

    @pytest.mark.parametrize(
        ("verb", "path"),
        [("GET", "/api/2.0/mlflow/experiments/search"), ("POST", "/api/2.0/mlflow/runs/create"),
         ("GET", "/ajax-api/2.0/mlflow/runs/get"), ("GET", "/api/2.0/mlflow/artifacts/list"),
         ("GET", "/get-artifact"), ("POST", "/ajax-api/2.0/mlflow/upload-artifact"),
         ("POST", "/api/2.0/mlflow/logged-models/search"), ("POST", "/api/2.0/preview/mlflow/runs/search")],
    )  # fmt: skip
    def test_tracking_is_503_in_plain_text(self, serve: Serve, backend: FakeBackend, verb: str, path: str) -> None:
        answer = serve(artifacts_only=True).request(verb, path)
        assert answer.status_code == 503
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "--artifacts-only" in answer.text
        assert backend.calls == []

    def test_the_proxy_is_open(self, serve: Serve, stored: FakeBackend) -> None:
        gateway = serve(artifacts_only=True)
        assert gateway.get(f"{FILES}/a").content == DATA
        assert gateway.get("/health").status_code == 200

    def test_it_needs_the_proxy(self) -> None:
        with pytest.raises(ValueError, match="leaves nothing to serve"):
            GatewayConfig(artifacts_only=True, serve_artifacts=False)


PATHS_OF_SECURITY = [
    ("..%2f..%2fx", "../../x"),
    ("%252E%252E%252Fetc", "%2E%2E%2Fetc"),
    ("%25252E%25252E%25252Fetc", "%252E%252E%252Fetc"),
    ("..\\..\\x", "..\\..\\x"),
    ("%5c..%5c", "\\..\\"),
    ("../../../tmp/x", "../../../tmp/x"),
    ("%2Fetc%2Fpasswd", "/etc/passwd"),
    ("/etc/passwd", "/etc/passwd"),
    ("C:/Windows/win.ini", "C:/Windows/win.ini"),
    ("a%00b", "a\x00b"),
    ("a%3F/a", "a?/a"),
    ("a%23b", "a#b"),
    ("a//b", "a//b"),
    ("./a", "./a"),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "decoded"), PATHS_OF_SECURITY)
@pytest.mark.parametrize("prefix", ["/api", "/ajax-api"])
def test_hostile_paths_arrive_decoded_exactly_once(
    serve: Serve, stored: FakeBackend, raw: str, decoded: str, prefix: str
) -> None:
    gateway = serve()
    base = f"{prefix}/2.0/mlflow-artifacts/artifacts/"
    asked: list[str] = []
    for verb in ("GET", "PUT", "DELETE"):
        target = f"{verb} {base}{raw} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        gateway.exchange(target.encode())
        asked.append(stored.last.request.path)  # type: ignore[attr-defined]  # all three have a path
    assert asked == [decoded] * 3
