"""The server itself: addresses, TLS, health, reflection, stopping, numbers, access log."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc import aio
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from support.certificates import self_signed
from support.fake_core import FakeCore
from support.grpc_doors import Serve, own_channel, refusal
from trackwell.v1.runs_pb2 import GetRunRequest, GetRunResponse
from trackwell.v1.runs_pb2_grpc import RunServiceStub
from trackwell_service.config import TlsFiles
from trackwell_service.domain import errors
from trackwell_service.rpc import server
from trackwell_service.rpc.access_log import AccessLog, Call
from trackwell_service.rpc.server import CannotListen
from trackwell_service.rpc.servicers import SERVICES

GET_RUN = "/trackwell.v1.RunService/GetRun"


def answering() -> FakeCore:
    return FakeCore(answer=lambda *_: GetRunResponse())


@pytest.mark.parametrize("service", ["", *SERVICES])
async def test_health_of_each_service(serve: Serve, service: str) -> None:
    served = await serve(answering())
    answer = await health(served.channel).Check(HealthCheckRequest(service=service))
    assert answer.status == HealthCheckResponse.SERVING


async def test_health_of_an_unknown_service_is_not_found(serve: Serve) -> None:
    served = await serve(answering())
    error = await refusal(health(served.channel).Check(HealthCheckRequest(service="x")))
    assert error.code() is grpc.StatusCode.NOT_FOUND


def health(channel: aio.Channel) -> Any:
    """The health service, whose types know no methods."""
    stub: Any = HealthStub
    return stub(channel)


async def reflected(channel: aio.Channel) -> set[str]:
    stub: Any = ServerReflectionStub
    call = stub(channel).ServerReflectionInfo(iter([ServerReflectionRequest(list_services="")]))
    answer = await call.read()
    return {service.name for service in answer.list_services_response.service}


async def test_reflection_only_when_it_is_asked_for(serve: Serve) -> None:
    assert set(SERVICES) <= await reflected((await serve(answering(), reflection=True)).channel)
    silent = await serve(answering())
    error = await refusal(reflected(silent.channel))
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_several_addresses_and_a_unix_socket(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "rpc.sock"
    served = await serve(answering(), addresses=("127.0.0.1:0", "127.0.0.1:0", f"unix:{path}"))
    first, second, _ = served.server.ports
    assert first != second
    for target in (f"127.0.0.1:{first}", f"127.0.0.1:{second}", f"unix:{path}"):
        async with aio.insecure_channel(target) as channel:
            await RunServiceStub(channel).GetRun(GetRunRequest())


async def test_port_in_use_is_told(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotListen, match=address):
            await serve(answering(), addresses=(address,))


async def test_second_server_does_not_share_the_port(serve: Serve) -> None:
    first = await serve(answering())
    with pytest.raises(CannotListen):
        await serve(answering(), addresses=(f"127.0.0.1:{first.server.ports[0]}",))


def certificate(folder: Path, name: str) -> TlsFiles:
    return TlsFiles(*self_signed(folder, name))


async def test_tls(serve: Serve, tmp_path: Path) -> None:
    tls = certificate(tmp_path, "server")
    served = await serve(answering(), tls=tls)
    credentials = grpc.ssl_channel_credentials(tls.certificate.read_bytes())
    async with aio.secure_channel(f"localhost:{served.server.ports[0]}", credentials) as channel:
        await RunServiceStub(channel).GetRun(GetRunRequest())
    error = await refusal(RunServiceStub(served.channel).GetRun(GetRunRequest()))
    assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_tls_with_client_certificates(serve: Serve, tmp_path: Path) -> None:
    tls, client = certificate(tmp_path, "server"), certificate(tmp_path, "client")
    served = await serve(answering(), tls=TlsFiles(tls.certificate, tls.key, client_ca=client.certificate))
    target = f"localhost:{served.server.ports[0]}"
    known = grpc.ssl_channel_credentials(
        tls.certificate.read_bytes(), client.key.read_bytes(), client.certificate.read_bytes()
    )
    async with aio.secure_channel(target, known) as channel:
        await RunServiceStub(channel).GetRun(GetRunRequest())
    async with aio.secure_channel(target, grpc.ssl_channel_credentials(tls.certificate.read_bytes())) as channel:
        error = await refusal(RunServiceStub(channel).GetRun(GetRunRequest()))
    assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_tls_file_that_is_missing_is_an_os_error(serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.key"):
        await serve(answering(), tls=TlsFiles(tmp_path / "nothing.pem", tmp_path / "nothing.key"))


async def test_stop_waits_for_open_calls_and_takes_no_new_ones(serve: Serve) -> None:
    core = FakeCore()
    served = await serve(core)
    call = RunServiceStub(served.channel).GetRun(GetRunRequest())
    while not core.submitted:  # noqa: ASYNC110  # the fake core has no event to wait for
        await asyncio.sleep(0.001)
    stopping = asyncio.ensure_future(served.server.stop(30))
    await asyncio.sleep(0.05)
    async with own_channel(served.server.ports[0]) as late:
        error = await refusal(RunServiceStub(late).GetRun(GetRunRequest()))
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert not stopping.done()
    core.submitted[0].done(GetRunResponse())
    await call
    await stopping


async def test_stop_ends_calls_that_outlast_the_grace(serve: Serve) -> None:
    core = FakeCore()
    served = await serve(core)
    call = RunServiceStub(served.channel).GetRun(GetRunRequest())
    while not core.submitted:  # noqa: ASYNC110  # the fake core has no event to wait for
        await asyncio.sleep(0.001)
    await served.server.stop(0.05)
    error = await refusal(call)
    assert error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


async def test_connection_that_says_nothing_is_closed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_TIMEOUT_S", 0.2)
    served = await serve(answering())
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.ports[0])
    async with asyncio.timeout(30):
        said = await reader.read()
    assert b"handshake timeout" in said
    writer.close()


async def test_calls_are_counted(serve: Serve) -> None:
    core = answering()
    served = await serve(core)
    stub = RunServiceStub(served.channel)
    for _ in range(3):
        await stub.GetRun(GetRunRequest(run_id="r"))
    core.answer = lambda *_: errors.ResourceDoesNotExist("no")
    await refusal(stub.GetRun(GetRunRequest(run_id="r")))
    served.telemetry.gauge("trackwell_queue_bytes", "Bytes in the queue.", lambda: 7)
    text = served.telemetry.exposition()
    name = GET_RUN[1:]
    assert f'trackwell_rpc_calls_total{{method="{name}",code="OK"}} 3\n' in text
    assert f'trackwell_rpc_calls_total{{method="{name}",code="NOT_FOUND"}} 1\n' in text
    assert f'trackwell_rpc_open_calls{{method="{name}"}} 0\n' in text
    assert f'trackwell_rpc_received_bytes_total{{method="{name}"}} 12\n' in text
    assert f'trackwell_rpc_duration_seconds_count{{method="{name}"}} 4\n' in text
    assert f'trackwell_rpc_duration_seconds_bucket{{method="{name}",le="+Inf"}} 4\n' in text
    assert "# TYPE trackwell_queue_bytes gauge\ntrackwell_queue_bytes 7\n" in text


async def test_access_log_has_one_line_for_each_call(serve: Serve) -> None:
    out = io.BytesIO()
    log = AccessLog(out)
    core = answering()
    served = await serve(core, access_log=log)
    stub = RunServiceStub(served.channel)
    await stub.GetRun(GetRunRequest(run_id="r"), metadata=(("x-request-id", 'a"b'),))
    core.answer = lambda *_: errors.InvalidParameter("no")
    await refusal(stub.GetRun(GetRunRequest(run_id="r")))
    await served.server.stop(0)
    log.close()
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first["method"] == GET_RUN
    assert (first["door"], first["code"], first["request_id"], first["received_bytes"]) == ("grpc", "OK", 'a"b', 3)
    assert first["peer"].startswith("ipv4:127.0.0.1:")
    assert (second["code"], "request_id" in second) == ("INVALID_ARGUMENT", False)


def test_access_log_survives_an_output_that_fails() -> None:
    class Broken(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError

    log = AccessLog(Broken())
    log.add(Call("grpc", GET_RUN, "OK", 0.001, 1, 1, "peer", None))
    log.close()
