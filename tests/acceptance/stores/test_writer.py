"""roles.MutationWriter: outcomes once each and in order, request ids, refusals that leave nothing, closing."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from support.determinism import SteppingClock
from support.writing import PATIENCE_S, Decide, HandMade, Writer, reads_of, run_info
from trackwell_service.domain.changes import AddExperiment, AddParam, AddRun, Change, SetTag
from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage
from trackwell_service.domain.errors import (
    InternalError,
    InvalidParameter,
    PermissionDenied,
    ResourceAlreadyExists,
    ResourceConflict,
    ResourceDoesNotExist,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
)
from trackwell_service.domain.mutations import Decision, Outcome, ReadSet, State
from trackwell_service.stores.roles import Store

HOUR_MS = 3_600_000


def replying(reply: object, *changes: Change) -> Decide:
    """Makes the changes and replies."""
    return lambda _: Decision(changes, reply)


@pytest.mark.parametrize("reply", [None, 7, "text", ("any", "value")])
def test_an_outcome_is_what_was_replied(write: Writer, reply: object) -> None:
    """Decision.reply: anything."""
    assert write.outcome(replying(reply)) == reply


def test_a_refusal_is_an_outcome_and_leaves_nothing(store: Store, write: Writer) -> None:
    """Decision: a decide which raises changes nothing, and those around it take effect."""

    def refuse(state: State) -> Decision[Any]:
        assert state.run("r") is not None
        raise ResourceDoesNotExist("no such thing")

    write.run("r")
    before = store.load_runs(["r"])
    outcome = write.outcome(refuse, reads=ReadSet(run_ids=("r",)))
    assert isinstance(outcome, ResourceDoesNotExist)
    assert outcome.message == "no such thing"
    assert store.load_runs(["r"]) == before


def test_outcomes_come_once_each_and_in_order(store: Store) -> None:
    """Mutations take effect in the order of submission; `done` is called once, after the outcome is durable."""
    told: list[int] = []
    seen: list[int | None] = []
    over = threading.Event()
    count = 200

    def decide_nth(number: int) -> HandMade:
        change = SetTag("r", "count", str(number))

        def decide(state: State) -> Decision[int]:
            before = state.tag("r", "count")
            seen.append(None if before is None else int(before))
            return Decision((change,), number)

        return HandMade(decide, reads_of((change,)))

    def done(reply: Outcome) -> None:
        assert isinstance(reply, int)
        told.append(reply)
        if reply == count - 1:
            over.set()

    Writer(store).run("r")
    for number in range(count):
        store.submit(decide_nth(number), done)
    assert over.wait(PATIENCE_S)
    assert told == list(range(count))
    assert seen == [None, *range(count - 1)]
    assert store.load_runs(["r"])["r"].tags == {"count": str(count - 1)}


def test_a_reader_sees_what_was_acknowledged(store: Store, write: Writer) -> None:
    """Readers see everything that was acknowledged before the call."""
    for number in range(20):
        write.run(f"r{number}")
        assert f"r{number}" in store.run_refs([f"r{number}"])


def test_a_write_that_fails_to_decide_is_told_so(store: Store, write: Writer) -> None:
    """A fault in one mutation is its caller's outcome, or raised to it; the writer goes on."""

    def fault(state: State) -> Decision[Any]:
        raise ZeroDivisionError

    try:
        outcome = write.outcome(fault)
    except ZeroDivisionError:
        pass
    else:
        assert isinstance(outcome, InternalError)
        assert "ZeroDivisionError" not in outcome.message
    write.run("after")
    assert "after" in store.run_refs(["after"])


# -- request ids


def counting(write: Writer, replies: list[Any]) -> Any:
    """Sends the same request again and again; `replies` are what deciding anew would give."""
    decided = iter(replies)

    def send(request_id: str | None) -> Any:
        def decide(_: State) -> Decision[Any]:
            reply = next(decided)
            if isinstance(reply, TrackwellError):
                raise reply
            return Decision((), reply)

        return write.outcome(decide, request_id=request_id)

    return send


@pytest.mark.parametrize("first", [None, 0, 2**62, "", "text"])
def test_a_retry_gets_the_first_reply(write: Writer, first: object) -> None:
    """Mutation.request_id: a mutation with a stored id is not decided again."""
    send = counting(write, [first, "second", "third"])
    assert [send("id"), send("id"), send("id")] == [first] * 3
    assert send("another") == "second"
    assert send(None) == "third"


@pytest.mark.parametrize("refusal", [InvalidParameter, ResourceAlreadyExists, ResourceDoesNotExist])
def test_a_retry_gets_the_first_refusal(write: Writer, refusal: type[TrackwellError]) -> None:
    """Mutation.request_id: the first outcome, whatever it was."""
    send = counting(write, [refusal("first words"), "second"])
    for _ in range(2):
        outcome = send("id")
        assert type(outcome) is refusal
        assert outcome.message == "first words"


@pytest.mark.parametrize("passing", [ResourceConflict, ResourceExhausted, TemporarilyUnavailable, PermissionDenied])
def test_a_retry_after_what_may_pass_is_decided_anew(write: Writer, passing: type[TrackwellError]) -> None:
    """A full disk is made room on, a database comes back: then the retry must not meet the old refusal for an hour."""
    send = counting(write, [passing("try again"), "done", "third"])
    assert type(send("id")) is passing
    assert [send("id"), send("id")] == ["done", "done"]


def test_a_retry_changes_nothing(store: Store, write: Writer) -> None:
    """DESIGN §3: so a retry after a lost reply is safe."""
    reads = ReadSet(run_ids=("r", "s"))
    assert write.outcome(replying("made", AddRun(run_info("r"))), reads=reads, request_id="id") == "made"
    before = store.newest_version()
    assert write.outcome(replying("x", AddRun(run_info("s"))), reads=reads, request_id="id") == "made"
    assert store.run_refs(["s"]) == {}
    assert store.newest_version() == before


def test_an_outcome_is_remembered_for_an_hour(write: Writer, clock: SteppingClock) -> None:
    """Mutation.request_id: for an hour."""
    send = counting(write, ["first", "second"])
    assert send("id") == "first"
    clock.advance(HOUR_MS - 1)
    assert send("id") == "first"
    clock.advance(1)
    assert send("id") == "second"


def test_request_ids_are_compared_exactly(write: Writer) -> None:
    """They are texts like any other."""
    ids = ["id", "ID", "id ", " id", "i", "id!"]
    send = counting(write, list(range(len(ids))))
    assert [send(each) for each in ids] == list(range(len(ids)))
    assert [send(each) for each in ids] == list(range(len(ids)))


# -- one mutation, several changes


def test_the_changes_of_a_mutation_are_made_in_order(store: Store, write: Writer) -> None:
    """Decision.changes."""
    write.changes(AddRun(run_info("r")), AddParam("r", "p", "v"), SetTag("r", "t", "1"), SetTag("r", "t", "2"))
    run = store.load_runs(["r"])["r"]
    assert (run.params, run.tags) == ({"p": "v"}, {"t": "2"})


def test_ids_of_experiments_are_given_once(store: Store, write: Writer) -> None:
    """State.new_experiment_id: an id that no experiment has or had; each call gives another."""

    def create_two(state: State) -> Decision[tuple[int, int]]:
        first, second = state.new_experiment_id(), state.new_experiment_id()
        infos = [
            ExperimentInfo(each, f"n{each}", "mlflow-artifacts:/x", LifecycleStage.ACTIVE, 1, 1)
            for each in (first, second)
        ]
        return Decision(tuple(AddExperiment(info) for info in infos), (first, second))

    given = [0]
    for _ in range(3):
        outcome = write.outcome(create_two)
        assert isinstance(outcome, tuple)
        given += outcome
    assert len(set(given)) == 7
    for experiment_id in given[1:]:
        assert store.experiment(experiment_id) == store.experiment_by_name(f"n{experiment_id}") is not None


# -- closing


def test_closing_finishes_what_is_queued(store: Store, write: Writer) -> None:
    """Store.close: finishes every queued mutation; may be called twice; takes no more."""
    outcomes = []
    for number in range(50):
        change = AddRun(run_info(f"r{number}"))
        outcomes.append(write.submit(HandMade(replying("done", change), reads_of((change,)))))
    store.close()
    assert all(outcome.done() for outcome in outcomes)
    assert {outcome.result(0) for outcome in outcomes} == {"done"}
    store.close()
    with pytest.raises(TemporarilyUnavailable):
        write.submit(HandMade(replying(None)))
