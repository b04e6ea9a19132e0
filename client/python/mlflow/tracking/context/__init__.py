"""Where a run comes from: tags that describe the program which starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import _lazy

if TYPE_CHECKING:
    from mlflow.tracking.context import abstract_context as abstract_context
    from mlflow.tracking.context import registry as registry

__getattr__, __dir__ = _lazy.exports(__name__, {}, frozenset({"abstract_context", "registry"}))
