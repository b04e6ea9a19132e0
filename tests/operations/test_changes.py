"""Watching tells every change once, in order, from a token on (contract, RunService.Watch)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.paging import fingerprint, make_token
from trackwell_service.operations.changes import Watcher, poll_interval_s
from trackwell_service.stores.roles import RunChange


class Versions:
    """Plays `roles.ChangeReader` over a dict of (experiment id, version) by run id."""

    def __init__(self) -> None:
        self.runs: dict[str, tuple[int, int]] = {}
        self.newest = 0

    def change(self, run_id: str, experiment_id: int = 0) -> None:
        """The run gets a new version."""
        self.newest += 1
        self.runs[run_id] = (experiment_id, self.newest)

    def newest_version(self) -> int:
        return self.newest

    def changes(
        self, experiment_ids: Sequence[int], run_ids: Sequence[str], after_version: int, limit: int
    ) -> Sequence[RunChange]:
        found = [
            RunChange(run_id, experiment_id, version)
            for run_id, (experiment_id, version) in self.runs.items()
            if version > after_version and (experiment_id in experiment_ids or run_id in run_ids)
        ]
        return sorted(found, key=lambda change: change.version)[:limit]


def test_without_a_token_only_what_changes_from_now_on() -> None:
    store = Versions()
    store.change("before")
    watcher = Watcher(store, [0], [], None)
    assert watcher.look().runs == []
    store.change("after")
    store.change("elsewhere", experiment_id=5)
    assert watcher.look().runs == [RunChange("after", 0, 2)]
    assert watcher.look().runs == []


def test_a_token_resumes_after_what_it_came_with() -> None:
    store = Versions()
    token = Watcher(store, [0], ["r"], None).look().token
    store.change("a")
    store.change("r", experiment_id=9)
    first = Watcher(store, [0], ["r"], token).look()
    assert [change.run_id for change in first.runs] == ["a", "r"]
    store.change("a")
    assert [change.run_id for change in Watcher(store, [0, 0], ["r"], first.token).look().runs] == ["a"]


def test_more_changes_than_an_answer_holds() -> None:
    store = Versions()
    watcher = Watcher(store, [0], [], None)
    for number in range(limits.MAX_CHANGES_PER_ANSWER + 1):
        store.change(f"r{number}")
    first, second = watcher.look(), watcher.look()
    assert (len(first.runs), first.more) == (limits.MAX_CHANGES_PER_ANSWER, True)
    assert (len(second.runs), second.more) == (1, False)


@pytest.mark.parametrize(
    ("experiment_ids", "run_ids", "words"),
    [
        ([], [], "Nothing to watch"),
        (list(range(21)), [], "Parameter 'experiment_ids' has 21 items, at most 20"),
        ([], [f"r{n}" for n in range(1001)], "Parameter 'run_ids' has 1001 items, at most 1000"),
        ([], ["r", "-"], "for parameter 'run_ids[1]'"),
    ],
)
def test_what_cannot_be_watched(experiment_ids: list[int], run_ids: list[str], words: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        Watcher(Versions(), experiment_ids, run_ids, None)
    assert words in caught.value.message


def test_a_token_of_another_watch_is_refused() -> None:
    token = Watcher(Versions(), [0], [], None).look().token
    with pytest.raises(InvalidParameter, match="parameter 'token' supplied: It belongs to another request"):
        Watcher(Versions(), [1], [], token)


@pytest.mark.parametrize("position", [(), ("1",), (1.0,), (None,), (1, 2)])
def test_a_forged_token_is_refused(position: tuple[object, ...]) -> None:
    asked = fingerprint("watch", (0,), ())
    with pytest.raises(InvalidParameter, match="Parameter 'token' is not one of this server"):
        Watcher(Versions(), [0], [], make_token(asked, position))  # type: ignore[arg-type]  # that is what is tested


def test_how_often_a_watch_looks() -> None:
    assert poll_interval_s(None) == 1.0
    assert poll_interval_s(100) == 0.1
    assert poll_interval_s(60_000) == 60.0
    for number in (99, 60_001, -1, 0):
        with pytest.raises(InvalidParameter, match="poll_interval_ms"):
            poll_interval_s(number)
