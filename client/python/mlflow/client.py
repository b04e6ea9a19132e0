"""The client under the name by which it is imported as ``mlflow.client.MlflowClient``."""

from __future__ import annotations

from mlflow.tracking.client import MlflowClient

__all__ = ["MlflowClient"]
