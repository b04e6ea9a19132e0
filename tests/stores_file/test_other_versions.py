"""Folders that MLflow wrote are read in full, and MLflow reads ours in full (rest-facts §10)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.file_stores import opened_at
from support.other_mlflows import FIXTURE_ROOT, FIXTURES, VERSIONS, Shown, collect_garbage, run_script
from trackwell_service.domain.entities import ViewType
from trackwell_service.stores.roles import RunQuery

NOT_OF_ALL_VERSIONS = {"datasets", "models"}
"""What 1.30 does not know of runs, and 2.22 not of models."""


def assert_same(theirs: Shown, ours: Shown) -> None:
    """Everything that they show, we show; what we show more is what their version does not know."""
    assert len(theirs) == len(ours)
    for their_experiment, our_experiment in zip(theirs, ours, strict=True):
        their_runs, our_runs = their_experiment.pop("runs"), our_experiment.pop("runs")
        assert our_experiment == their_experiment
        assert len(our_runs) == len(their_runs)
        for their_run, our_run in zip(their_runs, our_runs, strict=True):
            assert our_run.keys() - their_run.keys() <= NOT_OF_ALL_VERSIONS
            assert {name: our_run.get(name) for name in their_run} == their_run


def runs_of(shown: Shown) -> list[dict[str, Any]]:
    return [run for experiment in shown for run in experiment["runs"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_folder_of_mlflow_is_read_in_full(tmp_path: Path, version: str) -> None:
    """The fixtures were written, and the expected values read, by that version (`support.other_mlflows`)."""
    folder = tmp_path / "mlruns"
    shutil.copytree(FIXTURES / version, folder)
    for meta in folder.rglob("meta.yaml"):
        meta.write_text(meta.read_text().replace(FIXTURE_ROOT, str(folder)))
    expected: Shown = json.loads((FIXTURES / f"{version}.json").read_text().replace(FIXTURE_ROOT, str(folder)))
    assert {run["lifecycle_stage"] for run in runs_of(expected)} == {"active", "deleted"}
    before = contents(folder)
    assert_same(expected, *run_script(None, f"read:{folder}"))
    assert contents(folder) == before


def contents(folder: Path) -> dict[str, bytes]:
    """All files but our own two."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".trackwell.")
    }


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_mlflow_and_we_take_turns(tmp_path: Path, version: str) -> None:
    """In a folder that it made and in one that we made, each reads and continues what the other wrote."""
    its, ours = tmp_path / "its", tmp_path / "ours"
    [made] = run_script(version, f"write:{its}:theirs", f"read:{its}")
    found, written = run_script(None, f"read:{its}", f"continue:{its}", f"write:{ours}:ours", f"read:{ours}")
    assert_same(made, found)
    assert len(runs_of(written)) == 7
    continued, again, found = run_script(
        *(version, f"read:{its}", f"continue:{its}", f"read:{its}"),
        *(f"read:{ours}", f"continue:{ours}", f"write:{ours}:theirs"),
    )
    assert_same(found, written)
    assert_continued(continued, times=1)
    assert_continued(again, times=2)
    found, in_turns = run_script(None, f"read:{its}", f"continue:{ours}", f"read:{ours}")
    assert_same(again, found)
    [found] = run_script(version, f"read:{ours}")
    assert len(runs_of(found)) == 14
    assert_continued(found, times=1)
    assert_same(found, in_turns)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_mlflow_removes_what_was_deleted_here(tmp_path: Path, version: str) -> None:
    """`mlflow gc` finds deleted runs by their time of deletion, and deleted experiments in the bin."""
    folder = tmp_path / "mlruns"
    [written] = run_script(None, f"write:{folder}:ours", f"read:{folder}")
    store = opened_at(folder)
    try:
        numbers = tuple(int(experiment["experiment_id"]) for experiment in written)
        query = RunQuery(numbers, ViewType.ALL, None, (), 100)
        assert len(store.find_runs(query).items) == 8
        collect_garbage(version, folder, "--older-than", "1d")
        assert len(store.find_runs(query).items) == 8
        collect_garbage(version, folder)
        kept = {run["run_id"] for run in runs_of(written) if run["lifecycle_stage"] == "active"}
        assert {ref.run_id for ref in store.find_runs(query).items} == kept
    finally:
        store.close()
    [seen] = run_script(None, f"read:{folder}")
    assert {run["run_id"] for run in runs_of(seen)} == kept
    assert {experiment["lifecycle_stage"] for experiment in seen} == {"active"}


def assert_continued(shown: Shown, *, times: int) -> None:
    """Every run which is not deleted has at least so many params that were added later."""
    for run in runs_of(shown):
        added = [key for key in run["params"] if key.startswith("continued-")]
        assert len(added) >= times or run["lifecycle_stage"] == "deleted"
        assert all(f"fresh/metric-{key.removeprefix('continued-')}" in run["metrics"] for key in added)
