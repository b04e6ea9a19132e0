"""What is done at a process's end, also at one that is interrupted or comes without `atexit` (DESIGN §6)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mlflow import MlflowClient, MlflowException
from mlflow.tracking import _state
from mlflow.tracking._async.files import FileQueue


class _OpenRun:
    ended = False

    def __init__(self) -> None:
        self.process_id = os.getpid()


class _Recorder:
    """A queue and a transport that write down what is done to them."""

    def __init__(self, *, interrupted: bool) -> None:
        self.done: list[str] = []
        self._interrupted = interrupted

    def finish(self) -> None:
        if self._interrupted:
            raise KeyboardInterrupt

    def keep_rest(self) -> None:
        self.done.append("kept")

    def close(self) -> None:
        self.done.append("closed")


def _process_with(recorder: _Recorder) -> _state._Process:
    process = _state._Process()
    process.async_queues = {"first": recorder, "second": recorder}  # type: ignore[dict-item]  # what `_finish` uses
    process.transports = {"uri": (None, recorder)}  # type: ignore[dict-item]  # what `_finish` uses
    process.open_runs = [_OpenRun()]
    process.end_run = lambda _, status: recorder.done.append(status)
    return process


def test_an_interrupted_exit_keeps_what_was_queued_and_ends_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = _Recorder(interrupted=True)
    monkeypatch.setattr(_state, "_process", _process_with(recorder))
    with pytest.raises(KeyboardInterrupt):
        _state._finish()
    assert recorder.done == ["kept", "kept", "KILLED", "closed"]


def test_an_exit_finishes_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = _Recorder(interrupted=False)
    monkeypatch.setattr(_state, "_process", _process_with(recorder))
    _state._finish()
    assert recorder.done[-2:] == ["FINISHED", "closed"]


def test_an_exit_tries_one_file_when_the_service_is_away(caplog: pytest.LogCaptureFixture) -> None:
    queue = FileQueue()
    tried: list[int] = []
    outcomes: list[Exception | None] = [
        MlflowException("no such run", "RESOURCE_DOES_NOT_EXIST"),
        None,
        MlflowException("away", "TEMPORARILY_UNAVAILABLE"),
    ]

    def store() -> None:
        tried.append(1)
        outcome = outcomes[len(tried) - 1]
        if outcome is not None:
            raise outcome

    queue.pause(0)
    stored = [queue.submit("r", store) for _ in range(10)]
    finishing = threading.Thread(target=queue.finish)
    finishing.start()
    while not queue._exiting:
        finishing.join(0.001)
    queue.resume()
    finishing.join(60)
    assert len(tried) == 3
    assert [isinstance(future.exception(60), MlflowException) for future in stored] == [True, False, *[True] * 8]
    assert caplog.text.count("is lost: away") == 8


CHILDREN = """
import multiprocessing, sys, warnings
import mlflow

warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads

def train(uri, number):
    mlflow.set_tracking_uri(uri)
    mlflow.start_run(run_name=str(number))
    for step in range(100):
        mlflow.log_metric("m", step, step=step, synchronous=False)

if __name__ == "__main__":
    uri, method = sys.argv[1:]
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run(run_name="parent"):
        mlflow.log_metric("m", 0, synchronous=False)
    context = multiprocessing.get_context(method)
    for number in range(2):
        child = context.Process(target=train, args=(uri, number))
        child.start()
        child.join(60)
        assert child.exitcode == 0, child.exitcode
"""


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_children_of_multiprocessing_end_as_the_program_itself_does(method: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(CHILDREN)
    uri = f"sqlite:///{tmp_path / 'tracking.db'}"
    done = subprocess.run(
        [sys.executable, str(script), uri, method], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    client = MlflowClient(uri)
    runs = client.search_runs(["0"])
    assert {(run.info.run_name, run.info.status) for run in runs} == {
        (name, "FINISHED") for name in ("parent", "0", "1")
    }
    for run in runs:
        points = client.get_metric_history(run.info.run_id, "m")
        assert len(points) == (1 if run.info.run_name == "parent" else 100)
