"""The rpcs of ArtifactService on the core: whole uploads, exact ranges, listings, refusals (rest-facts §9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from support.hostile_locations import HOSTILE_LOCATIONS
from trackwell.v1 import artifacts_pb2 as pb
from trackwell.v1 import experiments_pb2, runs_pb2
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.operations.artifacts import ArtifactPlaces, content_type
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.core import ServiceCore

ARTIFACTS = "/trackwell.v1.ArtifactService/"
RUNS = "/trackwell.v1.RunService/"


def call(core: ServiceCore, method: str, request: Message) -> Any:
    return core.call(method, request, CallContext())


def upload(core: ServiceCore, messages: Iterable[pb.UploadArtifactRequest]) -> None:
    receiver = core.client_stream(f"{ARTIFACTS}UploadArtifact", CallContext())
    try:
        for message in messages:
            receiver.feed(message)
        receiver.finish()
    except TrackwellError:
        receiver.abort()
        raise


def put(core: ServiceCore, path: str, data: bytes, **fields: Any) -> None:
    upload(core, [pb.UploadArtifactRequest(path=path, body=HttpBody(data=data), **fields)])


def download(core: ServiceCore, path: str, **fields: Any) -> list[Any]:
    request = pb.DownloadArtifactRequest(path=path, **fields)
    return list(core.blocking_stream(f"{ARTIFACTS}DownloadArtifact", request, CallContext()))


def data_of(answers: list[Any]) -> bytes:
    return b"".join(answer.body.data for answer in answers)


def refused(code: str, action: Callable[[], Any]) -> str:
    with pytest.raises(TrackwellError) as caught:
        action()
    assert caught.value.code == code, caught.value
    return caught.value.message


def invalid(action: Callable[[], Any]) -> str:
    return refused("INVALID_PARAMETER_VALUE", action)


@pytest.fixture
def run_id(core: ServiceCore) -> str:
    created: runs_pb2.CreateRunResponse = call(core, f"{RUNS}CreateRun", runs_pb2.CreateRunRequest(experiment_id="0"))
    return created.run.info.run_id


def test_a_file_goes_in_and_comes_out(core: ServiceCore) -> None:
    put(core, "models/a.bin", b"0123456789")
    info, body, last = download(core, "models/a.bin")
    assert info.info.size_bytes == 10
    assert info.info.content_type == "application/octet-stream"
    assert info.info.etag
    assert body.body.data == b"0123456789"
    assert last.sha256 == hashlib.sha256(b"0123456789").hexdigest()


def test_a_file_may_come_in_many_messages(core: ServiceCore) -> None:
    digest = hashlib.sha256(b"abcdef").hexdigest()
    upload(
        core,
        [
            pb.UploadArtifactRequest(path="a", size_bytes=6, body=HttpBody(data=b"ab")),
            pb.UploadArtifactRequest(offset=2, body=HttpBody(data=b"cd")),
            pb.UploadArtifactRequest(body=HttpBody(data=b"ef"), sha256=digest.upper()),
        ],
    )
    assert data_of(download(core, "a")) == b"abcdef"


def test_an_empty_file_is_a_file(core: ServiceCore) -> None:
    put(core, "empty", b"")
    assert download(core, "empty")[0].info.size_bytes == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"offset": 3}, b"3456789"), ({"offset": 3, "length": 2}, b"34"), ({"offset": 10}, b""), ({"length": 0}, b"")],
)
def test_a_range_is_exact(core: ServiceCore, fields: dict[str, int], expected: bytes) -> None:
    put(core, "a", b"0123456789")
    answers = download(core, "a", **fields)
    assert data_of(answers) == expected
    assert answers[0].info.size_bytes == 10
    assert answers[-1].sha256 == hashlib.sha256(expected).hexdigest()


BAD_UPLOADS = {
    "too short": ([pb.UploadArtifactRequest(path="a", size_bytes=3, body=HttpBody(data=b"ab"))], "Send it again"),
    "too long": ([pb.UploadArtifactRequest(path="a", size_bytes=1, body=HttpBody(data=b"ab"))], "is longer"),
    "negative size": ([pb.UploadArtifactRequest(path="a", size_bytes=-1)], "size_bytes"),
    "wrong digest": ([pb.UploadArtifactRequest(path="a", sha256="00" * 32, body=HttpBody(data=b"ab"))], "SHA-256"),
    "gap": ([pb.UploadArtifactRequest(path="a", offset=1, body=HttpBody(data=b"ab"))], "offset"),
    "no path": ([pb.UploadArtifactRequest(body=HttpBody(data=b"ab"))], "'path'"),
    "no message": ([], "'path'"),
    "path again": ([pb.UploadArtifactRequest(path="a"), pb.UploadArtifactRequest(path="a")], "first message only"),
    "size later": ([pb.UploadArtifactRequest(path="a"), pb.UploadArtifactRequest(size_bytes=1)], "first message of a"),
    "run later": ([pb.UploadArtifactRequest(path="a"), pb.UploadArtifactRequest(run_id="b")], "first message of a"),
    "hostile path": ([pb.UploadArtifactRequest(path="../../etc/x", body=HttpBody(data=b"ab"))], "Invalid path"),
}


@pytest.mark.parametrize("case", BAD_UPLOADS)
def test_a_bad_upload_is_refused_and_leaves_nothing(core: ServiceCore, proxy_root: Path, case: str) -> None:
    put(core, "kept", b"1")
    messages, words = BAD_UPLOADS[case]
    assert words in invalid(lambda: upload(core, messages))
    assert [file.name for file in proxy_root.rglob("*")] == ["kept"]


def test_a_failed_replacement_keeps_the_old_file(core: ServiceCore) -> None:
    put(core, "a", b"old")
    invalid(lambda: put(core, "a", b"new", size_bytes=9))
    assert data_of(download(core, "a")) == b"old"


def test_what_is_not_there_is_said(core: ServiceCore) -> None:
    put(core, "d/a", b"1")
    assert "does not exist" in refused("RESOURCE_DOES_NOT_EXIST", lambda: download(core, "d/b"))
    assert "folder" in invalid(lambda: download(core, "d"))
    assert "offset" in invalid(lambda: download(core, "d/a", offset=2))
    assert "range" in invalid(lambda: download(core, "d/a", offset=-1))


def test_a_resumed_download_never_mixes_two_files(core: ServiceCore) -> None:
    put(core, "a", b"first")
    etag = download(core, "a", length=0)[0].info.etag
    assert data_of(download(core, "a", offset=2, if_match=etag)) == b"rst"
    put(core, "a", b"other")
    assert etag in refused("RESOURCE_CONFLICT", lambda: download(core, "a", offset=2, if_match=etag))


def test_proxied_listings_have_base_names(core: ServiceCore) -> None:
    put(core, "d/e/f", b"1")
    put(core, "d/a", b"12")
    files = call(core, f"{ARTIFACTS}ListProxiedArtifacts", pb.ListProxiedArtifactsRequest(path="d")).files
    assert [(file.path, file.is_dir, file.HasField("file_size"), file.file_size) for file in files] == [
        ("a", False, True, 2),
        ("e", True, False, 0),
    ]
    root = call(core, f"{ARTIFACTS}ListProxiedArtifacts", pb.ListProxiedArtifactsRequest())
    assert [file.path for file in root.files] == ["d"]
    assert not call(core, f"{ARTIFACTS}ListProxiedArtifacts", pb.ListProxiedArtifactsRequest(path="nowhere")).files


def test_delete_takes_what_is_there_and_forgives_what_is_not(core: ServiceCore) -> None:
    put(core, "d/e", b"1")
    for _ in range(2):
        call(core, f"{ARTIFACTS}DeleteArtifact", pb.DeleteArtifactRequest(path="d"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: download(core, "d/e"))


class TestOfARun:
    """Paths relative to a run's artifact root."""

    def listed(self, core: ServiceCore, run_id: str, path: str | None = None) -> pb.ListArtifactsResponse:
        request = pb.ListArtifactsRequest(run_id=run_id, path=path)
        answer: pb.ListArtifactsResponse = call(core, f"{ARTIFACTS}ListArtifacts", request)
        return answer

    def test_are_listed_relative_to_it(self, core: ServiceCore, run_id: str) -> None:
        put(core, "model/a", b"1", run_id=run_id)
        put(core, "b", b"12", run_id=run_id)
        answer = self.listed(core, run_id)
        assert answer.root_uri.endswith(f"{run_id}/artifacts")
        assert [file.path for file in answer.files] == ["b", "model"]
        assert [file.path for file in self.listed(core, run_id, "model").files] == ["model/a"]
        assert not self.listed(core, run_id, "b").files
        assert not self.listed(core, run_id, "nowhere").files

    def test_are_the_same_files_as_behind_the_proxy(self, core: ServiceCore, run_id: str) -> None:
        put(core, "a", b"1", run_id=run_id)
        location = self.listed(core, run_id).root_uri.removeprefix("mlflow-artifacts:/")
        assert data_of(download(core, f"{location}/a")) == b"1"
        assert data_of(download(core, "a", run_id=run_id)) == b"1"

    def test_of_an_unknown_run_do_not_exist(self, core: ServiceCore) -> None:
        refused("RESOURCE_DOES_NOT_EXIST", lambda: self.listed(core, "0" * 32))
        refused("RESOURCE_DOES_NOT_EXIST", lambda: download(core, "a", run_id="0" * 32))
        refused("RESOURCE_DOES_NOT_EXIST", lambda: put(core, "a", b"1", run_id="0" * 32))

    def test_of_a_deleted_run_are_read_only(self, core: ServiceCore, run_id: str) -> None:
        put(core, "a", b"1", run_id=run_id)
        call(core, f"{RUNS}DeleteRun", runs_pb2.DeleteRunRequest(run_id=run_id))
        assert "'active' state" in invalid(lambda: put(core, "b", b"1", run_id=run_id))
        assert [file.path for file in self.listed(core, run_id).files] == ["a"]

    @pytest.mark.parametrize("path", ["../x", "/etc/passwd", "%2e%2e/x", "a//b", "C:/x", "a\\b"])
    def test_never_lead_out_of_it(self, core: ServiceCore, run_id: str, path: str) -> None:
        assert "Invalid path" in invalid(lambda: self.listed(core, run_id, path))
        assert "Invalid path" in invalid(lambda: download(core, path, run_id=run_id))
        assert "Invalid path" in invalid(lambda: put(core, path, b"1", run_id=run_id))


def test_a_long_listing_is_paged(core: ServiceCore, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackwell_service.rpc.handlers.artifacts.MAX_ARTIFACTS_PER_PAGE", 2)
    for name in "abcde":
        put(core, name, b"", run_id=run_id)
    pages, token = [], None
    while token is None or token:
        request = pb.ListArtifactsRequest(run_id=run_id, page_token=token)
        answer = call(core, f"{ARTIFACTS}ListArtifacts", request)
        pages.append([file.path for file in answer.files])
        token = answer.next_page_token
    assert pages == [["a", "b"], ["c", "d"], ["e"]]
    forged = pb.ListArtifactsRequest(run_id=run_id, page_token="forged")
    assert "page_token" in invalid(lambda: call(core, f"{ARTIFACTS}ListArtifacts", forged))


@pytest.mark.parametrize(
    ("method", "request_message"),
    [
        ("CreateMultipartUpload", pb.CreateMultipartUploadRequest(artifact_path="a", path="b", num_parts=2)),
        ("CompleteMultipartUpload", pb.CompleteMultipartUploadRequest(artifact_path="a", path="b", upload_id="c")),
        ("AbortMultipartUpload", pb.AbortMultipartUploadRequest(artifact_path="a", path="b", upload_id="c")),
        ("GetPresignedDownloadUrl", pb.GetPresignedDownloadUrlRequest(path="a")),
    ],
)
def test_a_folder_takes_no_multipart_uploads(core: ServiceCore, method: str, request_message: Message) -> None:
    assert "PUT" in refused("NOT_IMPLEMENTED", lambda: call(core, f"{ARTIFACTS}{method}", request_message))


class TestPlaces:
    """Which stored locations this server touches (security principle P2)."""

    def test_only_allowed_folders_are_read(self, tmp_path: Path) -> None:
        places = ArtifactPlaces(tmp_path / "proxy", (tmp_path / "allowed",))
        assert places.of_run(f"file://{tmp_path}/allowed/0/r/artifacts").path == "0/r/artifacts"
        assert places.of_run(f"{tmp_path}/allowed").path == ""
        assert places.of_run("mlflow-artifacts:/0/r").root.root == tmp_path / "proxy"

    @pytest.mark.parametrize(
        "uri",
        [
            "file:///etc",
            "/etc",
            "file://host/allowed",
            "{root}/allowed/../secret",
            "{root}/allowedmore",
            "file://{root}/allowed/%2e%2e/secret",
            "mlflow-artifacts:/../../etc",
            "mlflow-artifacts://host/x",
            "s3://bucket/x",
            "http://169.254.169.254/latest/",
            "",
        ],
    )
    def test_nothing_else_is(self, tmp_path: Path, uri: str) -> None:
        places = ArtifactPlaces(tmp_path / "proxy", (tmp_path / "allowed",))
        invalid(lambda: places.of_run(uri.format(root=tmp_path)))

    def test_without_a_proxy_its_answer_is_the_documented_one(self) -> None:
        refused("TEMPORARILY_UNAVAILABLE", lambda: ArtifactPlaces(None, ()).proxied())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("model/MLmodel", "text/plain"),
        ("a.yaml", "text/plain"),
        ("a.PY", "text/plain"),
        ("page.html", "text/plain"),
        ("image.svg", "text/plain"),
        ("a.png", "image/png"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_content_types_are_guessed_and_never_run_in_a_browser(path: str, expected: str) -> None:
    assert content_type(path) == expected


def test_hostile_locations_are_refused_where_they_are_named(core: ServiceCore) -> None:
    """The list of the security document: none can be stored, so none can be read later."""
    for index, location in enumerate([*HOSTILE_LOCATIONS, "runs:/x/y"]):
        request = experiments_pb2.CreateExperimentRequest(name=f"e{index}", artifact_location=location)
        refusal = invalid(partial(call, core, "/trackwell.v1.ExperimentService/CreateExperiment", request))
        assert "artifact_location" in refusal, location
