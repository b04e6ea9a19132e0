"""Histories through the store: appended in any order, merged or not, read in pages."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.sql_stores import change, opened, points, run_info
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.errors import DataLoss
from trackwell_service.domain.series import history_rank
from trackwell_service.stores.point_arrays import Arrays
from trackwell_service.stores.roles import HistoryPosition
from trackwell_service.stores.sql import SqlStore, columns_codec
from trackwell_service.stores.sql.run_merge import Left, RunMerger
from trackwell_service.stores.sql.session import Session

Point = tuple[int, int, float]


def whole_history(store: SqlStore, run_id: str, key: str, page: int) -> list[Point]:
    """Every point, page by page."""
    found: list[Point] = []
    after: HistoryPosition | None = None
    while True:
        columns = store.history(run_id, key, after, page)
        found += columns.triples()
        if len(columns) < page:
            return found
        after = HistoryPosition(*found[-1])


def wait_until_merged(store: SqlStore) -> None:
    """Until the writer has nothing left to merge; it merges as soon as nothing is queued."""
    give_up_at = time.monotonic() + 60
    while store.merge_lag:
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def in_order(given_points: list[Point]) -> list[Point]:
    distinct = {repr(point): point for point in given_points}  # a set would take -0.0 for 0.0
    return sorted(distinct.values(), key=lambda point: history_rank(*point))


def levels(folder: Path) -> dict[int, int]:
    """How many blocks of each level there are."""
    with sqlite3.connect(folder / "store.db") as connection:
        return dict(connection.execute("SELECT level, COUNT(*) FROM metric_blocks GROUP BY level"))


integers = st.integers(-3, 3) | st.integers(0, 60) | st.integers(-(2**63), 2**63 - 1)
numbers = st.sampled_from([0.0, -0.0, 1.0, float("inf"), float("-inf")])
singly = st.lists(st.tuples(integers, integers, numbers), min_size=1, max_size=6)
in_a_row = st.builds(
    lambda start, count: [(start + each, 0, 1.0) for each in range(count)], st.integers(0, 60), st.integers(1, 9)
)
batches = st.lists(singly | in_a_row, min_size=1, max_size=14)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_batches=batches, pages=st.lists(st.integers(1, 20), min_size=1))
def test_a_history_is_its_distinct_points_in_order_however_it_was_merged(
    tmp_path_factory: pytest.TempPathFactory, given_batches: list[list[Point]], pages: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trackwell_service.stores.sql.points_flush.MERGE_AFTER_BLOCKS", 3)
        patch.setattr("trackwell_service.stores.sql.points_flush.APART_FROM", 4)
        patch.setattr("trackwell_service.stores.sql.run_merge.MOST_POINTS", 4)
        patch.setattr("trackwell_service.stores.sql.run_merge.FULL_POINTS", 3)
        patch.setattr("trackwell_service.stores.sql.merge_plan.FULL_POINTS", 3)
        patch.setattr("trackwell_service.stores.sql.run_merge.MERGED_AT_ONCE", 8)
        patch.setattr("trackwell_service.stores.sql.run_merge.WRITTEN_AT_ONCE", 5)
        with opened(folder) as store:
            change(store, AddRun(run_info("r")))
            expected: list[Point] = []
            for number, batch in enumerate(given_batches):
                change(store, points("r", "m", *batch))
                if number % 3:
                    wait_until_merged(store)  # what comes next meets merged blocks
                expected = in_order([point for batch in given_batches[: number + 1] for point in batch])
                page = pages[number % len(pages)]
                assert [repr(point) for point in whole_history(store, "r", "m", page)] == [repr(p) for p in expected]
            wait_until_merged(store)
            for page in pages:
                assert [repr(point) for point in whole_history(store, "r", "m", page)] == [repr(p) for p in expected]
                assert whole_history(store, "r", "other", page) == whole_history(store, "nobody", "m", page) == []
            if len(given_batches) > 3:
                assert levels(folder)[1] > 0


def test_a_hundred_thousand_points_logged_one_group_at_a_time(tmp_path: Path) -> None:
    source = random.Random(1)
    expected: list[Point] = []
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")))
        for batch in range(250):
            steps = range(400 * batch, 400 * batch + 400)
            triples = [(1_700_000_000_000 + step // 3, step, source.random()) for step in steps]
            expected += triples
            change(store, points("r", "loss", *triples))
        change(store, points("r", "loss", expected[-1]))
        wait_until_merged(store)
        assert whole_history(store, "r", "loss", 25_000) == in_order(expected)
        assert levels(tmp_path)[1] > 3
    with opened(tmp_path) as store:
        assert len(store.history("r", "loss", None, 1_000_000)) == 100_000
        summary = store.metric_summaries("r")["loss"]
        assert (summary.step, summary.value) == (99_999, expected[-1][2])


def test_a_damaged_block_is_told_and_stops_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.points_flush.MERGE_AFTER_BLOCKS", 3)
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")), AddRun(run_info("s")))
        change(store, points("r", "bad", (1, 1, 1.0)))
        with sqlite3.connect(tmp_path / "store.db") as connection:
            connection.execute("UPDATE metric_writes SET data = x'00'")
        for step in range(5):
            change(store, points("r", "bad", (1, step, 1.0)))
        wait_until_merged(store)
        for step in range(5):
            change(store, points("s", "good", (1, step, 1.0)))
        wait_until_merged(store)
        assert len(store.history("s", "good", None, 10)) == 5
        with pytest.raises(DataLoss):
            store.history("r", "bad", None, 10)


def test_a_damaged_block_costs_the_other_metrics_of_its_run_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.points_flush.MERGE_AFTER_BLOCKS", 3)
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")))
        for step in range(3):
            change(store, points("r", "a", (step, step, 1.0)), points("r", "b", (step, step, 1.0)))
        wait_until_merged(store)
        with sqlite3.connect(tmp_path / "store.db") as connection:
            damaged = "UPDATE metric_blocks SET data = x'00' WHERE key_id = (SELECT id FROM names WHERE name = 'b')"
            assert connection.execute(damaged).rowcount == 1
        for step in range(3, 6):
            change(store, points("r", "a", (step, step, 1.0)), points("r", "b", (step, step, 1.0)))
        wait_until_merged(store)
        assert list(store.history("r", "a", None, 10).steps) == [0, 1, 2, 3, 4, 5]
        with pytest.raises(DataLoss):
            store.history("r", "b", None, 10)


def test_points_that_come_between_merged_blocks_are_on_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trackwell_service.stores.sql.points_flush.MERGE_AFTER_BLOCKS", 2)
    expected: set[int] = set()

    def log(store: SqlStore, start: int, count: int) -> None:
        expected.update(range(start, start + count))
        change(store, points("r", "m", *((time_ms, 0, 1.0) for time_ms in range(start, start + count))))

    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")))
        for start, count in ((10_000, 550), (0, 5), (50_000, 1_500)):
            log(store, start, count)
            log(store, start + count, count)
            wait_until_merged(store)
        log(store, 20_000, 1_100)
        for page in (1_000, 3_500, 4_000):
            found = whole_history(store, "r", "m", page)
            assert [time_ms for time_ms, _, _ in found] == sorted(expected)


@pytest.mark.parametrize("order", ["in order", "backwards", "at random"])
def test_a_merge_reads_a_bounded_number_of_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    """Long columns that overlap each other, and stragglers all over what is merged already."""
    monkeypatch.setattr("trackwell_service.stores.sql.run_merge.MERGED_AT_ONCE", 4_000)
    monkeypatch.setattr("trackwell_service.stores.sql.run_merge.MOST_POINTS", 1_024)
    sizes: list[int] = []
    decode = columns_codec.decode

    def counting(encoding: int, count: int, data: bytes | memoryview) -> Arrays:
        sizes[-1] += count
        return decode(encoding, count, data)

    merge = RunMerger.merge

    def counted(self: RunMerger, session: Session, run_pk: int, next_seq: Callable[[], int]) -> Left:
        sizes.append(0)
        return merge(self, session, run_pk, next_seq)

    starts = [*range(0, 64_000, 1_000)]
    if order == "backwards":
        starts.reverse()
    elif order == "at random":
        random.Random(2).shuffle(starts)
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")))
        sizes.append(0)
        monkeypatch.setattr("trackwell_service.stores.sql.run_merge.RunMerger.merge", counted)
        monkeypatch.setattr("trackwell_service.stores.sql.columns_codec.decode", counting)
        for start in starts:
            change(store, points("r", "m", *((time_ms, 0, 1.0) for time_ms in range(start, start + 2_000))))
        for start in starts:
            change(store, points("r", "m", (start, 1, 1.0), (start + 500, 1, 1.0)))
        wait_until_merged(store)
        most = max(sizes)
        history = whole_history(store, "r", "m", 100_000)
    assert len(history) == 65_000 + 128
    assert history == sorted(history)
    assert len(sizes) > 20
    # Twice what one merge takes, and a block more of each kind.
    assert most <= 2 * 4_000 + 2_000 + 1_024


def test_a_merge_of_many_metrics_takes_as_many_statements_as_one_of_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writers of other servers wait for it, and each statement may be a way through a network."""
    monkeypatch.setattr("trackwell_service.stores.sql.points_flush.MERGE_AFTER_BLOCKS", 3)
    merge = RunMerger.merge
    counts: list[int] = []

    def counted(merger: RunMerger, session: Session, run_pk: int, next_seq: Callable[[], int]) -> Left:
        before = len(statements)
        left = merge(merger, session, run_pk, next_seq)
        counts.append(len(statements) - before)
        return left

    monkeypatch.setattr(RunMerger, "merge", counted)
    statements: list[str] = []
    taken: list[list[int]] = []
    for metrics in (3, 300):
        counts.clear()
        folder = tmp_path / str(metrics)
        folder.mkdir()
        with opened(folder, on_write_statement=statements.append) as store:
            change(store, AddRun(run_info("r")))
            for number in range(6):
                change(store, *(points("r", f"m{key}", (number, number, 1.0)) for key in range(metrics)))
                wait_until_merged(store)
            assert {len(store.history("r", f"m{key}", None, 9)) for key in range(metrics)} == {6}
        taken.append(list(counts))
    assert len(taken[0]) > 1
    assert taken[0] == taken[1]


def test_a_damaged_merged_block_stops_no_other_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found when a part of the merge has been written, which is undone."""
    monkeypatch.setattr("trackwell_service.stores.sql.points_flush.MERGE_AFTER_BLOCKS", 3)
    monkeypatch.setattr("trackwell_service.stores.sql.run_merge.WRITTEN_AT_ONCE", 1)
    with opened(tmp_path) as store:
        change(store, AddRun(run_info("r")), AddRun(run_info("s")))

        def log(run_id: str, first: int) -> None:
            for step in range(first, first + 4):
                change(store, *(points(run_id, key, (step, step, 1.0)) for key in ("a", "b")))
            wait_until_merged(store)

        log("r", 0)
        with sqlite3.connect(tmp_path / "store.db") as connection:
            connection.execute(
                "UPDATE metric_blocks SET data = x'00' WHERE key_id = (SELECT id FROM names WHERE name = 'b')"
            )
        log("r", 4)
        log("s", 0)
        assert len(store.history("r", "a", None, 10)) == 8
        assert len(store.history("s", "b", None, 10)) == 4
        with pytest.raises(DataLoss):
            store.history("r", "b", None, 10)
