"""A note on the use that a run made of a dataset."""

from __future__ import annotations

from mlflow.entities._entity import KeyValue


class InputTag(KeyValue):
    """A note on the use that a run made of a dataset: a key and a value, both text."""

    __slots__ = ()
