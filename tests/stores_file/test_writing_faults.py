"""Writes into folders that others have spoilt, share, or move meanwhile: nothing outside, nothing by halves."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.writing import Writer
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddModelInput,
    AddModelOutput,
    AddParam,
    AppendPoints,
    Change,
    RemoveTag,
    SetExperimentTag,
    SetTag,
)
from trackwell_service.domain.entities import Dataset, DatasetInput, ModelOutput
from trackwell_service.domain.errors import InvalidParameter, TrackwellError
from trackwell_service.domain.mutations import Decision
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore

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
