"""Domain values to and from messages of the contract. No rule is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from trackwell.v1 import experiments_pb2, metrics_pb2, runs_pb2
from trackwell_service.domain.entities import (
    Dataset,
    DatasetSummary,
    Experiment,
    ModelOutput,
    Run,
    RunInfo,
)
from trackwell_service.domain.series import Columns
from trackwell_service.operations.history import RunPoint
from trackwell_service.operations.points import Row
from trackwell_service.rpc.run_document import info_document, run_document

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
    """What is known of a run itself."""
    return runs_pb2.RunInfo(**info_document(info))


def run_message(run: Run, *, with_outputs: bool = True) -> runs_pb2.Run:
    """A run; see `run_document`."""
    return runs_pb2.Run(**run_document(run, with_outputs=with_outputs))


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
