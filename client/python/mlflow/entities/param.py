"""A param: an input of a run, written once."""

from __future__ import annotations

from mlflow.entities._entity import KeyValue


class Param(KeyValue):
    """An input of a run, written once: a key and a value, both text."""

    __slots__ = ()
