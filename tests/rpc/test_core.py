"""The core: one handler for each rpc, errors kept in, deadlines kept, threads left alone where they are not needed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from google.protobuf.message import Message

from trackwell.v1 import experiments_pb2, metrics_pb2, runs_pb2
from trackwell_service.domain.errors import (
    DeadlineExceeded,
    InternalError,
    InvalidParameter,
    NotImplementedHere,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.core import MAX_WAITING_READS, Outcome, ServiceCore
from trackwell_service.rpc.handling import ClientStream, Read, ServerStream, Write
from trackwell_service.rpc.streams import Pause, StreamItem
from trackwell_service.stores.memory import MemoryStore

GET_RUN = "/trackwell.v1.RunService/GetRun"
SET_TAG = "/trackwell.v1.RunService/SetTag"
WATCH = "/trackwell.v1.RunService/Watch"
UPLOAD = "/trackwell.v1.ArtifactService/UploadArtifact"
PLAIN = CallContext()


def no_mutation(request: Message, context: CallContext) -> Any:
    """The writer of these tests does not look at mutations."""


class Writer:
    """A writer that lets the test decide when an outcome is there."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[Any], None]] = []
        self.error: TrackwellError | None = None

    def submit(self, mutation: Any, done: Callable[[Any], None]) -> None:
        if self.error is not None:
            raise self.error
        self.waiting.append(done)


class Outcomes:
    """Collects outcomes and the threads in which they came."""

    def __init__(self) -> None:
        self.found: list[Outcome] = []
        self.threads: list[str] = []
        self.arrived = threading.Semaphore(0)

    def __call__(self, outcome: Outcome) -> None:
        self.found.append(outcome)
        self.threads.append(threading.current_thread().name)
        self.arrived.release()

    def wait(self) -> Outcome:
        """The newest outcome, once it is there."""
        assert self.arrived.acquire(timeout=60)
        return self.found[-1]


GET = runs_pb2.GetRunRequest(run_id="r")
SET = runs_pb2.SetTagRequest(run_id="r", key="k", value="v")


def raising(error: Exception) -> Callable[..., Any]:
    """A function that raises."""

    def function(*_: Any) -> Any:
        raise error

    return function


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def cores(writer: Writer) -> Iterator[Callable[..., ServiceCore]]:
    """Makes cores of the test's own handlers."""
    made: list[ServiceCore] = []

    def make(**handlers: Any) -> ServiceCore:
        methods = {"get_run": GET_RUN, "set_tag": SET_TAG, "watch": WATCH, "upload": UPLOAD}
        core = ServiceCore(writer, [{methods[name]: handler for name, handler in handlers.items()}], read_threads=2)
        made.append(core)
        return core

    yield make
    for core in made:
        core.close()


# -- the table


def test_a_table_must_name_methods_of_the_contract_once(writer: Writer) -> None:
    with pytest.raises(ValueError, match="is not a method of the contract"):
        ServiceCore(writer, [{"/trackwell.v1.RunService/Nothing": Read(raising(RuntimeError()))}])
    table = {GET_RUN: Read(raising(RuntimeError()))}
    with pytest.raises(ValueError, match="has two handlers"):
        ServiceCore(writer, [table, table])


def test_an_unknown_method_is_an_outcome(cores: Callable[..., ServiceCore]) -> None:
    outcomes = Outcomes()
    core = cores()
    core.submit(GET_RUN, GET, PLAIN, outcomes)
    assert isinstance(outcomes.wait(), NotImplementedHere)
    for call in (
        partial(core.call, GET_RUN, GET, PLAIN),
        partial(core.server_stream, GET_RUN, GET, PLAIN),
        partial(core.client_stream, GET_RUN, PLAIN),
    ):
        with pytest.raises(NotImplementedHere):
            call()


def test_a_handler_of_another_form_is_not_called(cores: Callable[..., ServiceCore]) -> None:
    core = cores(
        get_run=Read(raising(AssertionError())),
        watch=ServerStream(raising(AssertionError())),
        upload=ClientStream(raising(AssertionError())),
    )
    outcomes = Outcomes()
    core.submit(WATCH, runs_pb2.WatchRequest(), PLAIN, outcomes)
    assert isinstance(outcomes.wait(), NotImplementedHere)
    with pytest.raises(NotImplementedHere):
        core.call(WATCH, runs_pb2.WatchRequest(), PLAIN)
    with pytest.raises(NotImplementedHere):
        core.server_stream(GET_RUN, GET, PLAIN)
    with pytest.raises(NotImplementedHere):
        core.client_stream(GET_RUN, PLAIN)


# -- reads


def test_a_read_runs_in_a_thread_for_reads_and_a_call_in_the_callers(cores: Callable[..., ServiceCore]) -> None:
    threads: list[str] = []

    def answer(request: Message, context: CallContext) -> bytes:
        threads.append(threading.current_thread().name)
        return b"answer"

    core = cores(get_run=Read(answer))
    outcomes = Outcomes()
    core.submit(GET_RUN, GET, PLAIN, outcomes)
    assert outcomes.wait() == b"answer"
    assert core.call(GET_RUN, GET, PLAIN) == b"answer"
    assert threads[0].startswith("read")
    assert threads[1] == threading.current_thread().name


def test_reads_wait_in_a_bounded_queue(cores: Callable[..., ServiceCore]) -> None:
    go_on = threading.Event()

    def answer(request: Message, context: CallContext) -> bytes:
        go_on.wait(60)
        return b""

    core = cores(get_run=Read(answer))
    outcomes, refused = Outcomes(), Outcomes()
    for _ in range(MAX_WAITING_READS):
        core.submit(GET_RUN, GET, PLAIN, outcomes)
    core.submit(GET_RUN, GET, PLAIN, refused)
    error = refused.wait()
    assert isinstance(error, ResourceExhausted)
    assert error.retry_after_s == 1.0
    go_on.set()
    for _ in range(MAX_WAITING_READS):
        outcomes.wait()
    core.submit(GET_RUN, GET, PLAIN, refused)
    assert refused.wait() == b""


# -- writes


def test_a_write_is_answered_when_its_outcome_is_there(cores: Callable[..., ServiceCore], writer: Writer) -> None:
    core = cores(set_tag=Write(lambda request, _: request.key, lambda mutation, reply: f"{mutation}-{reply}".encode()))
    outcomes = Outcomes()
    core.submit(SET_TAG, SET, PLAIN, outcomes)
    assert not outcomes.found
    writer.waiting.pop()("reply")
    assert outcomes.found == [b"k-reply"]
    assert outcomes.threads == [threading.current_thread().name], "no thread between the writer and the caller"


def test_a_refused_write_is_an_outcome(cores: Callable[..., ServiceCore], writer: Writer) -> None:
    core = cores(set_tag=Write(no_mutation, raising(AssertionError())))
    outcomes = Outcomes()
    core.submit(SET_TAG, SET, PLAIN, outcomes)
    refusal = InvalidParameter("no")
    writer.waiting.pop()(refusal)
    writer.error = TemporarilyUnavailable("closing", retry_after_s=1)
    core.submit(SET_TAG, SET, PLAIN, outcomes)
    assert outcomes.found == [refusal, writer.error]


def test_an_answer_that_must_be_read_is_read_in_a_thread_for_reads(
    cores: Callable[..., ServiceCore], writer: Writer
) -> None:
    core = cores(set_tag=Write(no_mutation, lambda mutation, reply: lambda: b"read"))
    outcomes = Outcomes()
    core.submit(SET_TAG, SET, PLAIN, outcomes)
    writer.waiting.pop()(None)
    assert outcomes.wait() == b"read"
    assert outcomes.threads[0].startswith("read")


# -- presence, faults, deadlines


def test_a_request_is_checked_before_its_handler_sees_it(cores: Callable[..., ServiceCore]) -> None:
    core = cores(
        get_run=Read(raising(AssertionError())), set_tag=Write(raising(AssertionError()), raising(AssertionError()))
    )
    for method, request in ((GET_RUN, runs_pb2.GetRunRequest()), (SET_TAG, runs_pb2.SetTagRequest(run_id="r"))):
        outcomes = Outcomes()
        core.submit(method, request, PLAIN, outcomes)
        error = outcomes.wait()
        assert isinstance(error, InvalidParameter)
        assert error.message.startswith("Missing value for required parameter ")
        with pytest.raises(InvalidParameter):
            core.call(method, request, PLAIN)


SECRET = "driver text with a password"


class Fails:
    """A receiver that fails wherever it can."""

    feed = finish = raising(RuntimeError(SECRET))

    def abort(self) -> None:
        """Nothing to give up."""


def endless(request: Message, context: CallContext) -> Iterator[StreamItem]:
    """A stream that pauses for ever."""
    while True:
        yield Pause(0.001)


def failing(request: Message, context: CallContext) -> Iterator[StreamItem]:
    """A stream that fails after its first item."""
    yield b"first"
    raise RuntimeError(SECRET)


def test_a_fault_leaves_its_cause_in_the_log(
    cores: Callable[..., ServiceCore], writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    fault = raising(RuntimeError(SECRET))
    core = cores(
        get_run=Read(fault),
        set_tag=Write(fault, fault),
        watch=ServerStream(failing),
        upload=ClientStream(lambda _: Fails()),
    )
    outcomes = Outcomes()
    errors: list[TrackwellError] = []

    def call(function: Callable[[], object]) -> None:
        with pytest.raises(InternalError) as caught:
            function()
        assert caught.value.__cause__ is None
        errors.append(caught.value)

    with caplog.at_level(logging.ERROR):
        core.submit(GET_RUN, GET, PLAIN, outcomes)
        outcomes.wait()
        core.submit(SET_TAG, SET, PLAIN, outcomes)
        outcomes.wait()
        call(lambda: core.call(GET_RUN, GET, PLAIN))
        call(lambda: core.call(SET_TAG, SET, PLAIN))
        call(lambda: list(core.server_stream(WATCH, runs_pb2.WatchRequest(), PLAIN)))
        receiver = core.client_stream(UPLOAD, PLAIN)
        call(lambda: receiver.feed(GET))
        call(receiver.finish)
        receiver.abort()
    errors += [error for error in outcomes.found if isinstance(error, TrackwellError)]
    assert len(errors) == len(caplog.records) == 7
    for error in errors:
        assert isinstance(error, InternalError)
        assert SECRET not in error.message
        incident = error.message.rstrip(".").rsplit(" ", 1)[1]
        (record,) = [record for record in caplog.records if incident in record.getMessage()]
        assert record.exc_info is not None
        assert SECRET in str(record.exc_info[1])


def test_a_fault_in_an_answer_is_an_outcome(cores: Callable[..., ServiceCore], writer: Writer) -> None:
    core = cores(set_tag=Write(no_mutation, raising(RuntimeError(SECRET))))
    outcomes = Outcomes()
    core.submit(SET_TAG, SET, PLAIN, outcomes)
    writer.waiting.pop()(None)
    assert isinstance(outcomes.wait(), InternalError)


def test_what_is_no_longer_wanted_is_not_begun(cores: Callable[..., ServiceCore]) -> None:
    core = cores(get_run=Read(raising(AssertionError())), watch=ServerStream(raising(AssertionError())))
    late = CallContext(deadline=time.monotonic())
    outcomes = Outcomes()
    core.submit(GET_RUN, GET, late, outcomes)
    assert isinstance(outcomes.wait(), DeadlineExceeded)
    with pytest.raises(DeadlineExceeded):
        core.call(GET_RUN, GET, late)
    with pytest.raises(DeadlineExceeded):
        core.server_stream(WATCH, runs_pb2.WatchRequest(), late)


def test_a_blocking_write_gives_up_at_its_deadline(cores: Callable[..., ServiceCore], writer: Writer) -> None:
    core = cores(set_tag=Write(no_mutation, raising(AssertionError())))
    with pytest.raises(DeadlineExceeded, match="A write may still take effect"):
        core.call(SET_TAG, SET, CallContext(deadline=time.monotonic() + 0.02))
    assert len(writer.waiting) == 1


def test_a_stream_ends_at_its_deadline(cores: Callable[..., ServiceCore]) -> None:
    core = cores(watch=ServerStream(endless))
    with pytest.raises(DeadlineExceeded):
        list(core.blocking_stream(WATCH, runs_pb2.WatchRequest(), CallContext(deadline=time.monotonic() + 0.05)))


def test_a_stream_that_is_closed_closes_its_source(cores: Callable[..., ServiceCore]) -> None:
    closed: list[bool] = []

    def source(request: Message, context: CallContext) -> Iterator[StreamItem]:
        try:
            yield b"first"
            yield b"second"
        finally:
            closed.append(True)

    items = cores(watch=ServerStream(source)).server_stream(WATCH, runs_pb2.WatchRequest(), PLAIN)
    assert next(items) == b"first"
    items.close()  # type: ignore[attr-defined]  # it is a generator
    assert closed == [True]


# -- over a store


def test_requests_of_the_wrong_shape_never_reach_the_store(core: ServiceCore, store: MemoryStore) -> None:
    before = store.newest_version()
    for method, request in (
        ("/trackwell.v1.MetricService/LogMetric", metrics_pb2.LogMetricRequest(run_id="r")),
        ("/trackwell.v1.ExperimentService/CreateExperiment", experiments_pb2.CreateExperimentRequest(name="")),
    ):
        with pytest.raises(InvalidParameter):
            core.call(method, request, PLAIN)
    assert store.newest_version() == before
