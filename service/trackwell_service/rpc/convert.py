"""Domain values to and from messages of the contract. No rule is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, cast

from trackwell.v1 import experiments_pb2, metrics_pb2, runs_pb2
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    Experiment,
    ModelOutput,
    Run,
    RunInfo,
)
from trackwell_service.domain.series import Columns
from trackwell_service.operations.history import RunPoint
from trackwell_service.operations.points import Row

_ROW = attrgetter("key", "timestamp", "step", "value")
_PAIR = attrgetter("key", "value")

_Pair = runs_pb2.Param | runs_pb2.RunTag | runs_pb2.InputTag | experiments_pb2.ExperimentTag


def rows(metrics: Iterable[metrics_pb2.Metric]) -> list[Row]:
    """Points as (key, timestamp, step, value)."""
    return list(map(_ROW, metrics))


def pairs(items: Iterable[_Pair]) -> list[tuple[str, str]]:
    """Params or tags as (key, value); an absent value is the empty text (rest-facts §4)."""
    return list(map(_PAIR, items))


def dataset_input(message: runs_pb2.DatasetInput) -> tuple[Dataset, list[tuple[str, str]]]:
    """A dataset and its tags."""
    dataset = message.dataset
    return (
        Dataset(
            name=dataset.name,
            digest=dataset.digest,
            source_type=dataset.source_type,
            source=dataset.source,
            schema=dataset.schema if dataset.HasField("schema") else None,
            profile=dataset.profile if dataset.HasField("profile") else None,
        ),
        pairs(message.tags),
    )


def model_output(message: runs_pb2.ModelOutput) -> ModelOutput:
    """A model and its step; an absent step is 0."""
    return ModelOutput(message.model_id, message.step)


def experiment_message(experiment: Experiment) -> experiments_pb2.Experiment:
    """An experiment."""
    info = experiment.info
    return experiments_pb2.Experiment(
        experiment_id=str(info.experiment_id),
        name=info.name,
        artifact_location=info.artifact_location,
        lifecycle_stage=info.stage.value,
        creation_time=info.creation_time_ms,
        last_update_time=info.last_update_time_ms,
        tags=[experiments_pb2.ExperimentTag(key=key, value=value) for key, value in experiment.tags.items()],
    )


def run_info_message(info: RunInfo) -> runs_pb2.RunInfo:
    """What is known of a run itself; its id stands twice (rest-facts §4)."""
    return runs_pb2.RunInfo(
        run_id=info.run_id,
        run_uuid=info.run_id,
        run_name=info.name,
        experiment_id=str(info.experiment_id),
        user_id=info.user_id,
        status=cast("runs_pb2.RunStatus.Status.ValueType", info.status.value),
        start_time=info.start_time_ms,
        end_time=info.end_time_ms,
        artifact_uri=info.artifact_uri,
        lifecycle_stage=info.stage.value,
    )


def run_message(run: Run, *, with_outputs: bool = True) -> runs_pb2.Run:
    """A run. Inputs are set even when empty, outputs too, except in the answer of CreateRun (rest-facts §2)."""
    message = runs_pb2.Run(
        info=run_info_message(run.info),
        data=_run_data(run),
        inputs=runs_pb2.RunInputs(
            dataset_inputs=[_dataset_input_message(one) for one in run.dataset_inputs],
            model_inputs=[runs_pb2.ModelInput(model_id=model_id) for model_id in run.model_inputs],
        ),
    )
    if with_outputs:
        message.outputs.CopyFrom(
            runs_pb2.RunOutputs(
                model_outputs=[
                    runs_pb2.ModelOutput(model_id=output.model_id, step=output.step) for output in run.model_outputs
                ]
            )
        )
    return message


def metric_messages(key: str, columns: Columns) -> list[metrics_pb2.Metric]:
    """Points of one metric."""
    return [
        metrics_pb2.Metric(key=key, value=value, timestamp=timestamp_ms, step=step)
        for timestamp_ms, step, value in columns.triples()
    ]


def run_metric_messages(key: str, points: Sequence[RunPoint]) -> list[metrics_pb2.RunMetric]:
    """Points of one metric of several runs."""
    return [
        metrics_pb2.RunMetric(key=key, value=value, timestamp=timestamp_ms, step=step, run_id=run_id)
        for run_id, timestamp_ms, step, value in points
    ]


def dataset_summary_message(summary: DatasetSummary) -> experiments_pb2.DatasetSummary:
    """A dataset as runs of an experiment used it."""
    return experiments_pb2.DatasetSummary(
        experiment_id=str(summary.experiment_id), name=summary.name, digest=summary.digest, context=summary.context
    )


def optional(message: Any, name: str) -> Any:
    """The value of a field with presence, or None when it is absent."""
    return getattr(message, name) if message.HasField(name) else None


def _run_data(run: Run) -> runs_pb2.RunData:
    return runs_pb2.RunData(
        metrics=[
            metrics_pb2.Metric(key=key, value=metric.value, timestamp=metric.timestamp_ms, step=metric.step)
            for key, metric in run.metrics.items()
        ],
        params=[runs_pb2.Param(key=key, value=value) for key, value in run.params.items()],
        tags=[runs_pb2.RunTag(key=key, value=value) for key, value in run.tags.items()],
    )


def _dataset_input_message(one: DatasetInput) -> runs_pb2.DatasetInput:
    dataset = one.dataset
    return runs_pb2.DatasetInput(
        tags=[runs_pb2.InputTag(key=key, value=value) for key, value in one.tags.items()],
        dataset=runs_pb2.Dataset(
            name=dataset.name,
            digest=dataset.digest,
            source_type=dataset.source_type,
            source=dataset.source,
            schema=dataset.schema,
            profile=dataset.profile,
        ),
    )
