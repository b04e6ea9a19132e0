"""A note on an experiment."""

from __future__ import annotations

from mlflow.entities._entity import KeyValue


class ExperimentTag(KeyValue):
    """A note on an experiment: a key and a value, both text."""

    __slots__ = ()
