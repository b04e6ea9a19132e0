"""Run by test_environments.py: starts the installed server, logs to it over gRPC and REST, and searches."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import mlflow
from mlflow import MlflowClient


def main() -> None:
    mlflow_command = str(Path(sys.executable).with_name("mlflow"))
    command = [mlflow_command, "server", "--port=0", "--grpc-port=0", "--backend-store-uri=sqlite:///mlflow.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            rest, grpc = _addresses(server)
            for number, uri in enumerate((grpc, rest)):
                mlflow.set_tracking_uri(uri)
                with mlflow.start_run():
                    mlflow.log_param("number", number)
                    mlflow.log_metric("loss", 0.5 - number, step=1)
                    mlflow.log_text("some text", "notes/a.txt")
            found = MlflowClient(rest).search_runs(["0"], "metrics.loss < 0")
            assert [run.data.params for run in found] == [{"number": "1"}], found
            with urllib.request.urlopen(f"{rest}/health") as answer:  # noqa: S310 - the server just started
                assert answer.status == 200
        finally:
            server.terminate()
            last_words, _ = server.communicate()
    assert server.returncode == 0, f"status {server.returncode}: {last_words}"


def _addresses(server: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the REST and gRPC addresses which the server tells when it is ready."""
    assert server.stdout is not None
    text = ""
    for line in server.stdout:
        text += line
        rest = re.search(r"REST +(http://[\d.]+:\d+)", text)
        grpc = re.search(r"gRPC +([\d.]+:\d+)", text)
        if rest and grpc:
            return rest[1], f"grpc://{grpc[1]}"
    raise AssertionError(f"The server ended with:\n{json.dumps(text)}")


if __name__ == "__main__":
    main()
