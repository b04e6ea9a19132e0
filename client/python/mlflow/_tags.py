"""Names of the tags that the client itself sets or reads. Names that begin with ``mlflow.`` are reserved."""

from __future__ import annotations

RUN_NAME = "mlflow.runName"
PARENT_RUN_ID = "mlflow.parentRunId"
NOTE_CONTENT = "mlflow.note.content"
USER = "mlflow.user"
SOURCE_NAME = "mlflow.source.name"
SOURCE_TYPE = "mlflow.source.type"
GIT_COMMIT = "mlflow.source.git.commit"
GIT_BRANCH = "mlflow.source.git.branch"
GIT_REPO_URL = "mlflow.source.git.repoURL"
DATASET_CONTEXT = "mlflow.data.context"
LOGGED_ARTIFACTS = "mlflow.loggedArtifacts"
