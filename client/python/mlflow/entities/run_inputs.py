"""What a run used and what it produced."""

from __future__ import annotations

from collections.abc import Iterable

from mlflow.entities._entity import Entity
from mlflow.entities.dataset_input import DatasetInput
from mlflow.entities.logged_model import LoggedModelInput, LoggedModelOutput


class RunInputs(Entity):
    """What a run used, in the order in which it was logged."""

    __slots__ = ("dataset_inputs", "model_inputs")
    _fields = ("dataset_inputs", "model_inputs")

    dataset_inputs: list[DatasetInput]
    model_inputs: list[LoggedModelInput]

    def __init__(
        self,
        dataset_inputs: Iterable[DatasetInput] | None = None,
        model_inputs: Iterable[LoggedModelInput] | None = None,
    ) -> None:
        self.dataset_inputs = list(dataset_inputs or ())
        self.model_inputs = list(model_inputs or ())


class RunOutputs(Entity):
    """What a run produced, in the order in which it was logged."""

    __slots__ = ("model_outputs",)
    _fields = ("model_outputs",)

    model_outputs: list[LoggedModelOutput]

    def __init__(self, model_outputs: Iterable[LoggedModelOutput] | None = None) -> None:
        self.model_outputs = list(model_outputs or ())
