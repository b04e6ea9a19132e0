"""The writer: order, groups, refusals, faults around the commit, other processes, a full disk, the end."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.backends import migrated_sqlite
from support.determinism import SteppingClock
from support.sql_stores import Asking, Changes, change, opened, outcome, points, run_info, together, url_of
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddExperiment,
    AddModelInput,
    AddModelOutput,
    AddParam,
    AddRun,
    Change,
    RemoveExperimentTag,
    RemoveTag,
    RenameExperiment,
    SetExperimentStage,
    SetExperimentTag,
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
    RunStatus,
)
from trackwell_service.domain.errors import (
    InternalError,
    InvalidParameter,
    ResourceDoesNotExist,
    ResourceExhausted,
    TemporarilyUnavailable,
)
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.stores.default_experiment import CreateDefaultExperiment
from trackwell_service.stores.sql import SqlStore, WriterLimits
from trackwell_service.stores.sql.dialects.base import Cursor
from trackwell_service.stores.sql.dialects.sqlite import SqliteDialect
from trackwell_service.stores.sql.requests import LIFETIME_MS

ACTIVE, DELETED = LifecycleStage.ACTIVE, LifecycleStage.DELETED


def experiment_info(number: int, name: str) -> ExperimentInfo:
    return ExperimentInfo(number, name, "root", ACTIVE, 1, 1)


def refusing(_: State) -> Decision[None]:
    raise InvalidParameter("no")


# -- one group


def test_a_mutation_sees_what_those_before_it_in_the_group_changed(store: SqlStore) -> None:
    change(store, AddRun(run_info("r")))

    def log(value: str) -> Callable[[State], Decision[str]]:
        def decide(state: State) -> Decision[str]:
            present = state.param("r", "p")
            if present is not None and present != value:
                raise InvalidParameter(f"it is {present}")
            return Decision(() if present else (AddParam("r", "p", value),), present or "new")

        return decide

    reads = ReadSet(run_ids=("r",), params=(("r", "p"),))
    outcomes = together(store, [Asking(reads, log("1")), Asking(reads, log("2")), Asking(reads, log("1"))])
    assert outcomes[0] == "new"
    assert isinstance(outcomes[1], InvalidParameter)
    assert outcomes[2] == "1"
    assert store.load_runs(["r"])["r"].params == {"p": "1"}


def test_a_refused_mutation_leaves_nothing_and_fails_alone(store: SqlStore) -> None:
    mutations = [
        Changes((AddRun(run_info("a")),)),
        Asking(ReadSet(), refusing),
        Changes((SetTag("nobody", "k", "v"), AddRun(run_info("b")))),
        Asking(ReadSet(), lambda state: state.run("unannounced")),
        Changes((AddRun(run_info("c")),)),
    ]
    kinds = [type(each) for each in together(store, mutations)]
    assert kinds == [type(None), InvalidParameter, InternalError, InternalError, type(None)]
    assert sorted(store.load_runs(["a", "b", "c"])) == ["a", "c"]


def test_a_group_writes_to_every_table_in_order(store: SqlStore) -> None:
    dataset = Dataset("d", "1", "local", "{}", "schema", "profile")
    outcomes = together(
        store,
        [
            Changes((AddExperiment(experiment_info(7, "seven")), SetExperimentTag(7, "k", "v"))),
            Changes((AddRun(run_info("r", 7)), SetTag("r", "t", "1"), AddParam("r", "p", "x")), experiment_ids=(7,)),
            Changes((points("r", "m", (1, 1, 1.0)), points("r", "m", (2, 2, 2.0)), points("r", "n", (1, 1, 1.0)))),
            Changes((SetTag("r", "t", "2"), SetTag("r", "u", "1"), RemoveTag("r", "u"))),
            Changes((AddDatasetInput("r", DatasetInput(dataset, {"mlflow.data.context": "c"})),)),
            Changes((AddModelInput("r", "m-1"), AddModelOutput("r", ModelOutput("m-2", 3)))),
            Changes((UpdateRun("r", RunStatus.FINISHED, 9, "new name"),)),
            Changes((RenameExperiment(7, "eight", 2), RemoveExperimentTag(7, "k"))),
        ],
    )
    assert outcomes == [None] * 8
    run = store.load_runs(["r"])["r"]
    assert (run.info.status, run.info.end_time_ms, run.info.name) == (RunStatus.FINISHED, 9, "new name")
    assert (dict(run.tags), dict(run.params), list(run.metrics)) == ({"t": "2"}, {"p": "x"}, ["m", "n"])
    assert run.metrics["m"].value == 2.0
    assert run.dataset_inputs == (DatasetInput(dataset, {"mlflow.data.context": "c"}),)
    assert (run.model_inputs, run.model_outputs) == (("m-1",), (ModelOutput("m-2", 3),))
    found = store.experiment_by_name("eight")
    assert found is not None
    assert (found.info.experiment_id, dict(found.tags)) == (7, {})
    assert store.experiment_by_name("seven") is None


def test_names_change_hands_within_a_group(store: SqlStore) -> None:
    change(store, AddExperiment(experiment_info(1, "x")), AddExperiment(experiment_info(2, "y")))
    outcomes = together(
        store,
        [
            Changes((RenameExperiment(2, "free", 2),)),
            Changes((RenameExperiment(1, "y", 2),)),
            Changes((RenameExperiment(2, "x", 2),)),
            Changes((RenameExperiment(1, "z", 2), AddExperiment(experiment_info(3, "y")))),
        ],
    )
    assert outcomes == [None] * 4
    names = [store.experiment(number) for number in (1, 2, 3)]
    assert [each.info.name for each in names if each] == ["z", "x", "y"]


def test_experiment_ids_count_up_from_one(store: SqlStore) -> None:
    def create(state: State) -> Decision[int]:
        number = state.new_experiment_id()
        return Decision((AddExperiment(experiment_info(number, f"e{number}")),), number)

    assert outcome(store, Asking(ReadSet(), create)) == 1
    assert together(store, [Asking(ReadSet(), create)] * 3) == [2, 3, 4]
    assert outcome(store, Asking(ReadSet(), create)) == 5


def test_deleting_an_experiment_is_one_row_and_later_stages_of_runs_win(store: SqlStore) -> None:
    change(store, AddExperiment(experiment_info(1, "x")))
    change(store, *(AddRun(run_info(name, 1)) for name in "abc"))
    change(store, SetRunStage("a", DELETED))

    def stages() -> str:
        refs = store.run_refs(["a", "b", "c"])
        return "".join("x" if refs[name].stage is DELETED else "-" for name in "abc")

    assert stages() == "x--"
    before = store.newest_version()
    change(store, SetExperimentStage(1, DELETED, 2))
    assert (stages(), store.changes([1], [], before, 10)) == ("xxx", [])
    change(store, SetRunStage("b", ACTIVE))
    assert stages() == "x-x"
    change(store, SetExperimentStage(1, ACTIVE, 3))
    assert stages() == "---"
    change(store, SetExperimentStage(1, DELETED, 4), SetRunStage("c", ACTIVE), AddRun(run_info("d", 1)))
    assert (stages(), store.run_refs(["d"])["d"].stage) == ("xx-", ACTIVE)
    assert store.load_runs(["a"])["a"].info.stage is DELETED


def test_versions_are_distinct_and_grow_with_every_group(store: SqlStore) -> None:
    start = store.newest_version()
    together(store, [Changes((AddRun(run_info(f"r{number}")),)) for number in range(5)])
    assert [each.run_id for each in store.changes([0], [], start, 100)] == [f"r{number}" for number in range(5)]
    middle = store.newest_version()
    together(store, [Changes((SetTag("r3", "k", "v"),)), Changes((SetTag("r1", "k", "v"),))])
    newer = store.changes([0], [], middle, 100)
    assert {each.run_id for each in newer} == {"r1", "r3"}
    assert len({each.version for each in newer}) == 2
    assert store.changes([0], [], middle, 1) == newer[:1]
    assert store.changes([], ["r3"], middle, 100) == [each for each in newer if each.run_id == "r3"]
    assert store.changes([0], [], store.newest_version(), 100) == []


# -- request ids


def test_a_request_id_is_answered_as_the_first_time(tmp_path: Path) -> None:
    clock = SteppingClock()
    with opened(tmp_path, clock=clock) as store:
        first = Changes((AddRun(run_info("r")),), reply="made", request_id="one")
        assert outcome(store, first) == "made"
        again = Changes((AddRun(run_info("r")),), reply="made again", request_id="one")
        assert outcome(store, again) == "made"
        assert again.decided == 0
        refused = Asking(ReadSet(), refusing, request_id="two")
        assert outcome(store, refused).message == "no"
        pair = [Changes((SetTag("r", "k", "1"),), reply=number, request_id="three") for number in (1, 2)]
        assert together(store, pair) == [1, 1]
    clock.advance(LIFETIME_MS - 1)
    with opened(tmp_path, clock=clock) as store:
        answer = outcome(store, Changes((), reply="never", request_id="two"))
        assert isinstance(answer, InvalidParameter)
        clock.advance(LIFETIME_MS + 1)
        assert outcome(store, Changes((SetTag("r", "k", "2"),), reply="new", request_id="one")) == "new"
        assert stored(tmp_path, "SELECT request_id FROM request_outcomes") == [("one",)]


def stored(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the database, read beside the store."""
    with sqlite3.connect(folder / "store.db") as connection:
        return connection.execute(sql).fetchall()


# -- faults


class Faulty(SqliteDialect):
    """SQLite whose next commits fail, before or after they have happened, with an error of the given name."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.faults: list[tuple[str, bool]] = []

    def commit(self, cursor: Cursor) -> None:
        """Commits, and fails if that is asked for."""
        name, happens = self.faults.pop(0) if self.faults else ("", True)
        if happens:
            super().commit(cursor)
        if name:
            error = sqlite3.OperationalError(f"made up: {name}")
            error.sqlite_errorname = name
            raise error


@contextmanager
def faulty_store(folder: Path, **limits: Any) -> Iterator[tuple[SqlStore, Faulty]]:
    (folder / "store.db").write_bytes(migrated_sqlite())
    dialect = Faulty(url_of(folder))
    store = SqlStore(dialect, SteppingClock(), limits=WriterLimits(**limits))
    try:
        outcome(store, CreateDefaultExperiment("root", 1))
        yield store, dialect
    finally:
        store.close()


def creating(run_id: str) -> Asking:
    """As an operation creates a run: one that is there already is the answer to a replay."""

    def decide(state: State) -> Decision[str]:
        if state.run(run_id) is not None:
            return Decision((), "there")
        return Decision((AddRun(run_info(run_id)), AddParam(run_id, "p", "1")), "made")

    return Asking(ReadSet(experiment_ids=(0,), run_ids=(run_id,)), decide)


@pytest.mark.parametrize("happens", [False, True])
@pytest.mark.parametrize("name", ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_IOERR_FSYNC"])
def test_a_group_is_replayed_when_its_commit_is_in_doubt(tmp_path: Path, name: str, happens: bool) -> None:
    with faulty_store(tmp_path) as (store, dialect):
        dialect.faults = [(name, happens), (name, False)]
        outcomes = together(store, [creating("a"), creating("b"), Changes((), request_id="q", reply=5)])
        assert outcomes == (["there", "there", 5] if happens else ["made", "made", 5])
        assert len(store.load_runs(["a", "b"])) == 2
        assert store.load_runs(["a"])["a"].params == {"p": "1"}


def test_a_database_that_stays_locked_is_told(tmp_path: Path) -> None:
    with faulty_store(tmp_path, give_up_after_s=0.05) as (store, dialect):
        dialect.faults = [("SQLITE_BUSY", False)] * 20
        answer = outcome(store, creating("a"))
        assert isinstance(answer, TemporarilyUnavailable)
        assert answer.retry_after_s is not None
        dialect.faults = []
        assert outcome(store, creating("a")) == "made"


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with faulty_store(tmp_path) as (store, dialect):
        dialect.faults = [("SQLITE_FULL", False)]
        answer = outcome(store, creating("a"))
        assert isinstance(answer, ResourceExhausted)
        assert "room" in answer.message
        assert "made up" not in answer.message
        assert store.load_runs(["a"]) == {}
        assert outcome(store, creating("a")) == "made"


def test_a_database_at_its_greatest_size_refuses_and_recovers(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")))
        limit_pages(store, 1)
        answer = outcome(store, Changes((SetTag("r", "k", "v" * 1_000_000),)))
        assert isinstance(answer, ResourceExhausted)
        limit_pages(store, 1_000_000_000)
        change(store, SetTag("r", "k", "small"))
        assert dict(store.load_runs(["r"])["r"].tags) == {"k": "small"}
    assert stored(tmp_path, "PRAGMA integrity_check") == [("ok",)]


def limit_pages(store: SqlStore, pages: int) -> None:
    """Makes SQLite believe that the disk ends after so many pages (or where it is now)."""

    def decide(_: State) -> Decision[None]:
        session = store._merger._group._session
        assert session is not None
        session.query(f"PRAGMA max_page_count = {pages}")
        return Decision((), None)

    assert outcome(store, Asking(ReadSet(), decide)) is None


def test_one_mutation_that_cannot_be_stored_fails_alone(store: SqlStore) -> None:
    change(store, AddRun(run_info("r")))
    outcomes = together(
        store,
        [
            Changes((SetTag("r", "a", "1"),)),
            Changes((SetTag("r", "b", "\ud800"),)),
            Changes((AddParam("r", "p", "1"), AddParam("r", "p", "1"), AddRun(replace(run_info("r"), user_id="x")))),
            Changes((SetTag("r", "c", "1"),)),
        ],
    )
    assert [type(each) for each in outcomes] == [type(None), InternalError, InternalError, type(None)]
    assert dict(store.load_runs(["r"])["r"].tags) == {"a": "1", "c": "1"}


def test_a_caller_that_raises_harms_nobody(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    def raising(_: object) -> None:
        raise RuntimeError("a bad caller")

    store.submit(Changes((AddRun(run_info("a")),)), raising)
    change(store, AddRun(run_info("b")))
    assert len(store.load_runs(["a", "b"])) == 2
    assert "could not be told" in caplog.text


# -- other processes on the same file


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as other:
        change(one, AddRun(run_info("r")), SetTag("r", "a", "1"))
        for number in range(20):
            change(other, points("r", "m", (1, 2 * number, 1.0)), SetTag("r", f"k{number}", "o"))
            change(one, points("r", "m", (1, 2 * number + 1, 2.0)), UpdateRun("r", RunStatus.RUNNING, number, "n"))
        run = other.load_runs(["r"])["r"]
        assert run.metrics["m"].step == 39
        assert (run.metrics["m"].min_step, run.metrics["m"].max_step) == (0, 1)
        assert len(other.history("r", "m", None, 100)) == len(one.history("r", "m", None, 100)) == 40
        assert run.info.end_time_ms == 19
        assert len({*other.run_refs(["r"]).values(), *one.run_refs(["r"]).values()}) == 1


def test_a_write_waits_for_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.dialects.sqlite.BUSY_TIMEOUT_MS", 50)
    with opened(tmp_path) as store:
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        results: list[object] = []
        done = threading.Event()

        def collect(result: object) -> None:
            results.append(result)
            done.set()

        store.submit(Changes((AddRun(run_info("r")),)), collect)
        time.sleep(0.3)
        assert results == []
        assert store.load_runs(["r"]) == {}
        other.execute("ROLLBACK")
        other.close()
        assert done.wait(30)
        assert results == [None]


# -- the queue and the end


def test_a_full_queue_is_told_with_a_hint(tmp_path: Path) -> None:
    with opened(tmp_path, limits=WriterLimits(queue_bytes=1000)) as store:
        gate, held = threading.Event(), threading.Event()

        def hold(_: object) -> None:
            held.set()
            gate.wait(60)

        store.submit(Asking(ReadSet(), lambda _: Decision((), None)), hold)
        held.wait(60)
        store.submit(Changes((), size_bytes=5000), lambda _: None)
        with pytest.raises(ResourceExhausted) as refusal:
            store.submit(Changes((), size_bytes=1), lambda _: None)
        assert refusal.value.retry_after_s is not None
        assert store.queued_bytes == 5000
        gate.set()
        outcome_after_waiting(store)
        assert store.queued_bytes == 0


def outcome_after_waiting(store: SqlStore) -> None:
    """Waits until the queue takes a mutation, and for its outcome."""
    give_up_at = time.monotonic() + 30
    while True:
        try:
            assert outcome(store, Changes(())) is None
            return
        except ResourceExhausted:
            assert time.monotonic() < give_up_at


@pytest.mark.parametrize("limits", [WriterLimits(group_mutations=3), WriterLimits(group_bytes=250)])
def test_groups_are_bounded(tmp_path: Path, limits: WriterLimits) -> None:
    with opened(tmp_path, limits=limits) as store:
        before = store.newest_version()
        together(store, [Changes((AddRun(run_info(f"r{number}")),)) for number in range(10)])
        assert store.newest_version() == before + 10
        change(store, *(SetTag(f"r{number}", "k", "v") for number in range(10)))
        together(store, [Changes((SetTag("r0", "k", str(number)),)) for number in range(9)])
        assert store.run_refs(["r0"])["r0"].version == before + 20 + 3


def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    results: list[object] = []
    with opened(tmp_path) as store:
        for number in range(200):
            store.submit(Changes((AddRun(run_info(f"r{number}")),)), results.append)
        store.close()
        assert results == [None] * 200
        with pytest.raises(TemporarilyUnavailable):
            store.submit(Changes(()), results.append)
        with pytest.raises(TemporarilyUnavailable):
            store.load_runs(["r1"])
        store.close()
    with opened(tmp_path) as store:
        assert len(store.load_runs([f"r{number}" for number in range(200)])) == 200


@pytest.mark.parametrize(
    "made",
    [
        SetTag("nobody", "k", "v"),
        SetExperimentTag(99, "k", "v"),
        points("nobody", "m", (1, 1, 1.0)),
        AddModelInput("nobody", "m"),
    ],
    ids=lambda made: type(made).__name__,
)
def test_a_change_of_what_is_not_there_is_a_fault_of_ours(store: SqlStore, made: Change) -> None:
    assert isinstance(outcome(store, Changes((made,))), InternalError)


def test_a_change_that_was_not_prepared_for_undoes_those_before_it(store: SqlStore) -> None:
    change(store, AddRun(run_info("r")))
    reads = ReadSet(run_ids=("r",))
    for unprepared in (AddModelInput("r", "m"), AddRun(run_info("s", 99))):
        faulty = Decision((SetTag("r", "k", "v"), unprepared), None)
        good = Decision((SetTag("r", "other", "v"),), None)
        outcomes = together(store, [Asking(reads, lambda _, made=made: made) for made in (faulty, good)])
        assert isinstance(outcomes[0], InternalError)
        assert outcomes[1] is None
    assert dict(store.load_runs(["r"])["r"].tags) == {"other": "v"}


def test_a_decision_may_find_that_something_is_missing(store: SqlStore) -> None:
    def decide(state: State) -> Decision[None]:
        if state.run("nobody") is None and state.tag("nobody", "k") is None and state.experiment(99) is None:
            raise ResourceDoesNotExist("nothing there")
        return Decision((), None)

    reads = ReadSet(run_ids=("nobody",), tags=(("nobody", "k"),), experiment_ids=(99,))
    assert isinstance(outcome(store, Asking(reads, decide)), ResourceDoesNotExist)


def test_keys_that_differ_in_case_and_trailing_space_are_distinct(store: SqlStore) -> None:
    keys = ["trail", "trail ", "Trail", "tr\u0061\u030ail", "tråil"]
    edges = [-(2**63), 2**63 - 1, 0]
    change(store, AddRun(run_info("r")))
    for number, key in enumerate(keys):
        change(store, AddParam("r", key, str(number)), SetTag("r", key, f"{number} "))
        change(store, points("r", key, *((2**63 - 1, edge, float(number)) for edge in edges)))
    run = store.load_runs(["r"])["r"]
    assert [run.params[key] for key in keys] == ["0", "1", "2", "3", "4"]
    assert [run.tags[key] for key in keys] == ["0 ", "1 ", "2 ", "3 ", "4 "]
    assert [(run.metrics[key].value, run.metrics[key].step) for key in keys] == [
        (float(n), 2**63 - 1) for n in range(5)
    ]
    for key in keys:
        assert list(store.history("r", key, None, 10).steps) == sorted(edges)
