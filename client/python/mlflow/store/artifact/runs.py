"""Artifacts of a run by its id: ``runs:/<run id>/<path>`` stands for that path below the run's artifact URI."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import safe_folder


def resolve(uri: str, tracking_uri: str | None) -> str:
    """The URI that a ``runs:/`` URI stands for. Raises MlflowException when it is malformed or the run unknown."""
    from mlflow.tracking.client import MlflowClient

    run_id, path = split(uri)
    root = MlflowClient(tracking_uri).get_run(run_id).info.artifact_uri
    if root is None:
        raise MlflowException(f"The run {run_id!r} has no artifact URI.")
    return append_path(root, path)


def split(uri: str) -> tuple[str, str]:
    """Run id and path of a ``runs:/`` URI."""
    parts = urlsplit(uri)
    run_id, _, path = unquote(parts.path).strip("/").partition("/")
    if parts.scheme.lower() != "runs" or parts.netloc or not run_id:
        raise MlflowException.invalid_parameter_value(f"{uri!r} is not of the form runs:/<run id>/<path>.")
    return run_id, safe_folder(path)


def append_path(uri: str, path: str) -> str:
    """`uri` with `path` below it; a query of the URI stays at its end."""
    if not path:
        return uri
    parts = urlsplit(uri)
    if len(parts.scheme) < 2:  # a plain path, perhaps with a drive letter
        return f"{uri.rstrip('/')}/{path}"
    base = (
        f"{parts.scheme}://{parts.netloc}"
        if parts.netloc or uri.startswith(f"{parts.scheme}://")
        else f"{parts.scheme}:"
    )
    tail = f"?{parts.query}" if parts.query else ""
    return f"{base}{parts.path.rstrip('/')}/{path}{tail}"
