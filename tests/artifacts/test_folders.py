"""Folders of many files between a client and a server, over gRPC in a few streams and over REST file by file."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from mlflow import MlflowException
from mlflow._convert import artifact_bulk
from mlflow._convert.artifacts import MAX_RESUMES, OutgoingFile
from mlflow._transport.base import Replies, Reply
from mlflow._transport.grpc import GrpcTransport
from mlflow.store.artifact.proxy import STREAM_FILES, ProxyArtifactRepository
from support.folders import contents_of, files_in
from support.mlflow_server import Server, mlflow_server
from trackwell.v1 import artifacts_pb2 as pb
from trackwell.v1.artifacts_pb2_grpc import ArtifactServiceStub

WAIT_S = 30.0
"""How long a server may take to notice that a caller hung up."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's folder."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A server that the tests of this module share."""
    with mlflow_server(folder) as running:
        yield running


@pytest.fixture
def repository(request: pytest.FixtureRequest, server: Server) -> ProxyArtifactRepository:
    """A folder of its own on the server, over gRPC unless the test says otherwise."""
    door: str = getattr(request, "param", "grpc")
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]
    return ProxyArtifactRepository(f"mlflow-artifacts:/{name}", getattr(server, door))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with files of all kinds: empty, small, at the limits, large, deep."""
    root = tmp_path / "source"
    (root / "deep/er").mkdir(parents=True)
    sizes = {"empty": 0, "deep/one": 1, "limit": artifact_bulk.SMALL_FILE_BYTES}
    sizes |= {"above": artifact_bulk.SMALL_FILE_BYTES + 1, "deep/er/large %": 3 * 1024 * 1024 + 7}
    sizes |= {f"deep/many-{number:03}": 10_000 + number for number in range(150)}
    for name, size_bytes in sizes.items():
        (root / name).write_bytes(os.urandom(size_bytes))
    (root / "link").symlink_to(root / "deep/one")
    (root / "broken").symlink_to(root / "never")
    (root / "folder-link").symlink_to(root / "deep")
    return root


def stored(folder: Path, repository: ProxyArtifactRepository) -> dict[str, bytes]:
    """What the server has of a repository, temporary files too."""
    return contents_of(folder / "artifacts" / repository.artifact_uri.removeprefix("mlflow-artifacts:/"))


@pytest.mark.parametrize("repository", ["grpc", "rest"], indirect=True)
def test_there_and_back(repository: ProxyArtifactRepository, folder: Path, source: Path, tmp_path: Path) -> None:
    repository.log_artifacts(str(source), "in")
    assert stored(folder, repository) == {f"in/{path}": data for path, data in contents_of(source).items()}
    fetched = repository.download_artifacts("in", str(tmp_path / "out"))
    assert contents_of(Path(fetched)) == contents_of(source)


def test_an_empty_folder(repository: ProxyArtifactRepository, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    repository.log_artifacts(str(tmp_path / "empty"))
    assert stored(folder, repository) == {}


def test_calls_are_not_made_file_by_file(
    repository: ProxyArtifactRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    for name in ("client_stream", "server_stream"):
        plain: Callable[..., object] = getattr(GrpcTransport, name)

        def counted(self: GrpcTransport, method: str, *rest: object, plain: Callable[..., object] = plain) -> object:
            calls.append(method.rpartition("/")[2])
            return plain(self, method, *rest)

        monkeypatch.setattr(GrpcTransport, name, counted)
    (tmp_path / "many").mkdir()
    for number in range(STREAM_FILES + 1):
        (tmp_path / "many" / str(number)).write_bytes(b"x" * (number % 7))
    repository.log_artifacts(str(tmp_path / "many"))
    repository.download_artifacts("", str(tmp_path / "out"))
    assert contents_of(tmp_path / "out") == contents_of(tmp_path / "many")
    assert sorted(calls) == ["DownloadArtifacts"] * 2 + ["UploadArtifact"] * 2


@pytest.mark.parametrize("repository", ["grpc", "rest"], indirect=True)
def test_a_file_that_cannot_be_read_is_named(
    repository: ProxyArtifactRepository, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refusing(self: Path, *args: object, **options: object) -> object:
        if self.name == "many-100":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **options)  # type: ignore[call-overload]  # passed on as it came

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(MlflowException, match=r"many-100' cannot be logged: Permission denied"):
        repository.log_artifacts(str(source))
    assert "deep/many-100" not in [entry.path for entry in repository.list_artifacts("deep")]


@pytest.mark.parametrize("change", [b"", b"longer than before"])
def test_a_small_file_that_changes_meanwhile_is_refused(
    repository: ProxyArtifactRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: bytes
) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    monkeypatch.setattr("mlflow.store.artifact.proxy.file_chunks", lambda source: iter([change]))
    with pytest.raises(MlflowException, match=r"/f' was announced with 5 bytes and has (more|fewer)"):
        repository.log_artifacts(str(tmp_path))
    assert repository.list_artifacts() == []


class TestRawStreams:
    """The call itself, as any client makes it."""

    @pytest.fixture
    def stub(self, server: Server) -> Iterator[ArtifactServiceStub]:
        with grpc.insecure_channel(server.grpc.removeprefix("grpc://")) as channel:
            yield ArtifactServiceStub(channel)

    def message(self, path: str, data: bytes) -> pb.UploadArtifactRequest:
        message = pb.UploadArtifactRequest(path=path)
        message.body.data = data
        return message

    def whole(self, files: dict[str, bytes]) -> pb.UploadArtifactRequest:
        return pb.UploadArtifactRequest(files=[pb.ArtifactFile(path=path, data=files[path]) for path in files])

    def test_files_of_both_forms(self, stub: ArtifactServiceStub, folder: Path) -> None:
        answer = stub.UploadArtifact(
            iter([self.message("raw/a", b"1"), self.whole({"raw/b": b"2", "raw/c": b""}), self.message("raw/d", b"4")])
        )
        assert answer.num_files == 4
        assert contents_of(folder / "artifacts/raw") == {"a": b"1", "b": b"2", "c": b"", "d": b"4"}

    def test_a_bad_file_in_the_middle(self, stub: ArtifactServiceStub, folder: Path) -> None:
        bad = pb.UploadArtifactRequest(files=[pb.ArtifactFile(path="mid/bad", data=b"x", sha256="0" * 64)])
        with pytest.raises(grpc.RpcError) as refused:
            stub.UploadArtifact(iter([self.message("mid/a", b"1"), bad, self.whole({"mid/after": b"2"})]))
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "'mid/bad' has SHA-256" in str(refused.value.details())
        assert contents_of(folder / "artifacts/mid") == {"a": b"1"}

    def test_a_caller_that_hangs_up(self, stub: ArtifactServiceStub, folder: Path) -> None:
        class Sender:
            """Gives its messages and then waits until the call is over."""

            def __init__(self, messages: list[pb.UploadArtifactRequest]) -> None:
                self.messages = messages
                self.over = False

            def __iter__(self) -> Iterator[pb.UploadArtifactRequest]:
                yield from self.messages
                while not self.over:
                    time.sleep(0.01)

        more = pb.UploadArtifactRequest()
        more.body.data = b"3"
        sender = Sender([self.whole({"cut/a": b"1"}), self.message("cut/b", b"2"), self.message("cut/c", b"3"), more])
        call = stub.UploadArtifact.future(iter(sender))
        root = folder / "artifacts/cut"
        wait_for(lambda: visible(root) == ["a", "b"] and len(files_in(root)) == 3)
        call.cancel()
        sender.over = True
        wait_for(lambda: len(files_in(root)) == 2)
        assert contents_of(root) == {"a": b"1", "b": b"2"}


def visible(root: Path) -> list[str]:
    return [path for path in files_in(root) if ".trackwell-upload-" not in path]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@given(st.lists(st.integers(0, 600_000), max_size=40))
def test_messages_are_bounded_and_in_order(sizes: list[int]) -> None:
    data = bytes(600_000)
    files = [OutgoingFile(str(n), size, lambda size=size: [data[:size]]) for n, size in enumerate(sizes)]  # type: ignore[misc]  # a default argument binds the loop's value
    received: list[tuple[str, int]] = []
    for message in messages_of(files):
        carried = len(message.body.data) + sum(len(file.data) for file in message.files)
        assert carried <= artifact_bulk.MAX_MESSAGE_BYTES
        assert len(message.files) <= artifact_bulk.MAX_MESSAGE_FILES
        received += [(file.path, len(file.data)) for file in message.files]
        if message.path:
            received.append((message.path, message.size_bytes))
    assert received == [(str(n), size) for n, size in enumerate(sizes)]


def test_many_empty_files_are_several_messages() -> None:
    files = [OutgoingFile(str(number), 0, list) for number in range(2500)]
    assert [len(message.files) for message in messages_of(files)] == [1000, 1000, 500]


def messages_of(files: list[OutgoingFile]) -> list[pb.UploadArtifactRequest]:
    """The messages that an upload of the files sends."""
    transport = Fake()
    artifact_bulk.upload_all(transport, files) if files else None
    return transport.sent


class Fake:
    """A transport whose server answers as the test says."""

    def __init__(self, *streams: Iterable[pb.DownloadArtifactsResponse | MlflowException], lost: int = 0) -> None:
        self.streams = list(streams)
        self.lost = lost
        self.sent: list[pb.UploadArtifactRequest] = []
        self.asked: list[list[str]] = []

    def client_stream(self, method: str, requests: Callable[[], Iterator[Message]], reply_type: type[Reply]) -> Reply:
        for request in requests():
            assert isinstance(request, pb.UploadArtifactRequest)
            self.sent.append(request)
        count = sum(len(message.files) + bool(message.path) for message in self.sent) - self.lost
        return reply_type.FromString(
            pb.UploadArtifactResponse(num_files=None if count == 1 else count).SerializeToString()
        )

    def server_stream(self, method: str, request: Message) -> Replies:
        assert isinstance(request, pb.DownloadArtifactsRequest)
        self.asked.append(list(request.paths))
        for item in self.streams.pop(0):
            if isinstance(item, MlflowException):
                raise item
            yield item.SerializeToString()

    def unary(self, method: str, request: Message, reply_type: type[Reply]) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        pass


LOST = MlflowException("connection lost", "TEMPORARILY_UNAVAILABLE")


def answer(files: dict[str, bytes], *large: str) -> pb.DownloadArtifactsResponse:
    items = [pb.ArtifactFile(path=p, data=d, sha256=hashlib.sha256(d).hexdigest()) for p, d in files.items()]
    return pb.DownloadArtifactsResponse(files=items, large_paths=large)


def fetched(transport: Fake, *paths: str) -> list[tuple[str, bytes | None]]:
    return list(artifact_bulk.download_small(transport, paths))


def test_a_server_that_drops_files_is_found_out() -> None:
    files = [OutgoingFile("a", 0, list), OutgoingFile("b", 0, list), OutgoingFile("c", 0, list)]
    with pytest.raises(MlflowException, match="stored 1 of 3 files"):
        artifact_bulk.upload_all(Fake(lost=2), files)


def test_a_download_goes_on_with_what_is_left() -> None:
    transport = Fake([answer({"a": b"1"}), LOST], [LOST], [answer({"b": b""}, "c"), answer({"d": b"4"})])
    assert fetched(transport, "a", "b", "c", "d", "a") == [("a", b"1"), ("b", b""), ("c", None), ("d", b"4")]
    assert transport.asked == [["a", "b", "c", "d"], ["b", "c", "d"], ["b", "c", "d"]]


def test_a_download_gives_up() -> None:
    never = Fake([LOST])
    midway = Fake([answer({"a": b""}), LOST], *[[LOST]] * 99)
    for transport in (never, midway):
        with pytest.raises(MlflowException, match="connection lost"):
            fetched(transport, "a", "b")
    assert (len(never.asked), len(midway.asked)) == (1, MAX_RESUMES + 2)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (answer({"../x": b""}), "was not asked for"),
        (answer({}, "x"), "was not asked for"),
        (answer({"a": b"", "b": b""}), "was not asked for"),
        (pb.DownloadArtifactsResponse(files=[pb.ArtifactFile(path="a", data=b"1")]), "not those that the server sent"),
        (answer({}), "left out 'a'"),
    ],
)
def test_answers_of_a_hostile_server(said: pb.DownloadArtifactsResponse, message: str) -> None:
    with pytest.raises(MlflowException, match=message):
        fetched(Fake([said]), "a")


def test_a_long_download_is_several_requests() -> None:
    paths = [str(number) for number in range(1500)]
    transport = Fake([answer(dict.fromkeys(paths[:1000], b""))], [answer(dict.fromkeys(paths[1000:], b""))])
    assert [path for path, _ in fetched(transport, *paths)] == paths
    assert list(map(len, transport.asked)) == [1000, 500]
