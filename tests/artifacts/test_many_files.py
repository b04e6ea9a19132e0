"""Streams of many files: each is stored by itself, and what is wrong with one leaves the others alone."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody

from support.folders import contents_of
from trackwell.v1 import artifacts_pb2 as pb
from trackwell.v1 import runs_pb2
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.limits import MAX_ARTIFACT_FILES_PER_MESSAGE, MAX_SMALL_ARTIFACT_BYTES
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.core import ServiceCore

ARTIFACTS = "/trackwell.v1.ArtifactService/"

BAD_PATHS = [
    "../../../../etc/passwd",
    "/etc/passwd",
    "C:/Windows/win.ini",
    "..%2f..%2fx",
    "%252E%252E%252Fx",
    "..\\..\\x",
    "%5c..%5c",
    "a//b",
    "a\x00b",
    "a/.",
    "trailing. ",
    ".trackwell-upload-1",
]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def begin(path: str, data: bytes = b"", **fields: Any) -> pb.UploadArtifactRequest:
    return pb.UploadArtifactRequest(path=path, body=HttpBody(data=data), **fields)


def more(data: bytes, **fields: Any) -> pb.UploadArtifactRequest:
    return pb.UploadArtifactRequest(body=HttpBody(data=data), **fields)


def whole(files: dict[str, bytes], **fields: Any) -> pb.UploadArtifactRequest:
    items = [pb.ArtifactFile(path=path, data=data, sha256=sha256(data)) for path, data in files.items()]
    return pb.UploadArtifactRequest(files=items, **fields)


def send(core: ServiceCore, messages: Iterable[pb.UploadArtifactRequest]) -> pb.UploadArtifactResponse:
    receiver = core.client_stream(f"{ARTIFACTS}UploadArtifact", CallContext())
    try:
        for message in messages:
            receiver.feed(message)
        answer = receiver.finish()
    except TrackwellError:
        receiver.abort()
        raise
    assert isinstance(answer, pb.UploadArtifactResponse)
    return answer


def refusal(action: Callable[[], Any], code: str = "INVALID_PARAMETER_VALUE") -> str:
    with pytest.raises(TrackwellError) as caught:
        action()
    assert caught.value.code == code, caught.value
    return caught.value.message


def test_files_of_all_sizes_in_one_stream(core: ServiceCore, proxy_root: Path) -> None:
    big = os.urandom(3_000_000)
    answer = send(
        core,
        [
            begin("d/first", b"1", size_bytes=1, sha256=sha256(b"1")),
            begin("d/big", size_bytes=len(big)),
            more(big[:1_000_000]),
            more(big[1_000_000:], offset=1_000_000, sha256=sha256(big)),
            whole({"small/a": b"a", "small/empty": b"", "b": b"bb"}),
            begin("empty", size_bytes=0),
            whole({"last": b"z"}),
        ],
    )
    assert contents_of(proxy_root) == {
        "d/first": b"1",
        "d/big": big,
        "small/a": b"a",
        "small/empty": b"",
        "b": b"bb",
        "empty": b"",
        "last": b"z",
    }
    assert answer.num_files == 7


@pytest.mark.parametrize("messages", [[begin("a", b"1")], [begin("a"), more(b"1")], [whole({"a": b"1"})]])
def test_the_answer_to_one_file_is_empty(core: ServiceCore, messages: list[pb.UploadArtifactRequest]) -> None:
    assert send(core, messages) == pb.UploadArtifactResponse()


def test_a_file_is_seen_when_the_next_one_begins(core: ServiceCore, proxy_root: Path) -> None:
    receiver = core.client_stream(f"{ARTIFACTS}UploadArtifact", CallContext())
    receiver.feed(begin("a", b"1"))
    assert not (proxy_root / "a").exists()
    receiver.feed(begin("b", b"2"))
    assert (proxy_root / "a").read_bytes() == b"1"
    assert not (proxy_root / "b").exists()
    receiver.feed(whole({"c": b"3"}))
    assert (proxy_root / "b").read_bytes() == b"2"
    assert (proxy_root / "c").read_bytes() == b"3"
    receiver.abort()


def test_a_sender_that_breaks_off_leaves_nothing_half(core: ServiceCore, proxy_root: Path) -> None:
    receiver = core.client_stream(f"{ARTIFACTS}UploadArtifact", CallContext())
    for message in (whole({"a": b"1"}), begin("b", b"2"), begin("c", b"3"), more(b"4")):
        receiver.feed(message)
    receiver.abort()
    receiver.abort()
    assert contents_of(proxy_root) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("in_files", [False, True], ids=["parts", "whole"])
@pytest.mark.parametrize("path", BAD_PATHS, ids=ascii)
def test_a_bad_path_in_the_middle(core: ServiceCore, proxy_root: Path, path: str, in_files: bool) -> None:
    if in_files:
        messages = [whole({"a": b"1", "b": b"2", path: b"x", "c": b"3"})]
    else:
        messages = [begin("a", b"1"), begin("b", b"2"), begin(path, b"x"), begin("c", b"3")]
    message = refusal(lambda: send(core, messages))
    assert message.startswith(f"Invalid path {path!a}")
    assert contents_of(proxy_root) == ({"a": b"1", "b": b"2"} if in_files else {"a": b"1"})
    assert message.endswith(
        " The 2 files before it are stored." if in_files else " The file before it in this stream is stored."
    )


WRONG: dict[str, tuple[list[pb.UploadArtifactRequest], str]] = {
    "digest of a whole file": (
        [pb.UploadArtifactRequest(files=[pb.ArtifactFile(path="x", data=b"1", sha256="00" * 32)])],
        "Artifact 'x' has SHA-256",
    ),
    "digest at the beginning": ([begin("x", b"1", sha256="00" * 32), begin("y")], "Artifact 'x' has SHA-256"),
    "digest at the end": ([begin("x"), more(b"1", sha256="00" * 32), whole({"y": b""})], "Artifact 'x' has SHA-256"),
    "too short": ([begin("x", b"1", size_bytes=2), begin("y")], "Artifact 'x' was announced with 2 bytes and has 1"),
    "too long": ([begin("x", b"1", size_bytes=1), more(b"2")], "Artifact 'x' was announced with 1 bytes and is longer"),
    "offset of the file before": ([begin("x", b"1"), begin("y", b"2", offset=1)], "offset 1 for artifact 'y'"),
    "negative size": ([begin("x", size_bytes=-1)], "artifact 'x'"),
    "begun again": ([begin("x", b"1"), begin("x", b"2")], "Artifact 'x' was begun again"),
    "no path": ([pb.UploadArtifactRequest(files=[pb.ArtifactFile(data=b"1")])], "'files[0].path'"),
    "bytes of nothing": ([whole({"kept2": b""}), more(b"1")], "'path'"),
    "empty path": ([begin("x"), begin("")], "'path'"),
    "a part and whole files": ([pb.UploadArtifactRequest(path="x", files=[pb.ArtifactFile(path="y")])], "'path'"),
    "bytes beside whole files": ([whole({"y": b""}, body=HttpBody(data=b"1"))], "'body'"),
    "a folder": ([whole({"d/e": b"", "d": b""})], "Artifact 'd' is a folder"),
    "a file as a folder": ([whole({"kept/e": b""})], "'kept/e'"),
    "unknown run": ([whole({"x": b""}, run_id="")], "'run_id'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_file_is_told_with_its_name(core: ServiceCore, proxy_root: Path, case: str) -> None:
    messages, words = WRONG[case]
    message = refusal(lambda: send(core, [whole({"kept": b"1"}), *messages, begin("after", b"2")]))
    assert words in message
    assert message.endswith(" stored.")
    stored = contents_of(proxy_root)
    assert stored["kept"] == b"1"
    assert not {"y", "after"} & set(stored)
    assert "x" not in stored or case in ("offset of the file before", "empty path")
    assert not [name for name in stored if ".trackwell-upload-" in name]


def test_too_many_files_in_a_message(core: ServiceCore, proxy_root: Path) -> None:
    files = {f"f{number}": b"" for number in range(MAX_ARTIFACT_FILES_PER_MESSAGE + 1)}
    assert "Send several messages" in refusal(lambda: send(core, [whole(files)]))
    assert not proxy_root.exists()


def test_the_last_of_two_files_of_one_name_stays(core: ServiceCore, proxy_root: Path) -> None:
    assert send(core, [whole({"a": b"1", "b": b"1"}), begin("a", b"2"), whole({"a": b"3"})]).num_files == 4
    assert contents_of(proxy_root) == {"a": b"3", "b": b"1"}


@pytest.fixture
def run_id(core: ServiceCore) -> str:
    created = core.call(
        "/trackwell.v1.RunService/CreateRun", runs_pb2.CreateRunRequest(experiment_id="0"), CallContext()
    )
    assert isinstance(created, runs_pb2.CreateRunResponse)
    return created.run.info.run_id


def test_files_of_a_run(core: ServiceCore, proxy_root: Path, run_id: str) -> None:
    send(core, [begin("a", b"1", run_id=run_id), whole({"b": b"2"}, run_id=run_id), begin("a", b"3")])
    folder = f"0/{run_id}/artifacts"
    assert contents_of(proxy_root) == {f"{folder}/a": b"1", f"{folder}/b": b"2", "a": b"3"}
    assert "0" * 32 in refusal(lambda: send(core, [whole({"b": b"2"}, run_id="0" * 32)]), "RESOURCE_DOES_NOT_EXIST")


def test_a_long_stream_takes_no_more_memory_than_a_short_one(core: ServiceCore, proxy_root: Path) -> None:
    """Of 64 MiB in files of both kinds, a few messages are held at a time."""
    chunk = os.urandom(1 << 20)

    def messages() -> Iterator[pb.UploadArtifactRequest]:
        for number in range(8):
            yield begin(f"big{number}")
            for _ in range(4):
                yield more(chunk)
            for part in range(4):
                yield whole({f"small/{number}-{part}-{index}": chunk[: 1 << 18] for index in range(4)})

    tracemalloc.start()
    try:
        answer = send(core, messages())
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.num_files == 8 + 8 * 16
    assert sum(path.stat().st_size for path in proxy_root.rglob("*") if path.is_file()) == 64 << 20
    assert peak_bytes < 12 << 20


def fetch(core: ServiceCore, paths: Iterable[str], **fields: Any) -> list[pb.DownloadArtifactsResponse]:
    request = pb.DownloadArtifactsRequest(paths=paths, **fields)
    answers = list(core.blocking_stream(f"{ARTIFACTS}DownloadArtifacts", request, CallContext()))
    assert all(isinstance(answer, pb.DownloadArtifactsResponse) for answer in answers)
    return [answer for answer in answers if isinstance(answer, pb.DownloadArtifactsResponse)]


class TestDownload:
    """Many small files in one answer."""

    def test_files_come_whole_and_in_order(self, core: ServiceCore) -> None:
        files = {"d/b": b"2", "a": b"1", "empty": b"", "limit": os.urandom(MAX_SMALL_ARTIFACT_BYTES)}
        send(core, [whole(files), begin("large", bytes(MAX_SMALL_ARTIFACT_BYTES + 1))])
        (answer,) = fetch(core, ["d/b", "large", "a", "empty", "limit", "a"])
        assert [(file.path, file.data) for file in answer.files] == [
            *((path, files[path]) for path in ("d/b", "a", "empty", "limit", "a"))
        ]
        assert all(file.sha256 == sha256(file.data) for file in answer.files)
        assert list(answer.large_paths) == ["large"]

    def test_messages_are_bounded(self, core: ServiceCore) -> None:
        files = {f"f{number}": bytes([number]) * MAX_SMALL_ARTIFACT_BYTES for number in range(9)}
        for path, data in files.items():
            send(core, [whole({path: data})])
        answers = fetch(core, files)
        assert [len(answer.files) for answer in answers] == [4, 4, 1]
        assert {file.path: file.data for answer in answers for file in answer.files} == files

    def test_files_of_a_run(self, core: ServiceCore, run_id: str) -> None:
        send(core, [whole({"a": b"1"}, run_id=run_id)])
        (answer,) = fetch(core, ["a"], run_id=run_id)
        assert [file.data for file in answer.files] == [b"1"]

    def test_what_is_refused(self, core: ServiceCore) -> None:
        send(core, [whole({"a": b"1", "d/e": b"2"})])
        assert "'never'" in refusal(lambda: fetch(core, ["a", "never"]), "RESOURCE_DOES_NOT_EXIST")
        assert "folder" in refusal(lambda: fetch(core, ["d"]))
        assert "'paths'" in refusal(lambda: fetch(core, []))
        assert "several requests" in refusal(lambda: fetch(core, ["a"] * (MAX_ARTIFACT_FILES_PER_MESSAGE + 1)))
        for path in BAD_PATHS:
            assert "Invalid path" in refusal(partial(fetch, core, ["a", path]))
