"""One execution of some code."""

from __future__ import annotations

from typing import Any

from mlflow.entities._entity import Entity
from mlflow.entities.run_data import RunData
from mlflow.entities.run_info import RunInfo
from mlflow.entities.run_inputs import RunInputs, RunOutputs


class Run(Entity):
    """A run with what was logged to it."""

    __slots__ = ("data", "info", "inputs", "outputs")
    _fields = ("info", "data", "inputs", "outputs")

    info: RunInfo
    data: RunData
    inputs: RunInputs
    outputs: RunOutputs

    def __init__(
        self,
        run_info: RunInfo,
        run_data: RunData | None = None,
        run_inputs: RunInputs | None = None,
        run_outputs: RunOutputs | None = None,
    ) -> None:
        self.info = run_info
        self.data = run_data if run_data is not None else RunData()
        self.inputs = run_inputs if run_inputs is not None else RunInputs()
        self.outputs = run_outputs if run_outputs is not None else RunOutputs()

    def to_dictionary(self) -> dict[str, Any]:
        """The run as nested dictionaries and lists of plain values."""
        return {name: _plain(field) for name, field in self}

    @classmethod
    def from_dictionary(cls, dictionary: Any) -> Run:
        """The run which `to_dictionary` gave. Metrics come back without time and step, which it does not hold."""
        from mlflow.entities.dataset import Dataset
        from mlflow.entities.dataset_input import DatasetInput
        from mlflow.entities.input_tag import InputTag
        from mlflow.entities.logged_model import LoggedModelInput, LoggedModelOutput
        from mlflow.entities.metric import Metric
        from mlflow.entities.param import Param
        from mlflow.entities.run_tag import RunTag

        data = dictionary.get("data", {})
        inputs = dictionary.get("inputs", {})
        return cls(
            RunInfo.from_dictionary(dictionary["info"]),
            RunData(
                [Metric(key, value, 0, 0) for key, value in data.get("metrics", {}).items()],
                [Param(key, value) for key, value in data.get("params", {}).items()],
                [RunTag(key, value) for key, value in data.get("tags", {}).items()],
            ),
            RunInputs(
                [
                    DatasetInput(
                        Dataset.from_dictionary(item["dataset"]),
                        [InputTag.from_dictionary(tag) for tag in item["tags"]],
                    )
                    for item in inputs.get("dataset_inputs", ())
                ],
                [LoggedModelInput.from_dictionary(item) for item in inputs.get("model_inputs", ())],
            ),
            RunOutputs(
                [
                    LoggedModelOutput.from_dictionary(item)
                    for item in dictionary.get("outputs", {}).get("model_outputs", ())
                ]
            ),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Entity):
        return {name: _plain(field) for name, field in value}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
