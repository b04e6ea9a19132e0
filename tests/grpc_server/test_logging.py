"""LogStream and Watch with the real core behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest

from support.grpc_doors import Serve, Served
from trackwell.v1.errors_pb2 import Error
from trackwell.v1.metrics_pb2 import GetMetricHistoryRequest, Metric, Series
from trackwell.v1.metrics_pb2_grpc import MetricServiceStub
from trackwell.v1.runs_pb2 import (
    CreateRunRequest,
    GetRunRequest,
    LogStreamRequest,
    LogStreamResponse,
    Param,
    RunTag,
    SetTagRequest,
    WatchRequest,
    WatchResponse,
)
from trackwell.v1.runs_pb2_grpc import RunServiceStub
from trackwell_service.config import ServiceConfig
from trackwell_service.service import open_service
from trackwell_service.stores.uris import MEMORY_URI


@pytest.fixture
async def served(serve: Serve) -> AsyncIterator[Served]:
    """A server on a store in memory."""
    service = open_service(ServiceConfig(backend_store_uri=MEMORY_URI, serve_artifacts=False))
    yield await serve(service.core)
    service.close()


async def new_run(served: Served) -> str:
    return (await RunServiceStub(served.channel).CreateRun(CreateRunRequest(experiment_id="0"))).run.info.run_id


async def sent(served: Served, batches: Iterable[LogStreamRequest]) -> list[LogStreamResponse]:
    """Every answer to a stream of these batches."""

    async def requests() -> AsyncIterator[LogStreamRequest]:
        for batch in batches:
            yield batch

    return [answer async for answer in RunServiceStub(served.channel).LogStream(requests())]


def point(step: int, key: str = "loss") -> Metric:
    return Metric(key=key, value=step / 2, timestamp=1000 + step, step=step)


async def history(served: Served, run_id: str, key: str) -> list[tuple[int, int, float]]:
    page = await MetricServiceStub(served.channel).GetMetricHistory(
        GetMetricHistoryRequest(run_id=run_id, metric_key=key)
    )
    return [(metric.timestamp, metric.step, metric.value) for metric in page.metrics]


async def test_everything_that_a_batch_can_carry_is_stored(served: Served) -> None:
    run_id = await new_run(served)
    columns = Series(key="accuracy", values=[0.5, 0.75], timestamps=[1, 2], steps=[10, 20])
    answers = await sent(
        served,
        [
            LogStreamRequest(sequence=1, run_id=run_id, metrics=[point(1), point(2)], series=[columns]),
            LogStreamRequest(sequence=2, run_id=run_id, params=[Param(key="lr", value="0.1")]),
            LogStreamRequest(sequence=3, run_id=run_id, tags=[RunTag(key="k", value="v")]),
        ],
    )
    assert answers[-1].acknowledged_sequence == 3
    assert not any(answer.refusals for answer in answers)
    run = (await RunServiceStub(served.channel).GetRun(GetRunRequest(run_id=run_id))).run
    assert {metric.key: metric.value for metric in run.data.metrics} == {"loss": 1.0, "accuracy": 0.75}
    assert [(param.key, param.value) for param in run.data.params] == [("lr", "0.1")]
    assert ("k", "v") in [(tag.key, tag.value) for tag in run.data.tags]
    assert await history(served, run_id, "accuracy") == [(1, 10, 0.5), (2, 20, 0.75)]


async def test_refused_batch_stores_nothing_and_the_rest_goes_on(served: Served) -> None:
    run_id = await new_run(served)
    answers = await sent(
        served,
        [
            LogStreamRequest(sequence=1, run_id=run_id, params=[Param(key="lr", value="0.1")]),
            LogStreamRequest(sequence=2, run_id=run_id, params=[Param(key="lr", value="0.2")], metrics=[point(1)]),
            LogStreamRequest(sequence=3, run_id="none", metrics=[point(1)]),
            LogStreamRequest(sequence=4, run_id=run_id, metrics=[point(1, key="../bad"), point(1)]),
            LogStreamRequest(sequence=5, metrics=[point(1)]),
            LogStreamRequest(sequence=6, run_id=run_id, metrics=[point(7)]),
        ],
    )
    refused = {refusal.sequence: refusal.error for answer in answers for refusal in answer.refusals}
    assert {sequence: error.error_code for sequence, error in refused.items()} == {
        2: Error.INVALID_PARAMETER_VALUE,
        3: Error.RESOURCE_DOES_NOT_EXIST,
        4: Error.INVALID_PARAMETER_VALUE,
        5: Error.INVALID_PARAMETER_VALUE,
    }
    assert "Changing param values is not allowed" in refused[2].message
    assert "run_id" in refused[5].message
    assert answers[-1].acknowledged_sequence == 6
    assert await history(served, run_id, "loss") == [(1007, 7, 3.5)]


async def test_resuming_sends_again_and_stores_once(served: Served) -> None:
    run_id = await new_run(served)
    first = RunServiceStub(served.channel).LogStream()
    for sequence in range(1, 21):
        await first.write(LogStreamRequest(sequence=sequence, run_id=run_id, metrics=[point(sequence)]))
    answer = await first.read()
    assert isinstance(answer, LogStreamResponse)
    first.cancel()
    # Only the first answer was seen: the rest is sent again, stored before or not.
    unknown = range(answer.acknowledged_sequence + 1, 41)
    await sent(
        served,
        (
            LogStreamRequest(sequence=number, run_id=run_id, metrics=[point(step)])
            for number, step in enumerate(unknown, start=1)
        ),
    )
    assert [step for _, step, _ in await history(served, run_id, "loss")] == list(range(1, 41))


async def test_watch_tells_what_changed_and_resumes(served: Served) -> None:
    runs = RunServiceStub(served.channel)
    run_id = await new_run(served)
    watch = runs.Watch(WatchRequest(experiment_ids=["0"], poll_interval_ms=100))
    first = await watch.read()
    assert isinstance(first, WatchResponse)
    await runs.SetTag(SetTagRequest(run_id=run_id, key="k", value="v"))
    second = await watch.read()
    assert isinstance(second, WatchResponse)
    assert [change.run_id for change in second.changes] == [run_id]
    watch.cancel()
    again = runs.Watch(WatchRequest(experiment_ids=["0"], token=first.token))
    answer = await again.read()
    assert isinstance(answer, WatchResponse)
    assert [change.run_id for change in answer.changes] == [run_id]
    again.cancel()
