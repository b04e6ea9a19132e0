"""The `mlflow` command run to its end in the test's own process."""

from __future__ import annotations

import os
from typing import Protocol

from click.testing import CliRunner, Result

from mlflow.cli import main


class Command(Protocol):
    """Runs `mlflow` with the arguments; its exit code must be the expected one."""

    def __call__(self, *arguments: str, expect: int = 0, **variables: str) -> Result: ...


def invoke(*arguments: str, **variables: str) -> Result:
    """Runs `mlflow` with no variables of ours but those given."""
    unset = dict.fromkeys(name for name in os.environ if name.startswith("MLFLOW_"))
    return CliRunner().invoke(main, arguments, env=unset | variables, prog_name="mlflow")
