"""Runs in the cells of a real notebook kernel (DESIGN §6, mission document "System Tags")."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

import mlflow
from mlflow.entities import Run

pytestmark = pytest.mark.slow

EXECUTE = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""

RunNotebook = Callable[..., list[str]]


@pytest.fixture(params=["in-process"])
def tracking_uri(database_uri: str) -> str:
    """Which run is active is no matter of the way to the service: one is enough."""
    mlflow.set_tracking_uri(database_uri)
    return database_uri


@pytest.fixture
def run_notebook(tracking_uri: str, name: str, tmp_path: Path) -> RunNotebook:
    """Runs cells in a kernel of their own, in a new experiment; what each of them printed."""
    mlflow.set_experiment(name)

    def run(*cells: str) -> list[str]:
        # nbformat and nbclient have no types.
        v4: Any = nbformat.v4
        path = tmp_path / "notebook.ipynb"
        nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells]), path)  # type: ignore[no-untyped-call]  # see above
        done = subprocess.run(
            [sys.executable, "-c", EXECUTE, str(path)], capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr
        executed: Any = nbformat.read(path, 4)  # type: ignore[no-untyped-call]  # see above
        return ["".join(output.get("text", "") for output in cell.outputs).strip() for cell in executed.cells]

    return run


def _runs(name: str) -> dict[str, Run]:
    found = mlflow.search_runs(experiment_names=[name], output_format="list")
    return {run.data.tags["mlflow.runName"]: run for run in found}


def test_a_run_lives_as_long_as_the_notebook_says(run_notebook: RunNotebook, name: str) -> None:
    printed = run_notebook(
        "import asyncio, mlflow\nrun = mlflow.start_run(run_name='outer')",
        "mlflow.log_metric('a', 1)\nprint(mlflow.active_run() is run)",
        "await asyncio.sleep(0)\nmlflow.log_metric('b', 2)\nprint(mlflow.active_run() is run)",
        "await asyncio.sleep(0)\ninner = mlflow.start_run(run_name='inner', nested=True)",
        "mlflow.log_metric('c', 3)\nprint(mlflow.active_run() is inner)\nmlflow.end_run()",
        "await asyncio.sleep(0)\nprint(mlflow.active_run() is run)\nmlflow.end_run()",
        "print(mlflow.active_run())",
    )
    assert printed[1:3] == ["True", "True"]
    assert printed[4:] == ["True", "True", "None"]
    runs = _runs(name)
    assert runs["outer"].data.metrics == {"a": 1.0, "b": 2.0}
    assert runs["inner"].data.metrics == {"c": 3.0}
    assert runs["inner"].data.tags["mlflow.parentRunId"] == runs["outer"].info.run_id
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


def test_tasks_of_a_cell_have_runs_of_their_own(run_notebook: RunNotebook, name: str) -> None:
    printed = run_notebook(
        """
import asyncio, mlflow
async def train(number):
    with mlflow.start_run(run_name=f"task {number}", nested=True) as own:
        await asyncio.sleep(0)
        mlflow.log_metric("number", number)
        await asyncio.sleep(0)
        return mlflow.active_run() is own
run = mlflow.start_run(run_name="outer")
""",
        "print(await asyncio.gather(*(train(number) for number in range(3))), mlflow.active_run() is run)",
        "task = asyncio.create_task(train(3))",
        "print(await task, mlflow.active_run() is run)",
        "with mlflow.start_run(run_name='block', nested=True):\n    await asyncio.sleep(0)\n    mlflow.set_tag('t', 1)",
        "print(mlflow.active_run() is run)\nmlflow.end_run()",
    )
    assert (printed[1], printed[3], printed[5]) == ("[True, True, True] True", "True True", "True")
    runs = _runs(name)
    assert sorted(runs) == ["block", "outer", "task 0", "task 1", "task 2", "task 3"]
    outer = runs.pop("outer")
    assert {run.data.tags["mlflow.parentRunId"] for run in runs.values()} == {outer.info.run_id}
    assert {run.info.status for run in (outer, *runs.values())} == {"FINISHED"}
    assert outer.data.metrics == {}


def test_a_failed_cell_leaves_the_run_open_and_the_kernels_end_ends_it(run_notebook: RunNotebook, name: str) -> None:
    printed = run_notebook(
        "import mlflow\nrun = mlflow.start_run(run_name='open')",
        "try:\n    with mlflow.start_run(run_name='failed', nested=True):\n        raise ValueError\n"
        "except ValueError:\n    print(mlflow.active_run() is run)",
        "mlflow.log_metric('m', 1, synchronous=False) and None",
    )
    assert printed[1] == "True"
    runs = _runs(name)
    assert (runs["open"].info.status, runs["failed"].info.status) == ("FINISHED", "FAILED")
    assert runs["open"].data.metrics == {"m": 1.0}


def test_tags_of_a_notebook(
    run_notebook: RunNotebook, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("commit", "-qm", "first", "--allow-empty")
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ann/train.ipynb")
    run_notebook("import mlflow\nwith mlflow.start_run(run_name='tags'): pass")
    tags = _runs(name)["tags"].data.tags
    assert tags["mlflow.source.type"] == "NOTEBOOK"
    assert tags["mlflow.source.name"] == "/home/ann/train.ipynb"
    assert tags["mlflow.source.git.commit"] == git("rev-parse", "HEAD")
