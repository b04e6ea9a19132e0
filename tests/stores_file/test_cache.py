"""The cache file: what it has need not be read again, and it may be anything (issue 5)."""

from __future__ import annotations

import gc
import os
import threading
import time
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
    SetRunStage,
    SetTag,
    UpdateRun,
)
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    ExperimentInfo,
    LifecycleStage,
    ModelOutput,
    Run,
    RunStatus,
    ViewType,
)
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore, cache_file, disk
from trackwell_service.stores.file.collector import MANY_OBJECTS, held_back
from trackwell_service.stores.file.experiment_entry import ExperimentEntry
from trackwell_service.stores.file.trees import UNSETTLED_NS
from trackwell_service.stores.file.values import Values
from trackwell_service.stores.roles import RunQuery

GIVE_UP_AFTER_S = 20.0
"""How long a thread waits for another one before the test fails."""

ODD = [float("nan"), float("inf"), float("-inf"), -0.0, 5e-324, 1e308]


def everything(write: Writer) -> None:
    write.run("r", name="")
    write.changes(
        *(AppendPoints("r", f"odd/{place}", Columns.of([(1, place, value)])) for place, value in enumerate(ODD)),
        AppendPoints("r", "several", Columns.of([(3, 1, float("nan")), (1, 2, 0.5), (2, 5, -0.5)])),
        AddParam("r", "p/q", "two\nlines"),
        SetTag("r", "\u540d", "\u2603"),
        SetTag("r", "mlflow.runName", "named by its tag"),
    )
    write.changes(
        AddDatasetInput("r", DatasetInput(Dataset("d", "1", "local", "/x", "{}", None), {"k": "v"})),
        AddModelInput("r", "m-1"),
        AddModelOutput("r", ModelOutput("m-2", 7)),
        UpdateRun("r", RunStatus.FINISHED, 5, ""),
    )
    write.run("deleted")
    write.changes(SetRunStage("deleted", LifecycleStage.DELETED))


def shown(store: FileStore) -> dict[str, str]:
    """All of every run but its version, which each process counts for itself."""
    refs = store.find_runs(RunQuery((0,), ViewType.ALL, None, (), 100)).items
    return {run_id: told(run) for run_id, run in store.load_runs([ref.run_id for ref in refs]).items()}


def told(run: Run) -> str:
    return repr((run.info, run.metrics, run.params, run.tags, run.dataset_inputs, run.model_inputs, run.model_outputs))


@pytest.fixture
def settled(root: Path, store: FileStore, write: Writer) -> dict[str, str]:
    """A closed store whose cache file has everything; what it showed."""
    everything(write)
    time.sleep(2 * UNSETTLED_NS / 1e9)
    before = shown(store)
    store.close()
    assert len((root / ".trackwell.cache").read_bytes().splitlines()) == 3
    return before


def test_what_is_cached_is_not_read_again(root: Path, settled: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = disk._open

    def counting(path: str, folder: int | None) -> int:
        read.append(path)
        return real(path, folder)

    monkeypatch.setattr(disk, "_open", counting)
    monkeypatch.setattr(disk.Folder, "small_files", lambda *_: pytest.fail("a file was read"))
    again = opened_at(root)
    try:
        assert shown(again) == settled
    finally:
        again.close()
    # What is of the experiments, and the cache itself; nothing of a run.
    assert [path for path in read if "/r/" in path or "/deleted/" in path] == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tags/\u540d", b"other"),
        ("params/p/q", b"others"),
        ("metrics/several", b"1 0.5 1\n"),
        ("metrics/odd/0", b"1 nan 0\n1 2.0 3\n"),
        ("inputs/x/meta.yaml", b"source_type: MODEL\nsource_id: m-9\ntags: {}\n"),
        ("meta.yaml", None),
    ],
)
def test_what_changed_meanwhile_is_read(root: Path, settled: dict[str, str], name: str, data: bytes | None) -> None:
    path = root / "0/r" / name
    if data is None:
        path.write_text(path.read_text().replace("user_id: ''", "user_id: somebody"))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if name.startswith("inputs"):
        os.utime(root / "0/r/inputs")
    by_cache = opened_at(root)
    try:
        seen = shown(by_cache)
    finally:
        by_cache.close()
    (root / ".trackwell.cache").unlink()
    without = opened_at(root)
    try:
        assert shown(without) == seen
    finally:
        without.close()
    assert seen["r"] != settled["r"]
    assert seen["deleted"] == settled["deleted"]


def spoil(value: Any, number: int) -> Any:
    """The lists with their `number`-th leaf replaced by something of another kind."""
    left = [number]

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(each) for each in part]
        if isinstance(part, dict):
            return {key: walk(each) for key, each in part.items()}
        left[0] -= 1
        return {"spoilt": []} if left[0] == -1 else part

    spoilt = walk(value)
    return None if left[0] >= 0 else spoilt


def test_every_part_of_a_cached_run_is_checked(root: Path, settled: dict[str, str]) -> None:
    """A value of a wrong type anywhere makes the run be read anew, and is never shown."""
    import orjson  # noqa: PLC0415 - for this test

    cache = root / ".trackwell.cache"
    header, *lines = cache.read_bytes().splitlines()
    [line] = [line for line in lines if b'"r"' in line]
    number = 0
    while (spoilt := spoil(orjson.loads(line), number)) is not None:
        cache.write_bytes(header + b"\n" + orjson.dumps(spoilt) + b"\n")
        again = opened_at(root)
        try:
            assert shown(again) == settled, spoilt
        finally:
            again.close()
        number += 1
    assert number > 60


def test_a_first_search_does_not_hold_up_others(
    root: Path, store: FileStore, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is between its experiment's lock and the cache's: whoever has the cache's must not wait for it."""
    write.changes(AddExperiment(ExperimentInfo(1, "e", "x", LifecycleStage.ACTIVE, 1, 1)))
    write.run("r0")
    write.run("r1", 1)
    store.load_runs(["r0"])
    in_first, other_is_over = threading.Event(), threading.Event()
    real = ExperimentEntry.refresh_datasets

    def slow(entry: ExperimentEntry, values: Values) -> None:
        if entry.place.experiment_id == 1 and not in_first.is_set():
            in_first.set()
            assert other_is_over.wait(GIVE_UP_AFTER_S), "the other search waited for this one"
        real(entry, values)

    monkeypatch.setattr(ExperimentEntry, "refresh_datasets", slow)
    found: list[list[str]] = []

    def search(experiment_id: int) -> None:
        page = store.find_runs(RunQuery((experiment_id,), ViewType.ALL, None, (), 100))
        found.append([ref.run_id for ref in page.items])
        if experiment_id == 0:
            other_is_over.set()

    threads = [threading.Thread(target=search, args=(number,), daemon=True) for number in (1, 0)]
    for thread in threads:
        thread.start()
        assert in_first.wait(GIVE_UP_AFTER_S)
    for thread in threads:
        thread.join(2 * GIVE_UP_AFTER_S)
    assert found == [["r0"], ["r1"]]


def test_what_is_in_use_is_kept_later(
    root: Path, store: FileStore, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the file is written anew meanwhile: it loses no experiment."""
    write.changes(AddExperiment(ExperimentInfo(1, "e", "x", LifecycleStage.ACTIVE, 1, 1)))
    for experiment_id in (0, 1):
        write.run(f"r{experiment_id}", experiment_id)
    time.sleep(2 * UNSETTLED_NS / 1e9)
    cache, catalog = store._cache, store._catalog
    monkeypatch.setattr(cache_file, "KEEP_AFTER_S", 0.0)
    monkeypatch.setattr(cache_file, "MIN_COMPACT_BYTES", 0)
    store.load_runs(["r0", "r1"])
    cache.keep(catalog)
    write.changes(SetTag("r0", "k", "v"))
    with (root / ".trackwell.cache").open("ab") as file:
        file.write(b"x" * 100_000)
    time.sleep(2 * UNSETTLED_NS / 1e9)
    store.load_runs(["r0"])
    found = catalog.experiment(1)
    assert found is not None
    in_use, let_go = threading.Event(), threading.Event()

    def use() -> None:
        with found[0].lock:
            in_use.set()
            let_go.wait(GIVE_UP_AFTER_S)

    user = threading.Thread(target=use)
    user.start()
    assert in_use.wait(GIVE_UP_AFTER_S)
    cache.keep(catalog)
    assert user.is_alive(), "it waited for who uses the other experiment"
    assert {line[:8] for line in (root / ".trackwell.cache").read_bytes().splitlines()} >= {b'[0,"r0",', b'[1,"r1",'}
    let_go.set()
    user.join()


def test_the_collector_is_held_back_and_let_go() -> None:
    assert gc.isenabled(), "an earlier test left it off"
    with held_back():
        with held_back():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with held_back():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(("made", "looks"), [(MANY_OBJECTS // 10, 0), (2 * MANY_OBJECTS, 1)])
def test_very_many_new_objects_are_looked_at_once(made: int, looks: int) -> None:
    full = gc.get_stats()[2]["collections"]
    young = gc.get_stats()[1]["collections"]
    gc.collect(0)
    with held_back():
        kept = [[number] for number in range(made)]
    assert gc.get_stats()[2]["collections"] - full == looks
    assert gc.get_stats()[1]["collections"] - young <= 1
    assert len(kept) == made
