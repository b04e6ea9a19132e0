"""A folder of artifacts: whole uploads, bounded reads, and no way out by links or names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from mlflow.store.artifact.local_root import CHUNK_BYTES, Entry, LocalRoot, NotAPlainFile
from mlflow.store.artifact.paths import InvalidArtifactPath


@pytest.fixture
def root(tmp_path: Path) -> LocalRoot:
    return LocalRoot(tmp_path / "artifacts")


def put(root: LocalRoot, path: str, data: bytes) -> None:
    with root.create(path) as upload:
        upload.write(data)
        upload.commit()


def get(root: LocalRoot, path: str, offset: int = 0, length: int | None = None) -> bytes:
    with root.open(path) as file:
        return b"".join(file.chunks(offset, length))


def test_an_upload_makes_its_folders_and_is_read_back(root: LocalRoot) -> None:
    put(root, "model/data/weights.bin", b"12345")
    assert get(root, "model/data/weights.bin") == b"12345"
    assert root.stat("model/data/weights.bin").size_bytes == 5


def test_an_upload_replaces_and_changes_the_etag(root: LocalRoot) -> None:
    put(root, "a", b"one")
    before = root.stat("a").etag
    put(root, "a", b"two")
    assert get(root, "a") == b"two"
    assert root.stat("a").etag != before


def test_nothing_is_seen_of_an_upload_before_it_is_complete(root: LocalRoot) -> None:
    with root.create("a") as upload:
        upload.write(b"half")
        assert root.list() == []
        with pytest.raises(FileNotFoundError):
            root.stat("a")
    assert list(root.root.iterdir()) == []


def test_an_upload_knows_its_size_and_digest(root: LocalRoot) -> None:
    with root.create("a") as upload:
        upload.write(b"12")
        upload.write(b"345")
        assert (upload.size_bytes, upload.sha256) == (5, hashlib.sha256(b"12345").hexdigest())


def test_an_upload_ends_once(root: LocalRoot) -> None:
    with root.create("a") as upload:
        upload.commit()
        upload.abort()
        with pytest.raises(ValueError, match="ended"):
            upload.commit()
    assert get(root, "a") == b""


@pytest.mark.parametrize(
    ("offset", "length", "expected"), [(0, 3, b"012"), (7, None, b"789"), (8, 99, b"89"), (10, None, b""), (2, 0, b"")]
)
def test_a_range_is_read(root: LocalRoot, offset: int, length: int | None, expected: bytes) -> None:
    put(root, "a", b"0123456789")
    assert get(root, "a", offset, length) == expected


def test_a_long_file_is_read_in_bounded_pieces(root: LocalRoot) -> None:
    data = os.urandom(2 * CHUNK_BYTES + 17)
    put(root, "a", data)
    with root.open("a") as file:
        pieces = list(file.chunks())
    assert [len(piece) for piece in pieces] == [CHUNK_BYTES, CHUNK_BYTES, 17]
    assert b"".join(pieces) == data


def test_a_reader_keeps_the_file_it_opened(root: LocalRoot) -> None:
    put(root, "a", b"first")
    with root.open("a") as file:
        put(root, "a", b"second")
        assert b"".join(file.chunks()) == b"first"


def test_a_listing_is_sorted_and_tells_files_from_folders(root: LocalRoot) -> None:
    put(root, "b/inner", b"x")
    put(root, "a.txt", b"12")
    assert root.list() == [Entry("a.txt", False, 2), Entry("b", True, None)]
    assert root.list("b") == [Entry("inner", False, 1)]


@pytest.mark.parametrize("path", ["a.txt", "nowhere", "a.txt/below"])
def test_a_listing_of_no_folder_is_none(root: LocalRoot, path: str) -> None:
    put(root, "a.txt", b"12")
    assert root.list(path) is None


def test_delete_takes_files_and_whole_folders(root: LocalRoot) -> None:
    put(root, "d/e/f", b"x")
    put(root, "d/g", b"x")
    assert root.delete("d")
    assert not root.delete("d")
    assert not root.delete("d/e/f")
    assert root.list() == []


def test_a_file_is_no_folder_and_a_folder_no_file(root: LocalRoot) -> None:
    put(root, "d/e", b"x")
    with pytest.raises(IsADirectoryError), root.create("d") as upload:
        upload.commit()
    with pytest.raises(IsADirectoryError):
        root.stat("d")
    with pytest.raises(NotADirectoryError):
        root.create("d/e/f")
    assert get(root, "d/e") == b"x"


class TestLinks:
    """Links out of the root, in every position."""

    @pytest.fixture
    def outside(self, tmp_path: Path, root: LocalRoot) -> Path:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret").write_bytes(b"secret")
        put(root, "inside", b"x")
        (root.root / "folder").symlink_to(outside)
        (root.root / "file").symlink_to(outside / "secret")
        (root.root / "absolute").symlink_to("/etc/passwd")
        return outside

    @pytest.mark.parametrize("path", ["file", "absolute", "folder/secret"])
    def test_are_not_read(self, root: LocalRoot, outside: Path, path: str) -> None:
        with pytest.raises(NotAPlainFile), root.open(path):
            pass

    def test_are_not_listed(self, root: LocalRoot, outside: Path) -> None:
        assert root.list() == [Entry("inside", False, 1)]
        assert root.list("folder") is None

    def test_are_not_written_through(self, root: LocalRoot, outside: Path) -> None:
        with pytest.raises(NotAPlainFile):
            root.create("folder/new")
        put(root, "file", b"mine")
        assert (outside / "secret").read_bytes() == b"secret"
        assert get(root, "file") == b"mine"

    def test_are_deleted_themselves(self, root: LocalRoot, outside: Path) -> None:
        assert root.delete("folder")
        assert (outside / "secret").exists()
        with pytest.raises(NotAPlainFile):
            root.delete("absolute/x")

    def test_in_a_deleted_folder_are_not_followed(self, root: LocalRoot, outside: Path) -> None:
        put(root, "tree/leaf", b"x")
        (root.root / "tree" / "link").symlink_to(outside)
        assert root.delete("tree")
        assert (outside / "secret").read_bytes() == b"secret"


def test_a_pipe_is_no_file(root: LocalRoot) -> None:
    put(root, "a", b"x")
    os.mkfifo(root.root / "pipe")
    with pytest.raises(NotAPlainFile):
        root.stat("pipe")
    assert root.list() == [Entry("a", False, 1)]


def test_a_name_that_is_no_text_is_left_out(root: LocalRoot) -> None:
    put(root, "a", b"x")
    (Path(os.fsdecode(os.fsencode(root.root) + b"/\xff"))).write_bytes(b"x")
    assert root.list() == [Entry("a", False, 1)]


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "", "a//b"])
def test_an_unsafe_path_is_refused_by_every_call(root: LocalRoot, path: str) -> None:
    for call in (root.stat, root.create, root.delete):
        with pytest.raises(InvalidArtifactPath):
            call(path)
    with pytest.raises(InvalidArtifactPath), root.open(path):
        pass
    if path:
        with pytest.raises(InvalidArtifactPath):
            root.list(path)
