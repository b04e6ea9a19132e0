"""Models by which a run's inputs and outputs refer to what it used and made."""

from __future__ import annotations

from mlflow.entities._entity import Entity


class LoggedModelInput(Entity):
    """A model that a run used."""

    __slots__ = ("model_id",)
    _fields = ("model_id",)

    model_id: str

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id


class LoggedModelOutput(Entity):
    """A model that a run produced at `step`."""

    __slots__ = ("model_id", "step")
    _fields = ("model_id", "step")

    model_id: str
    step: int

    def __init__(self, model_id: str, step: int = 0) -> None:
        self.model_id = model_id
        self.step = step
