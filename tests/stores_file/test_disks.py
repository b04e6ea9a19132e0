"""Disks that are really full or read-only, and what is flushed to them (issue 4)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.file_stores import opened_at
from support.writing import Writer, run_info
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddParam,
    AddRun,
    AppendPoints,
    Change,
    RemoveTag,
    SetExperimentStage,
    SetTag,
    UpdateRun,
)
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    ExperimentInfo,
    LifecycleStage,
    RunStatus,
    ViewType,
)
from trackwell_service.domain.errors import InvalidParameter, PermissionDenied, ResourceExhausted, TrackwellError
from trackwell_service.domain.mutations import Decision
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore, open_file_store
from trackwell_service.stores.roles import RunQuery

POINTS = Columns.of([(number, number, number / 3) for number in range(1000)])


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def outcome(write: Writer, *changes: Change) -> object:
    return write.outcome(lambda _: Decision(changes, None))


def files_of(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.name.startswith(".trackwell."))


def shown(store: FileStore) -> list[str]:
    return sorted(ref.run_id for ref in store.find_runs(RunQuery((0,), ViewType.ALL, None, (), 1000)).items)


def test_a_full_disk_refuses_and_recovers(small_disk: Path) -> None:
    root = small_disk / "mlruns"
    store = opened_at(root)
    write = Writer(store)
    made = 0
    try:
        write.run("grown")
        points = 0
        while True:
            # A new run with all that belongs to it, and a longer one: whichever does not fit leaves nothing.
            before, runs = files_of(root), shown(store)
            size = (root / "0/grown/metrics/m").stat().st_size if points else 0
            name = f"run{made}"
            told = outcome(
                write,
                AddRun(run_info(name)),
                *(AddParam(name, f"p{number}", "x" * 500) for number in range(5)),
                *(SetTag(name, f"t/{number}", "x" * 500) for number in range(5)),
                AppendPoints(name, "m", POINTS),
            )
            if isinstance(told, TrackwellError):
                assert isinstance(told, ResourceExhausted), told
                assert files_of(root) == before
                assert shown(store) == runs
                break
            made += 1
            told = outcome(write, AppendPoints("grown", "m", POINTS), SetTag("grown", "last", str(made)))
            if isinstance(told, TrackwellError):
                assert isinstance(told, ResourceExhausted), told
                size_now = (root / "0/grown/metrics/m").stat().st_size if points else 0
                assert size_now == size
                break
            points += len(POINTS)
        assert made > 3
        assert "room" in told.message
        assert shown(store) == sorted(["grown", *(f"run{number}" for number in range(made))])
        assert len(store.history("grown", "m", None, 10**6)) == len(POINTS) * bool(points)
        # Room is made, and it goes on.
        shutil.rmtree(root / "0/run0")
        write.run("after")
        assert "after" in shown(store)
    finally:
        store.close()
    again = opened_at(root)
    try:
        assert "run0" not in shown(again)
        assert len(shown(again)) == made + 1
    finally:
        again.close()


def test_a_read_only_mount_is_read_and_refuses_writes(small_disk: Path) -> None:
    root = small_disk / "mlruns"
    store = opened_at(root)
    Writer(store).run("r")
    Writer(store).changes(AddParam("r", "p", "v"))
    store.close()
    before = files_of(root)
    mount("-o", "remount,ro", str(small_disk))
    again = opened_at(root)
    try:
        assert shown(again) == ["r"]
        assert again.load_runs(["r"])["r"].params == {"p": "v"}
        for change in (AddParam("r", "q", "v"), AppendPoints("r", "m", POINTS), AddRun(run_info("new"))):
            told = outcome(Writer(again), change)
            assert isinstance(told, PermissionDenied), told
            assert "read-only" in told.message
        assert files_of(root) == before
    finally:
        again.close()


def test_a_new_store_on_a_read_only_mount_says_so(small_disk: Path) -> None:
    mount("-o", "remount,ro", str(small_disk))
    with pytest.raises(PermissionDenied, match=f"{small_disk}/mlruns' is on a read-only mount"):
        opened_at(small_disk / "mlruns")


@pytest.mark.parametrize("name", ["n" * 300, "/".join(["n" * 200] * 30)])
def test_a_folder_whose_path_is_too_long_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidParameter, match=rf"The folder '{tmp_path}/n+'… has a path of \d+ bytes"):
        opened_at(tmp_path / name)


def test_a_store_that_flushes_flushes_every_file_and_folder_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not flushed may be gone after a loss of power: the data of files, and the names in folders."""
    root = tmp_path / "mlruns"
    store = open_file_store(root, default_artifact_location=lambda _: "file:///x", sync=True)
    write = Writer(store)
    write.run("r")
    write.changes(SetTag("r", "gone/soon", "v"))
    flushed: set[tuple[int, int]] = set()
    real = os.fsync

    def noted(descriptor: int) -> None:
        status = os.fstat(descriptor)
        flushed.add((status.st_dev, status.st_ino))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    dataset = DatasetInput(Dataset("d", "1", "local", "/x"), {})
    steps: list[tuple[Change, ...]] = [
        (
            AddRun(run_info("new")),
            AddParam("new", "a/b/c", "v"),
            SetTag("new", "t", "v"),
            AppendPoints("new", "m", POINTS),
        ),
        (AddParam("r", "a/b/c", "v"), SetTag("r", "t", "v"), AppendPoints("r", "x/m", POINTS)),
        (AppendPoints("r", "x/m", Columns.of([(1, 5000, 1.0)])), SetTag("r", "t", "w")),
        (UpdateRun("r", RunStatus.FINISHED, 5, "n"), RemoveTag("r", "gone/soon")),
        (AddDatasetInput("r", dataset),),
        (AddExperiment(ExperimentInfo(1, "one", "file:///x", LifecycleStage.ACTIVE, 1, 1)),),
        (AddRun(run_info("of-one", 1)),),
        (SetExperimentStage(1, LifecycleStage.DELETED, 2),),
        (SetExperimentStage(1, LifecycleStage.ACTIVE, 3),),
    ]
    try:
        for changes in steps:
            before = states(root)
            flushed.clear()
            write.changes(*changes)
            changed = {inode for inode, state in states(root).items() if before.get(inode) != state}
            assert changed
            missing = [states(root)[inode] for inode in changed - flushed]
            assert missing == [], changes
    finally:
        monkeypatch.undo()
        store.close()


def states(root: Path) -> dict[tuple[int, int], object]:
    """What each file holds and each folder lists, by inode, since what only moves need not be flushed."""
    found: dict[tuple[int, int], object] = {}
    for folder, folders, files in os.walk(root):
        status = os.lstat(folder)
        own = [name for name in files if name.startswith(".trackwell.")]
        found[status.st_dev, status.st_ino] = sorted([*folders, *(name for name in files if name not in own)])
        for name in files:
            if name not in own:
                path = Path(folder, name)
                status = path.lstat()
                found[status.st_dev, status.st_ino] = (name, path.read_bytes())
    return found
