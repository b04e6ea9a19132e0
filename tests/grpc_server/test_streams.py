"""Server streams and client streams: order, read-ahead, pauses, errors, hanging up, shutting down."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from grpc import aio

from support.fake_core import FakeCore, Upload
from support.grpc_doors import Serve, refusal
from trackwell.v1.artifacts_pb2 import UploadArtifactRequest, UploadArtifactResponse
from trackwell.v1.artifacts_pb2_grpc import ArtifactServiceStub
from trackwell.v1.metrics_pb2 import GetSeriesRequest, GetSeriesResponse
from trackwell.v1.metrics_pb2_grpc import MetricServiceStub
from trackwell.v1.runs_pb2 import WatchRequest, WatchResponse
from trackwell.v1.runs_pb2_grpc import RunServiceStub
from trackwell_service.domain import errors
from trackwell_service.rpc import servicers
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.pump import READ_AHEAD_ITEMS
from trackwell_service.rpc.streams import Pause, StreamItem

GET_SERIES = "/trackwell.v1.MetricService/GetSeries"


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # the fake core has no event to wait for
        await asyncio.sleep(0.001)


def numbered(count: int) -> Callable[[Message], Iterator[StreamItem]]:
    def items(_request: Message) -> Iterator[StreamItem]:
        for number in range(count):
            item = GetSeriesResponse(run_id=str(number))
            yield item if number % 2 else item.SerializeToString()

    return items


async def test_items_arrive_in_order_whether_encoded_or_not(serve: Serve) -> None:
    served = await serve(FakeCore(stream=numbered(100)))
    seen = [item.run_id async for item in MetricServiceStub(served.channel).GetSeries(GetSeriesRequest())]
    assert seen == [str(number) for number in range(100)]


async def test_empty_stream_ends_well(serve: Serve) -> None:
    served = await serve(FakeCore())
    assert [item async for item in MetricServiceStub(served.channel).GetSeries(GetSeriesRequest())] == []


async def test_error_arrives_after_the_items_before_it(serve: Serve) -> None:
    def items(_request: Message) -> Iterator[StreamItem]:
        yield GetSeriesResponse(run_id="a")
        raise errors.DataLoss("block 7 cannot be read")

    served = await serve(FakeCore(stream=items))
    call = MetricServiceStub(served.channel).GetSeries(GetSeriesRequest())
    first = await call.read()
    assert isinstance(first, GetSeriesResponse)
    error = await refusal(call.read())
    assert error.code() is grpc.StatusCode.DATA_LOSS


async def test_refusal_before_the_first_item(serve: Serve) -> None:
    def refuse(_request: Message) -> Iterator[StreamItem]:
        raise errors.InvalidParameter("no run ids")

    served = await serve(FakeCore(stream=refuse))
    error = await refusal(MetricServiceStub(served.channel).GetSeries(GetSeriesRequest()).read())
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_malformed_request_of_a_stream_is_refused(serve: Serve) -> None:
    served = await serve(FakeCore())
    open_stream: aio.UnaryStreamMultiCallable[bytes, bytes] = served.channel.unary_stream(GET_SERIES)
    error = await refusal(open_stream(b"\xff").read())
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_generator_runs_a_bounded_number_of_items_ahead() -> None:
    made: list[int] = []

    def items(_request: Message) -> Iterator[StreamItem]:
        for number in range(1000):
            made.append(number)
            yield b"%d" % number

    core = AsyncCore(FakeCore(stream=items))
    stream = core.server_stream(GET_SERIES, GetSeriesRequest(), CallContext())
    assert await anext(stream) == b"0"
    await asyncio.sleep(0.05)
    assert len(made) <= READ_AHEAD_ITEMS + 2
    for number in range(1, 500):
        assert await anext(stream) == b"%d" % number
    await stream.aclose()
    core.close()
    assert len(made) <= 500 + READ_AHEAD_ITEMS + 2


async def test_waiting_streams_hold_no_thread() -> None:
    def watch(_request: Message) -> Iterator[StreamItem]:
        yield b"first"
        while True:
            yield Pause(60)

    core = AsyncCore(FakeCore(stream=watch), stream_threads=1)
    streams = [core.server_stream(GET_SERIES, GetSeriesRequest(), CallContext()) for _ in range(20)]
    assert [await anext(stream) for stream in streams] == [b"first"] * 20
    for stream in streams:
        await stream.aclose()
    core.close()


async def test_pause_is_waited_for() -> None:
    asked: list[float] = []

    def items(_request: Message) -> Iterator[StreamItem]:
        for number in range(3):
            asked.append(time.monotonic())
            yield Pause(0.02)
            yield b"%d" % number

    core = AsyncCore(FakeCore(stream=items))
    got = [item async for item in core.server_stream(GET_SERIES, GetSeriesRequest(), CallContext())]
    core.close()
    assert got == [b"0", b"1", b"2"]
    assert asked[2] - asked[0] >= 0.03


@pytest.mark.parametrize("pause_s", [0.001, 60.0])
async def test_caller_that_hangs_up_closes_the_generator(serve: Serve, pause_s: float) -> None:
    closed = threading.Event()

    def watch(_request: Message) -> Iterator[StreamItem]:
        try:
            yield WatchResponse(token="t")
            while True:
                yield Pause(pause_s)
        finally:
            closed.set()

    served = await serve(FakeCore(stream=watch))
    call = RunServiceStub(served.channel).Watch(WatchRequest())
    first = await call.read()
    assert isinstance(first, WatchResponse)
    call.cancel()
    assert await asyncio.to_thread(closed.wait, 10)


async def test_caller_that_hangs_up_while_the_generator_works(serve: Serve) -> None:
    working, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def items(_request: Message) -> Iterator[StreamItem]:
        try:
            working.set()
            go_on.wait(10)
            for _number in range(1000):
                yield GetSeriesResponse()
        finally:
            closed.set()

    served = await serve(FakeCore(stream=items))
    call = MetricServiceStub(served.channel).GetSeries(GetSeriesRequest())
    await asyncio.to_thread(working.wait, 10)
    call.cancel()
    stats = served.telemetry.method(GET_SERIES)
    await until(lambda: stats.open == 0)
    go_on.set()
    assert await asyncio.to_thread(closed.wait, 10)


async def read_to_the_end(call: Any) -> None:
    while await call.read() is not aio.EOF:
        pass


async def test_caller_that_reads_nothing_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servicers, "STALLED_WRITE_S", 0.2)
    closed = threading.Event()

    def items(_request: Message) -> Iterator[StreamItem]:
        try:
            while True:
                yield GetSeriesResponse(run_id="x" * 1_000_000)
        finally:
            closed.set()

    served = await serve(FakeCore(stream=items))
    call = MetricServiceStub(served.channel).GetSeries(GetSeriesRequest())
    assert isinstance(await call.read(), GetSeriesResponse)
    # What waits for the caller is given up; he learns of it when he reads on.
    assert await asyncio.to_thread(closed.wait, 30)
    error = await refusal(read_to_the_end(call))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_stream_ends_at_its_deadline() -> None:
    def watch(_request: Message) -> Iterator[StreamItem]:
        yield b"first"
        while True:
            yield Pause(0.01)

    core = AsyncCore(FakeCore(stream=watch))
    stream = core.server_stream(GET_SERIES, GetSeriesRequest(), CallContext(deadline=time.monotonic() + 0.1))
    assert await anext(stream) == b"first"
    with pytest.raises(errors.DeadlineExceeded):
        await anext(stream)
    core.close()


async def test_server_that_stops_ends_watches_and_finishes_downloads(serve: Serve) -> None:
    go_on = threading.Event()

    def items(request: Message) -> Iterator[StreamItem]:
        if isinstance(request, WatchRequest):
            yield WatchResponse(token="t")
            while True:
                yield Pause(60)
        yield GetSeriesResponse(run_id="a")
        go_on.wait(10)
        yield GetSeriesResponse(run_id="b")

    served = await serve(FakeCore(stream=items))
    watch = RunServiceStub(served.channel).Watch(WatchRequest())
    download = MetricServiceStub(served.channel).GetSeries(GetSeriesRequest())
    assert isinstance(await watch.read(), WatchResponse)
    assert isinstance(await download.read(), GetSeriesResponse)
    served.core.drain()
    error = await refusal(watch.read())
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    go_on.set()
    last = await download.read()
    assert isinstance(last, GetSeriesResponse)
    assert last.run_id == "b"
    assert await download.read() is aio.EOF


async def test_stream_that_opens_while_the_server_stops_ends_too(serve: Serve) -> None:
    def watch(_request: Message) -> Iterator[StreamItem]:
        yield WatchResponse(token="t")
        while True:
            yield Pause(60)

    served = await serve(FakeCore(stream=watch))
    served.core.drain()
    call = RunServiceStub(served.channel).Watch(WatchRequest())
    assert isinstance(await call.read(), WatchResponse)
    assert (await refusal(call.read())).code() is grpc.StatusCode.UNAVAILABLE
    logging = RunServiceStub(served.channel).LogStream()
    assert (await refusal(logging.read())).code() is grpc.StatusCode.UNAVAILABLE


async def parts(count: int) -> AsyncIterator[UploadArtifactRequest]:
    for number in range(count):
        yield UploadArtifactRequest(offset=number)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
async def test_upload_reaches_the_receiver_in_order(serve: Serve, count: int) -> None:
    upload = Upload(UploadArtifactResponse())
    served = await serve(FakeCore(upload=upload))
    await ArtifactServiceStub(served.channel).UploadArtifact(parts(count))
    assert [message.offset for message in upload.messages] == list(range(count))  # type: ignore[attr-defined]  # UploadArtifactRequests
    assert upload.finished
    assert not upload.aborted.is_set()
    assert "MainThread" not in upload.threads


async def test_refused_upload_is_aborted(serve: Serve) -> None:
    upload = Upload(UploadArtifactResponse(), refuse_at=3, error=errors.ResourceExhausted("the disk is full"))
    served = await serve(FakeCore(upload=upload))
    error = await refusal(ArtifactServiceStub(served.channel).UploadArtifact(parts(50)))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert upload.aborted.is_set()
    assert not upload.finished


@pytest.mark.parametrize("pause_s", [None, 0.0, 0.001, 0.01])
async def test_upload_whose_sender_hangs_up_is_never_finished(serve: Serve, pause_s: float | None) -> None:
    """GRPC shows a sender that hangs up as one that is done, for a moment: half a file must not be stored."""
    core = FakeCore()
    served = await serve(core)
    stats = served.telemetry.method("/trackwell.v1.ArtifactService/UploadArtifact")
    for _ in range(50):
        upload = core.upload = Upload(UploadArtifactResponse())
        call = ArtifactServiceStub(served.channel).UploadArtifact()
        await call.write(UploadArtifactRequest(path="a"))
        await call.write(UploadArtifactRequest(offset=1))
        await until(partial(upload.has_taken, 1))
        if pause_s is not None:
            await asyncio.sleep(pause_s)
        call.cancel()
        await until(lambda: stats.open == 0)
        assert not upload.finished
        assert upload.aborted.is_set()


async def test_upload_with_a_part_that_is_no_message_is_aborted(serve: Serve) -> None:
    upload = Upload(UploadArtifactResponse())
    served = await serve(FakeCore(upload=upload))

    async def messages() -> AsyncIterator[bytes]:
        yield UploadArtifactRequest(path="a").SerializeToString()
        yield b"\xff"

    send: aio.StreamUnaryMultiCallable[bytes, bytes] = served.channel.stream_unary(
        "/trackwell.v1.ArtifactService/UploadArtifact"
    )
    error = await refusal(send(messages()))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert not upload.finished


async def test_upload_that_is_out_of_time_is_aborted() -> None:
    upload = Upload(UploadArtifactResponse())
    core = AsyncCore(FakeCore(upload=upload))

    async def messages() -> AsyncIterator[Message]:
        yield UploadArtifactRequest(path="a")
        yield UploadArtifactRequest(offset=1)
        await asyncio.Event().wait()

    context = CallContext(deadline=time.monotonic() + 0.05)
    with pytest.raises(errors.DeadlineExceeded):
        await core.client_stream("/trackwell.v1.ArtifactService/UploadArtifact", messages(), context)
    assert upload.aborted.is_set()
    core.close()
