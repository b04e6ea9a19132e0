"""Entities as programs use them (rest-facts §13)."""

from __future__ import annotations

import pytest

from mlflow import entities
from mlflow.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    ExperimentTag,
    FileInfo,
    InputTag,
    LifecycleStage,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    RunTag,
    SourceType,
    ViewType,
)
from mlflow.entities._entity import Entity
from mlflow.exceptions import MlflowException
from trackwell.v1 import runs_pb2

INFO = RunInfo("r1", "7", "me", "RUNNING", 1, None, "active", "file:///a", "name")
DATA = RunData([Metric("m", 0.5, 10, 2)], [Param("p", "v")], [RunTag("t", "w")])
DATASET = Dataset("d", "abc", "local", "{}", None, "{}")
INPUTS = RunInputs([DatasetInput(DATASET, [InputTag("k", "v")])], [LoggedModelInput("m-1")])
OUTPUTS = RunOutputs([LoggedModelOutput("m-2", 3)])

SAMPLES: list[Entity] = [
    DATASET,
    DatasetInput(DATASET, [InputTag("k", "v")]),
    Experiment("1", "n", "file:///x", "active", {"a": "b"}, 5, 6),
    Experiment("1", "n", "file:///x", "deleted"),
    ExperimentTag("k", "v"),
    FileInfo("a/b", False, 12),
    FileInfo("a", True, None),
    InputTag("k", "v"),
    LoggedModelInput("m-1"),
    LoggedModelOutput("m-2", 3),
    Metric("m", 0.5, 10, -2),
    Param("p", ""),
    Run(INFO, DATA, INPUTS, OUTPUTS),
    DATA,
    INFO,
    INPUTS,
    OUTPUTS,
    RunTag("k", "v"),
]


@pytest.mark.parametrize("entity", SAMPLES, ids=lambda entity: type(entity).__name__)
def test_an_entity_survives_the_way_to_a_message_and_back(entity: Entity) -> None:
    assert type(entity).from_proto(entity.to_proto()) == entity


@pytest.mark.parametrize("entity", SAMPLES, ids=lambda entity: type(entity).__name__)
def test_an_entity_is_a_value(entity: Entity) -> None:
    twin = type(entity).from_proto(entity.to_proto())
    assert twin is not entity
    assert hash(twin) == hash(entity)
    assert dict(twin) == dict(entity)
    assert entity != "something else"


def test_every_entity_of_the_package_is_among_the_samples() -> None:
    public = {getattr(entities, name) for name in entities.__all__}
    assert {kind for kind in public if issubclass(kind, Entity)} == {type(sample) for sample in SAMPLES}


def test_entities_with_other_values_differ() -> None:
    assert Metric("m", 1.0, 1, 1) != Metric("m", 1.0, 1, 2)
    assert Param("a", "b") != RunTag("a", "b")
    assert Experiment("1", "n", "l", tags={"a": "b"}) != Experiment("1", "n", "l", tags={"a": "c"})


def test_an_entity_iterates_as_pairs_and_reads_a_dictionary() -> None:
    metric = Metric("m", 0.5, 10, 2)
    assert dict(metric) == {"key": "m", "value": 0.5, "timestamp": 10, "step": 2}
    assert Metric.from_dictionary({**dict(metric), "unknown": 1}) == metric
    assert repr(metric) == "<Metric: key='m', value=0.5, timestamp=10, step=2>"


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="is no Metric"):
        Metric.from_proto(runs_pb2.Param(key="a"))
    with pytest.raises(TypeError, match="stands for no entity"):
        Metric.from_proto(runs_pb2.GetRunRequest())


def test_a_run_as_dictionaries() -> None:
    run = Run(INFO, DATA, INPUTS, OUTPUTS)
    plain = run.to_dictionary()
    assert plain["info"]["run_id"] == "r1"
    assert plain["data"] == {"metrics": {"m": 0.5}, "params": {"p": "v"}, "tags": {"t": "w"}}
    assert plain["inputs"]["dataset_inputs"][0]["dataset"]["digest"] == "abc"
    assert plain["outputs"] == {"model_outputs": [{"model_id": "m-2", "step": 3}]}
    assert Run.from_dictionary(plain) == run


def test_tags_of_an_experiment_may_be_given_as_entities() -> None:
    assert Experiment("1", "n", "l", tags=[ExperimentTag("a", "b")]).tags == {"a": "b"}


def test_the_old_name_of_a_run_id() -> None:
    assert INFO.run_uuid == "r1"


def test_statuses() -> None:
    assert RunStatus.to_string(RunStatus.FINISHED) == "FINISHED"
    assert RunStatus.from_string("KILLED") == 5
    assert [status for status in RunStatus.all_status() if RunStatus.is_terminated(status)] == [3, 4, 5]
    with pytest.raises(MlflowException, match="'finished' is no run status"):
        RunStatus.from_string("finished")
    with pytest.raises(MlflowException, match="9 is no run status"):
        RunStatus.to_string(9)


def test_views_and_stages() -> None:
    assert ViewType.from_string("deleted_only") is ViewType.DELETED_ONLY
    assert ViewType.to_string(3) == "all"
    assert f"{LifecycleStage.ACTIVE}" == "active"
    assert LifecycleStage.view_type_to_stages(ViewType.ALL) == ["active", "deleted"]
    assert LifecycleStage.matches_view_type(ViewType.DELETED_ONLY, "deleted")
    assert not LifecycleStage.is_valid("gone")
    with pytest.raises(MlflowException, match="'x' is no view type"):
        ViewType.from_string("x")
    with pytest.raises(MlflowException, match="9 is no view type"):
        ViewType.to_string(9)


def test_source_types() -> None:
    assert SourceType.from_string("NOTEBOOK") == 1
    assert SourceType.to_string(1000) == "UNKNOWN"
    with pytest.raises(MlflowException, match="no source type"):
        SourceType.from_string("x")
    with pytest.raises(MlflowException, match="no source type"):
        SourceType.to_string(9)
