"""A dataset as one run used it."""

from __future__ import annotations

from collections.abc import Iterable

from mlflow.entities._entity import Entity
from mlflow.entities.dataset import Dataset
from mlflow.entities.input_tag import InputTag


class DatasetInput(Entity):
    """A dataset and notes on its use; the tag mlflow.data.context says what it was used for."""

    __slots__ = ("dataset", "tags")
    _fields = ("dataset", "tags")

    dataset: Dataset
    tags: list[InputTag]

    def __init__(self, dataset: Dataset, tags: Iterable[InputTag] | None = None) -> None:
        self.dataset = dataset
        self.tags = list(tags or ())
