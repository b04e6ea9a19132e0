"""Names that other packages read under mlflow.utils: for compatibility only, nothing lives here (rest-facts §16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import _lazy

if TYPE_CHECKING:
    from mlflow.utils import mlflow_tags as mlflow_tags
    from mlflow.utils import validation as validation

__getattr__, __dir__ = _lazy.exports(__name__, {}, frozenset({"mlflow_tags", "validation"}))
