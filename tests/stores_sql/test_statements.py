"""How many SQL statements things cost: numbers that must not grow with the size of a page or a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.sql_stores import Changes, change, opened, points, run_info, together
from trackwell_service.domain.changes import (
    AddDatasetInput,
    AddModelOutput,
    AddParam,
    AddRun,
    Change,
    SetTag,
    UpdateRun,
)
from trackwell_service.domain.entities import Dataset, DatasetInput, ModelOutput, RunStatus, ViewType
from trackwell_service.domain.mutations import ReadSet
from trackwell_service.search.parse import parse_run_filter, parse_run_order
from trackwell_service.stores.roles import RunQuery
from trackwell_service.stores.sql import SqlStore

RUNS = 60


class Counted:
    """A store that counts its statements."""

    def __init__(self, folder: Path) -> None:
        self.writes: list[str] = []
        self.reads: list[str] = []
        self._opening = opened(folder, on_write_statement=self.writes.append, on_read_statement=self.reads.append)
        self.store: SqlStore = self._opening.__enter__()

    def close(self) -> None:
        """Closes the store."""
        self._opening.__exit__(None, None, None)

    def reading(self, action: Callable[[], object]) -> int:
        """How many statements a read takes once names are known."""
        action()
        self.reads.clear()
        action()
        return len(self.reads)

    def group(self, mutations: list[Changes]) -> list[str]:
        """The statements of one group, without that by which each asks whether another server has written."""
        change(self.store, SetTag("r0", "settle", "x"))
        self.writes.clear()
        assert together(self.store, mutations) == [None] * len(mutations)
        of_groups = [sql for sql in self.writes if "merge_backlog" not in sql]
        work = [sql for sql in of_groups if not sql.startswith("SELECT name, value FROM counters")]
        # The group that holds the writer up asks too.
        assert len(of_groups) - len(work) == 2
        return work


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    """A store with runs of some items."""
    found = Counted(tmp_path)
    together(found.store, [Changes(new_run(number)) for number in range(RUNS)])
    yield found
    found.close()


def new_run(number: int) -> tuple[Change, ...]:
    run_id = f"r{number}"
    dataset = Dataset("d", str(number % 5), "local", "{}")
    return (
        AddRun(run_info(run_id, start_time_ms=number // 3)),
        *(AddParam(run_id, f"p{key}", str(number % 4)) for key in range(10)),
        *(SetTag(run_id, f"t{key}", str(number % 3)) for key in range(5)),
        *(points(run_id, f"m{key}", (1, 1, number % 7)) for key in range(10)),
        AddDatasetInput(run_id, DatasetInput(dataset)),
        AddModelOutput(run_id, ModelOutput("m", 1)),
    )


@pytest.mark.parametrize(
    ("text", "order", "most"),
    [
        (None, [], 3),
        ("params.p0 = '1'", [], 3),
        ("params.p0 = '1' AND tags.t0 = '2'", [], 5),
        ("metrics.m0 < 3", [], 4),
        (None, ["metrics.m0"], 7),
        (None, ["metrics.m0 DESC"], 7),
        (None, ["params.p1 DESC"], 7),
        (None, ["tags.t1"], 7),
        (None, ["attributes.run_name"], 7),
        (None, ["metrics.m0", "tags.t1"], 3),
        ("attributes.status = 'RUNNING'", ["attributes.end_time"], 3),
    ],
)
def test_a_page_is_found_in_as_many_statements_whatever_its_size(
    counted: Counted, text: str | None, order: list[str], most: int
) -> None:
    condition = parse_run_filter(text) if text else None
    counts = {}
    for limit in (1, 2, 10, RUNS):
        query = RunQuery((0,), ViewType.ACTIVE_ONLY, condition, parse_run_order(order), limit)
        counts[limit] = counted.reading(lambda query=query: counted.store.find_runs(query))  # type: ignore[misc]  # a default binds it
    assert max(counts.values()) <= most, counts


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("params.p0 = '1'", 0),
        ("tags.t0 = '2'", 0),
        ("metrics.m0 < 3", 0),
        ("params.p0 IN ('1', '2')", 0),
        ("params.p0 = '1' AND tags.t0 = '2'", 1),
        ("params.p0 = '1' AND metrics.m0 < 3 AND tags.t0 != '2'", 2),
        ("params.p0 = '1' OR tags.t0 = '2'", 2),
    ],
)
def test_what_the_candidates_are_chosen_by_is_not_asked_of_each_again(counted: Counted, text: str, asked: int) -> None:
    query = RunQuery((0,), ViewType.ACTIVE_ONLY, parse_run_filter(text), (), 10)
    counted.store.find_runs(query)
    assert counted.reads[-1].count("EXISTS") == asked, counted.reads[-1]


def test_runs_are_loaded_in_as_many_statements_however_many(counted: Counted) -> None:
    few = counted.reading(lambda: counted.store.load_runs(["r1"]))
    many = counted.reading(lambda: counted.store.load_runs([f"r{number}" for number in range(RUNS)]))
    assert few == many == 6


def test_other_reads_take_a_fixed_number_of_statements(counted: Counted) -> None:
    store = counted.store
    ids = [f"r{number}" for number in range(RUNS)]
    assert counted.reading(lambda: store.run_refs(ids)) == 1
    assert counted.reading(lambda: store.changes([0], ids, 0, 100)) == 1
    assert counted.reading(lambda: store.metric_summaries("r1")) == 2
    assert counted.reading(lambda: store.history("r1", "m1", None, 100)) == 3
    assert counted.reading(lambda: store.dataset_summaries([0], 10)) == 1


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda run_id: (points(run_id, "m1", (5, 5, 50.0)),), 5),
        (lambda run_id: tuple(points(run_id, f"m{key}", (5, 5, 5.0)) for key in range(10)), 5),
        (lambda run_id: tuple(AddParam(run_id, f"p{key}", "new") for key in range(10, 20)), 6),
        (lambda run_id: tuple(SetTag(run_id, f"t{key}", "new") for key in range(5)), 4),
        (lambda run_id: (UpdateRun(run_id, RunStatus.FINISHED, 5, "name"),), 3),
    ],
    ids=["a point each", "ten metrics each", "params", "tags", "updates"],
)
def test_a_group_takes_as_many_statements_however_many_mutations(
    counted: Counted, make: Callable[[str], tuple[Change, ...]], most: int
) -> None:
    one = counted.group([Changes(make("r1"))])
    many = counted.group([Changes(make(f"r{number}")) for number in range(2, RUNS)])
    # Names may be new to the first group and metrics unknown to either: each adds a statement, not one for each row.
    assert abs(len(many) - len(one)) <= 3
    assert len(many) <= most + 2, many


def test_many_new_runs_with_everything_take_one_statement_a_table(counted: Counted) -> None:
    statements = counted.group([Changes(new_run(number)) for number in range(100, 160)])
    inserts = [sql for sql in statements if sql.startswith("INSERT")]
    assert len(inserts) == len({sql.split(" (", 1)[0] for sql in inserts})
    assert len(statements) <= 16, statements


def test_what_is_known_is_not_read_again(counted: Counted) -> None:
    group = [Changes((points("r1", "m1", (step, step, 1.0)),)) for step in range(3)]
    counted.group(group)
    for mutation in group:
        mutation.reads = ReadSet(run_ids=("r1",))
    statements = counted.group(group)
    assert [sql for sql in statements if sql.startswith("SELECT")] == []
    assert len(statements) <= 4, statements
