"""Run by test_stubs.py in environments of other ages: the stubs import, and a call goes through a real server.

usage: stub_round_trip.py PROTOBUF_VERSION
"""

from __future__ import annotations

import sys
from concurrent import futures

import google.protobuf
import grpc

from trackwell.v1 import (
    artifacts_pb2,
    artifacts_pb2_grpc,
    errors_pb2,
    experiments_pb2,
    experiments_pb2_grpc,
    metrics_pb2,
    metrics_pb2_grpc,
    runs_pb2,
    runs_pb2_grpc,
)
from trackwell.wire.v1 import wire_pb2


class Echo(runs_pb2_grpc.RunServiceServicer):
    """Answers GetRun with the id that was asked for."""

    def GetRun(  # noqa: N802 - named by the contract
        self, request: runs_pb2.GetRunRequest, context: grpc.ServicerContext
    ) -> runs_pb2.GetRunResponse:
        return runs_pb2.GetRunResponse(run=runs_pb2.Run(info=runs_pb2.RunInfo(run_id=request.run_id)))


def main() -> None:
    assert google.protobuf.__version__ == sys.argv[1], google.protobuf.__version__
    for module in (artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2):
        assert module.DESCRIPTOR.services_by_name, module
    for stubs in (artifacts_pb2_grpc, experiments_pb2_grpc, metrics_pb2_grpc):
        assert any(name.endswith("Stub") for name in vars(stubs)), stubs

    code = errors_pb2.Error.Code.DESCRIPTOR.values_by_name["RESOURCE_DOES_NOT_EXIST"]
    assert code.GetOptions().Extensions[errors_pb2.error_mapping].http_status == 404

    series = metrics_pb2.Series(key="loss", values=[0.5, float("inf")], steps=[-1, 2**63 - 1], timestamps=[0, 1])
    twin = wire_pb2.SeriesWire.FromString(series.SerializeToString())
    assert [len(chunk) for chunk in (twin.values[0], twin.steps[0], twin.timestamps[0])] == [16, 16, 16]
    assert metrics_pb2.Series.FromString(twin.SerializeToString()) == series

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1))
    runs_pb2_grpc.add_RunServiceServicer_to_server(Echo(), server)  # type: ignore[abstract]  # one rpc is enough
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        answer = runs_pb2_grpc.RunServiceStub(channel).GetRun(runs_pb2.GetRunRequest(run_id="r1"), timeout=30)
    server.stop(grace=None).wait()
    assert answer.run.info.run_id == "r1"
    assert not answer.run.info.HasField("end_time")


if __name__ == "__main__":
    main()
