"""A note on a run."""

from __future__ import annotations

from mlflow.entities._entity import KeyValue


class RunTag(KeyValue):
    """A note on a run: a key and a value, both text."""

    __slots__ = ()
