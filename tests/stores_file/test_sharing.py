"""Several processes, several threads, and other programs in one folder at once (issue 4)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from support.file_stores import opened_at
from support.server_process import environment
from support.writing import Decide, Writer
from trackwell_service.domain.changes import AddParam, AppendPoints, RenameExperiment, SetExperimentStage, SetTag
from trackwell_service.domain.entities import LifecycleStage, ViewType
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.mutations import Decision, State
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore
from trackwell_service.stores.file.layout import is_key
from trackwell_service.stores.roles import RunQuery

TESTS = Path(__file__).parents[1]

LOGGER = """
import sys
from pathlib import Path
from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.domain.changes import AddParam, AppendPoints, SetTag
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.mutations import Decision
from trackwell_service.domain.series import Columns
store = opened_at(Path(sys.argv[1]))
name = sys.argv[2]
write = Writer(store)
won = 0
for number in range(100):
    write.changes(AppendPoints("r", "shared", Columns.of([(number, int(name), 0.5)])), SetTag("r", "last", name))
    def decide(state, number=number):
        there = state.param("r", f"p{number}")
        if there is not None:
            raise InvalidParameter("Changing param values is not allowed.")
        return Decision((AddParam("r", f"p{number}", name),), "won")
    won += write.outcome(decide) == "won"
write.run(f"own{name}")
store.close()
print(won)
"""


def test_processes_log_to_one_run_at_once(store: FileStore, write: Writer, root: Path) -> None:
    write.run("r")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", LOGGER, str(root), str(name)],
            cwd=TESTS,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in range(3)
    ]
    won = [int(process.communicate(timeout=100)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    run = store.load_runs(["r"])["r"]
    # Every param has exactly one author, who was told so, and no point is missing.
    assert sum(won) == 100
    for name in range(3):
        assert sum(value == str(name) for value in run.params.values()) == won[name]
    history = store.history("r", "shared", None, 1000)
    assert sorted(zip(history.steps, history.timestamps, strict=True)) == [(n, t) for n in range(3) for t in range(100)]
    assert set(store.run_refs(["own0", "own1", "own2"])) == {"own0", "own1", "own2"}


def test_threads_read_while_others_write(store: FileStore, write: Writer) -> None:
    write.run("r")
    faults: list[BaseException] = []
    over = threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                refs = store.find_runs(RunQuery((0,), ViewType.ALL, None, (), 10)).items
                assert [ref.run_id for ref in refs] == ["r"]
                run = store.load_runs(["r"])["r"]
                assert run.tags.get("a", "") == run.tags.get("a", "")
        except BaseException as error:  # noqa: BLE001 - told to the test, which fails
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(150):
        write.changes(SetTag("r", "a", str(number)), AppendPoints("r", "m", Columns.of([(number, number, 1.0)])))
        assert store.load_runs(["r"])["r"].tags["a"] == str(number)
    over.set()
    for reader in readers:
        reader.join()
    assert faults == []


def test_what_another_store_object_wrote_is_seen_at_once(store: FileStore, write: Writer, root: Path) -> None:
    """Also tags of one length within one tick of the clock, and in runs that are over."""
    other = opened_at(root)
    try:
        write.run("r")
        for number in range(50):
            value = f"{number:02}"
            (write if number % 2 else Writer(other)).changes(SetTag("r", "t", value))
            assert store.load_runs(["r"])["r"].tags == other.load_runs(["r"])["r"].tags == {"t": value}
    finally:
        other.close()


def test_a_param_that_another_program_writes_meanwhile_is_met(store: FileStore, write: Writer, root: Path) -> None:
    """Write-once by a link that fails; the mutation is then decided again."""
    write.run("r")
    seen: list[str | None] = []

    def decide(state: State) -> Decision[str]:
        there = state.param("r", "p")
        seen.append(there)
        if there is None:
            (root / "0/r/params/p").write_text("theirs")
            return Decision((AddParam("r", "other", "x"), AddParam("r", "p", "ours")), "stored")
        raise InvalidParameter("Changing param values is not allowed.")

    assert isinstance(write.outcome(decide), InvalidParameter)
    assert seen == [None, "theirs"]
    assert store.load_runs(["r"])["r"].params == {"p": "theirs"}


def test_an_unfinished_line_is_not_read_and_not_continued(store: FileStore, write: Writer, root: Path) -> None:
    write.run("r")
    path = root / "0/r/metrics/m"
    path.write_bytes(b"1 0.5 1\n2 0.5")
    assert store.load_runs(["r"])["r"].metrics["m"].step == 1
    write.changes(AppendPoints("r", "m", Columns.of([(3, 3, 0.25)])))
    assert [point[0] for point in store.history("r", "m", None, 9).triples() if point[1] == 3] == [3]
    assert path.read_bytes() == b"1 0.5 1\n2 0.5\n3 0.25 3\n"


def deleting(stage: LifecycleStage) -> Decide:
    """Sets the experiment's stage, at a time of its own."""
    return lambda _: Decision((SetExperimentStage(1, stage, 5),), None)


@pytest.mark.parametrize("step", range(4))
def test_a_deletion_that_was_cut_off_is_finished_by_the_next(
    store: FileStore, write: Writer, root: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until its last step a deletion or restoration counts as a deletion; both can be asked for again."""
    from trackwell_service.domain.changes import AddExperiment  # noqa: PLC0415 - for this test
    from trackwell_service.domain.entities import ExperimentInfo  # noqa: PLC0415 - for this test

    write.changes(AddExperiment(ExperimentInfo(1, "one", "file:///x", LifecycleStage.ACTIVE, 1, 1)))
    for name in ("a", "b"):
        write.run(name, 1)
    for stage in (LifecycleStage.DELETED, LifecycleStage.ACTIVE):
        left, real = step, os.replace

        def cut_off(old: str, new: str, real=real) -> None:  # type: ignore[no-untyped-def]  # like os.replace
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(5, "cut off")
            real(old, new)

        monkeypatch.setattr(os, "replace", cut_off)
        write.outcome(deleting(stage))
        monkeypatch.undo()
        write.changes(SetExperimentStage(1, stage, 6))
        found = store.experiment(1)
        assert found is not None
        assert found.info.stage is stage
        assert {run.info.stage for run in store.load_runs(["a", "b"]).values()} == {stage}
        assert (root / ".trash/1").is_dir() == (stage is LifecycleStage.DELETED)
    write.changes(RenameExperiment(1, "two", 7))
    assert is_key("a")
