"""Writes one JSON line for each call, away from the event loop."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import BinaryIO, Final, NamedTuple

import orjson

QUEUE_ENTRIES: Final = 100_000
"""How many calls may wait to be written; more are counted and dropped, so that a stuck disk does not stop calls."""

INTERVAL_S: Final = 0.25
"""How often waiting entries are written: one system call for all of them."""


class Call(NamedTuple):
    """One call that has ended."""

    door: str
    """`grpc` or `rest`."""
    method: str
    """Full name of the rpc; of a REST request its verb and path."""
    code: str
    """Name of the gRPC status; of a REST request the HTTP status."""
    duration_s: float
    received_bytes: int
    sent_bytes: int
    peer: str
    request_id: str | None


class AccessLog:
    """Collects calls and writes them to `out` from a thread of its own. `close` writes what is left."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._entries: deque[tuple[float, Call]] = deque()
        self._dropped = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access-log", daemon=True)
        self._thread.start()

    def add(self, call: Call) -> None:
        """Notes a call that ends now. Never waits."""
        if len(self._entries) < QUEUE_ENTRIES:
            self._entries.append((time.time(), call))
        else:
            self._dropped += 1

    def close(self) -> None:
        """Writes what is left and ends the thread. May be called more than once."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(INTERVAL_S):
            self._write()
        self._write()

    def _write(self) -> None:
        lines: list[bytes] = []
        while self._entries:
            time_s, call = self._entries.popleft()
            lines.append(_line(time_s, call))
        dropped, self._dropped = self._dropped, 0
        if dropped:
            lines.append(orjson.dumps({"time_ms": int(time.time() * 1000), "dropped_entries": dropped}) + b"\n")
        if lines:
            try:
                self._out.write(b"".join(lines))
                self._out.flush()
            except OSError:
                # A full disk or a closed terminal must not end the service; the entries count as dropped.
                self._dropped += len(lines)


def _line(time_s: float, call: Call) -> bytes:
    entry: dict[str, str | int | float] = {
        "time_ms": int(time_s * 1000),
        "door": call.door,
        "method": call.method,
        "code": call.code,
        "duration_ms": round(call.duration_s * 1000, 3),
        "received_bytes": call.received_bytes,
        "sent_bytes": call.sent_bytes,
        "peer": call.peer,
        "pid": os.getpid(),
    }
    if call.request_id is not None:
        entry["request_id"] = call.request_id
    return orjson.dumps(entry) + b"\n"
