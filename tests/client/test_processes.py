"""How a program ends, forks and starts others, seen from outside (rest-facts §12, DESIGN §6)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

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


@pytest.mark.parametrize("tracking_uri", ["in-process"], indirect=True)
def test_a_child_goes_by_the_name_that_it_is_given(
    tracking_uri: str, client: MlflowClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What set_experiment exported neither clashes with that name nor wins over it, in grandchildren too."""
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", name + "-from-the-start")
    mlflow.set_experiment(name)
    grandchild = "import mlflow; mlflow.log_metric('m', 1)"
    child = f"import mlflow, subprocess, sys; {{}}; subprocess.run([sys.executable, '-c', {grandchild!r}], check=True)"
    choices = {
        "mlflow.log_metric('m', 1)": None,
        "mlflow.log_metric('m', 2)": name + "-other",
        f"mlflow.set_experiment({name!r} + '-third')": name + "-other",
    }
    for code, given in choices.items():
        variables = os.environ if given is None else {**os.environ, "MLFLOW_EXPERIMENT_NAME": given}
        subprocess.run(
            [sys.executable, "-W", "error", "-c", child.format(code)], check=True, timeout=120, env=variables
        )
    assert [len(_runs(name)), len(_runs(name + "-other")), len(_runs(name + "-third"))] == [2, 2, 1]
    assert client.get_experiment_by_name(name + "-from-the-start") is None


@pytest.mark.parametrize("tracking_uri", ["in-process"], indirect=True)
def test_two_variables_of_the_user_still_clash(client: MlflowClient, name: str) -> None:
    mlflow.set_experiment(name)
    variables = {**os.environ, "MLFLOW_EXPERIMENT_NAME": name + "-other", "MLFLOW_EXPERIMENT_ID": "0"}
    done = subprocess.run(
        [sys.executable, "-c", "import mlflow; mlflow.start_run()"],
        capture_output=True, text=True, timeout=120, check=False, env=variables,
    )  # fmt: skip
    assert "Unset one of them" in done.stderr


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


TERMINATED = """
import mlflow, os, signal, sys, threading, time
{before}
{start}
{after}
print("ready", flush=True)
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(60)
"""


def test_sigterm_kills_open_runs_and_the_process(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        TERMINATED.format(
            before="",
            start="mlflow.start_run(); mlflow.start_run(nested=True)",
            after="mlflow.log_metric('m', 1, synchronous=False)",
        )
    )
    assert (code, output) == (-signal.SIGTERM, "ready\n")
    outer, inner = _runs(name)
    assert [run.info.status for run in (outer, inner)] == ["KILLED"] * 2
    assert inner.data.metrics == {"m": 1.0}


def test_sigterm_after_the_end_of_a_run_changes_nothing(run_script: RunScript, name: str) -> None:
    code, output = run_script(TERMINATED.format(before="", start="mlflow.start_run()", after="mlflow.end_run()"))
    assert (code, output) == (-signal.SIGTERM, "ready\n")
    assert [run.info.status for run in _runs(name)] == ["FINISHED"]


def test_a_handler_of_the_programs_own_is_left_alone(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        TERMINATED.format(
            before="signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))", start="mlflow.start_run()", after=""
        )
    )
    assert (code, output) == (7, "ready\n")
    assert [run.info.status for run in _runs(name)] == ["FINISHED"]


def test_a_later_handler_can_go_on_with_ours(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        TERMINATED.format(
            before="",
            start="mlflow.start_run(); ours = signal.getsignal(signal.SIGTERM)",
            after="signal.signal(signal.SIGTERM, lambda *a: (print('own', flush=True), ours(*a)))",
        )
    )
    assert (code, output) == (-signal.SIGTERM, "ready\nown\n")
    assert [run.info.status for run in _runs(name)] == ["KILLED"]


def test_a_run_of_another_thread_is_killed_too(run_script: RunScript, name: str) -> None:
    """The handler can be installed by the main thread only: by its own first run, here a nested one's sibling."""
    code, output = run_script(
        TERMINATED.format(
            before="thread = threading.Thread(target=mlflow.start_run); thread.start(); thread.join()",
            start="assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL; mlflow.start_run()",
            after="",
        )
    )
    assert (code, output) == (-signal.SIGTERM, "ready\n")
    assert [run.info.status for run in _runs(name)] == ["KILLED"] * 2


def test_a_forked_child_that_is_terminated_leaves_the_run_open(run_script: RunScript, name: str) -> None:
    code, output = run_script(
        """
import mlflow, os, signal, time
with mlflow.start_run() as run:
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    print(os.waitstatus_to_exitcode(os.wait()[1]), mlflow.get_run(run.info.run_id).info.status)
""",
    )
    assert (code, output.splitlines()[-1:]) == (0, [f"{-signal.SIGTERM} RUNNING"]), output
    assert [run.info.status for run in _runs(name)] == ["FINISHED"]


def test_a_spawned_pool_logs_to_runs_of_its_own(run_script: RunScript, name: str, tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(
        "import mlflow\n"
        "def train(number):\n"
        "    assert mlflow.active_run() is None\n"
        "    with mlflow.start_run(run_name=f'child {number}'):\n"
        "        mlflow.log_metric('number', number)\n"
    )
    code, output = run_script(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import mlflow, multiprocessing, work\n"
        "if __name__ == '__main__':\n"
        "    with mlflow.start_run(run_name='parent'), multiprocessing.get_context('spawn').Pool(2) as pool:\n"
        "        pool.map(work.train, range(4))\n"
        "        pool.close(); pool.join()\n"
    )
    assert (code, output) == (0, "")
    runs = {str(run.info.run_name): run for run in _runs(name)}
    assert sorted(runs) == ["child 0", "child 1", "child 2", "child 3", "parent"]
    assert {run.info.status for run in runs.values()} == {"FINISHED"}
    assert runs["child 3"].data.metrics == {"number": 3.0}


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
