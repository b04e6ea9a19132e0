"""Single points for a long time, with merging in step: `python -m benchmarks.endurance --minutes 30`.

Prints a line a minute: points a second, the slowest hundredth of requests, and what waits to be merged.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.http import Json
from benchmarks.load import wrk_post
from benchmarks.peers import PEERS
from benchmarks.rest_rows import new_run

MINUTE_S = 60


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endurance", description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    columns = ("minute", "log_metric", "p99", "unmerged writes", "runs to be merged", "database", "memory")
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    with tempfile.TemporaryDirectory() as name, PEERS["trackwell"].running(Path(name)) as running:
        folder = Path(name)
        run_id = new_run(running)
        body = f'{{"run_id":"{run_id}","key":"loss","value":0.5,"timestamp":@T@,"step":@N@}}'
        written = 0
        for minute in range(1, options.minutes + 1):
            path, connections = "/api/2.0/mlflow/runs/log-metric", options.connections
            load = wrk_post(running.url, path, body, connections=connections, duration_s=MINUTE_S)
            written += load.requests - load.failures
            writes, backlog = _waiting(folder / "bench.db")
            size_mb = sum(path.stat().st_size for path in folder.glob("bench.db*")) / 1e6
            cells = (
                *(str(minute), f"{load.per_second:,.0f}/s", f"{load.p99_ms:.1f} ms", str(writes), str(backlog)),
                *(f"{size_mb:.0f} MB", f"{running.resident_bytes() / 1e6:.0f} MB"),
            )
            print(f"| {' | '.join(cells)} |", flush=True)
        # Each minute wrk hangs up on one request a connection, which may have been stored.
        _check(Json(running.url), run_id, written, written + options.connections * options.minutes)


def _waiting(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        writes = database.execute("SELECT count(*) FROM metric_writes").fetchone()[0]
        return int(writes), int(database.execute("SELECT count(*) FROM merge_backlog").fetchone()[0])


def _check(api: Json, run_id: str, least: int, most: int) -> None:
    """Every acknowledged point is there, once: no two of wrk's requests had the same step and time."""
    elapsed_ms, answer = api.timed_get("metrics/get-history", run_id=run_id, metric_key="loss")
    points = answer.count(b'"timestamp"')
    if not least <= points <= most:
        raise RuntimeError(f"{least:,} points were acknowledged, the history has {points:,}")
    print(f"\n{least:,} points were acknowledged and are there; reading the history took {elapsed_ms / 1e3:.1f} s")


if __name__ == "__main__":
    main()
