"""Several servers over one database: whatever happens to them, they are one store."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from support.backends import open_memory
from support.determinism import CountingIds, SteppingClock
from support.doors.base import Api
from support.doors.core import CoreDoor, build_core
from support.loggers import connected, history
from support.scratch_databases import SERVER_KINDS, assert_counts_agree, durable_server
from support.server_process import ServerProcess, running_server
from trackwell.v1 import experiments_pb2, experiments_pb2_grpc, metrics_pb2, metrics_pb2_grpc, runs_pb2, runs_pb2_grpc
from trackwell_service.stores.sql.dialects import dialect_of

SERVERS = 3
WRITERS = 16
ROUNDS = 40
"""What each writer does at least, one thing of each kind a round."""

ANSWER_TIMEOUT_S = 3.0
"""When a writer turns to the next server: one of them is stopped in the middle of its work."""

PAUSE_S = 8.0
"""How long that one is stopped: longer than the database lets a transaction stand still."""

GONE = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED}


@contextmanager
def servers(folder: Path, url: str) -> Iterator[list[ServerProcess]]:
    """Servers over one database."""
    with ExitStack() as stack:
        found = []
        for number in range(SERVERS):
            (folder / str(number)).mkdir()
            found.append(stack.enter_context(running_server(folder / str(number), "--backend-store-uri", url)))
        yield found


@dataclass(slots=True)
class Replies:
    """What all writers were told."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    points: set[tuple[str, str, int]] = field(default_factory=set)
    """(run id, key, step) of acknowledged points; each one's value is its step."""
    params: dict[str, list[str]] = field(default_factory=dict)
    """By key, the values that were acknowledged."""
    experiments: dict[str, list[str]] = field(default_factory=dict)
    """By name, the ids that were answered to those who made it."""
    tags: dict[tuple[str, str], str] = field(default_factory=dict)
    """By (run id, key), the last value that its only writer got acknowledged."""
    failures: list[BaseException] = field(default_factory=list)


def code_of(error: grpc.RpcError) -> grpc.StatusCode:
    """The status of a call that failed."""
    return cast(grpc.Call, error).code()


class Client:
    """Calls one server after the other until one answers. Every call is safe to repeat, by nature or by request id."""

    def __init__(self, addresses: list[str], first: int) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_reconnect_backoff_ms", 200)]
        self._channels = [grpc.insecure_channel(address, options=options) for address in addresses]
        self._order = cycle([*range(first, len(addresses)), *range(first)])

    def call(
        self, stub: Callable[[grpc.Channel], Any], method: str, request: Any, request_id: str | None = None
    ) -> Any:
        """The answer; raises the refusal."""
        metadata = None if request_id is None else (("x-request-id", request_id),)
        give_up = time.monotonic() + 90
        while True:
            channel = self._channels[next(self._order)]
            try:
                return getattr(stub(channel), method)(request, timeout=ANSWER_TIMEOUT_S, metadata=metadata)
            except grpc.RpcError as error:
                if code_of(error) not in GONE or time.monotonic() > give_up:
                    raise
                time.sleep(0.02)

    def close(self) -> None:
        """Hangs up."""
        for channel in self._channels:
            channel.close()


def write(number: int, addresses: list[str], runs: list[str], replies: Replies, goes_on: Callable[[int], bool]) -> None:
    """One writer: its points, and params, experiments and tags that the others want too."""
    client = Client(addresses, number % len(addresses))
    for turn in count():
        if not goes_on(turn):
            break
        step = turn * WRITERS + number
        run_id = runs[turn % len(runs)]
        point = metrics_pb2.LogMetricRequest(run_id=run_id, key="shared", value=step, timestamp=step, step=step)
        client.call(metrics_pb2_grpc.MetricServiceStub, "LogMetric", point)
        batch = runs_pb2.LogBatchRequest(
            run_id=run_id,
            metrics=[
                metrics_pb2.Metric(key=f"k{key}", value=step, timestamp=step, step=step) for key in range(turn % 4)
            ],
            tags=[runs_pb2.RunTag(key=f"of {number}", value=str(turn))],
        )
        client.call(runs_pb2_grpc.RunServiceStub, "LogBatch", batch)
        with replies.lock:
            replies.points.add((run_id, "shared", step))
            replies.points |= {(run_id, metric.key, step) for metric in batch.metrics}
            replies.tags[run_id, f"of {number}"] = str(turn)
        _contend(client, number, turn, runs[0], replies)
    client.close()


def _contend(client: Client, number: int, turn: int, run_id: str, replies: Replies) -> None:
    """Tries to be the one who sets a param and makes an experiment that all the others try too."""
    key, value = f"p{turn}", f"of {number}"
    try:
        param = runs_pb2.LogParamRequest(run_id=run_id, key=key, value=value)
        client.call(runs_pb2_grpc.RunServiceStub, "LogParam", param)
    except grpc.RpcError as error:
        if code_of(error) is not grpc.StatusCode.INVALID_ARGUMENT:
            raise
    else:
        with replies.lock:
            replies.params.setdefault(key, []).append(value)
    name = f"e{turn // 4}"
    try:
        experiment = experiments_pb2.CreateExperimentRequest(name=name)
        stub = experiments_pb2_grpc.ExperimentServiceStub
        made = client.call(stub, "CreateExperiment", experiment, f"{name} by {number} in {turn}")
    except grpc.RpcError as error:
        if code_of(error) is not grpc.StatusCode.ALREADY_EXISTS:
            raise
    else:
        with replies.lock:
            replies.experiments.setdefault(name, []).append(made.experiment_id)


def watch_order(addresses: list[str], run_id: str, ended: threading.Event) -> int:
    """Asks the servers in turn for the newest step; it never goes back. How many looks there were."""
    client = Client(addresses, 0)
    newest = -1
    looks = 0
    while not ended.is_set():
        answer = client.call(runs_pb2_grpc.RunServiceStub, "GetRun", runs_pb2.GetRunRequest(run_id=run_id))
        steps = [metric.step for metric in answer.run.data.metrics if metric.key == "shared"]
        if steps:
            assert steps[0] >= newest
            newest = steps[0]
        looks += 1
    client.close()
    return looks


@contextmanager
def model() -> Iterator[Api]:
    """The rules over a store in memory."""
    clock = SteppingClock()
    with open_memory(Path(), clock) as store:
        core = build_core(store, clock=clock, new_run_id=CountingIds())
        try:
            yield Api(CoreDoor(core))
        finally:
            core.close()


def shown(api: Api, run_id: str) -> tuple[dict[str, tuple[float, int, int]], dict[str, str], dict[str, str]]:
    """What a run's page shows: metrics, params, and the writers' tags."""
    data = api("GetRun", run_id=run_id).run.data
    return (
        {metric.key: (metric.value, metric.timestamp, metric.step) for metric in data.metrics},
        {param.key: param.value for param in data.params},
        {tag.key: tag.value for tag in data.tags if not tag.key.startswith("mlflow.")},
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_servers_that_die_and_stand_still_are_one_store(tmp_path: Path, kind: str) -> None:
    chance = random.Random(6)
    url = durable_server(kind).new_database()
    with servers(tmp_path, url) as running:
        addresses = [server.grpc for server in running]
        with connected(running[0]) as api:
            runs = [api("CreateRun", experiment_id="0").run.info.run_id for _ in range(3)]
        replies = _under_attack(running, addresses, runs, chance)
        assert replies.failures == []
        with connected(running[0]) as api:
            _equals_the_model(api, runs, replies)
            _is_seen_by_watchers(running[1], api, runs[0])
        assert [server.terminate() for server in running[:2]] == [0, 0]
    assert_counts_agree(url)
    assert_merged_once(url)


def assert_merged_once(url: str) -> None:
    """Merged blocks of a metric share no point. Readers drop what is there twice, so none of them would show it."""
    overlapping = """
        SELECT a.run_pk, a.key_id, a.seq, b.seq FROM metric_blocks a JOIN metric_blocks b
            ON b.run_pk = a.run_pk AND b.key_id = a.key_id AND b.seq > a.seq AND b.level = 1
        WHERE a.level = 1 AND a.min_timestamp_ms <= b.max_timestamp_ms AND b.min_timestamp_ms <= a.max_timestamp_ms"""
    engine_url, arguments = dialect_of(url).for_sqlalchemy()
    with sa.create_engine(engine_url, poolclass=NullPool, connect_args=arguments).connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM metric_blocks WHERE level = 1").scalar_one() > 0
        assert connection.exec_driver_sql(overlapping).fetchall() == []


def _under_attack(
    running: list[ServerProcess], addresses: list[str], runs: list[str], chance: random.Random
) -> Replies:
    """Writers, of whose servers one is stopped for a while and another is killed."""
    replies = Replies()
    ended = threading.Event()
    turns = [0] * WRITERS
    looks: list[int] = []

    def guarded(action: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                action()
            except BaseException as error:  # noqa: BLE001 # told by the test
                replies.failures.append(error)
                ended.set()

        return run

    def writer(number: int) -> None:
        def goes_on(turn: int) -> bool:
            turns[number] = turn
            return not ended.is_set() or (turn < ROUNDS and not replies.failures)

        write(number, addresses, runs, replies, goes_on)

    threads = [threading.Thread(target=guarded(lambda number=number: writer(number))) for number in range(WRITERS)]  # type: ignore[misc]  # a default binds it
    threads.append(threading.Thread(target=guarded(lambda: looks.append(watch_order(addresses, runs[0], ended)))))
    for thread in threads:
        thread.start()
    _wait(lambda: min(turns) >= 4 or ended.is_set())
    time.sleep(chance.uniform(0.0, 0.3))
    running[1].process.send_signal(signal.SIGSTOP)
    time.sleep(PAUSE_S / 2)
    running[2].kill()
    time.sleep(PAUSE_S / 2)
    running[1].process.send_signal(signal.SIGCONT)
    before = list(turns)
    _wait(lambda: all(now > then + 4 for now, then in zip(turns, before, strict=True)) or ended.is_set())
    ended.set()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    assert replies.failures or looks[0] > 10
    return replies


def _wait(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 120
    while not done():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def _equals_the_model(api: Api, runs: list[str], replies: Replies) -> None:
    """Everything acknowledged is there, once; of what all wanted, one got it."""
    assert all(len(values) == 1 for values in replies.params.values()), replies.params
    assert all(len(ids) == 1 for ids in replies.experiments.values()), replies.experiments
    stored = api("SearchExperiments", max_results=1000).experiments
    assert {each.name: [each.experiment_id] for each in stored if each.name != "Default"} == replies.experiments
    with model() as expected:
        for run_id in runs:
            expected("CreateRun", experiment_id="0", run_id=run_id)
        for run_id, key, step in sorted(replies.points):
            expected("LogMetric", run_id=run_id, key=key, value=step, timestamp=step, step=step)
        for key, values in replies.params.items():
            expected("LogParam", run_id=runs[0], key=key, value=values[0])
        for (run_id, key), value in replies.tags.items():
            expected("SetTag", run_id=run_id, key=key, value=value)
        for run_id in runs:
            assert shown(api, run_id) == shown(expected, run_id)
            for key in {key for run, key, _ in replies.points if run == run_id}:
                assert history(api, run_id, key) == history(expected, run_id, key)


def _is_seen_by_watchers(server: ServerProcess, other: Api, run_id: str) -> None:
    """A change through one server is seen by who watches another."""
    with connected(server) as api:
        answers = api.stream("Watch", run_ids=[run_id], poll_interval_ms=100)
        assert not next(answers).changes
        other("SetTag", run_id=run_id, key="seen", value="elsewhere")
        while not (changes := next(answers).changes):
            pass
        assert [change.run_id for change in changes] == [run_id]
