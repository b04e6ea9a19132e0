"""Runs the rows against the peers, one peer after the other on an otherwise quiet machine, and writes the table."""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

from benchmarks import client_rows, grpc_rows, rest_rows
from benchmarks.databases import DATABASES, database
from benchmarks.floors import floors
from benchmarks.measure import Row
from benchmarks.peers import PEERS
from benchmarks.report import machine, table

OURS = "trackwell"
FAULTS = (RuntimeError, OSError, AssertionError, ValueError, subprocess.SubprocessError, grpc.RpcError)
"""What a row may end with when a peer cannot do the work; anything else is a fault of the harness."""


def main() -> None:
    """The command line; `make bench` calls it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--peers", default="trackwell,mlflow,mlflow-1-worker,fasttrackml", help="which, in this order")
    parser.add_argument("--rows", default="", help="only rows whose name matches this regular expression")
    parser.add_argument("--runs", type=int, default=10_000, help="runs in the searched experiment")
    parser.add_argument("--database", default="sqlite", choices=list(DATABASES), help="what every peer stores in")
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
    figures = {name: measure(name, rows, options.database) for name in names}
    text = table(rows, figures, OURS)
    report = "\n\n".join(filter(None, [f"{machine()}, {options.database}", ground, text]))
    print(report)
    if options.out is not None:
        options.out.write_text(f"{report}\n")


def measure(name: str, rows: list[Row], kind: str) -> dict[str, float | None]:
    """Every row's figure for one peer; a row that fails is reported and left empty."""
    figures: dict[str, float | None] = {}
    peer = PEERS[name]
    with _folder(name) as folder, database(kind) as url, peer.running(folder, url):
        pass  # the first start after an installation also compiles modules; the second is what users see every day
    with _folder(name) as folder, database(kind) as url, peer.running(folder, url) as running:
        for row in rows:
            try:
                figures[row.name] = row.measure(running)
            except FAULTS:
                print(f"{peer.label}: {row.name} failed", flush=True)
                traceback.print_exc()
                figures[row.name] = None
            else:
                print(f"{peer.label}: {row.name}: {figures[row.name]}", flush=True)
    return figures


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
