"""Reads and writes outside the root are refused at both doors, however they are spelled (security principle P1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import grpc
import pytest
from google.api.httpbody_pb2 import HttpBody

from security.conftest import SECRET, Raw
from support.doors.grpc import translated
from support.errors import ApiError
from support.server_process import ServerProcess
from trackwell.v1 import artifacts_pb2 as pb
from trackwell.v1 import artifacts_pb2_grpc

ROOT = "/api/2.0/mlflow-artifacts/artifacts"

HOSTILE = [
    "../secret",
    "../../../../etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "C:/Windows/win.ini",
    "..\\..\\secret",
    "a/../../secret",
    "./secret",
    "a//b",
    "a/",
    "%2e%2e/secret",
    "..%2fsecret",
    "%252e%252e%252fsecret",
    "%5c..%5csecret",
    "a\x00b",
    "a\nb",
    "a#b",
    "a?/a",
    "a?b",
    "a?/../../secret",
    "x" * 300,
    "a/" * 3000 + "a",
]

ESCAPED = [
    "..%2f..%2fsecret",
    "%2e%2e/%2e%2e/secret",
    "%252E%252E%252Fsecret",
    "%25252E%25252E%25252Fsecret",
    "..\\..\\secret",
    "%5c..%5csecret",
    "%2fetc%2fpasswd",
    "a%00b",
    "a/../../secret",
    "C:%2fWindows%2fwin.ini",
]
"""Spellings of the request line; the gateway decodes them exactly once."""


def tree(folder: Path) -> list[str]:
    """Every file below the server's folder but the database's and the log, which change by themselves."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("store.db", "server.log"))
    )


@pytest.fixture(scope="module")
def artifacts(server: ServerProcess) -> Iterator[artifacts_pb2_grpc.ArtifactServiceStub]:
    """The gRPC door."""
    with grpc.insecure_channel(server.grpc) as channel:
        yield artifacts_pb2_grpc.ArtifactServiceStub(channel)


class TestGrpc:
    """Every rpc that takes a path."""

    @pytest.mark.parametrize("of_run", [False, True], ids=["proxied", "of a run"])
    @pytest.mark.parametrize("path", HOSTILE, ids=ascii)
    def test_hostile_paths_are_refused_and_change_nothing(
        self, artifacts: artifacts_pb2_grpc.ArtifactServiceStub, folder: Path, run_id: str, path: str, of_run: bool
    ) -> None:
        before = tree(folder)
        of = run_id if of_run else None
        upload = pb.UploadArtifactRequest(path=path, body=HttpBody(data=b"x"), run_id=of)
        several = pb.UploadArtifactRequest(files=[pb.ArtifactFile(path=path, data=b"x")], run_id=of)
        calls = [
            lambda: list(artifacts.DownloadArtifact(pb.DownloadArtifactRequest(path=path, run_id=of))),
            lambda: list(artifacts.DownloadArtifacts(pb.DownloadArtifactsRequest(paths=[path], run_id=of))),
            lambda: artifacts.UploadArtifact(iter([upload])),
            lambda: artifacts.UploadArtifact(iter([several])),
        ]
        if of_run:
            calls.append(lambda: artifacts.ListArtifacts(pb.ListArtifactsRequest(path=path, run_id=run_id)))
        else:
            calls.append(lambda: artifacts.ListProxiedArtifacts(pb.ListProxiedArtifactsRequest(path=path)))
            calls.append(lambda: artifacts.DeleteArtifact(pb.DeleteArtifactRequest(path=path)))
        for call in calls:
            assert self.refused(call).code == "INVALID_PARAMETER_VALUE"
        assert tree(folder) == before

    @staticmethod
    def refused(call: object) -> ApiError:
        assert callable(call)
        with pytest.raises(grpc.RpcError) as caught:
            call()
        return translated(caught.value)


class TestRest:
    """Every route that takes a path."""

    @pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
    @pytest.mark.parametrize("path", ESCAPED)
    def test_hostile_paths_are_refused_and_change_nothing(self, raw: Raw, folder: Path, verb: str, path: str) -> None:
        before = tree(folder)
        for prefix in (ROOT, ROOT.replace("/api/", "/ajax-api/")):
            answer = raw.send(verb, f"{prefix}/{path}", b"x" if verb == "PUT" else b"")
            assert answer.status in (400, 404), (answer.status, answer.body)
            assert SECRET not in answer.body
        assert tree(folder) == before

    @pytest.mark.parametrize("path", HOSTILE, ids=ascii)
    def test_hostile_queries_are_refused(self, raw: Raw, run_id: str, path: str) -> None:
        query = f"path={quote(path, safe='')}"
        targets = [
            f"{ROOT}?{query}",
            f"/get-artifact?run_id={run_id}&{query}",
            f"/get-artifact?run_uuid={run_id}&{query}",
            f"/api/2.0/mlflow/artifacts/list?run_id={run_id}&{query}",
        ]
        for target in targets:
            answer = raw.send("GET", target)
            assert (answer.status, answer.error_code) == (400, "INVALID_PARAMETER_VALUE"), target
        upload = raw.send("POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run_id}&{query}", b"x")
        assert upload.status == 400

    def test_a_missing_path_is_said(self, raw: Raw, run_id: str) -> None:
        assert raw.send("GET", f"/get-artifact?run_id={run_id}").error_code == "INVALID_PARAMETER_VALUE"

    def test_links_planted_in_the_root_are_not_followed(self, raw: Raw, folder: Path, run_id: str) -> None:
        (folder / "artifacts" / "link").symlink_to(folder / "outside")
        (folder / "artifacts" / "passwd").symlink_to("/etc/passwd")
        for path in ("link/secret", "passwd"):
            assert raw.send("GET", f"{ROOT}/{path}").error_code == "INVALID_PARAMETER_VALUE"
        assert raw.send("PUT", f"{ROOT}/link/new", b"x").error_code == "INVALID_PARAMETER_VALUE"
        assert sorted(path.name for path in (folder / "outside").iterdir()) == ["secret"]
        assert b"link" not in raw.send("GET", ROOT).body


def test_downloads_are_never_run_by_a_browser(raw: Raw, run_id: str) -> None:
    """P7: a page or a picture with a script in it is text, an attachment, and not sniffed."""
    path = f"{ROOT}/0/{run_id}/artifacts/page.html"
    assert raw.send("PUT", path, b"<script>alert(1)</script>").status == 200
    for target in (path, f"/get-artifact?run_id={run_id}&path=page.html"):
        headers = raw.send("GET", target).headers
        assert headers["Content-Type"].startswith("text/plain")
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"
