"""What the tracking handlers do beyond the acceptance suite: retries, columns, streams, encoded answers."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty

from support.determinism import SteppingClock
from trackwell.v1 import experiments_pb2, metrics_pb2, runs_pb2
from trackwell.v1.metrics_pb2 import GetSeriesRequest, GetSeriesResponse, LogSeriesRequest, Metric, Series
from trackwell.v1.runs_pb2 import LogStreamRequest, WatchRequest, WatchResponse
from trackwell.wire.v1.wire_pb2 import LogSeriesRequestWire, SeriesWire
from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter, ResourceDoesNotExist, TrackwellError
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.core import ServiceCore
from trackwell_service.rpc.streams import Pause

EXPERIMENTS = "/trackwell.v1.ExperimentService/"
RUNS = "/trackwell.v1.RunService/"
METRICS = "/trackwell.v1.MetricService/"
PLAIN = CallContext()
ONCE = CallContext(request_id="request-1")


def create_run(core: ServiceCore, context: CallContext = PLAIN, **fields: Any) -> runs_pb2.Run:
    """A new run."""
    answer = core.call(f"{RUNS}CreateRun", runs_pb2.CreateRunRequest(experiment_id="0", **fields), context)
    assert isinstance(answer, runs_pb2.CreateRunResponse)
    return answer.run


@pytest.fixture
def run_id(core: ServiceCore) -> str:
    """A run in experiment 0."""
    return create_run(core).info.run_id


def get_run(core: ServiceCore, run_id: str) -> runs_pb2.Run:
    """The run as it is."""
    answer = core.call(f"{RUNS}GetRun", runs_pb2.GetRunRequest(run_id=run_id), PLAIN)
    assert isinstance(answer, bytes)
    return runs_pb2.GetRunResponse.FromString(answer).run


def series(core: ServiceCore, **fields: Any) -> list[GetSeriesResponse]:
    """A GetSeries answer."""
    items = core.blocking_stream(f"{METRICS}GetSeries", GetSeriesRequest(**fields), PLAIN)
    return [GetSeriesResponse.FromString(item) for item in items if isinstance(item, bytes)]


def points(core: ServiceCore, run_id: str) -> dict[str, list[tuple[int, int, float]]]:
    """Every point by key."""
    return {
        chunk.series.key: list(zip(chunk.series.timestamps, chunk.series.steps, chunk.series.values, strict=True))
        for chunk in series(core, run_ids=[run_id])
    }


# -- retries


def test_a_run_is_created_once_for_a_request_id(core: ServiceCore) -> None:
    """DESIGN §3: a retry gets the first answer: the same run, as it is by now."""
    first = create_run(core, ONCE)
    core.call(f"{RUNS}SetTag", runs_pb2.SetTagRequest(run_id=first.info.run_id, key="k", value="v"), PLAIN)
    again = create_run(core, ONCE)
    assert again.info == first.info
    assert ("k", "v") in [(tag.key, tag.value) for tag in again.data.tags]
    assert not again.HasField("outputs")
    assert create_run(core, CallContext(request_id="request-2")).info.run_id != first.info.run_id


def test_a_run_id_of_the_callers_choice_needs_no_request_id(core: ServiceCore) -> None:
    first = create_run(core, ONCE, run_id="mine")
    assert create_run(core, CallContext(request_id="other"), run_id="mine") == first
    assert create_run(core, ONCE).info.run_id != "mine", "the request id was not used up"


@pytest.mark.parametrize(
    ("method", "request_message"),
    [
        ("CreateExperiment", experiments_pb2.CreateExperimentRequest(name="n")),
        ("UpdateExperiment", experiments_pb2.UpdateExperimentRequest(experiment_id="0", new_name="n")),
        ("DeleteExperiment", experiments_pb2.DeleteExperimentRequest(experiment_id="0")),
        ("RestoreExperiment", experiments_pb2.RestoreExperimentRequest(experiment_id="0")),
    ],
)
def test_a_retry_with_the_request_id_gets_the_first_answer(
    core: ServiceCore, clock: SteppingClock, method: str, request_message: Any
) -> None:
    """DESIGN §3: also when the first answer was a refusal."""

    def attempt() -> object:
        clock.advance(1000)
        try:
            return core.call(EXPERIMENTS + method, request_message, ONCE)
        except TrackwellError as error:
            return type(error), error.message

    def experiment() -> object:
        return core.call(f"{EXPERIMENTS}GetExperiment", experiments_pb2.GetExperimentRequest(experiment_id="0"), PLAIN)

    first, state = attempt(), experiment()
    assert attempt() == first
    assert experiment() == state


def test_deleting_a_tag_again_with_the_request_id_succeeds_again(core: ServiceCore, run_id: str) -> None:
    core.call(f"{RUNS}SetTag", runs_pb2.SetTagRequest(run_id=run_id, key="k", value="v"), PLAIN)
    request = runs_pb2.DeleteTagRequest(run_id=run_id, key="k")
    for _ in range(2):
        core.call(f"{RUNS}DeleteTag", request, ONCE)
    with pytest.raises(ResourceDoesNotExist):
        core.call(f"{RUNS}DeleteTag", request, PLAIN)


def test_a_model_is_logged_once_for_a_request_id(core: ServiceCore, run_id: str) -> None:
    model = '{"artifact_path": "m", "flavors": {}, "utc_time_created": "t", "run_id": "r"}'
    request = runs_pb2.LogModelRequest(run_id=run_id, model_json=model)
    for _ in range(2):
        core.call(f"{RUNS}LogModel", request, ONCE)
    tags = {tag.key: tag.value for tag in get_run(core, run_id).data.tags}
    assert tags["mlflow.log-model.history"] == f"[{model}]"


# -- tags that are also something else


def test_a_run_without_its_name_tag_has_no_name(core: ServiceCore, run_id: str) -> None:
    """§6: name and tag are one value, also when the tag goes."""
    core.call(f"{RUNS}DeleteTag", runs_pb2.DeleteTagRequest(run_id=run_id, key="mlflow.runName"), PLAIN)
    run = get_run(core, run_id)
    assert (run.info.run_name, list(run.data.tags)) == ("", [])


@pytest.mark.parametrize("history", ["not json", "{}", "[" * 100_000])
def test_a_model_is_not_appended_to_what_is_no_list(core: ServiceCore, run_id: str, history: str) -> None:
    core.call(
        f"{RUNS}SetTag", runs_pb2.SetTagRequest(run_id=run_id, key="mlflow.log-model.history", value=history), PLAIN
    )
    model = '{"artifact_path": "m", "flavors": {}, "utc_time_created": "t", "run_id": "r"}'
    with pytest.raises(InvalidParameter, match="does not hold a JSON list"):
        core.call(f"{RUNS}LogModel", runs_pb2.LogModelRequest(run_id=run_id, model_json=model), PLAIN)


@pytest.mark.parametrize(
    "model",
    ["x", "[]", "1", "null", "{}", '{"artifact_path": NaN}', '{"a": "\\u0000"}', '{"a": "\\ud800"}', '{"a":' * 50_000],
)
def test_a_model_must_be_a_json_object_with_its_fields(core: ServiceCore, run_id: str, model: str) -> None:
    with pytest.raises(InvalidParameter, match="for parameter 'model_json' supplied"):
        core.call(f"{RUNS}LogModel", runs_pb2.LogModelRequest(run_id=run_id, model_json=model), PLAIN)


# -- columns in


TYPED = LogSeriesRequest(
    series=[
        Series(key="a", values=[1.0, math.inf], steps=[5, 6], timestamps=[10, 20]),
        Series(key="b", values=[2.0], timestamps=[30]),
        Series(key="nothing"),
    ]
)


def test_a_series_may_come_in_any_class_that_keeps_its_bytes(core: ServiceCore, run_id: str) -> None:
    request = LogSeriesRequest(run_id=run_id, series=TYPED.series)
    for each in (
        request,
        LogSeriesRequestWire.FromString(request.SerializeToString()),
        Empty.FromString(request.SerializeToString()),
    ):
        core.call(f"{METRICS}LogSeries", each, PLAIN)
    assert core.request_class(f"{METRICS}LogSeries") is Empty
    assert core.request_class(f"{METRICS}LogMetric") is None
    assert points(core, run_id) == {"a": [(10, 5, 1.0), (20, 6, math.inf)], "b": [(30, 0, 2.0)]}
    assert [metric.key for metric in get_run(core, run_id).data.metrics] == ["a", "b"]


def test_a_series_without_run_is_refused(core: ServiceCore) -> None:
    with pytest.raises(InvalidParameter, match="Missing value for required parameter 'run_id'"):
        core.call(f"{METRICS}LogSeries", TYPED, PLAIN)


def test_a_series_with_a_column_of_bytes_that_are_no_numbers(core: ServiceCore, run_id: str) -> None:
    request = LogSeriesRequestWire(
        run_id=run_id, series=[SeriesWire(key="a", values=[b"1234567"], timestamps=[bytes(8)])]
    )
    with pytest.raises(InvalidParameter, match="not a multiple of 8"):
        core.call(f"{METRICS}LogSeries", request, PLAIN)


# -- one batch of a stream


def test_a_batch_of_a_stream_is_stored_whole(core: ServiceCore, run_id: str) -> None:
    batch = LogStreamRequest(
        sequence=1,
        run_id=run_id,
        metrics=[Metric(key="a", value=1.0, timestamp=1), Metric(key="c", value=3.0, timestamp=3, step=-3)],
        series=[Series(key="a", values=[2.0], timestamps=[2]), Series(key="b", values=[4.0], timestamps=[4])],
        params=[runs_pb2.Param(key="p", value="1")],
        tags=[runs_pb2.RunTag(key="mlflow.runName", value="new")],
    )
    for _ in range(2):
        core.call(f"{RUNS}LogStream", batch, PLAIN)
    assert points(core, run_id) == {"a": [(1, 0, 1.0), (2, 0, 2.0)], "b": [(4, 0, 4.0)], "c": [(3, -3, 3.0)]}
    run = get_run(core, run_id)
    assert (run.info.run_name, run.data.params[0].value) == ("new", "1")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"metrics": [Metric(key="a//b", value=1.0, timestamp=1)]}, "metrics[0].name"),
        ({"series": [Series(key="a//b")]}, "series[0].key"),
        ({"series": [Series(key="a", values=[1.0])]}, "series[0].timestamps"),
        (
            {"params": [runs_pb2.Param(key="k"), runs_pb2.Param(key="k")]},
            "Duplicate parameter keys have been submitted: ['k']",
        ),
        ({"params": [runs_pb2.Param(key=f"k{n}") for n in range(101)]}, "at most 100 params"),
        ({"tags": [runs_pb2.RunTag(key=f"k{n}") for n in range(101)]}, "at most 100 tags"),
    ],
)
def test_a_bad_batch_of_a_stream_stores_nothing(
    core: ServiceCore, run_id: str, fields: dict[str, Any], words: str
) -> None:
    before = get_run(core, run_id)
    with pytest.raises(InvalidParameter) as caught:
        core.call(f"{RUNS}LogStream", LogStreamRequest(sequence=1, run_id=run_id, **fields), PLAIN)
    assert words in caught.value.message
    assert get_run(core, run_id) == before


# -- streams out


def test_series_come_in_pages_with_tokens(core: ServiceCore, run_id: str) -> None:
    core.call(f"{METRICS}LogSeries", LogSeriesRequest(run_id=run_id, series=TYPED.series), PLAIN)
    (first,) = series(core, run_ids=[run_id], max_points=1)
    assert (first.series.key, list(first.series.timestamps)) == ("a", [10])
    second = series(core, run_ids=[run_id], max_points=2, page_token=first.next_page_token)
    assert [(chunk.series.key, list(chunk.series.timestamps)) for chunk in second] == [("a", [20]), ("b", [30])]
    assert not second[-1].HasField("next_page_token")


def test_a_bad_request_for_series_is_refused_at_once(core: ServiceCore) -> None:
    with pytest.raises(InvalidParameter, match="run_ids"):
        core.server_stream(f"{METRICS}GetSeries", GetSeriesRequest(run_ids=[]), PLAIN)
    with pytest.raises(InvalidParameter, match="page_token"):
        core.server_stream(f"{METRICS}GetSeries", GetSeriesRequest(run_ids=["r"], page_token="x"), PLAIN)


def test_a_point_history_ends_early_at_its_size_in_bytes(core: ServiceCore, run_id: str) -> None:
    """Contract: over gRPC as much as fits a message, with a token; both rpcs tell the same (ADR 0005)."""
    key = "k" * limits.MAX_KEY_CHARS
    count = 20_000
    columns = Series(key=key, values=range(count), timestamps=range(count), steps=[2**63 - 1] * count)
    core.call(f"{METRICS}LogSeries", LogSeriesRequest(run_id=run_id, series=[columns]), PLAIN)
    request = metrics_pb2.GetMetricHistoryRequest(run_id=run_id, metric_key=key)
    found: list[float] = []
    while True:
        answer = core.call(f"{METRICS}GetMetricHistory", request, PLAIN)
        assert isinstance(answer, metrics_pb2.GetMetricHistoryResponse)
        assert answer.ByteSize() <= limits.MAX_PAGE_BYTES + 1000
        found += [metric.value for metric in answer.metrics]
        if not answer.HasField("next_page_token"):
            break
        request.page_token = answer.next_page_token
    assert len(found) > len(answer.metrics)
    assert found == list(map(float, range(count)))


def watched(core: ServiceCore, count: int, **fields: Any) -> list[WatchResponse | Pause]:
    """The first items of a Watch."""
    items = core.server_stream(f"{RUNS}Watch", WatchRequest(**fields), PLAIN)
    found = list(islice(items, count))
    assert all(isinstance(item, WatchResponse | Pause) for item in found)
    return found  # type: ignore[return-value]  # just asserted


def test_a_watch_answers_at_once_and_then_pauses(core: ServiceCore, run_id: str) -> None:
    first, pause = watched(core, 2, run_ids=[run_id], poll_interval_ms=250)
    assert isinstance(first, WatchResponse)
    assert (len(first.changes), bool(first.token)) == (0, True)
    assert pause == Pause(0.25)


def test_a_watch_tells_what_changes_while_it_is_open(core: ServiceCore, run_id: str) -> None:
    items = core.server_stream(f"{RUNS}Watch", WatchRequest(experiment_ids=["0"]), PLAIN)
    assert isinstance(next(items), WatchResponse)
    assert next(items) == Pause(1.0)
    assert next(items) == Pause(1.0), "nothing has changed: nothing is sent"
    core.call(f"{RUNS}SetTag", runs_pb2.SetTagRequest(run_id=run_id, key="k"), PLAIN)
    answer = next(items)
    assert isinstance(answer, WatchResponse)
    assert [(change.run_id, change.experiment_id) for change in answer.changes] == [(run_id, "0")]
    core.call(f"{RUNS}SetTag", runs_pb2.SetTagRequest(run_id=run_id, key="k", value="2"), PLAIN)
    (resumed,) = watched(core, 1, experiment_ids=["0"], token=answer.token)
    assert isinstance(resumed, WatchResponse)
    assert resumed.changes[0].version > answer.changes[0].version


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"experiment_ids": ["x"]},
        {"run_ids": ["/"]},
        {"run_ids": ["r"], "poll_interval_ms": 1},
        {"run_ids": ["r"], "token": "x"},
    ],
)
def test_a_bad_watch_is_refused_at_once(core: ServiceCore, fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        core.server_stream(f"{RUNS}Watch", WatchRequest(**fields), PLAIN)
