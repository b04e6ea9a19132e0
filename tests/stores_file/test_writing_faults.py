"""Writes into folders that others have spoilt, share, or move meanwhile: nothing outside, nothing by halves."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddModelInput,
    AddModelOutput,
    AddParam,
    AppendPoints,
    Change,
    RemoveTag,
    SetExperimentStage,
    SetExperimentTag,
    SetTag,
)
from trackwell_service.domain.entities import Dataset, DatasetInput, ExperimentInfo, LifecycleStage, ModelOutput
from trackwell_service.domain.errors import InvalidParameter, ResourceConflict, ResourceExhausted, TrackwellError
from trackwell_service.domain.mutations import Decision, State
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore, disk

POINT = Columns.of([(1, 2, 0.5)])


def outcome(write: Writer, *changes: Change) -> object:
    return write.outcome(lambda _: Decision(changes, None))


def refused(write: Writer, *changes: Change) -> TrackwellError:
    told = outcome(write, *changes)
    assert isinstance(told, TrackwellError), told
    return told


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if not path.name.startswith(".trackwell.")
    }


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("0/r/tags", SetTag("r", "secret", "theirs")),
        ("0/r/tags", RemoveTag("r", "secret")),
        ("0/r/params", AddParam("r", "new", "v")),
        ("0/r/metrics", AppendPoints("r", "secret", POINT)),
        ("0/r/inputs", AddModelInput("r", "m-1")),
        ("0/r/outputs", AddModelOutput("r", ModelOutput("m-1", 0))),
        ("0/datasets", AddDatasetInput("r", DatasetInput(Dataset("d", "1", "local", "/x"), {}))),
        ("0/tags", SetExperimentTag(0, "secret", "theirs")),
        ("0/r/tags/deep", SetTag("r", "deep/secret", "theirs")),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_link_in_the_place_of_a_folder_leads_nobody_out(
    write: Writer, root: Path, tmp_path: Path, place: str, change: Change
) -> None:
    write.run("r")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("kept")
    linked = root / place
    linked.parent.mkdir(exist_ok=True)
    if linked.is_dir():
        linked.rmdir()
    linked.symlink_to(outside)
    before = contents(root)
    refusal = refused(write, SetTag("r", "before", "v") if place != "0/r/tags" else AddParam("r", "p", "v"), change)
    assert isinstance(refusal, InvalidParameter)
    assert contents(outside) == {"secret": b"kept"}
    assert contents(root) == before


@pytest.mark.parametrize("change", [SetTag("r", "secret", "theirs"), RemoveTag("r", "secret")])
def test_a_link_that_appears_while_the_request_is_written_leads_nobody_out(
    write: Writer, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    write.run("r")
    write.changes(SetTag("r", "secret", "v"))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("kept")
    tags = root / "0/r/tags"
    real = disk.write_new

    def write_new(path: str, data: bytes, *, sync: bool) -> None:
        real(path, data, sync=sync)
        if b"MODEL" in data:  # the input, which is written after the tag
            tags.rename(tmp_path / "tags")
            tags.symlink_to(outside)

    monkeypatch.setattr(disk, "write_new", write_new)
    assert isinstance(refused(write, change, AddModelInput("r", "m-1")), InvalidParameter)
    assert contents(outside) == {"secret": b"kept"}
    assert not (root / "0/r/inputs").exists()


@pytest.mark.parametrize("kind", ["params", "tags"])
@pytest.mark.parametrize("key", ["secret", "deep/secret"])
def test_nothing_is_read_through_a_link_to_decide(
    write: Writer, root: Path, tmp_path: Path, kind: str, key: str
) -> None:
    """A param that differs is shown in the refusal: it must be the store's."""
    write.run("r")
    (tmp_path / "outside/deep").mkdir(parents=True)
    (tmp_path / "outside" / key).write_text("hidden")
    folder = root / "0/r" / kind
    if folder.is_dir():
        folder.rmdir()
    folder.symlink_to(tmp_path / "outside")
    seen = write.outcome(lambda state: Decision((), state.param("r", key) if kind == "params" else state.tag("r", key)))
    assert seen is None


# -- opening


@pytest.mark.parametrize("data", [b"", b"\0garbage: ["])
def test_a_store_whose_only_experiment_cannot_be_read_is_opened(root: Path, data: bytes) -> None:
    (root / "0").mkdir(parents=True)
    (root / "0/meta.yaml").write_bytes(data)
    store = opened_at(root)
    try:
        assert not store.has_experiments()
        Writer(store).changes(AddExperiment(ExperimentInfo(1, "one", "file:///x", LifecycleStage.ACTIVE, 1, 1)))
        assert store.experiment_by_name("one") is not None
    finally:
        store.close()
    assert (root / "0/meta.yaml").read_bytes() == data


def test_opening_writes_nothing_through_a_link_in_the_place_of_an_experiment(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "0").symlink_to(outside)
    opened_at(root).close()
    assert list(outside.iterdir()) == []


# -- what fails halfway


def failing_at(monkeypatch: pytest.MonkeyPatch, name: str, end: str, number: int) -> None:
    """From now on the function of `os` fails for paths with that end."""
    real = getattr(os, name)

    def fails(path: Any, *arguments: Any, **named: Any) -> Any:
        if str(path).endswith(end):
            raise OSError(number, os.strerror(number))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, name, fails)


@pytest.mark.parametrize("folder", ["/tags", "/deep", "/inputs"])
def test_a_disk_too_full_for_a_folder_leaves_nothing_of_the_request(
    write: Writer, root: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    write.run("r")
    before = contents(root)
    failing_at(monkeypatch, "mkdir", folder, errno.ENOSPC)
    change: dict[str, Change] = {
        "/tags": SetTag("r", "t", "v"),
        "/deep": SetTag("r", "deep/t", "v"),
        "/inputs": AddModelInput("r", "m"),
    }
    changes = (AddParam("r", "p", "v"), AddParam("r", "a/b", "v"), AppendPoints("r", "m", POINT), change[folder])
    assert isinstance(refused(write, *changes), ResourceExhausted)
    assert contents(root) == before


def test_a_failed_request_leaves_no_folder_that_forbids_a_key(
    write: Writer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write.run("r")
    before = contents(root)
    with monkeypatch.context() as patched:
        full = OSError(errno.ENOSPC, "full")
        patched.setattr(disk, "append", Mock(side_effect=full))
        changes = (AddParam("r", "a/b/c", "v"), AppendPoints("r", "m/n", POINT), SetTag("r", "t/u", "v"))
        assert isinstance(refused(write, *changes), ResourceExhausted)
    assert contents(root) == before
    write.changes(AddParam("r", "a", "v"), AppendPoints("r", "m", POINT), SetTag("r", "t", "v"))


@pytest.mark.parametrize("theirs", [b"", b"9 9.0 9\n"])
@pytest.mark.parametrize("before", [b"", b"1 0.5 1\n", b"1 0.5"])
def test_taking_points_back_keeps_those_of_others(
    write: Writer, root: Path, monkeypatch: pytest.MonkeyPatch, theirs: bytes, before: bytes
) -> None:
    """Another program appends to the first metric, then the second one cannot be written."""
    write.run("r")
    metrics = root / "0/r/metrics"
    if before:
        (metrics / "a").write_bytes(before)
    real = disk.append

    def append(path: str, lines: bytes, *, sync: bool) -> None:
        if path.endswith("/b"):
            with (metrics / "a").open("ab") as file:
                file.write(theirs)
            raise OSError(errno.ENOSPC, "full")
        real(path, lines, sync=sync)

    monkeypatch.setattr(disk, "append", append)
    refused(write, AppendPoints("r", "a", POINT), AppendPoints("r", "b", POINT))
    after = (metrics / "a").read_bytes() if (metrics / "a").exists() else b""
    if theirs:
        assert after.startswith(before)
        assert after.endswith(theirs)
    else:
        assert after == before
    assert (metrics / "a").exists() == bool(before or theirs)
    assert not (metrics / "b").exists()


def test_a_system_without_hard_links_takes_params(
    store: FileStore, write: Writer, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    write.run("r")
    failing_at(monkeypatch, "link", "", errno.EPERM)
    write.changes(AddParam("r", "a/p", "first"))

    def decide(state: State) -> Decision[None]:
        if state.param("r", "q") is None:
            (root / "0/r/params/q").write_text("theirs")
            return Decision((AddParam("r", "q", "ours"),), None)
        raise InvalidParameter("Changing param values is not allowed.")

    assert isinstance(write.outcome(decide), InvalidParameter)
    assert store.load_runs(["r"])["r"].params == {"a/p": "first", "q": "theirs"}


# -- folders that several users share


def test_a_run_of_another_user_is_written_to(store: FileStore, write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a folder's owner may set its time as he likes; whoever may write may set it to now."""
    write.run("r")
    real = os.utime

    def as_no_owner(path: str, *times: Any, **named: Any) -> None:
        if times or named:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        real(path)

    monkeypatch.setattr(os, "utime", as_no_owner)
    write.changes(AddParam("r", "p", "v"))
    monkeypatch.setattr(os, "utime", Mock(side_effect=PermissionError(errno.EPERM, "Operation not permitted")))
    write.changes(AddParam("r", "q", "v"))
    monkeypatch.undo()
    assert store.load_runs(["r"])["r"].params == {"p": "v", "q": "v"}


# -- experiments that a job still writes to


def stage(experiment_id: int, to: LifecycleStage) -> SetExperimentStage:
    return SetExperimentStage(experiment_id, to, 5)


def deleted_with_artifacts(store: FileStore, write: Writer, root: Path) -> None:
    """Experiment 1 is deleted while a job that logs to its run goes on."""
    write.changes(AddExperiment(ExperimentInfo(1, "one", "file:///x", LifecycleStage.ACTIVE, 1, 1)))
    write.run("r", 1)
    write.changes(AddParam("r", "p", "v"))
    (root / "1/r/artifacts/old.txt").write_text("old")
    assert store.load_runs(["r"])
    write.changes(stage(1, LifecycleStage.DELETED))
    (root / "1/r/artifacts/deep").mkdir(parents=True)
    (root / "1/r/artifacts/deep/new.txt").write_text("new")


def test_artifacts_written_after_its_deletion_do_not_hide_an_experiment(
    store: FileStore, write: Writer, root: Path
) -> None:
    deleted_with_artifacts(store, write, root)
    again = opened_at(root)
    try:
        for each in (store, again):
            found = each.experiment(1)
            assert found is not None
            assert found.info.stage is LifecycleStage.DELETED
            assert each.load_runs(["r"])["r"].params == {"p": "v"}
        write.changes(stage(1, LifecycleStage.ACTIVE))
        for each in (store, again):
            found = each.experiment(1)
            assert found is not None
            assert found.info.stage is LifecycleStage.ACTIVE
            assert each.load_runs(["r"])["r"].info.stage is LifecycleStage.ACTIVE
    finally:
        again.close()
    files = contents(root / "1/r/artifacts")
    assert files == {"old.txt": b"old", "deep": None, "deep/new.txt": b"new"}
    assert not (root / ".trash/1").exists()


def test_a_restoration_overwrites_no_artifact(store: FileStore, write: Writer, root: Path) -> None:
    deleted_with_artifacts(store, write, root)
    (root / "1/r/artifacts/old.txt").write_text("newer")
    assert isinstance(refused(write, stage(1, LifecycleStage.ACTIVE)), ResourceConflict)
    found = store.experiment(1)
    assert found is not None
    assert found.info.stage is LifecycleStage.DELETED
    (root / "1/r/artifacts/old.txt").rename(root / "1/r/artifacts/newer.txt")
    write.changes(stage(1, LifecycleStage.ACTIVE))
    files = contents(root / "1/r/artifacts")
    assert files == {"old.txt": b"old", "newer.txt": b"newer", "deep": None, "deep/new.txt": b"new"}


def test_a_restoration_that_others_disturb_says_so(
    store: FileStore, write: Writer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted_with_artifacts(store, write, root)
    failing_at(monkeypatch, "rename", ".trash/1", errno.ENOTEMPTY)
    assert isinstance(refused(write, stage(1, LifecycleStage.ACTIVE)), ResourceConflict)
    monkeypatch.undo()
    write.changes(stage(1, LifecycleStage.ACTIVE))
    assert store.load_runs(["r"])["r"].info.stage is LifecycleStage.ACTIVE
