"""Without any setting everything is in ./mlruns: what programs log there a server shows, and the other way round."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from support.server_process import ServerProcess, environment, mlflow, start_server

LOGGING = """
import mlflow
with mlflow.start_run(run_name="ours") as run:
    mlflow.log_param("p", "v")
    mlflow.log_metric("m", 0.5, step=3)
    mlflow.set_tag("t", "w")
    mlflow.log_text("hello", "note.txt")
print(run.info.run_id, run.info.artifact_uri)
"""


def post(server: ServerProcess, path: str, **body: object) -> Any:
    answer = requests.post(f"{server.rest}/api/2.0/mlflow/{path}", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def output_of(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("setting", [(), ("--backend-store-uri", "mlruns"), ("--backend-store-uri", "file:mlruns")])
def test_a_server_and_programs_meet_in_one_folder(tmp_path: Path, setting: tuple[str, ...]) -> None:
    run_id, artifact_uri = output_of(tmp_path, sys.executable, "-c", LOGGING).split()
    assert artifact_uri == f"{tmp_path.as_uri()}/mlruns/0/{run_id}/artifacts"
    assert (tmp_path / "mlruns/0" / run_id / "artifacts/note.txt").read_text() == "hello"
    server = start_server(tmp_path, *setting)
    try:
        runs = post(server, "runs/search", experiment_ids=["0"])["runs"]
        [run] = runs
        assert run["info"]["run_id"] == run_id
        assert run["data"]["params"] == [{"key": "p", "value": "v"}]
        assert run["data"]["metrics"][0]["value"] == 0.5
        made = post(server, "runs/create", experiment_id="0", run_name="theirs")["run"]["info"]
        # The server still runs: a process beside it finds what it made.
        listed = output_of(tmp_path, *mlflow("runs", "list", "--experiment-id", "0"))
        assert made["run_id"] in listed
        assert run_id in listed
        # ... and the server what the process makes.
        second, _ = output_of(tmp_path, sys.executable, "-c", LOGGING).split()
        found = post(server, "runs/search", experiment_ids=["0"], filter="metrics.m = 0.5")["runs"]
        assert [run["info"]["run_id"] for run in found] == [second, run_id]
        assert server.terminate() == 0
        assert "Traceback" not in server.log()
    finally:
        if server.process.poll() is None:
            server.kill()
    assert [path.name for path in tmp_path.glob("*.db")] == []
