"""Search at sizes that no peer can be filled to: `python -m benchmarks.many_runs --runs 1000000`.

The runs are written through the service itself, in this process, then the server is started on them.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from google.protobuf.json_format import ParseDict

from benchmarks.http import Json
from benchmarks.measure import median_ms
from benchmarks.peers import PEERS
from benchmarks.populate import START_MS, run_items
from benchmarks.report import machine
from benchmarks.rest_rows import SEARCHES, token_of
from trackwell.v1 import runs_pb2
from trackwell_service.config import ServiceConfig
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.rpc.context import CallContext
from trackwell_service.service import Service, open_service

AT_ONCE = 400
"""Calls under way at once: so many share one commit."""

PAGE = 100


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_runs", description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the database here, and use it when it is there already")
    options = parser.parse_args()
    if options.runs < 10_000:
        parser.error(f"--runs is {options.runs}: below 10,000 some of the searches do not fill a page")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "bench.db").exists():
            folder.mkdir(parents=True, exist_ok=True)
            fill(f"sqlite:///{folder}/bench.db", options.runs)
        print(f"{machine()}\n\n{measured(folder, options.runs)}")


def fill(uri: str, runs: int) -> None:
    """Writes that many runs of 25 items into experiment 0."""
    service = open_service(ServiceConfig(uri))
    chance = random.Random(7)  # noqa: S311 - the same runs each time, no secret
    window = _Window(service)
    began = time.perf_counter()
    for index in range(runs):
        run_id = f"{chance.getrandbits(128):032x}"
        created = runs_pb2.CreateRunRequest(
            experiment_id="0", run_id=run_id, start_time=START_MS + index, run_name=f"run-{index}"
        )
        window.send("/trackwell.v1.RunService/CreateRun", created)
        batch = ParseDict({"run_id": run_id, **run_items(index, chance)}, runs_pb2.LogBatchRequest())
        window.send("/trackwell.v1.RunService/LogBatch", batch)
        if (index + 1) % 10_000 == 0:
            print(f"{index + 1:,} runs, {(index + 1) / (time.perf_counter() - began):,.0f}/s", flush=True)
    window.finish()
    service.close()


class _Window:
    """Sends calls without waiting for each; a refusal ends the program."""

    def __init__(self, service: Service) -> None:
        self._core = service.core
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._error: TrackwellError | None = None

    def send(self, method: str, request: Any) -> None:
        self._room.acquire()
        if self._error is not None:
            raise self._error
        self._core.submit(method, request, CallContext(), self._done)

    def _done(self, outcome: object) -> None:
        if isinstance(outcome, TrackwellError):
            self._error = outcome
        self._room.release()

    def finish(self) -> None:
        for _ in range(AT_ONCE):
            self._room.acquire()
        if self._error is not None:
            raise self._error


def measured(folder: Path, runs: int) -> str:
    """The searches of the table, warm, and how long the first and the last pages of all runs take."""
    lines = [f"| search, page of {PAGE} of {runs:,} | |", "|---|---|"]
    with PEERS["trackwell"].running(folder) as running:
        lines.append(f"| start to first answer | {running.start_s:.2f} s |")
        api = Json(running.url)
        for label, query in SEARCHES.items():
            body = {"experiment_ids": ["0"], "max_results": PAGE, **query}

            def once(body: dict[str, Any] = body) -> float:
                elapsed_ms, answer = api.timed_post("runs/search", body)
                if answer.count(b'"run_uuid"') < PAGE * 0.9:
                    raise RuntimeError(f"the page is not full: {answer[:200]!r}")
                return elapsed_ms

            cold_ms = once()
            lines.append(f"| {label} | {median_ms(once, times=9):.1f} ms (first time {cold_ms:.1f} ms) |")
        pages_ms: list[float] = []
        token = ""
        last = min(30, runs // 1000)
        for _ in range(last):
            body = {"experiment_ids": ["0"], "max_results": 1000, **({"page_token": token} if token else {})}
            elapsed_ms, answer = api.timed_post("runs/search", body)
            pages_ms.append(elapsed_ms)
            token = token_of(answer)
        lines.append(f"| pages of 1000, cold: the 1st and the {last}th | {pages_ms[0]:.0f} and {pages_ms[-1]:.0f} ms |")
        lines.append(f"| memory afterwards | {running.resident_bytes() / 1e6:.0f} MB |")
    size_bytes = sum(path.stat().st_size for path in folder.glob("bench.db*"))
    return "\n".join([*lines, f"| database | {size_bytes / 1e9:.2f} GB |"])


if __name__ == "__main__":
    main()
