"""Fills a server with many runs of 25 items: 10 params, 10 metrics and 5 tags."""

from __future__ import annotations

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from benchmarks.http import Json
from benchmarks.peers import Running

START_MS = 1_700_000_000_000

CONNECTIONS = 8
"""Over how many connections runs are logged. It is the searches on them that are measured."""


def run_items(index: int, chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Params, metrics and tags of the run number `index`."""
    return {
        "params": [{"key": f"p{i}", "value": str(chance.randrange(20))} for i in range(10)],
        "metrics": [
            {"key": f"m{i}", "value": chance.random(), "timestamp": START_MS + index, "step": 1} for i in range(10)
        ],
        "tags": [{"key": f"t{i}", "value": f"v{chance.randrange(20)}"} for i in range(5)],
    }


def populate(peer: Running, runs: int) -> str:
    """Makes an experiment with that many runs and returns its id."""
    api = Json(peer.url)
    experiment_id = str(api.post("experiments/create", {"name": f"bench-{uuid.uuid4().hex[:8]}"})["experiment_id"])
    chance = random.Random(7)  # noqa: S311 - the same runs for every peer, no secret
    if peer.name.startswith("mlflow"):
        # Over its REST door this takes 20 minutes for 10,000 runs, so the rows are written as it would write them.
        _fill_mlflow(peer.database, int(experiment_id), runs, chance)
        return experiment_id
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        items = [run_items(index, chance) for index in range(runs)]
        list(threads.map(partial(_log_runs, peer.url, experiment_id, items), range(CONNECTIONS)))
    return experiment_id


def _log_runs(url: str, experiment_id: str, items: list[dict[str, list[dict[str, Any]]]], first: int) -> None:
    """Logs every so many-th run, from the first one on, over one connection."""
    api = Json(url)
    for index in range(first, len(items), CONNECTIONS):
        body = {"experiment_id": experiment_id, "start_time": START_MS + index, "run_name": f"run-{index}"}
        run_id = api.post("runs/create", body)["run"]["info"]["run_id"]
        api.post("runs/log-batch", {"run_id": run_id, **items[index]})


def _fill_mlflow(database: str, experiment_id: int, runs: int, chance: random.Random) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("runs", "params", "metrics", "latest_metrics", "tags")
    }
    for index in range(runs):
        run_id = uuid.uuid4().hex
        items = run_items(index, chance)
        tables["runs"].append(
            {
                "run_uuid": run_id,
                "name": f"run-{index}",
                "source_type": "UNKNOWN",
                "source_name": "",
                "entry_point_name": "",
                "user_id": "bench",
                "status": "RUNNING",
                "start_time": START_MS + index,
                "source_version": "",
                "lifecycle_stage": "active",
                "artifact_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
                "experiment_id": experiment_id,
            }
        )
        tables["params"] += [{**item, "run_uuid": run_id} for item in items["params"]]
        tables["tags"] += [{**item, "run_uuid": run_id} for item in items["tags"]]
        tables["tags"].append({"key": "mlflow.runName", "value": f"run-{index}", "run_uuid": run_id})
        points = [{**item, "run_uuid": run_id, "is_nan": False} for item in items["metrics"]]
        tables["metrics"] += points
        tables["latest_metrics"] += points
    with sa.create_engine(database, poolclass=NullPool).begin() as connection:
        for name, rows in tables.items():
            table = sa.table(name, *(sa.column(column) for column in rows[0]))
            connection.execute(sa.insert(table), rows)
