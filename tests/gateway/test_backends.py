"""Both backends against one core: a call arrives and returns alike, whether a socket lies between or not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, cast

import grpc
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health, health_pb2_grpc

from support.certificates import self_signed
from support.fake_core import FakeCore, Upload
from support.grpc_doors import Served, servers
from support.loop_thread import TIMEOUT_S
from support.ports import free_port
from trackwell.v1 import artifacts_pb2, errors_pb2, metrics_pb2, runs_pb2
from trackwell_gateway.backend import Backend, CallContext
from trackwell_gateway.backends.grpc import GrpcBackend
from trackwell_gateway.backends.inprocess import InProcessBackend
from trackwell_gateway.errors import HTTP_STATUSES, BackendError, InvalidRequest
from trackwell_service.domain import errors as domain_errors
from trackwell_service.domain.errors import InvalidParameter, ResourceExhausted, TrackwellError

LOG_METRIC = "/trackwell.v1.MetricService/LogMetric"
GET_RUN = "/trackwell.v1.RunService/GetRun"
GET_SERIES = "/trackwell.v1.MetricService/GetSeries"
UPLOAD = "/trackwell.v1.ArtifactService/UploadArtifact"
CONTEXT = CallContext()
REFUSALS = sorted(TrackwellError.__subclasses__(), key=lambda kind: kind.code)


@pytest.fixture
def core() -> FakeCore:
    """The core behind the backend."""
    return FakeCore()


@pytest.fixture(params=["inprocess", "grpc"])
async def backend(request: pytest.FixtureRequest, core: FakeCore) -> AsyncIterator[Backend]:
    """One of the two ways to the core."""
    async with servers() as start:
        served: Served = await start(core)
        if request.param == "inprocess":
            yield InProcessBackend(served.core)
            return
        dialled = GrpcBackend(f"127.0.0.1:{served.server.ports[0]}")
        try:
            yield dialled
        finally:
            await dialled.close()


def as_message(answer: Message | bytes, kind: type[Message]) -> Message:
    return kind.FromString(answer) if isinstance(answer, bytes) else answer


async def refusal(call: Any) -> BackendError:
    with pytest.raises(BackendError) as caught:
        await call
    return caught.value


class TestUnary:
    @pytest.mark.parametrize("encoded", [False, True])
    async def test_a_call(self, backend: Backend, core: FakeCore, encoded: bool) -> None:
        answer = runs_pb2.GetRunResponse(run=runs_pb2.Run(info=runs_pb2.RunInfo(run_id="é")))
        core.answer = lambda *_: answer.SerializeToString() if encoded else answer
        asked = runs_pb2.GetRunRequest(run_id="é")
        returned = await backend.unary(GET_RUN, asked, CONTEXT)
        assert as_message(returned, runs_pb2.GetRunResponse) == answer
        assert core.submitted[0].request == asked
        assert core.submitted[0].method == GET_RUN

    async def test_the_context_travels(self, backend: Backend, core: FakeCore) -> None:
        core.answer = lambda *_: metrics_pb2.LogMetricResponse()
        context = CallContext("id 1", time.monotonic() + 30, {"authorization": "Bearer t"})
        await backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), context)
        arrived = core.submitted[0].context
        assert arrived.request_id == "id 1"
        assert arrived.metadata["authorization"] == "Bearer t"
        assert arrived.deadline is not None
        assert 20 < arrived.deadline - time.monotonic() <= 30

    async def test_no_deadline_is_none(self, backend: Backend, core: FakeCore) -> None:
        core.answer = lambda *_: metrics_pb2.LogMetricResponse()
        await backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), CONTEXT)
        assert core.submitted[0].context.request_id is None

    @pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.code)
    async def test_refusals_keep_their_code_and_words(
        self, backend: Backend, core: FakeCore, kind: type[TrackwellError]
    ) -> None:
        core.answer = lambda *_: kind("a sentence with é, 名 and\na second line")
        error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), CONTEXT))
        assert error.code_name == kind.code
        assert error.message == "a sentence with é, 名 and\na second line"
        assert error.retry_after_s is None

    async def test_a_hint_to_wait_travels(self, backend: Backend, core: FakeCore) -> None:
        core.answer = lambda *_: ResourceExhausted("full", retry_after_s=1.5)
        error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), CONTEXT))
        assert (error.code_name, error.retry_after_s) == ("RESOURCE_EXHAUSTED", 1.5)

    async def test_a_long_text_keeps_its_begin(self, backend: Backend, core: FakeCore) -> None:
        core.answer = lambda *_: InvalidParameter("word " * 2000)
        error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), CONTEXT))
        assert error.code_name == "INVALID_PARAMETER_VALUE"
        assert error.message.startswith("word word word ")

    async def test_time_runs_out(self, backend: Backend) -> None:
        context = CallContext(deadline=time.monotonic() + 0.05)
        error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), context))
        assert error.code_name == "DEADLINE_EXCEEDED"
        past = CallContext(deadline=time.monotonic() - 5)
        error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), past))
        assert error.code_name == "DEADLINE_EXCEEDED"


def chunk(number: int) -> metrics_pb2.GetSeriesResponse:
    return metrics_pb2.GetSeriesResponse(run_id=f"r{number}")


class TestServerStream:
    @pytest.mark.parametrize("count", [0, 1, 50])
    async def test_items_arrive_in_order(self, backend: Backend, core: FakeCore, count: int) -> None:
        core.stream = lambda _: iter([chunk(number) for number in range(count)])
        stream = backend.server_stream(GET_SERIES, metrics_pb2.GetSeriesRequest(), CONTEXT)
        got = [as_message(item, metrics_pb2.GetSeriesResponse) async for item in stream]
        assert got == [chunk(number) for number in range(count)]

    @pytest.mark.parametrize("before", [0, 3])
    async def test_a_refusal_comes_after_what_was_sent(self, backend: Backend, core: FakeCore, before: int) -> None:
        def items(_: Message) -> Iterator[Message]:
            yield from (chunk(number) for number in range(before))
            raise InvalidParameter("no more")

        core.stream = items
        got: list[Message | bytes] = []
        stream = backend.server_stream(GET_SERIES, metrics_pb2.GetSeriesRequest(), CONTEXT)
        with pytest.raises(BackendError) as caught:  # noqa: PT012  # the loop is the call
            async for item in stream:
                got.append(item)  # what came before the refusal is kept
        assert len(got) == before
        assert (caught.value.code_name, caught.value.message) == ("INVALID_PARAMETER_VALUE", "no more")

    async def test_closing_it_early_ends_it_in_the_core(self, backend: Backend, core: FakeCore) -> None:
        ended = threading.Event()

        def endless(_: Message) -> Iterator[Message]:
            try:
                number = 0
                while True:
                    yield chunk(number)
                    number += 1
            finally:
                ended.set()

        core.stream = endless
        stream = cast("Any", backend.server_stream(GET_SERIES, metrics_pb2.GetSeriesRequest(), CONTEXT))
        async with aclosing(stream):
            assert await anext(stream)
        assert await asyncio.to_thread(ended.wait, TIMEOUT_S)


async def parts(count: int) -> AsyncIterator[Message]:
    for number in range(count):
        yield artifacts_pb2.UploadArtifactRequest(offset=number)


class TestClientStream:
    @pytest.mark.parametrize("count", [1, 2, 100])
    async def test_every_message_arrives(self, backend: Backend, core: FakeCore, count: int) -> None:
        core.upload = upload = Upload(artifacts_pb2.UploadArtifactResponse())
        answer = await backend.client_stream(UPLOAD, parts(count), CONTEXT)
        assert as_message(answer, artifacts_pb2.UploadArtifactResponse) == artifacts_pb2.UploadArtifactResponse()
        assert upload.finished
        assert [cast("Any", message).offset for message in upload.messages] == list(range(count))

    @pytest.mark.parametrize("count", [0, 1, 5])
    async def test_a_sender_that_fails_gives_the_call_up(self, backend: Backend, core: FakeCore, count: int) -> None:
        core.upload = upload = Upload(artifacts_pb2.UploadArtifactResponse())

        async def failing() -> AsyncIterator[Message]:
            async for part in parts(count):
                yield part
            if count > 1:
                # A call that is given up before the other end has looked at it never begins there.
                async with asyncio.timeout(TIMEOUT_S):
                    while not upload.messages:  # noqa: ASYNC110 - the fake service appends in a thread of its own
                        await asyncio.sleep(0.001)
            raise RuntimeError("hung up")

        with pytest.raises(RuntimeError, match="hung up"):
            await backend.client_stream(UPLOAD, failing(), CONTEXT)
        if count > 1:
            # The last message is kept back until it is known to be the last: of one nothing has begun.
            assert await asyncio.to_thread(upload.aborted.wait, TIMEOUT_S)
        assert not upload.finished

    async def test_a_refusal_in_the_middle(self, backend: Backend, core: FakeCore) -> None:
        refused = InvalidParameter("Invalid path")
        core.upload = upload = Upload(artifacts_pb2.UploadArtifactResponse(), refuse_at=0, error=refused)
        error = await refusal(backend.client_stream(UPLOAD, parts(10_000), CONTEXT))
        assert (error.code_name, error.message) == ("INVALID_PARAMETER_VALUE", "Invalid path")
        assert not upload.finished


class TestDialled:
    async def test_a_service_that_serves_is_well(self, backend: Backend) -> None:
        """However the service is reached: the check returns."""
        await backend.check()

    async def test_a_service_that_is_away_is_unwell(self) -> None:
        backend = GrpcBackend(f"127.0.0.1:{free_port()}")
        try:
            error = await refusal(backend.check())
            assert (error.code_name, error.http_status) == ("TEMPORARILY_UNAVAILABLE", 503)
        finally:
            await backend.close()

    async def test_a_service_that_is_stopping_is_unwell(self) -> None:
        servicer = health.aio.HealthServicer()
        server = grpc.aio.server()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        await servicer.enter_graceful_shutdown()
        backend = GrpcBackend(f"127.0.0.1:{port}")
        try:
            error = await refusal(backend.check())
            assert (error.code_name, error.http_status) == ("TEMPORARILY_UNAVAILABLE", 503)
            assert "stopping" in error.message
        finally:
            await backend.close()
            await server.stop(0)

    async def test_a_service_that_is_away(self) -> None:
        backend = GrpcBackend(f"127.0.0.1:{free_port()}")
        try:
            error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), CONTEXT))
            assert (error.code_name, error.http_status) == ("TEMPORARILY_UNAVAILABLE", 503)
            assert error.retry_after_s is not None
            assert "127.0.0.1" not in error.message
            stream = backend.server_stream(GET_SERIES, metrics_pb2.GetSeriesRequest(), CONTEXT)
            with pytest.raises(BackendError) as caught:
                async for _ in stream:
                    pass
            assert caught.value.code_name == "TEMPORARILY_UNAVAILABLE"
            error = await refusal(backend.client_stream(UPLOAD, parts(3), CONTEXT))
            assert error.code_name == "TEMPORARILY_UNAVAILABLE"
        finally:
            await backend.close()

    async def test_a_request_beyond_what_the_service_takes(self, core: FakeCore) -> None:
        async with servers() as start:
            served = await start(core)
            backend = GrpcBackend(f"127.0.0.1:{served.server.ports[0]}")
            try:
                request = metrics_pb2.LogMetricRequest(key="x" * (33 << 20))
                with pytest.raises(InvalidRequest) as caught:
                    await backend.unary(LOG_METRIC, request, CONTEXT)
                assert caught.value.http_status == 413
                assert core.submitted == []
            finally:
                await backend.close()

    async def test_a_server_that_is_another(self, core: FakeCore) -> None:
        async with servers() as start:
            served = await start(core)
            backend = GrpcBackend(f"127.0.0.1:{served.server.ports[0]}")
            try:
                error = await refusal(backend.unary("/other.Service/Call", runs_pb2.GetRunRequest(), CONTEXT))
                assert HTTP_STATUSES[error.code_name] in (404, 501)
            finally:
                await backend.close()

    async def test_tls(self, core: FakeCore, tmp_path_factory: pytest.TempPathFactory) -> None:
        certificate, key = self_signed(tmp_path_factory.mktemp("tls"), "server")
        core.answer = lambda *_: metrics_pb2.LogMetricResponse()
        pair = (key.read_bytes(), certificate.read_bytes())
        server = grpc.aio.server()
        port = server.add_secure_port("localhost:0", grpc.ssl_server_credentials([pair]))
        trusted = grpc.ssl_channel_credentials(certificate.read_bytes())
        await server.start()
        backend = GrpcBackend(f"localhost:{port}", credentials=trusted)
        try:
            # The server has no methods: that it says so means that the two understood each other.
            error = await refusal(backend.unary(LOG_METRIC, metrics_pb2.LogMetricRequest(), CONTEXT))
            assert error.code_name in ("ENDPOINT_NOT_FOUND", "NOT_IMPLEMENTED")
        finally:
            await backend.close()
            await server.stop(0)


def test_the_domain_s_codes_are_the_contract_s() -> None:
    names = set(errors_pb2.Error.Code.keys())
    assert {kind.code for kind in REFUSALS} <= names
    assert domain_errors.TrackwellError.code in names
