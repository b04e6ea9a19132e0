"""Tables that several runs have logged under one name, read as one DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mlflow._tags import LOGGED_ARTIFACTS
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.tracking._frames import cell, library
from mlflow.tracking._tables import path_of_table, read_table, tables_in

if TYPE_CHECKING:
    from mlflow.tracking.client import MlflowClient


def load_tables(
    client: MlflowClient,
    experiment_id: str,
    artifact_file: str,
    run_ids: Sequence[str] | None,
    extra_columns: Sequence[str],
) -> Any:
    """The rows of every run's table, with `extra_columns` beside them (`MlflowClient.load_table`)."""
    pd = library("pandas")
    path = path_of_table(artifact_file)
    frames = []
    for run in _runs_with_table(client, experiment_id, path, run_ids):
        table = read_table(client.artifact_repository(run), path)
        if table is not None:
            columns, rows = table
            frame = pd.DataFrame(rows, columns=columns)
            for name in extra_columns:
                frame[name] = cell(run, name)
            frames.append(frame)
    if not frames:
        raise MlflowException(
            f"No run of the experiment {experiment_id} has a table {path!r}."
            if run_ids is None
            else f"None of the runs {', '.join(run_ids)} has a table {path!r}.",
            "RESOURCE_DOES_NOT_EXIST",
        )
    return pd.concat(frames, ignore_index=True)


def _runs_with_table(
    client: MlflowClient, experiment_id: str, path: str, run_ids: Iterable[str] | None
) -> Iterator[Run]:
    if run_ids is not None:
        yield from map(client.get_run, run_ids)
        return
    for run in client.iter_runs([experiment_id], f"tags.{LOGGED_ARTIFACTS} LIKE '%'"):
        if path in tables_in(run.data.tags.get(LOGGED_ARTIFACTS)):
            yield run
