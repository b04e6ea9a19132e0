"""What is logged asynchronously while the server is away is kept on disk (DESIGN §6)."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow._transport.retry import FailedAttempt, RetryPolicy
from mlflow.exceptions import RestException
from mlflow.tracking import _state
from mlflow.tracking._async import spool, spooling
from mlflow.tracking._async.operations import Operation, RunOperations
from mlflow.tracking._async.pool import PooledQueue
from mlflow.tracking._async.queue import AsyncQueue
from mlflow.tracking._async.spool import SpoolFile
from mlflow.tracking._async.spooling import SpoolPlace
from mlflow.tracking._async.stream import Acknowledgement, StreamedQueue, StreamItem
from mlflow.tracking._async.verdicts import AWAY
from support.foreign_server import foreign_server
from support.mlflow_server import mlflow_server

URI = "http://tracking:5000"


def _records(file: SpoolFile) -> list[bytes]:
    return [record for _, record in file.read()]


def test_a_file_keeps_what_is_appended(tmp_path: Path) -> None:
    file = SpoolFile.create(tmp_path / "new" / "folder", URI)
    file.append([b"one", b""])
    file.append([b"three" * 1000])
    assert _records(file) == [b"one", b"", b"three" * 1000]
    position = next(iter(file.read()))[0]
    assert [record for _, record in file.read(position)] == [b"", b"three" * 1000]
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700
    file.delete()
    assert not file.path.exists()


def test_a_file_is_left_to_the_next_process(tmp_path: Path) -> None:
    first = SpoolFile.create(tmp_path, URI)
    first.append([b"one"])
    second = SpoolFile.create(tmp_path, URI)
    os.utime(second.path, (1, 1))
    assert SpoolFile.left_behind(tmp_path, URI) == []
    first.close()
    second.close()
    assert SpoolFile.left_behind(tmp_path, "http://other:5000") == []
    found = SpoolFile.left_behind(tmp_path, URI)
    assert [file.path for file in found] == [second.path, first.path]
    assert _records(found[1]) == [b"one"]
    found[1].append([b"two"])
    assert _records(found[1]) == [b"one", b"two"]


@pytest.mark.parametrize("cut_bytes", range(1, 12))
def test_a_record_that_was_not_written_whole_is_ignored(tmp_path: Path, cut_bytes: int) -> None:
    file = SpoolFile.create(tmp_path, URI)
    file.append([b"one", b"two"])
    os.truncate(file.path, file.path.stat().st_size - cut_bytes)
    assert _records(file) == ([b"one"] if cut_bytes < 12 else [])


def test_a_damaged_file_gives_nothing_wrong(tmp_path: Path) -> None:
    file = SpoolFile.create(tmp_path, URI)
    file.append([b"one", b"two"])
    data = bytearray(file.path.read_bytes())
    data[-1] ^= 1
    file.path.write_bytes(data)
    assert _records(file) == [b"one"]
    data[0] = 0xFF
    data[3] = 0xFF
    file.path.write_bytes(data)
    file.close()
    assert SpoolFile.left_behind(tmp_path, URI) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    file = SpoolFile.create(tmp_path / "a", URI)
    file.close()
    moved = tmp_path / "elsewhere"
    file.path.rename(moved)
    file.path.symlink_to(moved)
    assert SpoolFile.left_behind(tmp_path / "a", URI) == []


def test_a_file_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MAX_SPOOL_BYTES", 100)
    file = SpoolFile.create(tmp_path, URI)
    with pytest.raises(MlflowException, match="may hold no more"):
        file.append([b"x" * 100])
    assert _records(file) == []


def test_what_an_append_left_that_failed_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SpoolFile.create(tmp_path, URI)
    file.append([b"one"])
    [(position, _)] = file.read()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _break)
        with pytest.raises(MlflowException, match="cannot be written"):
            file.append([b"reported as lost"])
    assert list(file.read(position)) == []
    file.append([b"two"])
    assert [record for _, record in file.read(position)] == [b"two"]


def _break(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


class Service:
    """Takes requests while it is there."""

    def __init__(self, *, there: bool) -> None:
        self.there = threading.Event()
        if there:
            self.there.set()
        self.failure: Exception = MlflowException("no route", "TEMPORARILY_UNAVAILABLE")
        """What comes while it is not there."""
        self.failed = 0
        self.refuses: set[str] = set()
        self.received: list[str] = []

    def send(self, requests: Sequence[object]) -> None:
        if not self.there.is_set():
            self.failed += 1
            raise self.failure
        texts = [str(request) for request in requests]
        if self.refuses & set(texts):
            raise RestException({"error_code": "INVALID_PARAMETER_VALUE", "message": "bad key"})
        self.received.extend(texts)


def _operation(text: str) -> Operation:
    """A tag, of which the order matters; its run is the text's first letter."""
    return Operation(text[0], text, frozenset(), 1, 1)


def _place(folder: Path, service: Service) -> SpoolPlace:
    return SpoolPlace(
        folder,
        URI,
        lambda operation: str(operation.request).encode(),
        lambda data: _operation(data.decode()),
        lambda operations: service.send([operation.request for operation in operations]),
    )


class Stream:
    """A stream to the service."""

    def __init__(self, service: Service) -> None:
        self.policy = RetryPolicy(timeout_s=30, max_retries=0, backoff_factor=0, jitter=0)
        self._service = service

    def open(self, items: Iterator[StreamItem]) -> Iterator[Acknowledgement]:
        for sequence, requests in items:
            try:
                self._service.send(requests)
            except MlflowException as error:
                if error.error_code != "INVALID_PARAMETER_VALUE":
                    raise FailedAttempt(error) from error
                yield sequence, {sequence: error}
            else:
                yield sequence, {}


def _pooled(service: Service, folder: Path) -> AsyncQueue:
    return PooledQueue(service.send, 3, _place(folder, service))


def _streamed(service: Service, folder: Path) -> AsyncQueue:
    return StreamedQueue(lambda: Stream(service), _place(folder, service))


MakeQueue = Callable[[Service, Path], AsyncQueue]


@pytest.fixture(params=[_pooled, _streamed])
def make_queue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MakeQueue:
    monkeypatch.setattr(spooling, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(spooling, "LONGEST_PAUSE_S", 0.001)
    make: MakeQueue = request.param
    return make


def _log(queue: AsyncQueue, *texts: str) -> None:
    operations = [_operation(text) for text in texts]
    queue.submit(operations)
    RunOperations([operation.done for operation in operations]).wait()


def _until_sent(queue: AsyncQueue) -> None:
    with queue._changed:
        assert queue._changed.wait_for(lambda: queue._spooler is None, 60)


def test_nothing_is_lost_and_the_order_is_kept(
    make_queue: MakeQueue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(there=False)
    queue = make_queue(service, tmp_path)
    _log(queue, *[f"{run}{number}" for number in range(50) for run in "ab"])
    for number in range(50, 60):
        _log(queue, f"a{number}")
    assert service.received == []
    assert f"is kept in {tmp_path} until the tracking server is back: no route" in caplog.text
    service.there.set()
    _until_sent(queue)
    _log(queue, "a60", "b60")
    queue.flush()
    for run in "ab":
        sent = [text for text in service.received if text[0] == run]
        assert sent == sorted(sent, key=lambda text: int(text[1:]))
    assert len(service.received) == 112
    assert list(tmp_path.rglob("*.spool")) == []


def test_a_service_that_comes_and_goes(make_queue: MakeQueue, tmp_path: Path) -> None:
    service = Service(there=True)
    queue = make_queue(service, tmp_path)
    expected = []
    for number in range(30):
        if number % 5 == 0:
            service.there.clear() if service.there.is_set() else service.there.set()
        _log(queue, f"a{number}")
        expected.append(f"a{number}")
    service.there.set()
    _until_sent(queue)
    queue.flush()
    assert service.received == expected


def test_the_next_process_sends_what_is_left(make_queue: MakeQueue, tmp_path: Path) -> None:
    away = Service(there=False)
    _log(make_queue(away, tmp_path), "a1", "a2")
    [path] = tmp_path.rglob("*.spool")
    # What a process's end does to its locks.
    kept = path.read_bytes()
    path.unlink()
    path.write_bytes(kept)
    service = Service(there=True)
    queue = make_queue(service, tmp_path)
    queue.adopt()
    _log(queue, "a3")
    _until_sent(queue)
    queue.flush()
    assert service.received == ["a1", "a2", "a3"]
    away.there.set()


def test_what_is_refused_later_is_told_to_the_log(
    make_queue: MakeQueue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(there=False)
    service.refuses = {"a2"}
    queue = make_queue(service, tmp_path)
    _log(queue, "a1", "a2", "a3")
    service.there.set()
    _until_sent(queue)
    assert service.received == ["a1", "a3"]
    assert (
        "What was logged to the run a while the service was away is lost: INVALID_PARAMETER_VALUE: bad key"
        in caplog.text
    )


def test_an_interrupt_leaves_nothing_to_wait_for(
    make_queue: MakeQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(there=False)
    queue = make_queue(service, tmp_path)
    _log(queue, "a1")
    interrupted = _operation("b2")
    with monkeypatch.context() as patched:
        patched.setattr(SpoolFile, "append", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            queue.submit([interrupted])
    assert (interrupted.done.done(), list(queue._unfinished), queue._waiting_items) == (True, [], 0)
    service.there.set()
    _until_sent(queue)
    _log(queue, "a3")
    assert service.received == ["a1", "a3"]


def test_an_interrupt_after_it_was_queued_does_not_withdraw_it(
    make_queue: MakeQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(there=True)
    queue = make_queue(service, tmp_path)
    operation = _operation("a1")
    with monkeypatch.context() as patched:
        patched.setattr(queue._changed, "notify_all", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            queue.submit([operation])
    queue.resume()
    operation.done.result(60)
    assert service.received == ["a1"]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _answer(word: str) -> MlflowException:
    return RestException({"error_code": word, "message": "no"})


@pytest.mark.parametrize(
    "failure",
    [
        MlflowException("a bare 404", "ENDPOINT_NOT_FOUND"),
        MlflowException("a bare 403", "PERMISSION_DENIED"),
        MlflowException("a bare 413", "BAD_REQUEST"),
        MlflowException("a page", "INTERNAL_ERROR"),
        _answer("UNAUTHENTICATED"),
        _answer("INTERNAL_ERROR"),
        ValueError("a defect"),
    ],
    ids=str,
)
def test_only_a_refusal_of_the_content_ends_what_is_kept(
    failure: Exception, make_queue: MakeQueue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(there=False)
    queue = make_queue(service, tmp_path)
    _log(queue, "a1", "a2")
    service.failure, before = failure, service.failed
    while service.failed < before + 5:
        assert "is lost" not in caplog.text
    service.there.set()
    _until_sent(queue)
    assert service.received == ["a1", "a2"]


@pytest.mark.parametrize(
    ("failure", "kept"),
    [
        (MlflowException("a bare 404", "ENDPOINT_NOT_FOUND"), True),
        (MlflowException("a bare 500", "INTERNAL_ERROR"), True),
        (_answer("REQUEST_LIMIT_EXCEEDED"), True),
        (_answer("UNAUTHENTICATED"), True),
        (_answer("INTERNAL_ERROR"), False),
        (_answer("INVALID_PARAMETER_VALUE"), False),
        (ValueError("a defect"), False),
    ],
    ids=str,
)
def test_what_is_kept_in_the_first_place(failure: Exception, kept: bool, tmp_path: Path) -> None:
    service = Service(there=False)
    service.failure = failure
    queue = _pooled(service, tmp_path)
    operation = _operation("a1")
    queue.submit([operation])
    assert (operation.done.exception(60) is None) == kept
    assert len(list(tmp_path.rglob("*.spool"))) == kept
    service.there.set()
    _until_sent(queue)
    assert service.received == ["a1"] * kept


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_a_proxy_says_in_the_services_place(status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with foreign_server() as server:
        server.answer = lambda _: (status, b"<html>no</html>")
        with pytest.raises(MlflowException) as failed:
            MlflowClient(server.url).get_run("r")
    assert failed.value.error_code in AWAY


@pytest.mark.parametrize("broken", ["read", "delete"])
def test_a_disk_that_fails_for_a_while(
    broken: str,
    make_queue: MakeQueue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = Service(there=False)
    queue = make_queue(service, tmp_path)
    _log(queue, "a1", "a2")
    tried_twice = threading.Event()
    tries: list[int] = []
    intact = getattr(SpoolFile, broken)

    def fails_at_first(file: SpoolFile, *arguments: object) -> object:
        tries.append(1)
        if len(tries) < 4:
            _break()
        tried_twice.set()
        return intact(file, *arguments)

    monkeypatch.setattr(SpoolFile, broken, fails_at_first)
    service.there.set()
    assert tried_twice.wait(60)
    _until_sent(queue)
    assert service.received == ["a1", "a2"]
    assert list(tmp_path.rglob("*.spool")) == []
    assert "cannot be sent yet: [Errno 5]" in caplog.text


def test_a_disk_that_takes_nothing(make_queue: MakeQueue, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service = Service(there=False)
    queue = make_queue(service, tmp_path / "file")
    for text in ("a1", "a2"):
        with pytest.raises(MlflowException, match="cannot be written"):
            _log(queue, text)
    service.there.set()
    _log(queue, "a3")
    assert service.received == ["a3"]


def test_the_rest_is_kept_before_the_end(
    make_queue: MakeQueue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    class Slow(Service):
        def send(self, requests: Sequence[object]) -> None:
            under_way.set()
            assert go_on.wait(60)
            super().send(requests)

    (tmp_path / "file").write_text("")
    for folder, kept in ((tmp_path / "folder", ["a1", "a2"]), (tmp_path / "file", [])):
        queue = make_queue(Slow(there=True), folder)
        queue.keep_rest()
        queue.submit([_operation("a1")])
        assert under_way.wait(60)
        queue.submit([_operation("a2")])
        queue.flush(timeout_s=0)
        queue.keep_rest()
        go_on.set()
        queue.flush()
        files = list(folder.rglob("*.spool")) if folder.is_dir() else []
        assert [text.encode() in files[0].read_bytes() for text in kept] == [True] * len(kept)
        assert len(files) == bool(kept)
        under_way.clear()
        go_on.clear()
    assert "What was still to be logged asynchronously is lost" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("door", ["grpc", "rest"])
def test_a_program_that_ends_before_the_server_is_back(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ASYNC_LOGGING_SPOOL_DIR", str(tmp_path / "spool"))
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    with mlflow_server(tmp_path) as server:
        uri = server.grpc if door == "grpc" else server.rest
        run_id = MlflowClient(uri).create_run("0").info.run_id
    code = (
        f"from mlflow import MlflowClient\nclient = MlflowClient({uri!r})\n"
        f"for n in range(50): client.log_metric({run_id!r}, 'm', n, step=n, synchronous=False)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0
    assert "until the tracking server is back" in done.stderr
    assert len(list((tmp_path / "spool").rglob("*.spool"))) == 1
    options = ["--port", server.rest.rpartition(":")[2], "--grpc-port", server.grpc.rpartition(":")[2]]
    with mlflow_server(tmp_path, *options):
        client = MlflowClient(uri)
        client.log_metric(run_id, "m", 50, step=50, synchronous=False)
        _until_sent(_state.async_queue(uri))
        mlflow.flush_async_logging()
        assert [point.step for point in client.get_metric_history(run_id, "m")] == list(range(51))
    assert list((tmp_path / "spool").rglob("*.spool")) == []


@pytest.mark.slow
@pytest.mark.parametrize("door", ["grpc", "rest"])
def test_a_program_that_is_terminated_while_the_server_is_away(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ASYNC_LOGGING_SPOOL_DIR", str(tmp_path / "spool"))
    code = """
import mlflow, sys, time
mlflow.start_run()
print(mlflow.active_run().info.run_id, flush=True)
sys.stdin.readline()
for number in range(50):
    mlflow.log_metric("m", number, step=number, synchronous=False)
print("logged", flush=True)
while True:  # one long sleep is not interrupted by a signal that comes just before it
    time.sleep(0.05)
"""
    with mlflow_server(tmp_path) as server:
        uri = server.grpc if door == "grpc" else server.rest
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        program = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert program.stdin is not None
        assert program.stdout is not None
        run_id = program.stdout.readline().strip()
    with program:
        program.stdin.write("go on\n")
        program.stdin.flush()
        assert program.stdout.readline() == "logged\n"
        program.terminate()
        assert program.wait(60) == -signal.SIGTERM
    options = ["--port", server.rest.rpartition(":")[2], "--grpc-port", server.grpc.rpartition(":")[2]]
    with mlflow_server(tmp_path, *options):
        client = MlflowClient(uri)
        client.log_metric(run_id, "m", 50, step=50, synchronous=False)
        _until_sent(_state.async_queue(uri))
        mlflow.flush_async_logging()
        assert [point.step for point in client.get_metric_history(run_id, "m")] == list(range(51))
