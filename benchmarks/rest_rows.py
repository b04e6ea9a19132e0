"""Rows that are measured at the REST door, which every peer has."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from benchmarks.http import Json
from benchmarks.load import Load, wrk, wrk_post
from benchmarks.measure import Row, Unit, median_ms
from benchmarks.peers import Running
from benchmarks.populate import populate

DURATION_S = 8
HISTORY_POINTS = 100_000


def rows(runs: int) -> list[Row]:
    """All of them; `runs` is the size of the searched experiment."""
    page = 100
    return [
        *(
            Row(
                f"log_metric, {connections} REST connections",
                Unit.PER_SECOND,
                budget,
                partial(_log_metric, connections),
            )
            for connections, budget in ((1, 1_200.0), (16, 4_000.0), (64, 7_000.0))
        ),
        *(
            Row(
                f"log_batch of 1000, {connections} REST connections, points",
                Unit.PER_SECOND,
                120_000.0,
                partial(_log_batch, connections),
            )
            for connections in (1, 8)
        ),
        Row("create run + 10 params + 10 metrics + 5 tags, 1 connection", Unit.PER_SECOND, 600.0, _create_run),
        *(
            Row(
                f"search, page of {page} of {runs:,}: {label}",
                Unit.MILLISECONDS,
                8.0,
                partial(_search, runs, page, query),
            )
            for label, query in SEARCHES.items()
        ),
        Row(
            f"all {runs:,} runs, 1000 a page, first time", Unit.SECONDS, 1.5, partial(_all_runs, runs, 0), repeats=False
        ),
        Row(f"all {runs:,} runs, 1000 a page, again", Unit.SECONDS, 0.5, partial(_all_runs, runs, 1)),
        Row(
            f"log_metric while all {runs:,} runs are listed again and again, 16 connections, slowest hundredth",
            Unit.MILLISECONDS,
            None,
            partial(_log_metric_beside_search, runs),
        ),
        Row("history of 100k points, REST", Unit.SECONDS, 0.3, _history),
        Row("start to first answer", Unit.SECONDS, 1.0, lambda peer: peer.start_s, repeats=False),
    ]


SEARCHES: dict[str, dict[str, object]] = {
    "newest": {},
    "filter by param": {"filter": "params.p3 = '7'"},
    "filter by metric": {"filter": "metrics.m3 < {share}"},
    "order by metric": {"order_by": ["metrics.m3 DESC"]},
    "filter by tag": {"filter": "tags.t2 = 'v5'"},
}


def idle_memory_row() -> Row:
    """Memory of a server that has just started."""
    return Row("memory, idle", Unit.MEGABYTES, 100.0, lambda peer: peer.resident_bytes() / 1e6, repeats=False)


def new_run(peer: Running) -> str:
    """A fresh run in a fresh experiment."""
    api = Json(peer.url)
    experiment_id = api.post("experiments/create", {"name": f"bench-{uuid.uuid4().hex}"})["experiment_id"]
    run = api.post("runs/create", {"experiment_id": experiment_id, "start_time": 1_700_000_000_000})["run"]
    return str(run["info"]["run_id"])


def _log_metric(connections: int, peer: Running) -> float:
    return _log_metric_load(connections, peer).per_second


def _log_metric_load(connections: int, peer: Running) -> Load:
    body = f'{{"run_id":"{new_run(peer)}","key":"loss","value":0.5,"timestamp":@T@,"step":@N@}}'
    return wrk_post(peer.url, "/api/2.0/mlflow/runs/log-metric", body, connections=connections, duration_s=DURATION_S)


def _log_batch(connections: int, peer: Running) -> float:
    points = ",".join(f'{{"key":"m{i % 10}","value":{i}.25,"timestamp":@T@,"step":{i}}}' for i in range(1000))
    body = f'{{"run_id":"{new_run(peer)}","metrics":[{points}]}}'
    load = wrk_post(peer.url, "/api/2.0/mlflow/runs/log-batch", body, connections=connections, duration_s=DURATION_S)
    return load.per_second * 1000


def _create_run(peer: Running) -> float:
    experiment_id = Json(peer.url).post("experiments/create", {"name": f"create-{uuid.uuid4().hex}"})["experiment_id"]
    load = wrk(peer.url, "create_run.lua", [str(experiment_id)], connections=1, duration_s=DURATION_S)
    return load.per_second / 2


@cache
def _populated(peer: Running, runs: int) -> str:
    return populate(peer, runs)


def _search(runs: int, page: int, query: dict[str, object], peer: Running) -> float:
    api = Json(peer.url)
    body = {"experiment_ids": [_populated(peer, runs)], "max_results": page, **query}
    if "filter" in query:
        # Of values evenly between 0 and 1: two pages of runs, however many there are.
        body["filter"] = str(query["filter"]).format(share=2 * page / runs)

    def once() -> float:
        elapsed_ms, answer = api.timed_post("runs/search", body)
        assert answer.count(b'"run_uuid"') >= page * 0.9, "the page is not full"
        return elapsed_ms

    return median_ms(once, times=9)


def _all_runs(runs: int, rounds_before: int, peer: Running) -> float | None:
    api = Json(peer.url)
    experiment_id = _populated(peer, runs)
    total_s = 0.0
    for _ in range(rounds_before + 1):
        total_s, seen, token = 0.0, 0, ""
        while True:
            body = {"experiment_ids": [experiment_id], "max_results": 1000, **({"page_token": token} if token else {})}
            try:
                elapsed_ms, answer = api.timed_post("runs/search", body)
            except RuntimeError:
                return None
            total_s += elapsed_ms / 1e3
            seen += answer.count(b'"run_uuid"')
            token = token_of(answer)
            if not token:
                break
        assert seen == runs, f"{seen} of {runs} runs were listed"
    return total_s


def _log_metric_beside_search(runs: int, peer: Running) -> float:
    ended = threading.Event()

    def list_runs() -> None:
        while not ended.is_set():
            _all_runs(runs, 0, peer)

    with ThreadPoolExecutor(1) as pool:
        listing = pool.submit(list_runs)
        try:
            return _log_metric_load(16, peer).p99_ms
        finally:
            ended.set()
            listing.result()


def token_of(answer: bytes) -> str:
    """The token of the next page in an answer; empty where there is none."""
    marker = answer.rfind(b'"next_page_token"')
    if marker < 0:
        return ""
    begin = answer.index(b'"', answer.index(b":", marker)) + 1
    return answer[begin : answer.index(b'"', begin)].decode()


@cache
def run_with_history(peer: Running) -> str:
    """A run whose metric "loss" has HISTORY_POINTS points."""
    api = Json(peer.url)
    run_id = new_run(peer)
    for begin in range(0, HISTORY_POINTS, 1000):
        points = [
            {"key": "loss", "value": i * 0.001, "timestamp": 1_700_000_000_000 + i, "step": i}
            for i in range(begin, begin + 1000)
        ]
        api.post("runs/log-batch", {"run_id": run_id, "metrics": points})
    return run_id


def _history(peer: Running) -> float:
    api = Json(peer.url)
    run_id = run_with_history(peer)

    def once() -> float:
        elapsed_ms, answer = api.timed_get("metrics/get-history", run_id=run_id, metric_key="loss")
        assert answer.count(b'"timestamp"') == HISTORY_POINTS, "the history is not whole"
        return elapsed_ms

    return median_ms(once, times=5, warm_ups=1) / 1e3
