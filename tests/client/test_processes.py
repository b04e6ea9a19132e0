"""How a program ends, forks and starts others, seen from outside (rest-facts §12, DESIGN §6)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

import mlflow
from mlflow import MlflowClient

pytestmark = pytest.mark.slow

RunScript = Callable[[str], tuple[int, str]]


@pytest.fixture
def run_script(tracking_uri: str, name: str) -> RunScript:
    """Runs a script whose runs go to a new experiment; returns its exit code and what it printed."""
    mlflow.set_experiment(name)

    def run(code: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def _runs(name: str) -> list[mlflow.entities.Run]:
    return mlflow.search_runs(experiment_names=[name], order_by=["start_time ASC"], output_format="list")


def test_an_open_run_is_ended_at_exit(run_script: RunScript, name: str) -> None:
    code, output = run_script("import mlflow; mlflow.log_metric('m', 1)")
    assert (code, output) == (0, "")
    [run] = _runs(name)
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"m": 1.0})
    assert run.info.end_time is not None


def test_an_uncaught_exception_outside_a_block_ends_it_too(run_script: RunScript, name: str) -> None:
    code, output = run_script("import mlflow; mlflow.start_run(); raise SystemError('boom')")
    assert code == 1
    assert output.rstrip().endswith("SystemError: boom")
    assert [run.info.status for run in _runs(name)] == ["FINISHED"]


def test_an_uncaught_exception_in_a_block_fails_it(run_script: RunScript, name: str) -> None:
    code, _ = run_script("import mlflow\nwith mlflow.start_run():\n    raise ValueError('boom')")
    assert code == 1
    assert [run.info.status for run in _runs(name)] == ["FAILED"]


def test_exit_codes_are_left_alone(run_script: RunScript, name: str) -> None:
    code, output = run_script("import mlflow, sys; mlflow.start_run(); sys.exit(7)")
    assert (code, output) == (7, "")
    assert [run.info.status for run in _runs(name)] == ["FINISHED"]


def test_nested_open_runs_and_those_of_threads_are_ended(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        "import mlflow, threading\n"
        "mlflow.start_run(); mlflow.start_run(nested=True)\n"
        "thread = threading.Thread(target=mlflow.start_run); thread.start(); thread.join()",
    )
    assert (code, output) == (0, "")
    assert [run.info.status for run in _runs(name)] == ["FINISHED"] * 3


def test_a_forked_child_logs_to_the_run_and_leaves_it_open(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        """
import mlflow, multiprocessing, os, sys, warnings

# Python 3.12 and later warn of forks beside threads, which grpc has.
warnings.simplefilter("ignore", DeprecationWarning)

def work(number):
    mlflow.log_metric(f"child{number}", number)
    with mlflow.start_run(nested=True):
        mlflow.log_metric("own", number)

with mlflow.start_run() as run:
    mlflow.log_metric("before", 1)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=work, args=(number,)) for number in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    if os.fork() == 0:
        mlflow.log_metric("forked", 1)
        sys.exit(0)
    os.wait()
    mlflow.log_metric("after", 1)
    print([child.exitcode for child in children], mlflow.get_run(run.info.run_id).info.status)
""",
    )
    assert (code, output.splitlines()[-1:]) == (0, ["[0, 0] RUNNING"]), output
    outer, *inner = _runs(name)
    assert (outer.info.status, sorted(outer.data.metrics)) == (
        "FINISHED",
        ["after", "before", "child0", "child1", "forked"],
    )
    assert [run.info.status for run in inner] == ["FINISHED"] * 2
    assert {run.data.tags["mlflow.parentRunId"] for run in inner} == {outer.info.run_id}


def test_a_spawned_child_finds_service_and_experiment(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        "import mlflow, subprocess, sys\n"
        f"mlflow.set_experiment({name + '-child'!r})\n"
        "subprocess.run([sys.executable, '-c', 'import mlflow; mlflow.log_metric(\"m\", 1)'], check=True)",
    )
    assert (code, output) == (0, "")
    assert [run.data.metrics for run in _runs(name + "-child")] == [{"m": 1.0}]


def test_the_script_is_the_source(run_script: RunScript, name: str) -> None:
    run_script("import mlflow; mlflow.start_run()")
    tags = _runs(name)[0].data.tags
    assert (tags["mlflow.source.name"], tags["mlflow.source.type"]) == ("-c", "LOCAL")


def test_writes_before_the_exit_are_there(run_script: RunScript, name: str) -> None:
    run_script(
        "import mlflow, os\nwith mlflow.start_run():\n    mlflow.log_metric('m', 1)\n    os._exit(3)",
    )
    [run] = _runs(name)
    assert (run.info.status, run.data.metrics) == ("RUNNING", {"m": 1.0})
    MlflowClient().set_terminated(run.info.run_id, "KILLED")
