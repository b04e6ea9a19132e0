"""The `mlflow` command.

`main` is loaded when somebody asks for it: the workers of a server are in this package too, and read no command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import _lazy

if TYPE_CHECKING:
    from mlflow.cli._command import main

__all__ = ["main"]

__getattr__, __dir__ = _lazy.exports(__name__, {"main": "mlflow.cli._command"}, frozenset())
