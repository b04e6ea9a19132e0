"""Tag names under the names by which other packages read them (rest-facts §16). They live in `mlflow._tags`."""

from __future__ import annotations

from mlflow._tags import DATASET_CONTEXT as MLFLOW_DATASET_CONTEXT
from mlflow._tags import GIT_BRANCH as MLFLOW_GIT_BRANCH
from mlflow._tags import GIT_COMMIT as MLFLOW_GIT_COMMIT
from mlflow._tags import GIT_REPO_URL as MLFLOW_GIT_REPO_URL
from mlflow._tags import LOGGED_ARTIFACTS as MLFLOW_LOGGED_ARTIFACTS
from mlflow._tags import NOTE_CONTENT as MLFLOW_RUN_NOTE
from mlflow._tags import PARENT_RUN_ID as MLFLOW_PARENT_RUN_ID
from mlflow._tags import RUN_NAME as MLFLOW_RUN_NAME
from mlflow._tags import SOURCE_NAME as MLFLOW_SOURCE_NAME
from mlflow._tags import SOURCE_TYPE as MLFLOW_SOURCE_TYPE
from mlflow._tags import USER as MLFLOW_USER

__all__ = [
    "MLFLOW_DATASET_CONTEXT",
    "MLFLOW_GIT_BRANCH",
    "MLFLOW_GIT_COMMIT",
    "MLFLOW_GIT_REPO_URL",
    "MLFLOW_LOGGED_ARTIFACTS",
    "MLFLOW_PARENT_RUN_ID",
    "MLFLOW_RUN_NAME",
    "MLFLOW_RUN_NOTE",
    "MLFLOW_SOURCE_NAME",
    "MLFLOW_SOURCE_TYPE",
    "MLFLOW_USER",
]
