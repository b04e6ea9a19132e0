"""One point of a metric."""

from __future__ import annotations

from mlflow.entities._entity import Entity


class Metric(Entity):
    """A point: `value` at `timestamp` (milliseconds since the epoch) and `step`."""

    __slots__ = ("key", "step", "timestamp", "value")
    _fields = ("key", "value", "timestamp", "step")

    key: str
    value: float
    timestamp: int
    step: int

    def __init__(self, key: str, value: float, timestamp: int, step: int = 0) -> None:
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.step = step
