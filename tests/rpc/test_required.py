"""Presence of fields, compiled from the contract (rest-facts §3)."""

from __future__ import annotations

from typing import cast

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from trackwell.v1 import experiments_pb2, metrics_pb2, runs_pb2
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.rpc.core import contract_methods
from trackwell_service.rpc.required import compile_check

METRIC = metrics_pb2.Metric(key="k", value=1.0, timestamp=1)
DATASET = runs_pb2.Dataset(name="n", digest="d", source_type="t", source="s")


def check(message: Message) -> None:
    """Checks a message as the core does."""
    compiled = compile_check(cast(Descriptor, message.DESCRIPTOR))
    if compiled is not None:
        compiled(message)


COMPLETE: list[Message] = [
    metrics_pb2.LogMetricRequest(run_id="r", key="k", value=0.0, timestamp=0),
    metrics_pb2.LogMetricRequest(run_id="r", key="k", value=float("nan"), timestamp=1),
    runs_pb2.LogBatchRequest(run_id="r"),
    runs_pb2.LogBatchRequest(run_id="r", metrics=[METRIC, metrics_pb2.Metric(key="z", value=0.0, timestamp=0)]),
    runs_pb2.LogBatchRequest(run_id="r", params=[runs_pb2.Param(key="k")], tags=[runs_pb2.RunTag(key="k")]),
    runs_pb2.LogParamRequest(run_id="r", key="k"),
    runs_pb2.LogOutputsRequest(run_id="r", models=[runs_pb2.ModelOutput(model_id="m")]),
    runs_pb2.LogInputsRequest(
        run_id="r",
        datasets=[
            runs_pb2.DatasetInput(dataset=DATASET),
            runs_pb2.DatasetInput(dataset=DATASET, tags=[runs_pb2.InputTag(key="k", value="v")]),
        ],
    ),
    runs_pb2.SearchRunsRequest(),
    experiments_pb2.SearchExperimentsRequest(),
    metrics_pb2.GetSeriesRequest(run_ids=["r"]),
]


@pytest.mark.parametrize("message", COMPLETE, ids=lambda message: type(message).__name__)
def test_what_is_complete_passes(message: Message) -> None:
    """Zero that was set is there; optional fields may be absent."""
    before = message.SerializeToString()
    check(message)
    assert message.SerializeToString() == before


INCOMPLETE: list[tuple[Message, str]] = [
    (metrics_pb2.LogMetricRequest(), "run_id"),
    (metrics_pb2.LogMetricRequest(run_id="r", value=1.0, timestamp=1), "key"),
    (metrics_pb2.LogMetricRequest(run_id="r", key="k", timestamp=1), "value"),
    (metrics_pb2.LogMetricRequest(run_id="r", key="k", value=0.0), "timestamp"),
    (metrics_pb2.LogMetricRequest(run_id="", key="k", value=1.0, timestamp=1), "run_id"),
    (
        runs_pb2.LogBatchRequest(run_id="r", metrics=[METRIC, metrics_pb2.Metric(key="k", timestamp=1)]),
        "metrics[1].value",
    ),
    (
        runs_pb2.LogBatchRequest(run_id="r", metrics=[metrics_pb2.Metric(key="", value=1.0, timestamp=1)]),
        "metrics[0].key",
    ),
    (runs_pb2.LogBatchRequest(run_id="r", metrics=[metrics_pb2.Metric(key="k", value=0.0)]), "metrics[0].timestamp"),
    (runs_pb2.LogBatchRequest(run_id="r", params=[runs_pb2.Param(value="v")]), "params[0].key"),
    (runs_pb2.LogBatchRequest(run_id="r", tags=[runs_pb2.RunTag(key="k"), runs_pb2.RunTag()]), "tags[1].key"),
    (runs_pb2.LogBatchRequest(tags=[runs_pb2.RunTag()]), "run_id"),
    (runs_pb2.LogOutputsRequest(run_id="r"), "models"),
    (runs_pb2.LogOutputsRequest(run_id="r", models=[runs_pb2.ModelOutput(step=1)]), "models[0].model_id"),
    (runs_pb2.LogInputsRequest(run_id="r", datasets=[runs_pb2.DatasetInput()]), "datasets[0].dataset"),
    (
        runs_pb2.LogInputsRequest(
            run_id="r",
            datasets=[
                runs_pb2.DatasetInput(dataset=DATASET),
                runs_pb2.DatasetInput(dataset=runs_pb2.Dataset(name="n")),
            ],
        ),
        "datasets[1].dataset.digest",
    ),
    (
        runs_pb2.LogInputsRequest(
            run_id="r", datasets=[runs_pb2.DatasetInput(dataset=DATASET, tags=[runs_pb2.InputTag(key="k")])]
        ),
        "datasets[0].tags[0].value",
    ),
    (runs_pb2.LogStreamRequest(run_id="r"), "sequence"),
    (runs_pb2.LogStreamRequest(run_id="r", sequence=1, series=[metrics_pb2.Series()]), "series[0].key"),
    (metrics_pb2.GetSeriesRequest(), "run_ids"),
    (runs_pb2.CreateRunRequest(experiment_id="0", tags=[runs_pb2.RunTag(value="v")]), "tags[0].key"),
]


@pytest.mark.parametrize(("message", "path"), INCOMPLETE, ids=lambda value: value if isinstance(value, str) else "")
def test_the_first_missing_field_is_named_by_its_path(message: Message, path: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        check(message)
    assert caught.value.message.startswith(f"Missing value for required parameter '{path}'. ")


def test_run_uuid_stands_for_an_absent_run_id() -> None:
    request = runs_pb2.GetRunRequest(run_uuid="old")
    check(request)
    assert request.run_id == "old"
    both = runs_pb2.GetRunRequest(run_id="new", run_uuid="old")
    check(both)
    assert both.run_id == "new"
    empty = runs_pb2.GetRunRequest(run_id="", run_uuid="old")
    check(empty)
    assert empty.run_id == "old"


def test_every_request_of_the_contract_compiles() -> None:
    """And an empty one is refused exactly where the contract requires something."""
    for method in contract_methods().values():
        compiled = compile_check(method.input_type)
        requires = bool(COMPILED_EMPTY_OK.get(method.input_type.name, True))
        assert (compiled is not None) == requires, method.full_name


COMPILED_EMPTY_OK = {
    "SearchRunsRequest": False,
    "SearchExperimentsRequest": False,
    "ListExperimentsRequest": False,
    "ListProxiedArtifactsRequest": False,
    "WatchRequest": False,
}
"""Requests of which nothing is required."""
