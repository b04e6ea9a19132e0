"""Asks the server for the best runs: through the Python API, and with curl over REST; fetches one file back."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

from rich.console import Console
from rich.table import Table
from serving import Server

import mlflow
from mlflow.entities import Run

SHOWN_RUNS = 5
FILTER = "metrics.test_accuracy > 0.9"
ORDER = "metrics.test_accuracy DESC"


def show(server: Server, experiment_name: str, downloads: Path, console: Console) -> None:
    experiment = mlflow.get_experiment_by_name(experiment_name)
    if experiment is None:
        raise LookupError(f"the server has lost the experiment {experiment_name!r}")
    runs = mlflow.search_runs(
        [experiment.experiment_id], FILTER, order_by=[ORDER], max_results=SHOWN_RUNS, output_format="list"
    )
    _print_table(runs, console)
    _fetch_report(runs[0], downloads, console)
    _ask_with_curl(server.rest_url, experiment.experiment_id, runs[0], console)


def _print_table(runs: list[Run], console: Console) -> None:
    table = Table(title="The best runs of all calls", title_justify="left")
    table.add_column("run", no_wrap=True)
    table.add_column("test accuracy", justify="right")
    table.add_column("train loss", justify="right")
    for run in runs:
        metrics = run.data.metrics
        table.add_row(run.info.run_name, f"{metrics['test_accuracy']:.3f}", f"{metrics['train_loss']:.4f}")
    console.print()
    console.print(table)


def _fetch_report(run: Run, downloads: Path, console: Console) -> None:
    path = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/report.json", dst_path=str(downloads)))
    report = json.loads(path.read_text())
    hardest = min((label for label in report["classes"] if label.isdigit()), key=lambda label: _recall(report, label))
    console.print(f"\nFetched report.json of the best run, {run.info.run_id}, to {path}:", soft_wrap=True)
    console.print(f"  its hardest digit is {hardest}, of which it finds {_recall(report, hardest):.0%}")


def _recall(report: dict[str, dict[str, dict[str, float]]], label: str) -> float:
    return report["classes"][label]["recall"]


def _ask_with_curl(rest_url: str, experiment_id: str, expected: Run, console: Console) -> None:
    query = {"experiment_ids": [experiment_id], "filter": FILTER, "order_by": [ORDER], "max_results": 1}
    command = ["curl", "-s", "-X", "POST", f"{rest_url}/api/2.0/mlflow/runs/search"]
    command += ["-H", "Content-Type: application/json", "-d", json.dumps(query)]
    console.print("\nThe same over REST:")
    console.print(f"$ {shlex.join(command)}", soft_wrap=True, style="dim", markup=False)
    if shutil.which("curl") is None:
        console.print("  (there is no curl on this machine)")
        return
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    info = answer["runs"][0]["info"]
    accuracy = next(metric for metric in answer["runs"][0]["data"]["metrics"] if metric["key"] == "test_accuracy")
    short = {"run_name": info["run_name"], "status": info["status"], accuracy["key"]: accuracy["value"]}
    console.print(f"  {json.dumps(short)} …", markup=False, soft_wrap=True)
    if info["run_id"] != expected.info.run_id:
        raise AssertionError("REST and gRPC disagree on the best run")
