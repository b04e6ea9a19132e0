"""Reading artifacts by URI or by run, whoever logged them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import ArtifactRepository

if TYPE_CHECKING:
    from PIL.Image import Image as PILImage

__all__ = ["download_artifacts", "list_artifacts", "load_dict", "load_image", "load_text"]


def download_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | None = None,
    tracking_uri: str | None = None,
) -> str:
    """Copies a file, or a folder with all in it, to a local folder and returns its local path.

    Named either by `artifact_uri` or by `run_id` and `artifact_path`. Without `dst_path` a temporary folder is made.
    """
    repository, path = _located(artifact_uri, run_id, artifact_path, tracking_uri)
    return repository.download_artifacts(path, dst_path)


def list_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    tracking_uri: str | None = None,
) -> list[FileInfo]:
    """The content of a folder, sorted by path; of a run, paths are relative to the run's artifact root."""
    if artifact_uri is not None and run_id is None and artifact_path is None:
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        return get_artifact_repository(artifact_uri, tracking_uri).list_artifacts()
    repository, path = _located(artifact_uri, run_id, artifact_path or "", tracking_uri)
    return repository.list_artifacts(path or None)


def load_text(artifact_uri: str) -> str:
    """The text of a UTF-8 file."""
    with tempfile.TemporaryDirectory(prefix="mlflow-") as temporary:
        path = Path(download_artifacts(artifact_uri, dst_path=temporary))
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise MlflowException.invalid_parameter_value(f"{artifact_uri!r} is no UTF-8 text: {error}.") from None


def load_dict(artifact_uri: str) -> Any:
    """The content of a JSON file."""
    text = load_text(artifact_uri)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise MlflowException.invalid_parameter_value(f"{artifact_uri!r} is no JSON: {error}.") from None


def load_image(artifact_uri: str) -> PILImage:
    """The picture in a file, as a PIL image. Raises MlflowException for a file that is none."""
    from mlflow.tracking._images import Image

    with tempfile.TemporaryDirectory(prefix="mlflow-") as temporary:
        picture: PILImage = Image(download_artifacts(artifact_uri, dst_path=temporary)).to_pil()
        return picture


def _located(
    artifact_uri: str | None, run_id: str | None, artifact_path: str | None, tracking_uri: str | None
) -> tuple[ArtifactRepository, str]:
    """The repository, and the path in it, that the arguments name."""
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    if (artifact_uri is None) == (run_id is None):
        raise MlflowException.invalid_parameter_value("Give either artifact_uri or run_id.")
    if run_id is not None:
        if artifact_path is None:
            raise MlflowException.invalid_parameter_value("Give artifact_path beside run_id.")
        return get_artifact_repository(f"runs:/{run_id}", tracking_uri), artifact_path
    if artifact_path is not None:
        raise MlflowException.invalid_parameter_value("artifact_path goes with run_id, not with artifact_uri.")
    root, _, name = str(artifact_uri).rstrip("/").rpartition("/")
    return get_artifact_repository(root, tracking_uri), name
