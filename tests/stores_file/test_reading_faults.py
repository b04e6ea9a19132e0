"""Folders and cache files that somebody has spoilt while the store was open: nothing is read outside, nothing fails."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    SetExperimentTag,
    SetTag,
)
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    ExperimentInfo,
    LifecycleStage,
    ModelOutput,
    Run,
    ViewType,
)
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore, histories, meta_yaml
from trackwell_service.stores.file.places import ExperimentPlace, Places
from trackwell_service.stores.file.trees import COARSE_UNSETTLED_NS, UNSETTLED_NS, is_settled
from trackwell_service.stores.roles import HistoryPosition, RunQuery

POINT = Columns.of([(1, 2, 0.5)])
SECOND = 1_000_000_000


def search(store: FileStore, *experiment_ids: int) -> list[str]:
    page = store.find_runs(RunQuery(experiment_ids, ViewType.ALL, None, (), 100))
    return sorted(ref.run_id for ref in page.items)


def read(store: FileStore) -> Run:
    return store.load_runs(["r"])["r"]


def wait_until_settled() -> None:
    time.sleep(2 * UNSETTLED_NS / 1e9)


# -- names that are no text


def test_a_file_name_that_is_no_text_is_left_out(
    store: FileStore, write: Writer, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write.run("r")
    write.changes(AddParam("r", "p", "v"))
    params = os.fsencode(root / "0/r/params")
    Path(os.fsdecode(params + b"/\xff")).write_text("x")
    Path(os.fsdecode(params + b"/d\xff")).mkdir()
    Path(os.fsdecode(params + b"/d\xff/x")).write_text("x")
    wait_until_settled()
    with caplog.at_level(logging.WARNING):
        assert search(store, 0) == ["r"]
    assert read(store).params == {"p": "v"}
    assert caplog.text.count("its name is no text in UTF-8") == 2
    store.close()
    assert b'["p",' in (root / ".trackwell.cache").read_bytes(), "the run is kept nevertheless"


def test_a_run_that_json_cannot_tell_is_not_kept_and_the_others_are(
    store: FileStore, write: Writer, root: Path
) -> None:
    write.run("r")
    write.run("other")
    write.changes(AddModelInput("r", "m"))
    [meta] = (root / "0/r/inputs").rglob("meta.yaml")
    meta.write_text(meta.read_text().replace("position: 0", f"position: {10**30}"))
    assert str(10**30) in meta.read_text()
    wait_until_settled()
    assert search(store, 0) == ["other", "r"]
    store.close()
    kept = (root / ".trackwell.cache").read_bytes()
    assert b'[0,"other",' in kept
    assert b'[0,"r",' not in kept


# -- links that appear


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder with something to read below every name that is used here; it stays as it is."""
    folder = tmp_path / "outside"
    (folder / "b").mkdir(parents=True)
    for name in ("secret", "x", "b/secret", "b/x"):
        (folder / name).write_text("1 9.5 1\n")
    for kind in ("inputs", "outputs", "datasets"):
        made = folder / kind / "secret"
        made.mkdir(parents=True)
        (made / "meta.yaml").write_text(
            "destination_type: MODEL_OUTPUT\ndestination_id: secret\nsource_type: MODEL\nsource_id: secret\n"
            "tags: {}\nname: secret\ndigest: secret\n"
        )
    before = sorted(folder.rglob("*"))
    yield folder
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("kind", ["params", "tags", "metrics"])
def test_a_nested_folder_that_became_a_link_is_not_followed(
    store: FileStore, write: Writer, root: Path, outside: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    write.run("r")
    write.changes(AddParam("r", "a/b/x", "v"), SetTag("r", "a/b/x", "v"), AppendPoints("r", "a/b/x", POINT))
    wait_until_settled()
    read(store)
    shutil.rmtree(root / "0/r" / kind / "a")
    (root / "0/r" / kind / "a").symlink_to(outside)
    with caplog.at_level(logging.WARNING):
        run = read(store)
    shown = {"params": run.params, "tags": run.tags, "metrics": run.metrics}
    assert {each: list(values) for each, values in shown.items()} == {
        each: [] if each == kind else ["a/b/x"] for each in shown
    }
    assert f"{kind}/a is not shown" in caplog.text
    assert len(store.history("r", "a/b/x", None, 10)) == (kind != "metrics")
    assert len(store.history("r", "a/b/secret", None, 10)) == 0


@pytest.mark.parametrize("kind", ["params", "tags", "metrics", "inputs", "outputs"])
@pytest.mark.parametrize("known", [True, False])
def test_a_runs_folder_that_is_a_link_is_not_followed(
    store: FileStore,
    write: Writer,
    root: Path,
    outside: Path,
    kind: str,
    known: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write.run("r")
    write.changes(
        *(AddParam("r", "a/x", "v"), SetTag("r", "a/x", "v"), AppendPoints("r", "a/x", POINT)),
        *(AddModelInput("r", "m"), AddModelOutput("r", ModelOutput("m", 1))),
    )
    wait_until_settled()
    if known:
        read(store)
    folder = root / "0/r" / kind
    shutil.rmtree(folder)
    folder.symlink_to(outside / kind if kind.endswith("puts") else outside)
    with caplog.at_level(logging.WARNING):
        run = read(store)
    shown = (run.params, run.tags, run.metrics, run.model_inputs, run.model_outputs)
    assert [len(values) for values in shown].count(0) == 1
    assert "secret" not in repr(run)
    assert f"{folder} is not shown" in caplog.text
    assert len(store.history("r", "secret", None, 10)) == 0


@pytest.mark.parametrize("kind", ["tags", "datasets"])
def test_an_experiments_folder_that_is_a_link_is_not_followed(
    store: FileStore, write: Writer, root: Path, outside: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    write.run("r")
    write.changes(
        SetExperimentTag(0, "t", "v"),
        AddDatasetInput("r", DatasetInput(Dataset("d", "1", "local", "/x", None, None), {})),
    )
    [link_name] = [path.name for path in (root / "0/datasets").iterdir()]
    shutil.rmtree(root / "0" / kind)
    (outside / link_name).symlink_to(outside / "datasets/secret")
    (root / "0" / kind).symlink_to(outside)
    with caplog.at_level(logging.WARNING):
        run, experiment = read(store), store.experiment(0)
    (outside / link_name).unlink()
    assert experiment is not None
    assert (dict(experiment.tags), len(run.dataset_inputs)) == (({}, 1) if kind == "tags" else ({"t": "v"}, 0))
    assert f"0/{kind} is not shown" in caplog.text


def test_a_run_or_experiment_that_became_a_link_is_not_followed(
    store: FileStore, write: Writer, root: Path, tmp_path: Path
) -> None:
    write.changes(AddExperiment(ExperimentInfo(1, "e", "x", LifecycleStage.ACTIVE, 1, 1)))
    for run_id, experiment_id in (("r", 0), ("other", 1)):
        write.run(run_id, experiment_id)
        write.changes(AppendPoints(run_id, "m", POINT))
        assert len(store.history(run_id, "m", None, 10)) == 1
        assert store.load_runs([run_id]).keys() == {run_id}
    for name in ("0/r", "1"):
        (root / name).rename(tmp_path / "moved" if name == "1" else tmp_path / "r")
        (root / name).symlink_to(tmp_path / "moved" if name == "1" else tmp_path / "r")
    assert store.load_runs(["r", "other"]) == {}
    assert len(store.history("r", "m", None, 10)) == 0
    assert len(store.history("other", "m", None, 10)) == 0
    assert search(store, 0, 1) == []


# -- experiments that cannot be listed


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "gone")])
def test_an_experiment_that_cannot_be_listed_leaves_the_others(
    store: FileStore,
    write: Writer,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It may belong to somebody else, or be moved to the trash between a look and the listing."""
    write.changes(AddExperiment(ExperimentInfo(1, "e", "x", LifecycleStage.ACTIVE, 1, 1)))
    write.run("r")
    write.run("other", 1)
    real = Places.runs

    def failing(places: Places, place: ExperimentPlace) -> Iterator[os.DirEntry[str]]:
        if place.experiment_id == 1:
            raise error
        return real(places, place)

    monkeypatch.setattr(Places, "runs", failing)
    with caplog.at_level(logging.WARNING):
        assert search(store, 0, 1) == ["r"]
    assert ("1 is not shown: Permission denied" in caplog.text) == isinstance(error, PermissionError)
    monkeypatch.undo()
    assert search(store, 0, 1) == ["other", "r"]


def test_an_experiments_bad_meta_is_read_once_for_each_state(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = root / "7/meta.yaml"
    meta.parent.mkdir()
    meta.write_text("name: [\n")
    wait_until_settled()
    parsed: list[bytes] = []
    real = meta_yaml.parse

    def counting(data: bytes) -> meta_yaml.Meta:
        parsed.append(data)
        return real(data)

    monkeypatch.setattr(meta_yaml, "parse", counting)
    for _ in range(3):
        assert store.experiment(7) is None
    assert parsed == [b"name: [\n"]
    meta.write_text("name: seven\nexperiment_id: '7'\n")
    found = store.experiment(7)
    assert found is not None
    assert found.info.name == "seven"


# -- cache files


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'["k",', b'["k\\u0000",'),
        (b'["k",', b'["../../../../secret",'),
        (b'["k",', b'["/secret",'),
        (b'["k",', b'["a//k",'),
        (b'["k",', b'["a/k",'),
        (b'["k",', b'["./k",'),
        (b'["k",', b'["no\\u2603key\\n",'),
        (b'[["",', b'[["..",'),
        (b'[["",', b'[["a/b",'),
        (b'/meta.yaml",', b'/x/meta.yaml",'),
        (b'/meta.yaml",', b'/other.yaml",'),
        (b',"v"]', b',"v\\u0000"]'),
        (b',1,null,"', b',9223372036854775813,null,"'),
    ],
)
def test_a_cache_file_tells_only_what_the_disk_could_have_told(
    store: FileStore, write: Writer, root: Path, tmp_path: Path, old: bytes, new: bytes
) -> None:
    """A name with a signature that still fits would be shown without a look; any other would be read."""
    write.run("r")
    write.changes(AddParam("r", "k", "v"), AddModelInput("r", "m"))
    (tmp_path / "secret").write_text("s")
    wait_until_settled()
    search(store, 0)
    shown = told(read(store))
    store.close()
    cache = root / ".trackwell.cache"
    data = cache.read_bytes()
    assert old in data
    cache.write_bytes(data.replace(old, new))
    again = opened_at(root)
    try:
        assert search(again, 0) == ["r"]
        assert told(read(again)) == shown
    finally:
        again.close()


def told(run: Run) -> tuple[object, ...]:
    """All but the version, which each process counts for itself."""
    return run.info, run.metrics, run.params, run.tags, run.model_inputs, run.model_outputs


# -- coarse clocks


def test_whole_seconds_stay_unsettled_for_longer() -> None:
    now = 1_700_000_010 * SECOND
    assert is_settled(now - UNSETTLED_NS - 1, now)
    assert not is_settled(now - UNSETTLED_NS, now)
    assert not is_settled(now - 2 * SECOND, now)
    assert not is_settled(now - COARSE_UNSETTLED_NS, now)
    assert is_settled(now - COARSE_UNSETTLED_NS - SECOND, now)
    assert not is_settled(now + 5 * SECOND + 1, now), "a file server's clock is ahead"


@pytest.mark.parametrize("name", ["tags/t", "params/p", "metrics/m", "meta.yaml"])
def test_a_rewrite_within_one_second_is_seen_on_file_systems_with_whole_seconds(
    store: FileStore, write: Writer, root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place, to as many bytes, with the same mtime: nothing but reading it again tells."""
    write.run("r", name="aa")
    write.changes(SetTag("r", "t", "aa"), AddParam("r", "p", "aa"), AppendPoints("r", "m", POINT))
    path = root / "0/r" / name
    second = int(time.time()) - 1
    os.utime(path, (second, second))
    # The run is looked at half a second after it was written, and again.
    monkeypatch.setattr(time, "time_ns", lambda: second * SECOND + SECOND // 2)
    before = told(read(store))
    history = store.history("r", "m", None, 10).triples()
    with path.open("r+") as file:
        text = file.read().replace("aa", "bb").replace("0.5", "0.7")
        file.seek(0)
        file.write(text)
    os.utime(path, (second, second))
    after = told(read(store))
    assert before != after
    assert "bb" in repr(after) or "0.7" in repr(after)
    assert (list(history) != list(store.history("r", "m", None, 10).triples())) == (name == "metrics/m")


# -- histories longer than what is kept


@pytest.mark.parametrize("kept", [10_000, 100, 11, 5])
def test_a_history_longer_than_what_is_kept_is_not_read_for_each_page(
    store: FileStore, write: Writer, root: Path, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write.run("r")
    write.changes(AppendPoints("r", "m", Columns.of([(number // 3, number, 0.5) for number in range(1000)])))
    wait_until_settled()
    whole = list(store.history("r", "m", None, 2000).triples())
    assert len(whole) == 1000
    reads: list[str] = []
    real = histories._whole

    def counting(path: str) -> Any:
        reads.append(path)
        return real(path)

    monkeypatch.setattr(histories, "_whole", counting)
    monkeypatch.setattr(histories, "KEPT_POINTS", kept)
    store._histories = histories.Histories()
    found: list[tuple[int, int, float]] = []
    after = None
    while page := list(store.history("r", "m", after, 10).triples()):
        found += page
        after = HistoryPosition(*page[-1])
    assert found == whole
    assert len(reads) <= {10_000: 1, 100: 12, 11: 101, 5: 101}[kept]
    # Backwards, each page once more: what is kept is behind it.
    for start in range(900, 0, -100):
        position = HistoryPosition(*whole[start - 1])
        assert list(store.history("r", "m", position, 7).triples()) == whole[start : start + 7]
    assert list(store.history("r", "m", None, 7).triples()) == whole[:7]
    assert list(store.history("r", "m", HistoryPosition(-1, 0, 0.0), 7).triples()) == whole[:7]


def test_a_trash_that_cannot_be_listed_hides_nothing_else(
    store: FileStore, write: Writer, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write.run("r")
    shutil.rmtree(root / ".trash", ignore_errors=True)
    (root / ".trash").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert search(store, 0) == ["r"]
        assert store.load_runs(["unknown"]) == {}
    assert ".trash" in caplog.text
