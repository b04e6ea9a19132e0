"""Tables that a run keeps as JSON: ``{"columns": [...], "data": [[...], ...]}``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlflow._limits import MAX_TAG_VALUE_CHARS
from mlflow.exceptions import RESOURCE_DOES_NOT_EXIST, MlflowException
from mlflow.store.artifact.artifact_repo import ArtifactRepository, safe_path

_TABLE = "json"
"""How tables are told from other logged artifacts."""


def append_rows(repository: ArtifactRepository, data: Any, artifact_file: str) -> str:
    """Appends the rows of `data` to the table at `artifact_file`, which is made when it is not there; its path."""
    path = path_of_table(artifact_file)
    columns, rows = _columns_and_rows(data)
    known_columns, known_rows = read_table(repository, path) or (columns, [])
    names = [*known_columns, *(name for name in columns if name not in known_columns)]
    table = {
        "columns": names,
        "data": [
            *(_aligned(row, known_columns, names) for row in known_rows),
            *(_aligned(row, columns, names) for row in rows),
        ],
    }
    folder, _, name = path.rpartition("/")
    with tempfile.TemporaryDirectory(prefix="mlflow-") as temporary:
        local = Path(temporary, name)
        local.write_text(json.dumps(table, default=_plain), encoding="utf-8")
        repository.log_artifact(str(local), folder or None)
    return path


def path_of_table(artifact_file: str) -> str:
    """The path of a table. Raises MlflowException for a name that is no table's."""
    path = safe_path(artifact_file)
    if not path.endswith(".json"):
        raise MlflowException.invalid_parameter_value(
            f"The name of a table must end in .json; {artifact_file!r} does not."
        )
    return path


def tables_in(tag: str | None) -> list[str]:
    """The paths that a tag mlflow.loggedArtifacts names; none when it cannot be read."""
    try:
        entries = json.loads(tag or "[]")
        return [str(entry["path"]) for entry in entries if entry.get("type") == _TABLE]
    except (ValueError, TypeError, AttributeError, KeyError):
        return []


def with_table(tag: str | None, path: str) -> str | None:
    """The tag mlflow.loggedArtifacts with one more table; None when a tag can hold no more."""
    paths = tables_in(tag)
    named = json.dumps([{"path": item, "type": _TABLE} for item in dict.fromkeys([*paths, path])])
    return named if len(named) <= MAX_TAG_VALUE_CHARS else None


def read_table(repository: ArtifactRepository, path: str) -> tuple[list[str], list[list[Any]]] | None:
    """Columns and rows of the table at `path`, or None when there is none."""
    with tempfile.TemporaryDirectory(prefix="mlflow-") as temporary:
        try:
            local = Path(repository.download_artifacts(path, temporary))
        except MlflowException as error:
            if error.error_code == RESOURCE_DOES_NOT_EXIST:
                return None
            raise
        table = json.loads(local.read_text(encoding="utf-8"))
    if not isinstance(table, dict) or not {"columns", "data"} <= table.keys():
        raise MlflowException(f"The artifact {path!r} is no table: it lacks 'columns' or 'data'.")
    return list(table["columns"]), [list(row) for row in table["data"]]


def _columns_and_rows(data: Any) -> tuple[list[str], list[list[Any]]]:
    if hasattr(data, "to_dict") and not isinstance(data, Mapping):
        split = data.to_dict(orient="split")
        return [str(name) for name in split["columns"]], [list(row) for row in split["data"]]
    if not isinstance(data, Mapping):
        raise MlflowException.invalid_parameter_value(
            f"A table is made from a dictionary of columns or a DataFrame, not from a {type(data).__name__}."
        )
    columns = {str(name): _as_column(values) for name, values in data.items()}
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise MlflowException.invalid_parameter_value(f"The columns of a table differ in length: {sorted(lengths)}.")
    return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]


def _as_column(values: Any) -> list[Any]:
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        return [values]
    return list(values)


def _aligned(row: list[Any], columns: list[str], names: list[str]) -> list[Any]:
    cells = dict(zip(columns, row, strict=True))
    return [cells.get(name) for name in names]


def _plain(value: Any) -> Any:
    """What JSON has no word for: scalars of numpy and the like as the number they hold, the rest as text."""
    return value.item() if hasattr(value, "item") else str(value)
