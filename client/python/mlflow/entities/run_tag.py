"""A note on a run."""

from __future__ import annotations

from mlflow.entities._entity import Entity


class RunTag(Entity):
    """A key and a value, both text."""

    __slots__ = ("key", "value")
    _fields = ("key", "value")

    key: str
    value: str

    def __init__(self, key: str, value: str) -> None:
        self.key = key
        self.value = value
