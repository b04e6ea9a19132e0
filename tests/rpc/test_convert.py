"""Domain values survive the way onto the wire and back (rest-facts §2, §4)."""

from __future__ import annotations

from trackwell.v1 import experiments_pb2, metrics_pb2, runs_pb2
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    Experiment,
    ExperimentInfo,
    LifecycleStage,
    MetricSummary,
    ModelOutput,
    Run,
    RunInfo,
    RunStatus,
)
from trackwell_service.domain.series import Columns
from trackwell_service.operations.history import RunPoint
from trackwell_service.rpc import convert

INFO = RunInfo(
    run_id="r",
    experiment_id=12,
    name="brisk-otter-417",
    user_id="",
    status=RunStatus.FINISHED,
    start_time_ms=0,
    end_time_ms=5,
    artifact_uri="s3://b/12/r/artifacts",
    stage=LifecycleStage.DELETED,
)

RUN = Run(
    info=INFO,
    metrics={"loss": MetricSummary(0.5, -2, 7, 0.1, 1, 0.9, 0)},
    params={"a": "1", "b": ""},
    tags={"mlflow.runName": "brisk-otter-417"},
    dataset_inputs=(
        DatasetInput(Dataset("d", "1", "local", "/x", "{}", ""), {"k": "v"}),
        DatasetInput(Dataset("d", "2", "local", "/x")),
    ),
    model_inputs=("m",),
    model_outputs=(ModelOutput("o", 3),),
    version=9,
)


def test_a_run() -> None:
    message = convert.run_message(RUN)
    assert message.info == runs_pb2.RunInfo(
        run_id="r",
        run_uuid="r",
        run_name="brisk-otter-417",
        experiment_id="12",
        user_id="",
        status=runs_pb2.RunStatus.FINISHED,
        start_time=0,
        end_time=5,
        artifact_uri="s3://b/12/r/artifacts",
        lifecycle_stage="deleted",
    )
    assert list(message.data.metrics) == [metrics_pb2.Metric(key="loss", value=0.5, timestamp=7, step=-2)]
    assert convert.pairs(message.data.params) == [("a", "1"), ("b", "")]
    assert convert.pairs(message.data.tags) == [("mlflow.runName", "brisk-otter-417")]
    assert [convert.dataset_input(one) for one in message.inputs.dataset_inputs] == [
        (one.dataset, list(one.tags.items())) for one in RUN.dataset_inputs
    ]
    assert [model.model_id for model in message.inputs.model_inputs] == ["m"]
    assert [convert.model_output(model) for model in message.outputs.model_outputs] == [ModelOutput("o", 3)]


def test_what_is_set_is_present_and_what_is_not_is_absent() -> None:
    """§2: zero and the empty text that were set are present; a running run has no end time."""
    running = convert.run_info_message(
        RunInfo("r", 0, "", "", RunStatus.RUNNING, 0, None, "file:///a", LifecycleStage.ACTIVE)
    )
    assert all(running.HasField(name) for name in ("run_name", "user_id", "start_time", "experiment_id"))
    assert not running.HasField("end_time")
    assert convert.run_message(RUN).data.params[1].HasField("value")


def test_empty_inputs_and_outputs_are_present_but_for_the_answer_of_create_run() -> None:
    """§2."""
    bare = Run(INFO)
    assert convert.run_message(bare).HasField("inputs")
    assert convert.run_message(bare).HasField("outputs")
    created = convert.run_message(bare, with_outputs=False)
    assert created.HasField("inputs")
    assert not created.HasField("outputs")


def test_an_experiment() -> None:
    info = ExperimentInfo(3, "n", "s3://b/3", LifecycleStage.ACTIVE, 1, 2)
    message = convert.experiment_message(Experiment(info, {"a": "", "b": "2"}))
    assert message == experiments_pb2.Experiment(
        experiment_id="3",
        name="n",
        artifact_location="s3://b/3",
        lifecycle_stage="active",
        creation_time=1,
        last_update_time=2,
        tags=[experiments_pb2.ExperimentTag(key="a", value=""), experiments_pb2.ExperimentTag(key="b", value="2")],
    )


def test_points() -> None:
    metrics = convert.metric_messages("k", Columns.of([(1, 0, 0.0), (2, -1, 5.0)]))
    assert convert.rows(metrics) == [("k", 1, 0, 0.0), ("k", 2, -1, 5.0)]
    assert all(metrics[0].HasField(name) for name in ("key", "value", "timestamp", "step"))
    assert convert.run_metric_messages("k", [RunPoint("r", 1, 2, 3.0)]) == [
        metrics_pb2.RunMetric(key="k", value=3.0, timestamp=1, step=2, run_id="r")
    ]


def test_a_dataset_summary() -> None:
    message = convert.dataset_summary_message(DatasetSummary(4, "n", "d", None))
    assert (message.experiment_id, message.name, message.digest, message.HasField("context")) == ("4", "n", "d", False)
    assert convert.dataset_summary_message(DatasetSummary(4, "n", "d", "")).HasField("context")


def test_an_absent_field_is_none() -> None:
    request = runs_pb2.UpdateRunRequest(run_name="")
    assert convert.optional(request, "run_name") == ""
    assert convert.optional(request, "end_time") is None


def test_an_absent_step_and_value_have_their_defaults() -> None:
    """§4: step i =0, value absent = ""."""
    assert convert.rows([metrics_pb2.Metric(key="k", value=1.0, timestamp=1)]) == [("k", 1, 0, 1.0)]
    assert convert.pairs([runs_pb2.RunTag(key="k")]) == [("k", "")]
