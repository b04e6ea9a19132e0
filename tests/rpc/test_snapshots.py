"""Encoded runs: loaded once for each state of a run, within a bound of memory, never stale (ADR 0004)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trackwell.v1 import runs_pb2
from trackwell_service.domain.entities import LifecycleStage, Run, RunInfo, RunStatus
from trackwell_service.operations.searching import RunSearch, SearchText, search_runs
from trackwell_service.rpc.pages import run_page
from trackwell_service.rpc.run_document import run_json
from trackwell_service.rpc.snapshots import ENTRY_BYTES, RUNS_PER_LOAD, Snapshots, encode_run, text_snapshots
from trackwell_service.stores.roles import Page, RunQuery, RunRef


def run_of(number: int, version: int = 1, stage: LifecycleStage = LifecycleStage.ACTIVE) -> Run:
    """A run of which nothing but its id matters."""
    info = RunInfo(f"r{number:05}", 0, "n", "u", RunStatus.RUNNING, 0, None, "s3://b", stage)
    return Run(info, version=version)


def ref_of(run: Run) -> RunRef:
    """The reference to the run as it is."""
    return RunRef(run.info.run_id, run.version, run.info.stage)


class Runs:
    """Plays `roles.RunReader` over a list of runs in the order of pages; `loads` notes what was loaded."""

    def __init__(self, count: int) -> None:
        self.runs = {run.info.run_id: run for run in map(run_of, range(count))}
        self.loads: list[list[str]] = []
        self.limits: list[int] = []

    def find_runs(self, query: RunQuery) -> Page[RunRef]:
        self.limits.append(query.limit)
        ids = [run_id for run_id in self.runs if query.after is None or run_id > query.after[0]]
        found = [ref_of(self.runs[run_id]) for run_id in ids[: query.limit]]
        return Page(found, (found[-1].run_id,) if len(ids) > query.limit else None)

    def run_refs(self, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        return {run_id: ref_of(self.runs[run_id]) for run_id in run_ids if run_id in self.runs}

    def load_runs(self, run_ids: Sequence[str]) -> Mapping[str, Run]:
        self.loads.append(list(run_ids))
        return {run_id: self.runs[run_id] for run_id in run_ids if run_id in self.runs}

    @property
    def refs(self) -> list[RunRef]:
        """References to all."""
        return [ref_of(run) for run in self.runs.values()]


def test_a_state_is_loaded_once() -> None:
    reader = Runs(3)
    snapshots = Snapshots(reader)
    expected = [encode_run(run) for run in reader.runs.values()]
    assert list(snapshots.encoded(reader.refs)) == expected
    assert list(snapshots.encoded(reader.refs[::-1])) == expected[::-1]
    assert reader.loads == [["r00000", "r00001", "r00002"]]


def test_only_what_is_missing_is_loaded() -> None:
    reader = Runs(3)
    snapshots = Snapshots(reader)
    list(snapshots.encoded(reader.refs[:1]))
    reader.runs["r00001"] = run_of(1, version=2)
    list(snapshots.encoded(reader.refs))
    assert reader.loads == [["r00000"], ["r00001", "r00002"]]


def test_another_version_or_stage_is_another_run() -> None:
    reader = Runs(1)
    snapshots = Snapshots(reader)
    seen = [snapshots.encoded_run("r00000")]
    for changed in (run_of(0, version=2), run_of(0, version=2, stage=LifecycleStage.DELETED)):
        reader.runs["r00000"] = changed
        seen.append(snapshots.encoded_run("r00000"))
        assert seen[-1] == encode_run(changed)
    assert len(reader.loads) == 3


def test_a_run_that_changed_since_it_was_found_is_kept_as_what_it_is_now() -> None:
    reader = Runs(1)
    old = reader.refs
    changed = replace(reader.runs["r00000"], version=5, tags={"k": "v"})
    reader.runs["r00000"] = changed
    snapshots = Snapshots(reader)
    assert list(snapshots.encoded(old)) == [encode_run(changed)]
    assert list(snapshots.encoded(reader.refs)) == [encode_run(changed)]
    assert len(reader.loads) == 1


def test_runs_are_kept_in_the_form_that_is_asked_for() -> None:
    reader = Runs(3)
    texts = text_snapshots(reader)
    expected = [run_json(run) for run in reader.runs.values()]
    list(texts.encoded(reader.refs[:1]))
    assert list(texts.encoded(reader.refs)) == expected
    assert (texts.hits, texts.misses) == (1, 3)
    assert texts.size_bytes == sum(map(len, expected)) + 3 * ENTRY_BYTES


def test_a_run_that_is_gone_is_left_out() -> None:
    reader = Runs(3)
    refs = reader.refs
    del reader.runs["r00001"]
    assert len(list(Snapshots(reader).encoded(refs))) == 2
    assert Snapshots(reader).encoded_run("r00001") is None


def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    reader = Runs(4)
    one = len(encode_run(run_of(0))) + ENTRY_BYTES
    snapshots = Snapshots(reader, max_bytes=3 * one)
    list(snapshots.encoded(reader.refs[:3]))
    list(snapshots.encoded(reader.refs[:1]))
    list(snapshots.encoded(reader.refs[3:]))
    assert snapshots.size_bytes == 3 * one
    reader.loads.clear()
    list(snapshots.encoded([reader.refs[0], reader.refs[2], reader.refs[3]]))
    assert reader.loads == []
    list(snapshots.encoded([reader.refs[1]]))
    assert reader.loads == [["r00001"]]


def test_no_run_is_kept_that_is_larger_than_all_memory() -> None:
    reader = Runs(1)
    snapshots = Snapshots(reader, max_bytes=10)
    assert snapshots.encoded_run("r00000") == encode_run(run_of(0))
    assert snapshots.size_bytes == 0


def test_a_large_page_is_loaded_in_parts() -> None:
    reader = Runs(RUNS_PER_LOAD + 1)
    assert len(list(Snapshots(reader).encoded(reader.refs))) == RUNS_PER_LOAD + 1
    assert [len(load) for load in reader.loads] == [RUNS_PER_LOAD, 1]


def page(reader: Runs, search: RunSearch, max_bytes: int) -> runs_pb2.SearchRunsResponse:
    """A page as it is answered."""
    encoded = run_page(reader, Snapshots(reader), search, max_bytes).SerializeToString()
    return runs_pb2.SearchRunsResponse.FromString(encoded)


def test_a_page_is_found_and_loaded_once() -> None:
    reader = Runs(5)
    found = page(reader, search_runs([0], SearchText(max_results=3)), 10_000)
    assert [run.info.run_id for run in found.runs] == ["r00000", "r00001", "r00002"]
    assert found.HasField("next_page_token")
    assert reader.limits == [3]
    assert len(reader.loads) == 1


def test_a_page_ends_early_at_its_size_in_bytes() -> None:
    """DESIGN §3: a page is cut by bytes, with a token; nothing is lost or told twice."""
    reader = Runs(10)
    one = len(encode_run(run_of(0)))
    seen: list[str] = []
    token: str | None = None
    sizes: list[int] = []
    while True:
        found = page(reader, search_runs([0], SearchText(page_token=token)), 3 * one + 50)
        seen += [run.info.run_id for run in found.runs]
        sizes.append(len(found.runs))
        assert found.ByteSize() <= 3 * one + 50 + 200
        if not found.HasField("next_page_token"):
            break
        token = found.next_page_token
    assert seen == list(reader.runs)
    assert sizes == [3, 3, 3, 1]


def test_a_run_larger_than_a_page_is_still_told() -> None:
    reader = Runs(2)
    found = page(reader, search_runs([0], SearchText()), 1)
    assert len(found.runs) == 1
    assert found.HasField("next_page_token")


def test_no_experiments_mean_an_empty_page_without_a_question_to_the_store() -> None:
    reader = Runs(2)
    assert page(reader, search_runs([], SearchText()), 1000).ByteSize() == 0
    assert reader.limits == []
