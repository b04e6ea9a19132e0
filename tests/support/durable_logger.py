"""A process that writes through one door until its input is closed, and notes what was acknowledged.

    python -m support.durable_logger DOOR GRPC_ADDRESS REST_URL RUN_ID KEY NOTES

Point n of the metric has step n and value n. Instead of points the door "create" makes experiments "KEY-n", each under
a request id of its own, and the door "params" logs params "KEY-n" of value n, one in three with a tag beside it. A line
of NOTES says that all up to n are acknowledged, and is written after the acknowledgement. When a server goes away,
whatever is not acknowledged is sent again to the next one at the same addresses. Errors which say that the server is
away are expected; any other ends the process.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import grpc
import requests

from trackwell.v1.experiments_pb2 import CreateExperimentRequest, GetExperimentByNameRequest
from trackwell.v1.experiments_pb2_grpc import ExperimentServiceStub
from trackwell.v1.metrics_pb2 import LogMetricRequest, Metric
from trackwell.v1.metrics_pb2_grpc import MetricServiceStub
from trackwell.v1.runs_pb2 import LogBatchRequest, LogStreamRequest, Param, RunTag
from trackwell.v1.runs_pb2_grpc import RunServiceStub

AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
"""How a call ends whose server is gone: refused or cut connections, and a server that is stopping."""

WINDOW = 64
"""Batches on their way through one stream."""

PAUSE_S = 0.02
TIMEOUT_S = 60.0


class Notes:
    """The file of what was acknowledged. Each line is one system call, so it survives what happens to this process."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def acknowledged(self, step: int) -> None:
        self._file.write(b"%d\n" % step)


def acknowledged_steps(path: Path) -> int:
    """The greatest step that the notes call acknowledged; 0 for none."""
    lines = path.read_text().split() if path.exists() else []
    return int(lines[-1]) if lines else 0


def log_unary(address: str, run_id: str, key: str, notes: Notes, stopped: Callable[[], bool]) -> None:
    stub = MetricServiceStub(_channel(address))
    step = 1
    while not stopped():
        request = LogMetricRequest(run_id=run_id, key=key, value=step, timestamp=step, step=step)
        try:
            stub.LogMetric(request, timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            _must_be_away(error)
            continue
        notes.acknowledged(step)
        step += 1


def log_stream(address: str, run_id: str, key: str, notes: Notes, stopped: Callable[[], bool]) -> None:
    acknowledged = 0
    while not stopped():
        stub = RunServiceStub(_channel(address))
        outgoing: queue.SimpleQueue[LogStreamRequest | None] = queue.SimpleQueue()
        call = stub.LogStream(iter(outgoing.get, None))
        first = acknowledged
        sent: deque[int] = deque()
        try:
            while not stopped():
                while len(sent) < WINDOW:
                    step = acknowledged + len(sent) + 1
                    point = Metric(key=key, value=step, timestamp=step, step=step)
                    outgoing.put(LogStreamRequest(sequence=step - first, run_id=run_id, metrics=[point]))
                    sent.append(step)
                answer = next(call)
                if answer.refusals:
                    raise SystemExit(f"refused: {answer.refusals}")
                while acknowledged < first + answer.acknowledged_sequence:
                    acknowledged = sent.popleft()
                notes.acknowledged(acknowledged)
        except grpc.RpcError as error:
            _must_be_away(error)
        finally:
            outgoing.put(None)


def log_rest(url: str, run_id: str, key: str, notes: Notes, stopped: Callable[[], bool]) -> None:
    step = 1
    session = requests.Session()
    while not stopped():
        body = {"run_id": run_id, "key": key, "value": step, "timestamp": step, "step": step}
        try:
            answer = session.post(f"{url}/api/2.0/mlflow/runs/log-metric", json=body, timeout=TIMEOUT_S)
        except requests.RequestException:
            time.sleep(PAUSE_S)
            continue
        if answer.status_code == 503:
            time.sleep(PAUSE_S)
            continue
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code}: {answer.text}")
        notes.acknowledged(step)
        step += 1


def create_experiments(address: str, key: str, notes: Notes, stopped: Callable[[], bool]) -> None:
    stub = ExperimentServiceStub(_channel(address))
    number = 1
    while not stopped():
        name = f"{key}-{number}"
        request = CreateExperimentRequest(name=name)
        try:
            # A retry whose first attempt took effect must be answered like it, not with "exists already".
            answer = stub.CreateExperiment(request, timeout=TIMEOUT_S, metadata=(("x-request-id", f"id-{name}"),))
            found = stub.GetExperimentByName(GetExperimentByNameRequest(experiment_name=name), timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            _must_be_away(error)
            continue
        if found.experiment.experiment_id != answer.experiment_id:
            raise SystemExit(f"{name} is {found.experiment.experiment_id}, and {answer.experiment_id} was answered")
        notes.acknowledged(number)
        number += 1


def log_params(address: str, run_id: str, key: str, notes: Notes, stopped: Callable[[], bool]) -> None:
    stub = RunServiceStub(_channel(address))
    number = 1
    while not stopped():
        param = Param(key=f"{key}-{number}", value=str(number))
        tags = [RunTag(key="newest", value=str(number))] if number % 3 == 0 else []
        request = LogBatchRequest(run_id=run_id, params=[param], tags=tags)
        try:
            stub.LogBatch(request, timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            _must_be_away(error)
            continue
        notes.acknowledged(number)
        number += 1


def _channel(address: str) -> grpc.Channel:
    # A server that comes back is to be found at once, not after gRPC's growing pauses.
    options = [
        ("grpc.initial_reconnect_backoff_ms", 20),
        ("grpc.min_reconnect_backoff_ms", 20),
        ("grpc.max_reconnect_backoff_ms", 100),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    return grpc.insecure_channel(address, options=options)


def _must_be_away(error: grpc.RpcError) -> None:
    assert isinstance(error, grpc.Call)
    if error.code() not in AWAY:
        raise SystemExit(f"{error.code()}: {error.details()}")
    time.sleep(PAUSE_S)


def main() -> None:
    door, address, url, run_id, key, notes_path = sys.argv[1:]
    ended = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    notes = Notes(Path(notes_path))
    if door == "rest":
        log_rest(url, run_id, key, notes, ended.is_set)
    elif door == "stream":
        log_stream(address, run_id, key, notes, ended.is_set)
    elif door == "create":
        create_experiments(address, key, notes, ended.is_set)
    elif door == "params":
        log_params(address, run_id, key, notes, ended.is_set)
    else:
        log_unary(address, run_id, key, notes, ended.is_set)


if __name__ == "__main__":
    main()
