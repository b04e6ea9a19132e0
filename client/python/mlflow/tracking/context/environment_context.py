"""Tags that the surroundings of the program give it in MLFLOW_RUN_CONTEXT, a JSON object."""

from __future__ import annotations

import json

from mlflow.environment_variables import MLFLOW_RUN_CONTEXT
from mlflow.exceptions import MlflowException
from mlflow.tracking.context.abstract_context import RunContextProvider


class EnvironmentRunContext(RunContextProvider):
    """A program whose starter says something about it."""

    def in_context(self) -> bool:
        """Whether the variable is set."""
        return MLFLOW_RUN_CONTEXT.get() is not None

    def tags(self) -> dict[str, str]:
        """The object's members. Raises MlflowException when the text is no JSON object."""
        text = MLFLOW_RUN_CONTEXT.get() or "{}"
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise _malformed(text) from error
        if not isinstance(found, dict):
            raise _malformed(text)
        return {key: str(value) for key, value in found.items()}


def _malformed(text: str) -> MlflowException:
    return MlflowException.invalid_parameter_value(
        f"{MLFLOW_RUN_CONTEXT.name} must hold a JSON object with tags, not {text[:100]!r}."
    )
