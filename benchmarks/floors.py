"""What this machine gives to anybody: its disk, its threads, and the bare libraries that every request passes through.

Budgets were set on a quicker machine. A rate is to be read beside these.
"""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc

from benchmarks.load import h2load_grpc, wrk_post

BARE = Path(__file__).parent / "bare"
DURATION_S = 4
CALLS = 2_000
MESSAGE = b"x" * 60
"""About the size of one logged metric."""


def floors() -> str:
    """A Markdown table; takes half a minute."""
    rows = [("10 million additions in a loop", f"{_loop_s():.2f} s"), ("fdatasync of 24 KiB", f"{_sync_ms():.2f} ms")]
    rows.append(("handing something to another thread and back", f"{_thread_round_trip_us():.0f} µs"))
    with _server("http_server.py") as port:
        for connections in (1, 16, 64):
            load = wrk_post(f"http://127.0.0.1:{port}", "/", "{}", connections=connections, duration_s=DURATION_S)
            rows.append((f"bare aiohttp, {connections} connections", f"{load.per_second:,.0f}/s"))
    with _server("grpc_server.py") as port:
        rows += [(f"bare grpc.aio, {what}", f"{rate:,.0f}/s") for what, rate in _grpc(f"127.0.0.1:{port}")]
    return "\n".join(["| floor | this machine |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)])


def _loop_s() -> float:
    began, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - began


def _sync_ms() -> float:
    times = 300
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        os.pwrite(file.fileno(), bytes(1 << 20), 0)
        os.fsync(file.fileno())
        began = time.perf_counter()
        for number in range(times):
            os.pwrite(file.fileno(), b"y" * 24_576, number % 40 * 24_576)
            os.fdatasync(file.fileno())
        return (time.perf_counter() - began) / times * 1e3


def _thread_round_trip_us() -> float:
    there: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    back: queue.SimpleQueue[int] = queue.SimpleQueue()

    def answer() -> None:
        while (item := there.get()) is not None:
            back.put(item)

    thread = threading.Thread(target=answer)
    thread.start()
    began = time.perf_counter()
    for number in range(CALLS):
        there.put(number)
        back.get()
    elapsed_s = time.perf_counter() - began
    there.put(None)
    thread.join()
    return elapsed_s / CALLS * 1e6


def _grpc(address: str) -> Iterator[tuple[str, float]]:
    with grpc.insecure_channel(address) as channel:
        unary: Any = channel.unary_unary("/floor/Unary")
        unary(MESSAGE)
        began = time.perf_counter()
        for _ in range(CALLS):
            unary(MESSAGE)
        yield "Python client, unary", CALLS / (time.perf_counter() - began)

        outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        stream: Any = channel.stream_stream("/floor/Stream")
        answers = stream(iter(outgoing.get, None))
        began = time.perf_counter()
        for _ in range(CALLS):
            outgoing.put(MESSAGE)
            next(answers)
        yield "Python client, open stream, one at a time", CALLS / (time.perf_counter() - began)
        outgoing.put(None)
    load = h2load_grpc(address, "/floor/Unary", MESSAGE, requests=10_000, connections=4, streams=16)
    yield "4 connections x 16", load.per_second


@contextmanager
def _server(script: str) -> Iterator[int]:
    """One of the bare servers, from its first open connection on; the port it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(BARE / script), str(port)])
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError(f"{script} did not start") from None
                time.sleep(0.02)
        yield port
    finally:
        process.kill()
        process.wait()
