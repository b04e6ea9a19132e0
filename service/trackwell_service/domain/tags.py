"""Names of the tags that the system itself reads or writes; keys beginning with ``mlflow.`` are reserved."""

from __future__ import annotations

from typing import Final

RUN_NAME: Final = "mlflow.runName"
"""The run's name, always equal to `RunInfo.name` (rest-facts §6)."""

LOGGED_MODELS: Final = "mlflow.log-model.history"
"""A JSON list with one object for each model that the run logged (rest-facts §6)."""

DATASET_CONTEXT: Final = "mlflow.data.context"
"""Input tag: what a run used a dataset for (rest-facts §6)."""
