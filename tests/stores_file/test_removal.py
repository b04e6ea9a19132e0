"""What a clean-up needs of a folder: when things were deleted, and that removing their folders is all it must do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.domain.changes import (
    AddExperiment,
    AppendPoints,
    Change,
    SetExperimentStage,
    SetRunStage,
    SetTag,
)
from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage, ViewType
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Decision
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore
from trackwell_service.stores.roles import ExperimentQuery, RunQuery

ACTIVE, DELETED = LifecycleStage.ACTIVE, LifecycleStage.DELETED
POINT = Columns.of([(1, 2, 0.5)])


def meta(path: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((path / "meta.yaml").read_bytes())
    return found


def shown(store: FileStore) -> tuple[list[str], list[str]]:
    runs = store.find_runs(RunQuery((0, 1), ViewType.ALL, None, (), 100)).items
    experiments = store.search_experiments(ExperimentQuery(ViewType.ALL, None, (), 100)).items
    return sorted(ref.run_id for ref in runs), sorted(experiment.info.name for experiment in experiments)


@pytest.fixture
def filled(write: Writer) -> Writer:
    """Run "r" and "gone" in experiment 0, "lost" in experiment 1."""
    write.changes(AddExperiment(ExperimentInfo(1, "one", "file:///x", ACTIVE, 1, 1)))
    for run_id, experiment_id in (("r", 0), ("gone", 0), ("lost", 1)):
        write.run(run_id, experiment_id)
        write.changes(SetTag(run_id, "t", "v"), AppendPoints(run_id, "m", POINT))
    return write


def test_the_time_of_deletion_is_kept_until_restoration(filled: Writer, root: Path) -> None:
    assert "deleted_time" not in meta(root / "0/gone")
    filled.changes(SetRunStage("gone", DELETED))
    first = meta(root / "0/gone")
    assert isinstance(first["deleted_time"], int)
    assert first["lifecycle_stage"] == "deleted"
    filled.changes(SetTag("gone", "t", "w"))
    assert meta(root / "0/gone")["deleted_time"] == first["deleted_time"]
    filled.changes(SetRunStage("gone", ACTIVE))
    assert "deleted_time" not in meta(root / "0/gone")


def test_a_deleted_experiment_lies_in_the_bin_with_its_runs(filled: Writer, root: Path) -> None:
    filled.changes(SetExperimentStage(1, DELETED, 77))
    assert not (root / "1").exists()
    assert meta(root / ".trash/1")["last_update_time"] == 77
    assert meta(root / ".trash/1/lost")["deleted_time"] is not None


@pytest.mark.parametrize("looked_before", [False, True])
def test_removed_folders_are_gone_for_a_running_store(
    store: FileStore, filled: Writer, root: Path, looked_before: bool
) -> None:
    filled.changes(SetRunStage("gone", DELETED))
    filled.changes(SetExperimentStage(1, DELETED, 2))
    if looked_before:
        assert shown(store) == (["gone", "lost", "r"], ["Default", "one"])
    shutil.rmtree(root / "0/gone")
    shutil.rmtree(root / ".trash/1")
    assert shown(store) == (["r"], ["Default"])
    assert store.load_runs(["gone", "lost", "r"]).keys() == {"r"}
    assert store.run_refs(["gone", "lost"]) == {}
    assert len(store.history("gone", "m", None, 10)) == 0
    assert store.experiment(1) is None
    assert store.experiment_by_name("one") is None
    # Who decides sees it gone, too; and what was decided before finds no place any more.
    assert filled.outcome(lambda state: Decision((), (state.run("gone"), state.experiment(1)))) == (None, None)
    late: tuple[Change, ...] = (AppendPoints("gone", "m", POINT), SetTag("gone", "t", "x"))
    assert isinstance(filled.outcome(lambda _: Decision(late, None)), TrackwellError)
    assert not (root / "0/gone").exists()
    # The names are free again.
    filled.run("gone")
    assert store.load_runs(["gone"])["gone"].tags == {}
    store.close()
    again = opened_at(root)
    try:
        assert shown(again) == (["gone", "r"], ["Default"])
    finally:
        again.close()
