"""Measures each row against each peer in turns, on an otherwise quiet machine, and writes the table.

All peers run from beginning to end, since machines that are shared change their speed within minutes: what stands
beside each other in the table must have been measured beside each other. A peer that nobody asks costs next to nothing.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc

from benchmarks import client_rows, grpc_rows, rest_rows
from benchmarks.databases import DATABASES, database
from benchmarks.floors import floors
from benchmarks.measure import Row
from benchmarks.peers import PEERS, Running
from benchmarks.report import machine, table

OURS = "trackwell"
ROUNDS = 3
"""How often each row is measured with each peer: the least number whose median leaves out one slow moment."""

FAULTS = (RuntimeError, OSError, AssertionError, ValueError, subprocess.SubprocessError, grpc.RpcError)
"""What a row may end with when a peer cannot do the work; anything else is a fault of the harness."""


def main() -> None:
    """The command line; `make bench` calls it."""
    about = "Compares peers row by row and writes the table."
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=about)
    parser.add_argument("--peers", default="trackwell,mlflow,mlflow-1-worker,fasttrackml", help="which, in this order")
    parser.add_argument("--rows", default="", help="only rows whose name matches this regular expression")
    parser.add_argument("--runs", type=int, default=10_000, help="runs in the searched experiment")
    parser.add_argument("--database", default="sqlite", choices=list(DATABASES), help="what every peer stores in")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="measurements of each row, whose median counts")
    parser.add_argument("--floors", action=argparse.BooleanOptionalAction, default=True, help="measure the machine too")
    parser.add_argument("--out", type=Path, help="write the table here as Markdown")
    options = parser.parse_args()
    names = options.peers.split(",")
    unknown = set(names) - PEERS.keys()
    if unknown:
        parser.error(f"unknown peer {', '.join(sorted(unknown))}; known: {', '.join(PEERS)}")
    rows = [
        row
        for row in (rest_rows.idle_memory_row(), *rest_rows.rows(options.runs), *grpc_rows.rows(), *client_rows.rows())
        if re.search(options.rows, row.name)
    ]
    ground = floors() if options.floors else ""
    with ExitStack() as peers:
        running = {name: peers.enter_context(_running(name, options.database)) for name in names}
        measured = {row.name: measure(row, running, options.rounds) for row in rows}
    figures = {name: {row: by_peer[name] for row, by_peer in measured.items()} for name in names}
    text = table(rows, figures, OURS)
    report = "\n\n".join(filter(None, [f"{machine()}, {options.database}", ground, text]))
    print(report)
    if options.out is not None:
        options.out.write_text(f"{report}\n")


def measure(row: Row, peers: Mapping[str, Running], rounds: int) -> dict[str, float | None]:
    """The row's figure of every peer: the median of as many measurements, in turns."""
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds if row.repeats else 1):
        for name, peer in peers.items():
            value = _measured(row, PEERS[name].label, peer)
            if value is not None:
                taken[name].append(value)
    return {name: _median(row, values) for name, values in taken.items()}


def _measured(row: Row, label: str, peer: Running) -> float | None:
    """One measurement; None, and a report, where the row fails."""
    try:
        value = row.measure(peer)
    except FAULTS:
        print(f"{label}: {row.name} failed", flush=True)
        traceback.print_exc()
        return None
    print(f"{label}: {row.name}: {value}", flush=True)
    return value


def _median(row: Row, values: Sequence[float]) -> float | None:
    """The middle one; of two, the worse one."""
    middle = statistics.median_low if row.unit.more_is_better else statistics.median_high
    return middle(values) if values else None


@contextmanager
def _running(name: str, kind: str) -> Iterator[Running]:
    """The peer in a folder of its own, with a database of its own."""
    peer = PEERS[name]
    with _folder(name) as folder, database(kind) as url, peer.running(folder, url):
        pass  # the first start after an installation also compiles modules; the second is what users see every day
    with _folder(name) as folder, database(kind) as url, peer.running(folder, url) as running:
        yield running


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
