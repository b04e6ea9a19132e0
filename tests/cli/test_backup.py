"""docs/operations.md: a copy of the database, taken beside a running server, is one that a server can go on with."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mlflow.exceptions import MlflowException
from mlflow.tracking.client import MlflowClient
from support.server_process import environment, running_server

PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")


def documented(program: str) -> str:
    """The command of the page that begins with the program's name."""
    (command,) = re.findall(rf"`({program} --[^`]*)`", PAGE)
    return str(command)


def logged(client: MlflowClient, name: str) -> str:
    run_id: str = client.create_run("0", run_name=name).info.run_id
    client.log_metric(run_id, "loss", 0.5, step=1)
    client.log_param(run_id, "rate", "0.1")
    return run_id


def assert_first_run_alone(client: MlflowClient, first: str, later: str) -> None:
    run = client.get_run(first)
    assert (run.data.params, run.data.metrics) == ({"rate": "0.1"}, {"loss": 0.5})
    assert [point.step for point in client.get_metric_history(first, "loss")] == [1]
    with pytest.raises(MlflowException, match="not found"):
        client.get_run(later)
    # The store goes on where the copy ended.
    assert client.get_run(logged(client, "after the restore")).info.status == "RUNNING"


def test_sqlite_is_copied_and_restored(tmp_path: Path) -> None:
    assert "`sqlite3 mlflow.db \"VACUUM INTO 'copy.db'\"`" in PAGE
    with running_server(tmp_path, "--backend-store-uri", "sqlite:///mlflow.db") as server:
        first = logged(MlflowClient(server.rest), "first")
        with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
            connection.execute(f"VACUUM INTO '{tmp_path}/copy.db'")
        later = logged(MlflowClient(server.rest), "later")
    with running_server(tmp_path, "--backend-store-uri", "sqlite:///copy.db") as server:
        assert_first_run_alone(MlflowClient(server.rest), first, later)


@pytest.mark.slow
def test_postgresql_is_copied_and_restored(tmp_path: Path, postgres_server: Any) -> None:
    def run(command: str, url: str) -> None:
        command = command.replace("postgresql://mlflow@10.0.0.5/mlflow", url)
        path = f"{postgres_server.programs}:{environment()['PATH']}"
        subprocess.run(["bash", "-euc", command], cwd=tmp_path, env=environment(PATH=path), check=True, timeout=60)

    with postgres_server.database() as original, postgres_server.database() as restored:
        with running_server(tmp_path, "--backend-store-uri", original) as server:
            first = logged(MlflowClient(server.rest), "first")
            run(documented("pg_dump"), original)
            later = logged(MlflowClient(server.rest), "later")
        run(documented("pg_restore"), restored)
        with running_server(tmp_path, "--backend-store-uri", restored) as server:
            assert_first_run_alone(MlflowClient(server.rest), first, later)
