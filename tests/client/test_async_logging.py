"""Asynchronous logging: `synchronous=False` and MLFLOW_ENABLE_ASYNC_LOGGING (rest-facts §12, DESIGN §6)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow._transport.retry import FailedAttempt, RetryPolicy
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import _state
from mlflow.tracking._async import queue as async_queue
from mlflow.tracking._async import stream
from mlflow.tracking._async.files import MAX_WAITING_FILES, FileQueue
from mlflow.tracking._async.operations import Operation, RunOperations, take_one_request
from mlflow.tracking._async.pool import PooledQueue
from mlflow.tracking._async.stream import Acknowledgement, StreamedQueue, StreamItem
from mlflow.tracking._async.verdicts import AWAY
from support.mlflow_server import mlflow_server


def _waited(operations: object) -> None:
    assert isinstance(operations, RunOperations)
    operations.wait()


@pytest.mark.parametrize(
    ("tracking_uri", "streams"),
    [("grpc", True), ("rest", False), ("rest with a stream", True), ("in-process", False), ("folder", False)],
    indirect=["tracking_uri"],
)
def test_which_way_is_taken(client: MlflowClient, run_id: str, streams: bool) -> None:
    _waited(client.log_metric(run_id, "m", 1, synchronous=False))
    assert isinstance(_state.async_queue(client.tracking_uri), StreamedQueue if streams else PooledQueue)


def test_every_call_can_be_asynchronous(client: MlflowClient, run_id: str) -> None:
    pending = [
        client.log_metric(run_id, "m", 1.5, 7, 3, synchronous=False),
        client.log_param(run_id, "p", 1, synchronous=False),
        client.set_tag(run_id, "t", "x", synchronous=False),
        client.log_batch(run_id, [Metric("n", 2, 8)], [Param("q", "2")], [RunTag("u", "y")], synchronous=False),
    ]
    for operations in pending:
        _waited(operations)
    run = client.get_run(run_id)
    assert (run.data.metrics, run.data.params) == ({"m": 1.5, "n": 2.0}, {"p": "1", "q": "2"})
    assert (run.data.tags["t"], run.data.tags["u"]) == ("x", "y")
    [point] = client.get_metric_history(run_id, "m")
    assert (point.timestamp, point.step) == (7, 3)


def test_the_fluent_calls(tracking_uri: str, name: str, client: MlflowClient) -> None:
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        for operations in (
            mlflow.log_metric("m", 1, synchronous=False),
            mlflow.log_metrics({"a": 1, "b": 2}, synchronous=False),
            mlflow.log_param("p", "v", synchronous=False),
            mlflow.log_params({"q": 1, "r": 2}, synchronous=False),
            mlflow.set_tag("t", "w", synchronous=False),
            mlflow.set_tags({"u": 1}, synchronous=False),
        ):
            assert isinstance(operations, RunOperations)
        mlflow.flush_async_logging()
        data = client.get_run(run.info.run_id).data
    assert data.metrics == {"m": 1.0, "a": 1.0, "b": 2.0}
    assert data.params == {"p": "v", "q": "1", "r": "2"}
    assert (data.tags["t"], data.tags["u"]) == ("w", "1")


def test_the_order_of_one_run_is_kept(client: MlflowClient, experiment_id: str) -> None:
    runs = [client.create_run(experiment_id).info.run_id for _ in range(3)]
    for number in range(200):
        for run_id in runs:
            client.set_tag(run_id, "last", number, synchronous=False)
            client.log_metric(run_id, "m", number, step=number, synchronous=False)
    mlflow.flush_async_logging()
    for run_id in runs:
        assert client.get_run(run_id).data.tags["last"] == "199"
        assert len(client.get_metric_history(run_id, "m")) == 200


def test_a_refusal_reaches_only_who_caused_it(
    client: MlflowClient, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    client.log_param(run_id, "p", "first")
    good = [client.log_metric(run_id, f"m{number}", number, synchronous=False) for number in range(20)]
    changed = client.log_param(run_id, "p", "second", synchronous=False)
    bad_key = client.log_metric(run_id, "☃", 1, synchronous=False)
    after = client.log_param(run_id, "q", "v", synchronous=False)
    with pytest.raises(MlflowException, match="Changing param values is not allowed"):
        _waited(changed)
    with pytest.raises(MlflowException) as caught:
        _waited(bad_key)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    for operations in (*good, after):
        _waited(operations)
    run = client.get_run(run_id)
    assert (len(run.data.metrics), run.data.params) == (20, {"p": "first", "q": "v"})
    assert caplog.text.count("is lost") == 2


def test_an_unknown_run(client: MlflowClient) -> None:
    with pytest.raises(MlflowException) as caught:
        _waited(client.log_metric("0" * 32, "m", 1, synchronous=False))
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_what_no_request_can_hold_is_refused_at_once(client: MlflowClient, run_id: str) -> None:
    with pytest.raises(MlflowException, match="no number"):
        client.log_metric(run_id, "m", "much", synchronous=False)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(MlflowException, match="a metric"):
        client.log_metric(run_id, "m", 1, step=2**70, synchronous=False)


def test_more_than_one_request_holds(client: MlflowClient, run_id: str) -> None:
    points = [Metric("m", number, 1, number) for number in range(2500)]
    params = [Param(f"p{number}", "v") for number in range(150)]
    _waited(client.log_batch(run_id, points, params, synchronous=False))
    assert len(client.get_metric_history(run_id, "m")) == 2500
    assert len(client.get_run(run_id).data.params) == 150


def test_the_environment_decides_where_the_call_does_not(
    client: MlflowClient, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.log_metric(run_id, "m", 1) is None
    assert client.log_param(run_id, "p", 1) == 1
    monkeypatch.setenv("MLFLOW_ENABLE_ASYNC_LOGGING", "true")
    _waited(client.log_metric(run_id, "n", 1))
    assert client.log_metric(run_id, "o", 1, synchronous=True) is None
    assert client.get_run(run_id).data.metrics == {"m": 1.0, "n": 1.0, "o": 1.0}


def test_the_end_of_a_run_comes_after_what_was_logged_to_it(tracking_uri: str, name: str) -> None:
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        for number in range(300):
            mlflow.log_metric("m", number, step=number, synchronous=False)
    after = mlflow.get_run(run.info.run_id)
    assert (after.info.status, after.data.metrics) == ("FINISHED", {"m": 299.0})


@pytest.mark.slow
def test_a_process_sends_what_is_queued_before_it_exits(tracking_uri: str, name: str) -> None:
    mlflow.set_experiment(name)
    code = "import mlflow\nfor n in range(2000): mlflow.log_metric('m', n, step=n, synchronous=False)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    [run] = mlflow.search_runs(experiment_names=[name], output_format="list")
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"m": 1999.0})


@pytest.mark.slow
def test_forks_beside_an_open_stream(tracking_uri: str, name: str) -> None:
    """GRPC breaks in a child whose parent had a thread in it: streams are closed for the moment of a fork."""
    mlflow.set_experiment(name)
    code = """
import mlflow, os, sys
with mlflow.start_run() as run:
    exits = []
    for number in range(10):
        for step in range(20):
            mlflow.log_metric("parent", step, step=20 * number + step, synchronous=False)
        if os.fork() == 0:
            mlflow.log_metric(f"child{number}", 1, synchronous=False).wait()
            os._exit(0)
        exits.append(os.waitstatus_to_exitcode(os.wait()[1]))
    print(exits)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, f"{[0] * 10}\n"), done.stderr
    [run] = mlflow.search_runs(experiment_names=[name], output_format="list")
    assert len(run.data.metrics) == 11
    assert len(MlflowClient().get_metric_history(run.info.run_id, "parent")) == 200


@pytest.mark.slow
def test_a_forked_child_has_queues_of_its_own(tracking_uri: str, name: str) -> None:
    mlflow.set_experiment(name)
    code = """
import mlflow, os, sys
with mlflow.start_run() as run:
    mlflow.log_metric("before", 1, synchronous=False).wait()
    if os.fork() == 0:
        mlflow.log_metric("child", 1, synchronous=False).wait()
        sys.exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
    mlflow.log_metric("after", 1, synchronous=False)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
    [run] = mlflow.search_runs(experiment_names=[name], output_format="list")
    assert sorted(run.data.metrics) == ["after", "before", "child"]


@pytest.mark.slow
@pytest.mark.parametrize("door", ["grpc", "rest"])
def test_a_server_that_comes_back_loses_nothing(door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "5")
    with mlflow_server(tmp_path) as server:
        uri = server.grpc if door == "grpc" else server.rest
        client = MlflowClient(uri)
        run_id = client.create_run("0").info.run_id
        client.log_metric(run_id, "m", 0, step=0, synchronous=False)
    ports = {"grpc": server.grpc, "rest": server.rest}
    options = []
    for option, address in (("--grpc-port", ports["grpc"]), ("--port", ports["rest"])):
        options += [option, address.rpartition(":")[2]]
    for number in range(1, 100):
        client.log_metric(run_id, "m", number, step=number, synchronous=False)
    with mlflow_server(tmp_path, *options):
        mlflow.flush_async_logging()
        assert [point.step for point in client.get_metric_history(run_id, "m")] == list(range(100))


# What follows takes the service's part.


def _operation(run_id: str, *points: str, params: Sequence[str] = (), tags: Sequence[str] = ()) -> Operation:
    size = len(points) + len(params) + len(tags)
    return Operation(run_id, [*points, *params, *tags], frozenset(params), len(tags), size)


def _taken(*operations: Operation, unordered_only: bool = False) -> list[int]:
    """How many operations each request holds."""
    waiting = deque(operations)
    sizes = []
    while waiting:
        sizes.append(len(take_one_request(waiting, unordered_only=unordered_only)))
    return sizes


def test_what_becomes_one_request() -> None:
    point, param, tag = _operation("r", "m"), _operation("r", params=["p"]), _operation("r", tags=["t"])
    assert _taken(point, param, tag, point) == [4]
    assert _taken(point, point, param, tag, point, unordered_only=True) == [2, 1, 1, 1]
    assert _taken(point, _operation("s", "m"), point) == [1, 1, 1]
    assert _taken(param, param) == [1, 1]
    assert _taken(*[_operation("r", *["m"] * 400)] * 3) == [2, 1]
    assert _taken(*[_operation("r", tags=["t"] * 60)] * 3) == [1, 1, 1]
    assert _taken(*[_operation("r", params=[f"{n}-{m}" for m in range(60)]) for n in range(3)]) == [1, 1, 1]
    alone = _operation("r", "m")
    alone.alone = True
    assert _taken(point, alone, point) == [1, 1, 1]


class _Service:
    """Answers as `plan` says: for each stream how many requests to acknowledge before it breaks; None is for ever."""

    policy = RetryPolicy(timeout_s=30, max_retries=3, backoff_factor=0, jitter=0)

    def __init__(self, *plan: int | None) -> None:
        self._plan = iter(plan)
        self.received: list[object] = []
        self.streams = 0

    def send(self, requests: Sequence[object]) -> None:
        self.received.extend(requests)

    def open(self, items: Iterator[StreamItem]) -> Iterator[Acknowledgement]:
        acknowledged = next(self._plan, None)
        self.streams += 1
        for expected, (sequence, requests) in enumerate(items, 1):
            assert sequence == expected
            if acknowledged is not None and sequence > acknowledged:
                raise FailedAttempt(MlflowException("gone", "TEMPORARILY_UNAVAILABLE"))
            self.received.extend(requests)
            yield sequence, {}


def _log_one_by_one(queue: StreamedQueue, count: int) -> list[Operation]:
    operations = [_operation("r", tags=[str(number)]) for number in range(count)]
    queue.submit(operations)
    return operations


def test_a_stream_that_breaks_is_taken_up_where_it_was_acknowledged() -> None:
    service = _Service(3, 0, 2)
    queue = StreamedQueue(lambda: service)
    _log_one_by_one(queue, 10)
    queue.flush()
    assert service.received == [[str(number)] for number in range(10)]
    assert service.streams == 4


def test_retries_are_counted_from_the_last_progress(caplog: pytest.LogCaptureFixture) -> None:
    service = _Service(0, 0, 1, 0, 0, 1, 0, 0, 0, 0)
    queue = StreamedQueue(lambda: service)
    operations = _log_one_by_one(queue, 4)
    queue.flush()
    assert service.received == [["0"], ["1"]]
    with pytest.raises(MlflowException, match="gone"):
        RunOperations([operation.done for operation in operations]).wait()
    assert "What was logged asynchronously to the run r is lost: gone" in caplog.text
    again = _log_one_by_one(queue, 1)
    RunOperations([operation.done for operation in again]).wait()


class _Silent(_Service):
    """Takes what comes, and each stream ends without an acknowledgement: as `end` says."""

    def __init__(self, end: FailedAttempt | None) -> None:
        super().__init__()
        self._end = end

    def open(self, items: Iterator[StreamItem]) -> Iterator[Acknowledgement]:
        self.streams += 1
        next(items)
        if self._end is not None:
            raise self._end
        yield from ()


@pytest.mark.parametrize(
    ("end", "streams"),
    [
        (FailedAttempt(MlflowException("late", "DEADLINE_EXCEEDED"), timed_out=True), 2),
        (FailedAttempt(MlflowException("gone", "TEMPORARILY_UNAVAILABLE")), 4),
        (None, 4),
    ],
    ids=["time limit", "failure", "regular end"],
)
def test_how_often_a_stream_is_tried_that_acknowledges_nothing(end: FailedAttempt | None, streams: int) -> None:
    service = _Silent(end)
    queue = StreamedQueue(lambda: service)
    [operation] = _log_one_by_one(queue, 1)
    failure = operation.done.exception(60)
    assert isinstance(failure, MlflowException)
    assert failure.error_code in AWAY
    assert service.streams == streams


def test_an_idle_stream_is_closed_and_the_next_one_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_S", 0.01)
    closed = threading.Event()

    class Watched(_Service):
        def open(self, items: Iterator[StreamItem]) -> Iterator[Acknowledgement]:
            yield from super().open(items)
            closed.set()

    service = Watched()
    queue = StreamedQueue(lambda: service)
    _log_one_by_one(queue, 2)
    assert closed.wait(60)
    _log_one_by_one(queue, 1)
    queue.flush()
    assert service.streams >= 2
    assert len(service.received) == 3


def test_a_pause_ends_the_stream_and_keeps_what_waits() -> None:
    service = _Service()
    queue = StreamedQueue(lambda: service)
    _log_one_by_one(queue, 3)
    queue.flush()
    queue.pause(60)
    assert not queue._streaming
    operations = _log_one_by_one(queue, 2)
    assert [operation.done.done() for operation in operations] == [False, False]
    queue.resume()
    queue.flush()
    assert service.received == [["0"], ["1"], ["2"], ["0"], ["1"]]
    assert service.streams >= 2


def test_a_pause_does_not_wait_until_a_stream_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_S", 1e6)
    service = _Service()
    service.policy = RetryPolicy(timeout_s=1e6, max_retries=0, backoff_factor=0, jitter=0)
    queue = StreamedQueue(lambda: service)
    _log_one_by_one(queue, 1)
    queue.flush()
    assert queue._streaming
    queue.pause(10)
    assert not queue._streaming
    queue.resume()


def test_a_pause_lets_requests_end_and_starts_none() -> None:
    sent: list[object] = []
    queue = PooledQueue(sent.extend, 2)
    queue.submit([_operation("r", "m"), _operation("s", "m")])
    queue.pause(60)
    assert queue._sending == 0
    before = len(sent)
    queue.submit([_operation("t", "m")])
    assert len(sent) == before
    queue.resume()
    queue.flush()
    assert len(sent) == 3


def test_an_old_stream_is_replaced_without_loss() -> None:
    service = _Service()
    service.policy = RetryPolicy(timeout_s=0.02, max_retries=0, backoff_factor=0, jitter=0)
    queue = StreamedQueue(lambda: service)
    for number in range(500):
        queue.submit([_operation("r", tags=[str(number)])])
        if number % 50 == 0:
            queue.flush()
    queue.flush()
    assert service.received == [[str(number)] for number in range(500)]


@pytest.mark.parametrize("make", [StreamedQueue, lambda connect: PooledQueue(connect, 2)])
def test_a_defect_reaches_who_waits_and_the_thread_lives_on(make: Callable[..., async_queue.AsyncQueue]) -> None:
    failures = iter([ZeroDivisionError("boom")])

    def connect(*_: object) -> _Service:
        for failure in failures:
            raise failure
        return _Service()

    queue = make(connect)
    first, second = _operation("r", "m"), _operation("r", "n")
    queue.submit([first])
    with pytest.raises(ZeroDivisionError, match="boom"):
        RunOperations([first.done]).wait()
    queue.submit([second])
    RunOperations([second.done]).wait()


def test_logging_waits_while_too_much_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_queue, "MAX_WAITING_ITEMS", 5)
    go_on = threading.Event()
    sent: list[object] = []

    def slow(requests: Sequence[object]) -> None:
        assert go_on.wait(60)
        sent.extend(requests)

    queue = PooledQueue(slow, 1)
    producer = threading.Thread(target=lambda: queue.submit([_operation("r", f"m{n}") for n in range(50)]))
    producer.start()
    producer.join(0.05)
    assert producer.is_alive()
    go_on.set()
    producer.join(60)
    queue.flush()
    assert len(sent) == 50


@pytest.mark.parametrize("make", [StreamedQueue, lambda connect: PooledQueue(connect().send, 2)])
def test_a_thread_that_does_not_start_is_started_later(
    make: Callable[..., async_queue.AsyncQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = _Service()
    queue = make(lambda: service)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", _no_thread)
        with pytest.raises(RuntimeError, match="can't start"):
            queue.submit([_operation("r", tags=["first"])])
    queue.flush(timeout_s=60)
    assert not queue._unfinished
    queue.submit([_operation("r", tags=["second"])])
    queue.flush()
    assert service.received == [["second"]]


def test_files_are_stored_after_a_thread_did_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FileQueue()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", _no_thread)
        with pytest.raises(RuntimeError, match="can't start"):
            queue.submit("r", lambda: None)
    queue.submit("r", lambda: None).result(60)


def _no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_runs_are_sent_side_by_side() -> None:
    both = threading.Barrier(2, timeout=60)
    queue = PooledQueue(lambda _: _pass(both), 2)
    queue.submit([_operation("r", "m"), _operation("s", "m")])
    queue.flush()


def _pass(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_the_number_of_threads_must_be_one(monkeypatch: pytest.MonkeyPatch, database_uri: str) -> None:
    monkeypatch.setattr(_state._process, "async_queues", {})
    monkeypatch.setenv("MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE", "0")
    with pytest.raises(MlflowException, match="must be a whole number, 1 or greater"):
        MlflowClient(database_uri).log_metric("r", "m", 1, synchronous=False)
    assert "MLFLOW_ASYNC_LOGGING_THREADPOOL_SIZE" in os.environ


PICTURE = np.zeros((2, 3, 3), dtype=np.uint8)


def test_pictures_are_stored_later(client: MlflowClient, name: str) -> None:
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        _waited(mlflow.log_image(PICTURE, "first.png", synchronous=False))
        assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["first.png"]
        changing = PICTURE.copy()
        for step in range(3):
            changing[:] = step
            mlflow.log_image(changing, key="k", step=step, synchronous=False)
    paths = sorted(file.path for file in client.list_artifacts(run.info.run_id, "images"))
    pictures = [mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/{path}") for path in paths]
    assert [picture.getpixel((0, 0)) for picture in pictures] == [(0, 0, 0), (1, 1, 1), (2, 2, 2)]


def test_a_picture_that_cannot_be_stored(
    database_uri: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_ASYNC_LOGGING", "true")
    client = MlflowClient(database_uri)
    with pytest.raises(MlflowException, match="is no picture"):
        client.log_image("no-such-run", np.zeros(3), "a.png")
    operations = client.log_image("no-such-run", PICTURE, "a.png")
    assert isinstance(operations, RunOperations)
    with pytest.raises(MlflowException) as refused:
        operations.wait()
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert "asynchronously to the run no-such-run is lost" in caplog.text
    assert client.log_image("no-such-run", PICTURE, "a.png") is not None
    mlflow.flush_async_logging()


def test_no_file_is_under_way_while_the_process_forks() -> None:
    queue = FileQueue()
    begun, may_end = threading.Event(), threading.Event()
    order: list[str] = []

    def slow() -> None:
        begun.set()
        may_end.wait(60)
        order.append("slow")

    queue.submit("r", slow)
    assert begun.wait(60)
    threading.Timer(0.01, may_end.set).start()
    queue.pause(60)
    order.append("paused")
    later = queue.submit("r", lambda: order.append("later"))
    order.append("resumed")
    queue.resume()
    later.result(60)
    assert order == ["slow", "paused", "resumed", "later"]


def test_files_wait_for_room_and_a_dying_process_tells_what_it_loses(caplog: pytest.LogCaptureFixture) -> None:
    queue = FileQueue()
    queue.pause(0)
    for _ in range(MAX_WAITING_FILES):
        queue.submit("r", lambda: None)
    queue.flush(timeout_s=0)
    queue.keep_rest()
    assert f"{MAX_WAITING_FILES} files that were still to be logged" in caplog.text
    full = threading.Thread(target=queue.submit, args=("s", lambda: None))
    full.start()
    queue.flush("another run")
    queue.resume()
    full.join(60)
    queue.flush()
    caplog.clear()
    queue.keep_rest()
    assert (full.is_alive(), caplog.text) == (False, "")
