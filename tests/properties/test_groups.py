"""Group commit: writes handled together do what they do one after the other, as they were submitted (DESIGN §4)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from google.protobuf.message import Message
from hypothesis import given

from support.backends import INDEXED, opened, scratch_folder
from support.determinism import CountingIds, SteppingClock
from support.doors.base import Api
from support.doors.contract import full_method, request_class, response_class
from support.doors.core import CoreDoor, build_core
from support.histories import BEGINNING, Step, histories
from support.observing import observe, take
from support.property_tests import one_in
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.core import Outcome, ServiceCore
from trackwell_service.stores.roles import Store

PATIENCE_S = 60
"""Far beyond what a group takes: a hung writer fails the test and does not hang it."""

CLIENTS = 4


@dataclass
class Gate:
    """A mutation that changes nothing and keeps the writer busy until it is opened: what comes behind is one group."""

    opened: threading.Event = field(default_factory=threading.Event)
    reads: ReadSet = field(default_factory=ReadSet)
    size_bytes: ClassVar[int] = 1
    request_id: ClassVar[None] = None

    def decide(self, state: State) -> Decision[None]:
        """Waits."""
        assert self.opened.wait(PATIENCE_S)
        return Decision((), None)


@dataclass
class Served:
    """A store with the core over it."""

    store: Store
    core: ServiceCore
    clock: SteppingClock

    @property
    def api(self) -> Api:
        """The core as tests call it."""
        return Api(CoreDoor(self.core))


def service(stack: ExitStack, backend: str) -> Served:
    """A new service in which every history's beginning has happened."""
    clock = SteppingClock()
    folder = stack.enter_context(scratch_folder())
    store = stack.enter_context(opened(backend, folder, clock))
    core = build_core(store, clock=clock, new_run_id=CountingIds())
    stack.callback(core.close)
    served = Served(store, core, clock)
    for step in BEGINNING:
        take(served.api, step)
    return served


def submit(served: Served, step: Step) -> Future[Outcome]:
    """Sends one write without waiting for its outcome."""
    outcome: Future[Outcome] = Future()
    request = request_class(step.rpc)(**step.fields)
    served.core.submit(full_method(step.rpc), request, CallContext(step.request_id), outcome.set_result)
    return outcome


def told(step: Step, outcome: Outcome) -> object:
    """What the client was told, as far as it cannot depend on writes that came later.

    A run that existed already is answered as it is when it is read, which in a group is after all of the group.
    """
    if isinstance(outcome, TrackwellError):
        return (outcome.code, outcome.message)
    answer: Any = outcome if isinstance(outcome, Message) else response_class(step.rpc).FromString(outcome)
    if step.rpc == "CreateRun":
        return answer.run.info.run_id
    return answer.SerializeToString(deterministic=True)


def in_turn(model: Served, steps: Sequence[Step]) -> list[object]:
    """What the model tells when the writes come one after the other."""
    return [told(step, submit(model, step).result(PATIENCE_S)) for step in steps]


def as_one_group(served: Served, steps: Sequence[Step]) -> list[object]:
    """What the store tells when all writes are queued before the first is handled."""
    gate = Gate()
    through: Future[Any] = Future()
    served.store.submit(gate, through.set_result)
    outcomes = [submit(served, step) for step in steps]
    gate.opened.set()
    assert through.result(PATIENCE_S) is None
    return [told(step, outcome.result(PATIENCE_S)) for step, outcome in zip(steps, outcomes, strict=True)]


def by_threads(served: Served, steps: Sequence[Step]) -> tuple[list[Step], list[object]]:
    """The order in which several clients' writes were submitted, and what each was told."""
    one_at_a_time = threading.Lock()
    submitted: list[tuple[Step, Future[Outcome]]] = []

    def client(number: int) -> None:
        for step in steps[number::CLIENTS]:
            with one_at_a_time:
                submitted.append((step, submit(served, step)))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    wait([outcome for _, outcome in submitted], PATIENCE_S)
    return [step for step, _ in submitted], [told(step, outcome.result(0)) for step, outcome in submitted]


def writes_of(history: list[Step]) -> list[Step]:
    """The writes of a history, without its beginning and without time."""
    return [step for step in history[len(BEGINNING) :] if step.rpc]


def compare(
    backend: str, history: list[Step], act: Callable[[Served, list[Step]], tuple[list[Step], list[object]]]
) -> None:
    """Does the writes on the store in some way, and on the model in the order which that way reports."""
    with ExitStack() as stack:
        store, model = service(stack, backend), service(stack, "memory")
        order, outcomes = act(store, writes_of(history))
        assert outcomes == in_turn(model, order)
        assert observe(store.api) == observe(model.api)


@pytest.mark.parametrize("backend", INDEXED)
@given(history=histories)
@one_in(4)
def test_one_group_is_its_writes_in_turn(backend: str, history: list[Step]) -> None:
    """Each decision sees those before it, refused ones leave nothing, and request ids count within a group too."""
    compare(backend, history, lambda store, steps: (steps, as_one_group(store, steps)))


@pytest.mark.parametrize("backend", INDEXED)
@given(history=histories)
@one_in(10)
def test_writes_of_several_threads_take_effect_in_the_order_of_submission(backend: str, history: list[Step]) -> None:
    """However the writer cuts the queue into groups."""
    compare(backend, history, by_threads)
