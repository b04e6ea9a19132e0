"""Artifact repositories apart from any run: what hostile servers list, other hosts, other packages' stores."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mlflow import MlflowException
from mlflow.entities import FileInfo
from mlflow.store.artifact import artifact_repository_registry as registry
from mlflow.store.artifact.artifact_repo import ArtifactRepository, Chunks, StreamRepository
from mlflow.store.artifact.local import LocalArtifactRepository
from mlflow.store.artifact.proxy import ProxyArtifactRepository
from mlflow.store.artifact.runs import append_path
from support.folders import files_in
from support.mlflow_server import Server


class _Listing(StreamRepository):
    """A store whose server says what the test wants."""

    def __init__(self, listing: dict[str | None, list[FileInfo]]) -> None:
        super().__init__("listing:")
        self.listing = listing

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        return self.listing.get(path, [])

    def write(self, path: str, size_bytes: int, chunks: Chunks) -> None:
        raise NotImplementedError

    def read(self, path: str) -> Iterator[bytes]:
        yield path.encode()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a", "b/c", "a/b/c", "a\\..\\x", ""])
def test_a_hostile_listing_writes_nothing_elsewhere(name: str, tmp_path: Path) -> None:
    repository = _Listing({None: [FileInfo("a", True, None)], "a": [FileInfo(name, False, 1)]})
    with pytest.raises(MlflowException):
        repository.download_artifacts("a", str(tmp_path / "out"))
    assert files_in(tmp_path) == []


def test_a_link_in_the_destination_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "victim").write_text("untouched")
    (tmp_path / "out/f").symlink_to(tmp_path / "victim")
    repository = _Listing({None: [FileInfo("f", False, 1)]})
    repository.download_artifacts("f", str(tmp_path / "out"))
    assert (tmp_path / "victim").read_text() == "untouched"
    assert (tmp_path / "out/f").read_text() == "f"


def test_a_store_that_cannot_delete() -> None:
    with pytest.raises(MlflowException) as refused:
        _Listing({}).delete_artifacts("x")
    assert refused.value.error_code == "NOT_IMPLEMENTED"


def test_deleting(server: Server, tmp_path: Path, name: str) -> None:
    local = LocalArtifactRepository(str(tmp_path))
    proxied = ProxyArtifactRepository(f"mlflow-artifacts:/{name}", server.grpc)
    for repository in (local, proxied):
        for path in ("a/b", "a/c", "d"):
            repository.write(path, 1, lambda: [b"x"])
        repository.delete_artifacts("a/b")
        repository.delete_artifacts("never")
        assert [item.path for item in repository.list_artifacts("a")] == ["a/c"]
        repository.delete_artifacts()
        assert repository.list_artifacts() == []
    with pytest.raises(MlflowException, match="whole artifact root"):
        ProxyArtifactRepository("mlflow-artifacts:/", server.grpc).delete_artifacts()


def test_a_server_named_in_the_uri(server: Server, name: str) -> None:
    host = server.rest.removeprefix("http://")
    there = ProxyArtifactRepository(f"mlflow-artifacts://{host}/{name}", "http://192.0.2.1:9")
    there.write("f", 2, lambda: [b"h", b"i"])
    assert b"".join(ProxyArtifactRepository(f"mlflow-artifacts:/{name}", server.rest).read("f")) == b"hi"
    with pytest.raises(MlflowException, match="needs a tracking URI that names a server"):
        ProxyArtifactRepository(f"mlflow-artifacts://{host}/{name}", "sqlite:///x.db")


@pytest.mark.parametrize("door", ["grpc", "rest"])
def test_an_upload_of_another_size_stores_nothing(server: Server, name: str, door: str) -> None:
    repository = ProxyArtifactRepository(f"mlflow-artifacts:/{name}", getattr(server, door))
    with pytest.raises(MlflowException):
        repository.write("f", 3, lambda: [b"hi"])
    assert repository.list_artifacts() == []


@pytest.mark.parametrize("door", ["grpc", "rest"])
def test_an_error_of_the_source_is_the_callers(server: Server, name: str, door: str) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"h"
        raise PermissionError("disk taken away")

    repository = ProxyArtifactRepository(f"mlflow-artifacts:/{name}", getattr(server, door))
    with pytest.raises(PermissionError, match="disk taken away"):
        repository.write("f", 2, chunks)
    assert repository.list_artifacts() == []


def test_stores_of_other_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(uri: str) -> ArtifactRepository:
        made.append(uri)
        return _Listing({})

    class Announced(EntryPoint):
        def load(self) -> object:
            return make

    def entry_points(*, group: str, name: str) -> list[EntryPoint]:
        known = name == "odd"
        return [Announced(name="odd", value="x:y", group=group)] if known else []

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    assert isinstance(registry.get_artifact_repository("odd://a/b"), _Listing)
    assert made == ["odd://a/b"]
    with pytest.raises(MlflowException, match="No artifact repository for the scheme 'other'"):
        registry.get_artifact_repository("other://a/b")


@pytest.mark.parametrize(
    ("uri", "path", "expected"),
    [
        ("mlflow-artifacts:/1/r/artifacts", "a/b", "mlflow-artifacts:/1/r/artifacts/a/b"),
        ("s3://bucket/x/", "a", "s3://bucket/x/a"),
        ("file:///x", "a", "file:///x/a"),
        ("/plain/path", "a", "/plain/path/a"),
        ("s3://b/x?versionId=1", "a", "s3://b/x/a?versionId=1"),
        ("s3://b/x", "", "s3://b/x"),
    ],
)
def test_paths_below_uris(uri: str, path: str, expected: str) -> None:
    assert append_path(uri, path) == expected
