"""Fluent calls that store files with the active run, which is started when there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlflow.exceptions import MlflowException
from mlflow.tracking._client_artifacts import LocalPath
from mlflow.tracking.client import MlflowClient
from mlflow.tracking.fluent.experiments import current_experiment_id
from mlflow.tracking.fluent.log import target_run
from mlflow.tracking.fluent.runs import get_or_start_run

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own

    from mlflow.tracking._async.operations import RunOperations


def log_artifact(local_path: LocalPath, artifact_path: LocalPath | None = None, run_id: str | None = None) -> None:
    """Stores a local file, or a folder with all in it, under its own name in the folder `artifact_path`."""
    client, target = target_run(run_id)
    client.log_artifact(target, local_path, artifact_path)


def log_artifacts(local_dir: LocalPath, artifact_path: LocalPath | None = None, run_id: str | None = None) -> None:
    """Stores all that is in a local folder in the folder `artifact_path`."""
    client, target = target_run(run_id)
    client.log_artifacts(target, local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Stores a text, as UTF-8, as the file `artifact_file`."""
    client, target = target_run(run_id)
    client.log_text(target, text, artifact_file)


def log_dict(dictionary: Mapping[str, Any] | list[Any], artifact_file: str, run_id: str | None = None) -> None:
    """Stores a dictionary: as YAML when the file's name ends in .yml or .yaml, else as JSON."""
    client, target = target_run(run_id)
    client.log_dict(target, dictionary, artifact_file)


def log_figure(figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None) -> None:
    """Stores a matplotlib figure, or a plotly figure as .html or picture, in the format that the name ends in."""
    client, target = target_run(None)
    client.log_figure(target, figure, artifact_file, save_kwargs=save_kwargs)


def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = None,
) -> RunOperations | None:
    """Stores a picture as the file `artifact_file`, or as one of the pictures of `key` (`MlflowClient.log_image`)."""
    client, target = target_run(None)
    return client.log_image(target, image, artifact_file, key, step, timestamp, synchronous)


def log_table(data: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Appends rows, a dictionary of columns or a pandas DataFrame, to a table kept as JSON."""
    client, target = target_run(run_id)
    client.log_table(target, data, artifact_file)


def load_table(
    artifact_file: str, run_ids: Sequence[str] | None = None, extra_columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The tables of that name which the runs of the chosen experiment have logged (`MlflowClient.load_table`)."""
    return MlflowClient().load_table(current_experiment_id(), artifact_file, run_ids, extra_columns)


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """The URI below which the active run's artifacts are, or that of one of them."""
    from mlflow.store.artifact.artifact_repo import safe_folder
    from mlflow.store.artifact.runs import append_path

    run = get_or_start_run()
    uri = run.info.artifact_uri or MlflowClient(run.tracking_uri).get_run(run.info.run_id).info.artifact_uri
    if uri is None:
        raise MlflowException(f"The run {run.info.run_id} has no artifact URI.")
    return append_path(uri, safe_folder(artifact_path))
