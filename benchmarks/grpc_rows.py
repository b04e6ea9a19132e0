"""Rows that are measured at the gRPC door, which only Trackwell has."""

from __future__ import annotations

import queue
import time
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import grpc

from benchmarks.load import h2load_grpc
from benchmarks.measure import Row, Unit
from benchmarks.peers import Running
from benchmarks.rest_rows import new_run
from trackwell.v1 import metrics_pb2, metrics_pb2_grpc, runs_pb2, runs_pb2_grpc

CALLS = 3_000
START_MS = 1_700_000_000_000


def rows() -> list[Row]:
    """All of them."""
    return [
        Row("log_metric, Python gRPC client, unary", Unit.PER_SECOND, 800.0, _unary),
        Row("log_metric, Python gRPC client, open stream, one at a time", Unit.PER_SECOND, 1_300.0, _stream),
        Row("log_metric over gRPC, 4 connections x 16", Unit.PER_SECOND, 3_500.0, _h2load),
        *(
            Row(
                f"log_batch of 1000, Python gRPC client, {label}, points",
                Unit.PER_SECOND,
                150_000.0,
                partial(_batch, keys, clients),
            )
            for label, keys, clients in (
                ("10 keys", 10, 1),
                ("1000 keys", 1000, 1),
                ("1 key", 1, 1),
                ("10 keys, 8 clients", 10, 8),
            )
        ),
        Row("LogSeries, durable, points", Unit.PER_SECOND, 2_000_000.0, _series),
    ]


def _unary(peer: Running) -> float | None:
    if peer.grpc_address is None:
        return None
    run_id = new_run(peer)
    with grpc.insecure_channel(peer.grpc_address) as channel:
        stub = metrics_pb2_grpc.MetricServiceStub(channel)
        began = time.perf_counter()
        for step in range(CALLS):
            stub.LogMetric(
                metrics_pb2.LogMetricRequest(
                    run_id=run_id, key="loss", value=step * 0.5, timestamp=START_MS + step, step=step
                )
            )
        return CALLS / (time.perf_counter() - began)


def _stream(peer: Running) -> float | None:
    if peer.grpc_address is None:
        return None
    run_id = new_run(peer)
    outgoing: queue.SimpleQueue[runs_pb2.LogStreamRequest | None] = queue.SimpleQueue()

    def requests() -> Iterator[runs_pb2.LogStreamRequest]:
        while (request := outgoing.get()) is not None:
            yield request

    with grpc.insecure_channel(peer.grpc_address) as channel:
        answers = runs_pb2_grpc.RunServiceStub(channel).LogStream(requests())
        began = time.perf_counter()
        for sequence in range(1, CALLS + 1):
            point = metrics_pb2.Metric(key="loss", value=sequence * 0.5, timestamp=START_MS + sequence, step=sequence)
            outgoing.put(runs_pb2.LogStreamRequest(sequence=sequence, run_id=run_id, metrics=[point]))
            while next(answers).acknowledged_sequence < sequence:
                pass
        elapsed_s = time.perf_counter() - began
        outgoing.put(None)
        return CALLS / elapsed_s


def _h2load(peer: Running) -> float | None:
    if peer.grpc_address is None:
        return None
    run_id = new_run(peer)
    message = metrics_pb2.LogMetricRequest(run_id=run_id, key="loss", value=1.5, timestamp=START_MS, step=3)
    method = "/trackwell.v1.MetricService/LogMetric"
    load = h2load_grpc(
        peer.grpc_address, method, message.SerializeToString(), requests=20_000, connections=4, streams=16
    )
    return load.per_second


def _batch(keys: int, clients: int, peer: Running) -> float | None:
    if peer.grpc_address is None:
        return None
    batches = 100 // clients
    with ThreadPoolExecutor(clients) as pool:
        runs = [new_run(peer) for _ in range(clients)]
        began = time.perf_counter()
        list(pool.map(lambda run_id: _send_batches(str(peer.grpc_address), run_id, keys, batches), runs))
        return clients * batches * 1000 / (time.perf_counter() - began)


def _send_batches(address: str, run_id: str, keys: int, batches: int) -> None:
    with grpc.insecure_channel(address) as channel:
        stub = runs_pb2_grpc.RunServiceStub(channel)
        for batch in range(batches):
            points = [
                metrics_pb2.Metric(key=f"m{i % keys}", value=i * 0.5, timestamp=START_MS + batch, step=batch * 1000 + i)
                for i in range(1000)
            ]
            stub.LogBatch(runs_pb2.LogBatchRequest(run_id=run_id, metrics=points))


def _series(peer: Running) -> float | None:
    if peer.grpc_address is None:
        return None
    points, calls = 200_000, 10
    run_id = new_run(peer)
    requests = []
    for call in range(calls):
        steps = array("q", range(call * points, (call + 1) * points))
        series = metrics_pb2.Series(
            key="loss",
            values=[step * 0.5 for step in steps],
            steps=steps,
            timestamps=[START_MS + step for step in steps],
        )
        requests.append(metrics_pb2.LogSeriesRequest(run_id=run_id, series=[series]))
    options = [("grpc.max_send_message_length", 64 << 20)]
    with grpc.insecure_channel(peer.grpc_address, options=options) as channel:
        stub = metrics_pb2_grpc.MetricServiceStub(channel)
        began = time.perf_counter()
        for request in requests:
            stub.LogSeries(request)
        return calls * points / (time.perf_counter() - began)
