"""LogStream: pipelining, cumulative acknowledgements, refusals, back-pressure, what ends a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import grpc
import pytest
from google.protobuf.message import Message
from grpc import aio

from support.fake_core import FakeCore, Outcome
from support.grpc_doors import Serve, Served, details_of
from trackwell.v1.errors_pb2 import Error
from trackwell.v1.runs_pb2 import LogStreamRequest, LogStreamResponse, RunTag
from trackwell.v1.runs_pb2_grpc import RunServiceStub
from trackwell_service.domain import errors
from trackwell_service.rpc import log_stream
from trackwell_service.rpc.context import CallContext

DONE = LogStreamResponse()


def batch(sequence: int, value: str = "") -> LogStreamRequest:
    return LogStreamRequest(sequence=sequence, run_id="r", tags=[RunTag(key="k", value=value)])


class Stream:
    """One open stream seen from the sender."""

    def __init__(self, served: Served) -> None:
        self.call = RunServiceStub(served.channel).LogStream()
        self.refused: dict[int, Error] = {}

    async def send(self, *sequences: int) -> None:
        for sequence in sequences:
            await self.call.write(batch(sequence))

    async def acknowledged(self, sequence: int) -> list[int]:
        """Reads until `sequence` is acknowledged; the acknowledgements on the way."""
        seen: list[int] = []
        while not seen or seen[-1] < sequence:
            answer = await self.call.read()
            assert isinstance(answer, LogStreamResponse)
            seen.append(answer.acknowledged_sequence)
            self.refused |= {refusal.sequence: refusal.error for refusal in answer.refusals}
        return seen

    async def end(self) -> aio.AioRpcError | None:
        """Reads to the end; the error the stream ended with, or None."""
        try:
            while (answer := await self.call.read()) is not aio.EOF:
                assert isinstance(answer, LogStreamResponse)
                self.refused |= {refusal.sequence: refusal.error for refusal in answer.refusals}
        except aio.AioRpcError as error:
            return error
        return None


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # the fake core has no event to wait for
        await asyncio.sleep(0.001)


def settle_all(core: FakeCore, outcome: Outcome = DONE) -> None:
    for submitted in core.submitted:
        submitted.done(outcome)


async def test_batches_are_submitted_as_they_arrive_and_acknowledged_together(serve: Serve) -> None:
    core = FakeCore()
    stream = Stream(await serve(core))
    await stream.send(*range(1, 51))
    await until(lambda: len(core.submitted) == 50)
    assert [call.request.sequence for call in core.submitted] == list(range(1, 51))  # type: ignore[attr-defined]  # a LogStreamRequest
    settle_all(core)
    assert len(await stream.acknowledged(50)) < 50
    await stream.call.done_writing()
    assert await stream.end() is None


async def test_acknowledgement_waits_for_every_batch_before(serve: Serve) -> None:
    core = FakeCore()
    stream = Stream(await serve(core))
    await stream.send(1, 2, 3)
    await until(lambda: len(core.submitted) == 3)
    core.submitted[2].done(DONE)
    core.submitted[1].done(errors.InvalidParameter("bad key"))
    core.submitted[0].done(DONE)
    assert await stream.acknowledged(3) == [3]
    assert stream.refused == {2: Error(error_code=Error.INVALID_PARAMETER_VALUE, message="bad key")}


async def test_end_of_sending_waits_for_the_last_outcome(serve: Serve) -> None:
    core = FakeCore()
    stream = Stream(await serve(core))
    await stream.send(1)
    await stream.call.done_writing()
    await until(lambda: len(core.submitted) == 1)
    core.submitted[0].done(DONE)
    assert await stream.acknowledged(1) == [1]
    assert await stream.end() is None


async def test_refused_batch_does_not_end_the_stream(serve: Serve) -> None:
    def answer(_method: str, request: Message, _context: CallContext) -> Outcome:
        assert isinstance(request, LogStreamRequest)
        return errors.ResourceDoesNotExist("no run") if request.sequence % 2 else DONE

    stream = Stream(await serve(FakeCore(answer=answer)))
    await stream.send(1, 2, 3, 4)
    await stream.acknowledged(4)
    assert set(stream.refused) == {1, 3}


@pytest.mark.parametrize("sequences", [(2,), (0,), (1, 3), (1, 1), (1, 2, 2**64 - 1)])
async def test_gap_in_the_numbers_ends_the_stream_after_what_came_before(
    serve: Serve, sequences: tuple[int, ...]
) -> None:
    core = FakeCore(answer=lambda *_: DONE)
    stream = Stream(await serve(core))
    await stream.send(*sequences)
    if len(sequences) > 1:
        await stream.acknowledged(len(sequences) - 1)
    error = await stream.end()
    assert error is not None
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert f"must be {len(sequences)}" in (error.details() or "")
    assert len(core.submitted) == len(sequences) - 1


async def test_batch_that_is_no_message_ends_the_stream(serve: Serve) -> None:
    served = await serve(FakeCore(answer=lambda *_: DONE))

    async def requests() -> AsyncIterator[bytes]:
        yield batch(1).SerializeToString()
        yield b"\xff\xff"
        await asyncio.Event().wait()

    open_stream: aio.StreamStreamMultiCallable[bytes, bytes] = served.channel.stream_stream(
        "/trackwell.v1.RunService/LogStream"
    )
    call = open_stream(requests())
    assert LogStreamResponse.FromString(await call.read()).acknowledged_sequence == 1  # type: ignore[arg-type]  # bytes, not the end
    with pytest.raises(aio.AioRpcError) as caught:
        await call.read()
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_passing_trouble_ends_the_stream_and_keeps_the_order(serve: Serve) -> None:
    core = FakeCore()
    stream = Stream(await serve(core))
    await stream.send(1, 2, 3)
    await until(lambda: len(core.submitted) == 3)
    core.submitted[0].done(DONE)
    core.submitted[1].done(errors.TemporarilyUnavailable("the database is away", retry_after_s=0.5))
    core.submitted[2].done(DONE)
    assert await stream.acknowledged(1) == [1]
    error = await stream.end()
    assert error is not None
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    detail, hint = details_of(error)
    assert detail.error_code == Error.TEMPORARILY_UNAVAILABLE
    assert hint is not None
    assert stream.refused == {}


async def test_passing_trouble_after_the_last_batch_is_told_too(serve: Serve) -> None:
    core = FakeCore()
    stream = Stream(await serve(core))
    await stream.send(1)
    await stream.call.done_writing()
    await until(lambda: len(core.submitted) == 1)
    await asyncio.sleep(0.05)  # the end of the requests arrives
    core.submitted[0].done(errors.TemporarilyUnavailable("the database is away"))
    error = await stream.end()
    assert error is not None
    assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_full_queue_slows_the_sender_and_loses_nothing(serve: Serve) -> None:
    full = [errors.ResourceExhausted("the queue is full", retry_after_s=0.001)] * 5

    def submit(method: str, request: Message, context: CallContext, done: Callable[[Outcome], None]) -> None:
        done(full.pop() if full else DONE)
        taken.append(request)

    taken: list[Message] = []
    core = FakeCore()
    core.submit = submit  # type: ignore[method-assign]  # the queue refuses in the caller's thread
    stream = Stream(await serve(core))
    await stream.send(1, 2, 3)
    await stream.acknowledged(3)
    assert stream.refused == {}
    assert [request.sequence for request in taken] == [1, 1, 1, 1, 1, 1, 2, 3]  # type: ignore[attr-defined]  # LogStreamRequests


async def test_batches_in_flight_are_bounded(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_stream, "BATCHES_IN_FLIGHT", 4)
    core = FakeCore()
    stream = Stream(await serve(core))
    await stream.send(*range(1, 11))
    await until(lambda: len(core.submitted) == 4)
    await asyncio.sleep(0.05)
    assert len(core.submitted) == 4
    core.submitted[0].done(DONE)
    await until(lambda: len(core.submitted) == 5)
    settle_all(core)
    core.answer = lambda *_: DONE
    settle_all(core)
    await stream.acknowledged(10)


async def test_bytes_in_flight_are_bounded(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_stream, "BYTES_IN_FLIGHT", 1000)
    core = FakeCore()
    stream = Stream(await serve(core))
    for sequence in range(1, 4):
        await stream.call.write(batch(sequence, "v" * 600))
    await until(lambda: len(core.submitted) == 2)
    await asyncio.sleep(0.05)
    assert len(core.submitted) == 2
    settle_all(core)
    await until(lambda: len(core.submitted) == 3)


async def test_server_that_stops_acknowledges_what_it_has_and_asks_to_come_back(serve: Serve) -> None:
    core = FakeCore()
    served = await serve(core)
    stream = Stream(served)
    await stream.send(1, 2)
    await until(lambda: len(core.submitted) == 2)
    served.core.drain()
    settle_all(core)
    assert (await stream.acknowledged(2))[-1] == 2
    error = await stream.end()
    assert error is not None
    assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_server_that_stops_while_the_queue_is_full_ends_the_stream(serve: Serve) -> None:
    core = FakeCore()
    refused: list[Message] = []

    def submit(method: str, request: Message, context: CallContext, done: Callable[[Outcome], None]) -> None:
        refused.append(request)
        done(errors.ResourceExhausted("the queue is full", retry_after_s=60.0))

    core.submit = submit  # type: ignore[method-assign]  # the queue refuses in the caller's thread
    served = await serve(core)
    stream = Stream(served)
    await stream.send(1)
    await until(lambda: len(refused) == 1)
    served.core.drain()
    error = await stream.end()
    assert error is not None
    assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_sender_that_hangs_up_leaves_nothing_open(serve: Serve) -> None:
    core = FakeCore()
    served = await serve(core)
    stream = Stream(served)
    await stream.send(1)
    await until(lambda: len(core.submitted) == 1)
    stream.call.cancel()
    stats = served.telemetry.method("/trackwell.v1.RunService/LogStream")
    await until(lambda: stats.open == 0)
    assert stats.codes == {"CANCELLED": 1}
    core.submitted[0].done(DONE)


async def test_thousands_of_tiny_batches_pass(serve: Serve) -> None:
    def submit(method: str, request: Message, context: CallContext, done: Callable[[Outcome], None]) -> None:
        done(DONE)

    core = FakeCore()
    core.submit = submit  # type: ignore[method-assign]  # answers in the caller's thread
    served = await serve(core)
    total = 5_000

    async def requests() -> AsyncIterator[LogStreamRequest]:
        for sequence in range(1, total + 1):
            yield LogStreamRequest(sequence=sequence)

    last = 0
    async for answer in RunServiceStub(served.channel).LogStream(requests()):
        last = answer.acknowledged_sequence
    assert last == total
