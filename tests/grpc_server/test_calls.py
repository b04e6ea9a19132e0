"""Calls of one message and one answer: bytes, errors, limits, deadlines, request ids."""

from __future__ import annotations

import asyncio
import gzip
import logging
from typing import Any

import grpc
import pytest

from support.fake_core import FakeCore
from support.grpc_doors import Serve, details_of, refusal
from trackwell.v1.errors_pb2 import Error, error_mapping
from trackwell.v1.metrics_pb2 import LogMetricRequest, LogMetricResponse
from trackwell.v1.metrics_pb2_grpc import MetricServiceStub
from trackwell.v1.runs_pb2 import GetRunRequest, GetRunResponse, Run, RunInfo, SetTagRequest
from trackwell.v1.runs_pb2_grpc import RunServiceStub
from trackwell_service.domain import errors

LOG_METRIC = "/trackwell.v1.MetricService/LogMetric"


async def test_message_reaches_the_core_and_its_answer_the_caller(serve: Serve) -> None:
    core = FakeCore(answer=lambda *_: GetRunResponse(run=Run(info=RunInfo(run_id="r1"))))
    served = await serve(core)
    answer = await RunServiceStub(served.channel).GetRun(GetRunRequest(run_id="r1"))
    assert answer.run.info.run_id == "r1"
    assert core.submitted[0].method == "/trackwell.v1.RunService/GetRun"
    assert core.submitted[0].request == GetRunRequest(run_id="r1")


async def test_encoded_answer_is_sent_as_it_is(serve: Serve) -> None:
    encoded = GetRunResponse(run=Run(info=RunInfo(run_id="r2"))).SerializeToString()
    served = await serve(FakeCore(answer=lambda *_: encoded))
    raw = await served.raw("/trackwell.v1.RunService/GetRun", b"")
    assert raw == encoded


@pytest.mark.parametrize("kind", errors.TrackwellError.__subclasses__())
async def test_each_error_carries_status_and_details(serve: Serve, kind: type[errors.TrackwellError]) -> None:
    served = await serve(FakeCore(answer=lambda *_: kind("The value 7 is refused: größer als 6.", retry_after_s=1.5)))
    error = await refusal(RunServiceStub(served.channel).GetRun(GetRunRequest()))
    value = Error.Code.DESCRIPTOR.values_by_name[kind.code]
    assert error.code().value[0] == value.GetOptions().Extensions[error_mapping].grpc_code
    assert error.details() == "The value 7 is refused: größer als 6."
    detail, hint = details_of(error)
    assert (detail.error_code, detail.message) == (value.number, "The value 7 is refused: größer als 6.")
    assert hint is not None
    assert hint.retry_delay.ToMilliseconds() == 1500


async def test_error_without_hint_has_none(serve: Serve) -> None:
    served = await serve(FakeCore(answer=lambda *_: errors.InvalidParameter("no")))
    _, hint = details_of(await refusal(RunServiceStub(served.channel).GetRun(GetRunRequest())))
    assert hint is None


@pytest.mark.parametrize("text", ["x" * 20_000, "ü" * 10_000, "日本" * 5_000, "%" * 9_000, "y" * 800, "é" * 400])
async def test_long_error_text_arrives_at_a_client_with_default_settings(serve: Serve, text: str) -> None:
    served = await serve(FakeCore(answer=lambda *_: errors.InvalidParameter(text)))
    error = await refusal(RunServiceStub(served.channel).GetRun(GetRunRequest()))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    detail, _ = details_of(error)
    assert text.startswith(detail.message.removesuffix("…"))
    assert len(detail.message.encode()) >= min(2990, len(text.encode()))


async def test_bytes_that_are_no_message_are_refused(serve: Serve) -> None:
    core = FakeCore()
    served = await serve(core)
    error = await refusal(served.raw(LOG_METRIC, b"\xff\xff\xff"))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    detail, _ = details_of(error)
    assert detail.error_code == Error.INVALID_PARAMETER_VALUE
    assert "trackwell.v1.LogMetricRequest" in detail.message
    assert core.submitted == []


async def test_text_that_is_no_utf8_is_refused(serve: Serve) -> None:
    served = await serve(FakeCore())
    error = await refusal(served.raw(LOG_METRIC, b"\x0a\x02\xc3\x28"))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_message_above_the_limit_is_refused(serve: Serve) -> None:
    core = FakeCore(answer=lambda *_: LogMetricResponse())
    served = await serve(core, received_message_bytes=1000)
    stub = RunServiceStub(served.channel)
    error = await refusal(stub.SetTag(SetTagRequest(run_id="r", key="k", value="v" * 1001)))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert core.submitted == []
    await stub.SetTag(SetTagRequest(run_id="r", key="k", value="v" * 900))
    assert len(core.submitted) == 1


async def test_compressed_message_counts_with_its_full_size(serve: Serve) -> None:
    core = FakeCore(answer=lambda *_: LogMetricResponse())
    served = await serve(core, received_message_bytes=100_000)
    bomb = SetTagRequest(run_id="r", key="k", value="v" * 1_000_000)
    assert len(gzip.compress(bomb.SerializeToString())) < 10_000
    stub = RunServiceStub(served.channel)
    error = await refusal(stub.SetTag(bomb, compression=grpc.Compression.Gzip))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert core.submitted == []


async def test_unknown_method_is_unimplemented(serve: Serve) -> None:
    served = await serve(FakeCore())
    for method in ("/trackwell.v1.RunService/Nothing", "/other.Service/GetRun", "/"):
        error = await refusal(served.raw(method, b""))
        assert error.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_fault_of_ours_names_a_log_entry_and_not_its_cause(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret-of-the-database")

    served = await serve(FakeCore(answer=fail))
    with caplog.at_level(logging.ERROR, "trackwell_service"):
        error = await refusal(RunServiceStub(served.channel).GetRun(GetRunRequest()))
    assert error.code() is grpc.StatusCode.INTERNAL
    detail, _ = details_of(error)
    assert detail.error_code == Error.INTERNAL_ERROR
    assert "secret" not in detail.message
    entry = detail.message.split()[-1].rstrip(".")
    assert any(entry in record.getMessage() and record.exc_info for record in caplog.records)


async def test_request_id_reaches_the_core_and_comes_back(serve: Serve) -> None:
    core = FakeCore(answer=lambda *_: LogMetricResponse())
    served = await serve(core)
    call = MetricServiceStub(served.channel).LogMetric(LogMetricRequest(), metadata=(("x-request-id", "abc-1"),))
    await call
    assert core.submitted[0].context.request_id == "abc-1"
    assert dict(await call.trailing_metadata())["x-request-id"] == "abc-1"


async def test_request_id_comes_back_with_an_error_too(serve: Serve) -> None:
    served = await serve(FakeCore(answer=lambda *_: errors.InvalidParameter("no")))
    stub = MetricServiceStub(served.channel)
    error = await refusal(stub.LogMetric(LogMetricRequest(), metadata=(("x-request-id", "abc-2"),)))
    assert dict(error.trailing_metadata())["x-request-id"] == "abc-2"


@pytest.mark.parametrize(("request_id", "accepted"), [("a", True), ("a" * 128, True), ("a" * 129, False), ("", False)])
async def test_request_id_has_1_to_128_characters(serve: Serve, request_id: str, *, accepted: bool) -> None:
    served = await serve(FakeCore(answer=lambda *_: LogMetricResponse()))
    call = MetricServiceStub(served.channel).LogMetric(LogMetricRequest(), metadata=(("x-request-id", request_id),))
    if accepted:
        await call
    else:
        error = await refusal(call)
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "x-request-id" in (error.details() or "")


async def test_header_flood_is_refused(serve: Serve) -> None:
    core = FakeCore(answer=lambda *_: LogMetricResponse())
    served = await serve(core)
    flood = tuple((f"x-{number}", "v" * 1000) for number in range(40))
    error = await refusal(MetricServiceStub(served.channel).LogMetric(LogMetricRequest(), metadata=flood))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert core.submitted == []


async def test_call_without_deadline_gets_the_servers(serve: Serve) -> None:
    served = await serve(FakeCore(), longest_call_s=0.05)
    error = await refusal(MetricServiceStub(served.channel).LogMetric(LogMetricRequest()))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    detail, _ = details_of(error)
    assert detail.error_code == Error.DEADLINE_EXCEEDED


async def test_callers_deadline_reaches_the_core(serve: Serve) -> None:
    core = FakeCore(answer=lambda *_: LogMetricResponse())
    served = await serve(core, longest_call_s=1000.0)
    await MetricServiceStub(served.channel).LogMetric(LogMetricRequest(), timeout=30)
    await MetricServiceStub(served.channel).LogMetric(LogMetricRequest(), timeout=3000)
    deadlines = [call.context.deadline for call in core.submitted]
    assert deadlines[0] is not None
    assert deadlines[1] is not None
    assert 900 < deadlines[1] - deadlines[0] < 1000


async def test_answer_that_comes_after_the_caller_left_is_dropped(serve: Serve) -> None:
    core = FakeCore()
    served = await serve(core)
    call = MetricServiceStub(served.channel).LogMetric(LogMetricRequest())
    while not core.submitted:  # noqa: ASYNC110  # the fake core has no event to wait for
        await asyncio.sleep(0.001)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    core.submitted[0].done(LogMetricResponse())
    core.answer = lambda *_: LogMetricResponse()
    await MetricServiceStub(served.channel).LogMetric(LogMetricRequest())


async def test_many_calls_at_once_each_get_their_own_answer(serve: Serve) -> None:
    def echo(_method: str, request: Any, _context: object) -> GetRunResponse:
        return GetRunResponse(run=Run(info=RunInfo(run_id=request.run_id)))

    served = await serve(FakeCore(answer=echo))
    stub = RunServiceStub(served.channel)
    answers = await asyncio.gather(*(stub.GetRun(GetRunRequest(run_id=str(n))) for n in range(300)))
    assert [answer.run.info.run_id for answer in answers] == [str(n) for n in range(300)]
