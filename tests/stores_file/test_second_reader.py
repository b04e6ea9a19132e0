"""The second process of a first search: what it reads counts as if the first one had read it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.domain.changes import AddDatasetInput, AddParam, AppendPoints, SetTag
from trackwell_service.domain.entities import Dataset, DatasetInput, ViewType
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore, second_reader
from trackwell_service.stores.file.run_entry import RunEntry
from trackwell_service.stores.file.second_reader import SecondReader
from trackwell_service.stores.file.trees import UNSETTLED_NS
from trackwell_service.stores.roles import RunQuery

PATIENCE_S = 60.0
RUNS = 7


def found(store: FileStore) -> dict[str, str]:
    """What a search finds of every run, versions aside, which each process counts for itself."""
    runs = store._catalog.runs_of(0)
    return {
        run.info.run_id: repr((run.info, run.metrics, run.params, run.tags, run.dataset_inputs))
        for run in sorted(runs, key=lambda run: run.info.run_id)
    }


@pytest.fixture
def alone(root: Path, write: Writer) -> dict[str, str]:
    """Some settled runs, as one process reads them."""
    for number in range(RUNS):
        name = f"r{number}"
        write.run(name)
        write.changes(
            AddParam(name, "p", str(number)),
            SetTag(name, "t", "\u2603"),
            AppendPoints(name, "m", Columns.of([(1, 0, number / 2), (2, 1, float("nan"))])),
            AddDatasetInput(name, DatasetInput(Dataset("d", "1", "local", "/x", "{}", None), {"k": "v"})),
        )
    time.sleep(2 * UNSETTLED_NS / 1e9)
    store = opened_at(root)
    runs = found(store)
    assert len(runs) == RUNS
    # Its cache file would tell the next process everything.
    (root / ".trackwell.cache").unlink(missing_ok=True)
    return runs


class Seen:
    """What the second process has read, of a search which waits for it to end before it reads anything itself."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.exit_codes: list[int] = []


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    found = Seen()
    real_start, real_take = SecondReader._start, SecondReader.take

    def start(reader: SecondReader) -> None:
        real_start(reader)
        assert reader._process is not None
        found.exit_codes.append(reader._process.wait(PATIENCE_S))

    def take(reader: SecondReader, name: str) -> RunEntry | None:
        run = real_take(reader, name)
        if run is not None:
            found.taken.append(name)
        return run

    monkeypatch.setattr(second_reader, "FROM_RUNS", 1)
    monkeypatch.setattr(second_reader, "_may_start", lambda: True)
    monkeypatch.setattr(SecondReader, "_start", start)
    monkeypatch.setattr(SecondReader, "take", take)
    return found


def test_both_read_the_same(root: Path, alone: dict[str, str], seen: Seen) -> None:
    assert found(opened_at(root)) == alone
    assert (sorted(seen.taken), seen.exit_codes) == (sorted(alone), [0])


def test_what_it_read_is_kept_and_read_once(root: Path, alone: dict[str, str], seen: Seen) -> None:
    store = opened_at(root)
    store.find_runs(RunQuery((0,), ViewType.ALL, None, (), 100))
    store.close()
    again = opened_at(root)
    assert found(again) == alone
    assert seen.exit_codes == [0], "the cache file has all of them"


def test_what_it_read_is_looked_at_again(root: Path, write: Writer, alone: dict[str, str], seen: Seen) -> None:
    store = opened_at(root)
    assert found(store) == alone
    write.changes(SetTag("r3", "t", "another"))
    assert "another" in found(store)["r3"]


def test_what_may_change_unseen_is_read_by_the_first(
    root: Path, write: Writer, alone: dict[str, str], seen: Seen
) -> None:
    write.changes(SetTag("r3", "t", "fresh"))
    # Its signature says nothing until the clock has gone on: the second process does not tell of it.
    ahead = root / "0/r3/tags/t"
    future = time.time() + 3600
    os.utime(ahead, (future, future))
    assert "fresh" in found(opened_at(root))["r3"]
    assert sorted(seen.taken) == sorted(alone.keys() - {"r3"})


def test_what_is_not_shown_is_reported(
    root: Path, alone: dict[str, str], seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "0/r1/params/leads_out").symlink_to("/etc/passwd")
    with caplog.at_level(logging.WARNING):
        assert found(opened_at(root)) == alone
    assert [record.getMessage() for record in caplog.records if "leads_out" in record.getMessage()] == [
        f"{root}/0/r1/params/leads_out is not shown: it is a link, pipe or device."
    ]


@pytest.mark.parametrize("fault", ["it cannot be started", "it fails at once", "it tells nonsense"])
def test_without_it_all_is_read(
    fault: str, root: Path, alone: dict[str, str], seen: Seen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "python"
    if fault == "it fails at once":
        program.write_text("#!/bin/sh\nexit 3\n")
    elif fault == "it tells nonsense":
        program.write_text('#!/bin/sh\nprintf \'[0,"r1",7]\\n[0,"r2"\\n\\377\\n[null,1]\\n[0,"r\'\n')
    if program.exists():
        program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    assert found(opened_at(root)) == alone
    assert seen.taken == []


def test_it_ends_with_its_search(root: Path, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that would go on for long is not waited for."""
    started: list[subprocess.Popen[bytes]] = []
    real = SecondReader._start

    def start(reader: SecondReader) -> None:
        real(reader)
        assert reader._process is not None
        started.append(reader._process)

    monkeypatch.setattr(second_reader, "FROM_RUNS", 1)
    monkeypatch.setattr(second_reader, "_may_start", lambda: True)
    monkeypatch.setattr(second_reader, "__name__", "time import sleep; sleep(1000) #")
    monkeypatch.setattr(SecondReader, "_start", start)
    assert found(opened_at(root)) == alone
    assert [process.poll() is not None for process in started] == [True]


@pytest.mark.parametrize(
    ("executable", "frozen", "may"),
    [
        ("/usr/bin/python3.11", False, True),
        ("C:/Python/python.exe", False, True),
        ("/opt/program/bin/program", False, False),
        ("/opt/program/python", True, False),
        ("", False, False),
    ],
)
def test_only_a_python_is_started(executable: str, frozen: bool, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1}, raising=False)
    assert second_reader._may_start() == may
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0}, raising=False)
    assert not second_reader._may_start()
