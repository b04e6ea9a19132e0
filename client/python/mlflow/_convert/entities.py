"""Messages of the contract to entities, and entities to messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from google.protobuf.message import Message

from mlflow import entities
from mlflow.exceptions import MlflowException
from trackwell.v1 import artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2


def building(what: str) -> _Building:
    """Turns protobuf's complaint about a value that no message can hold into an MlflowException which names `what`."""
    return _Building(what)


class _Building:
    """A class, as every logged value passes here: a generator would take ten times as long."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, (TypeError, ValueError)):
            raise MlflowException.invalid_parameter_value(f"Invalid value in {self._what}: {error}.") from error


def metric(message: metrics_pb2.Metric) -> entities.Metric:
    """The point that a message holds."""
    return entities.Metric(message.key, message.value, message.timestamp, message.step)


def param(message: runs_pb2.Param) -> entities.Param:
    """The param that a message holds."""
    return entities.Param(message.key, message.value)


def run_tag(message: runs_pb2.RunTag) -> entities.RunTag:
    """The run tag that a message holds."""
    return entities.RunTag(message.key, message.value)


def experiment_tag(message: experiments_pb2.ExperimentTag) -> entities.ExperimentTag:
    """The experiment tag that a message holds."""
    return entities.ExperimentTag(message.key, message.value)


def input_tag(message: runs_pb2.InputTag) -> entities.InputTag:
    """The input tag that a message holds."""
    return entities.InputTag(message.key, message.value)


def experiment(message: experiments_pb2.Experiment) -> entities.Experiment:
    """The experiment that a message holds."""
    return entities.Experiment(
        experiment_id=message.experiment_id,
        name=message.name,
        artifact_location=message.artifact_location,
        lifecycle_stage=message.lifecycle_stage,
        tags={tag.key: tag.value for tag in message.tags},
        creation_time=message.creation_time if message.HasField("creation_time") else None,
        last_update_time=message.last_update_time if message.HasField("last_update_time") else None,
    )


def run_info(message: runs_pb2.RunInfo) -> entities.RunInfo:
    """The run info that a message holds."""
    return entities.RunInfo(
        run_id=message.run_id or message.run_uuid,
        experiment_id=message.experiment_id,
        user_id=message.user_id,
        status=runs_pb2.RunStatus.Status.Name(message.status),
        start_time=message.start_time,
        end_time=message.end_time if message.HasField("end_time") else None,
        lifecycle_stage=message.lifecycle_stage,
        artifact_uri=message.artifact_uri if message.HasField("artifact_uri") else None,
        run_name=message.run_name if message.HasField("run_name") else None,
    )


def run_data(message: runs_pb2.RunData) -> entities.RunData:
    """The metrics, params and tags that a message holds."""
    return entities.RunData(
        map(metric, message.metrics),
        map(param, message.params),
        map(run_tag, message.tags),
    )


def dataset(message: runs_pb2.Dataset) -> entities.Dataset:
    """The dataset that a message holds."""
    return entities.Dataset(
        name=message.name,
        digest=message.digest,
        source_type=message.source_type,
        source=message.source,
        schema=message.schema if message.HasField("schema") else None,
        profile=message.profile if message.HasField("profile") else None,
    )


def dataset_input(message: runs_pb2.DatasetInput) -> entities.DatasetInput:
    """The use of a dataset that a message holds."""
    return entities.DatasetInput(dataset(message.dataset), map(input_tag, message.tags))


def model_input(message: runs_pb2.ModelInput) -> entities.LoggedModelInput:
    """The used model that a message holds."""
    return entities.LoggedModelInput(message.model_id)


def model_output(message: runs_pb2.ModelOutput) -> entities.LoggedModelOutput:
    """The produced model that a message holds."""
    return entities.LoggedModelOutput(message.model_id, message.step)


def run_inputs(message: runs_pb2.RunInputs) -> entities.RunInputs:
    """The inputs that a message holds."""
    return entities.RunInputs(map(dataset_input, message.dataset_inputs), map(model_input, message.model_inputs))


def run_outputs(message: runs_pb2.RunOutputs) -> entities.RunOutputs:
    """The outputs that a message holds."""
    return entities.RunOutputs(map(model_output, message.model_outputs))


def run(message: runs_pb2.Run) -> entities.Run:
    """The run that a message holds."""
    return entities.Run(
        run_info(message.info), run_data(message.data), run_inputs(message.inputs), run_outputs(message.outputs)
    )


def file_info(message: artifacts_pb2.FileInfo) -> entities.FileInfo:
    """The file or folder that a message holds."""
    return entities.FileInfo(message.path, message.is_dir, message.file_size if message.HasField("file_size") else None)


def add_metrics(holder: runs_pb2.LogBatchRequest | runs_pb2.RunData, points: Iterable[entities.Metric]) -> None:
    """Adds points to a message. Raises MlflowException for a value that no message can hold."""
    add = holder.metrics.add  # in place: making a list of messages first takes half as long again
    with building("a metric"):
        for point in points:
            add(key=point.key, value=point.value, timestamp=point.timestamp, step=point.step)


def _metric_message(point: entities.Metric) -> metrics_pb2.Metric:
    with building("a metric"):
        return metrics_pb2.Metric(key=point.key, value=point.value, timestamp=point.timestamp, step=point.step)


def param_messages(params: Iterable[entities.Param]) -> list[runs_pb2.Param]:
    """Messages of params; values become text."""
    with building("a param"):
        return [runs_pb2.Param(key=param.key, value=str(param.value)) for param in params]


def tag_messages(tags: Iterable[entities.RunTag]) -> list[runs_pb2.RunTag]:
    """Messages of run tags; values become text."""
    with building("a tag"):
        return [runs_pb2.RunTag(key=tag.key, value=str(tag.value)) for tag in tags]


def experiment_tag_messages(tags: Iterable[entities.ExperimentTag]) -> list[experiments_pb2.ExperimentTag]:
    """Messages of experiment tags; values become text."""
    with building("an experiment tag"):
        return [experiments_pb2.ExperimentTag(key=tag.key, value=str(tag.value)) for tag in tags]


def dataset_input_message(item: entities.DatasetInput) -> runs_pb2.DatasetInput:
    """Message of the use of a dataset."""
    return runs_pb2.DatasetInput(
        dataset=_dataset_message(item.dataset),
        tags=[runs_pb2.InputTag(key=tag.key, value=tag.value) for tag in item.tags],
    )


def model_input_message(item: entities.LoggedModelInput) -> runs_pb2.ModelInput:
    """Message of a used model."""
    return runs_pb2.ModelInput(model_id=item.model_id)


def model_output_message(item: entities.LoggedModelOutput) -> runs_pb2.ModelOutput:
    """Message of a produced model."""
    return runs_pb2.ModelOutput(model_id=item.model_id, step=item.step)


def _dataset_message(item: entities.Dataset) -> runs_pb2.Dataset:
    return runs_pb2.Dataset(**_present(item))


def _experiment_message(item: entities.Experiment) -> experiments_pb2.Experiment:
    fields = _present(item)
    tags = [entities.ExperimentTag(key, value) for key, value in item.tags.items()]
    return experiments_pb2.Experiment(**{**fields, "tags": experiment_tag_messages(tags)})


def _run_info_message(item: entities.RunInfo) -> runs_pb2.RunInfo:
    return runs_pb2.RunInfo(run_uuid=item.run_id, **_present(item))


def _run_data_message(item: entities.RunData) -> runs_pb2.RunData:
    message = runs_pb2.RunData(
        params=[runs_pb2.Param(key=key, value=value) for key, value in item.params.items()],
        tags=[runs_pb2.RunTag(key=key, value=value) for key, value in item.tags.items()],
    )
    add_metrics(message, item.metric_points)
    return message


def _run_inputs_message(item: entities.RunInputs) -> runs_pb2.RunInputs:
    return runs_pb2.RunInputs(
        dataset_inputs=map(dataset_input_message, item.dataset_inputs),
        model_inputs=map(model_input_message, item.model_inputs),
    )


def _run_outputs_message(item: entities.RunOutputs) -> runs_pb2.RunOutputs:
    return runs_pb2.RunOutputs(model_outputs=map(model_output_message, item.model_outputs))


def _run_message(item: entities.Run) -> runs_pb2.Run:
    return runs_pb2.Run(
        info=_run_info_message(item.info),
        data=_run_data_message(item.data),
        inputs=_run_inputs_message(item.inputs),
        outputs=_run_outputs_message(item.outputs),
    )


def _present(entity: Any) -> dict[str, Any]:
    """The fields of an entity that are not None, by name: those of its message, unless a caller replaces them."""
    return {name: value for name, value in entity if value is not None}


_MESSAGES: dict[type, Callable[[Any], Message]] = {
    entities.Dataset: _dataset_message,
    entities.DatasetInput: dataset_input_message,
    entities.Experiment: _experiment_message,
    entities.ExperimentTag: lambda item: experiment_tag_messages([item])[0],
    entities.FileInfo: lambda item: artifacts_pb2.FileInfo(**_present(item)),
    entities.InputTag: lambda item: runs_pb2.InputTag(**_present(item)),
    entities.LoggedModelInput: model_input_message,
    entities.LoggedModelOutput: model_output_message,
    entities.Metric: _metric_message,
    entities.Param: lambda item: param_messages([item])[0],
    entities.Run: _run_message,
    entities.RunData: _run_data_message,
    entities.RunInfo: _run_info_message,
    entities.RunInputs: _run_inputs_message,
    entities.RunOutputs: _run_outputs_message,
    entities.RunTag: lambda item: tag_messages([item])[0],
}

_ENTITIES: dict[type[Message], Callable[[Any], Any]] = {
    runs_pb2.Dataset: dataset,
    runs_pb2.DatasetInput: dataset_input,
    experiments_pb2.Experiment: experiment,
    experiments_pb2.ExperimentTag: experiment_tag,
    artifacts_pb2.FileInfo: file_info,
    runs_pb2.InputTag: input_tag,
    runs_pb2.ModelInput: model_input,
    runs_pb2.ModelOutput: model_output,
    metrics_pb2.Metric: metric,
    runs_pb2.Param: param,
    runs_pb2.Run: run,
    runs_pb2.RunData: run_data,
    runs_pb2.RunInfo: run_info,
    runs_pb2.RunInputs: run_inputs,
    runs_pb2.RunOutputs: run_outputs,
    runs_pb2.RunTag: run_tag,
}


def to_message(entity: object) -> Message:
    """The message that stands for an entity. Raises TypeError for what is no entity."""
    make = _MESSAGES.get(type(entity))
    if make is None:
        raise TypeError(f"{type(entity).__name__} has no message in the contract")
    return make(entity)


def from_message(message: Message) -> object:
    """The entity that a message stands for. Raises TypeError for a message that stands for none."""
    make = _ENTITIES.get(type(message))
    if make is None:
        raise TypeError(f"a message {message.DESCRIPTOR.full_name} stands for no entity")
    return make(message)
