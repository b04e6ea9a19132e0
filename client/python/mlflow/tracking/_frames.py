"""Runs and metric histories as tables of pandas, polars and pyarrow, none of which is imported before it is asked for.

A table of runs has the columns run_id, experiment_id, status, artifact_uri, start_time and end_time (UTC), then
metrics.*, params.* and tags.*, each by key (rest-facts §12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

from mlflow.entities import Run
from mlflow.exceptions import MlflowException

TABLE_FORMATS = ("pandas", "polars", "arrow")
"""DataFrames of pandas and polars, and pyarrow's Table."""

FORMATS = (*TABLE_FORMATS, "list")
"""What a search can give: a table, or entities."""

_INFO_COLUMNS = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
_TIMES = frozenset({"start_time", "end_time"})
_PACKAGES = {"pandas": ("pandas", "pandas"), "polars": ("polars", "polars"), "arrow": ("pyarrow", "arrow")}
"""Format -> module, and the extra of our distribution that brings it."""


def library(output_format: str) -> Any:
    """The library of a format. Raises MlflowException, which names the way out, when it is not installed."""
    module, extra = _PACKAGES[output_format]
    try:
        return import_module(module)
    except ImportError as error:
        raise MlflowException(
            f"The output format {output_format!r} needs {module}, which is not installed. Install trackwell[{extra}], "
            "or pass another output_format."
        ) from error


def table_of_runs(runs: Sequence[Run], output_format: str) -> Any:
    """The runs as a table. What a run lacks is null; in pandas NaN among metrics, None among params and tags."""
    make = {"pandas": _runs_in_pandas, "polars": _runs_in_polars, "arrow": _runs_in_arrow}[output_format]
    return make(library(output_format), runs)


def cell(run: Run, column: str) -> Any:
    """What a table of runs has in one column; None for what the run lacks. Raises MlflowException for no column."""
    kind, dot, key = column.partition(".")
    if dot and kind in ("metrics", "params", "tags"):
        return getattr(run.data, kind).get(key)
    known = dict(run.info)
    if column not in known:
        raise MlflowException.invalid_parameter_value(
            f"There is no column {column!r}; use one of {', '.join(known)}, or metrics.…, params.… or tags.…."
        )
    return known[column]


def _data_columns(runs: Sequence[Run]) -> Iterator[tuple[str, bool, list[Any]]]:
    """Name, whether it holds numbers, and cells of each column beyond the run's info."""
    for kind in ("metrics", "params", "tags"):
        rows: list[dict[str, Any]] = [getattr(run.data, kind) for run in runs]
        for key in sorted({key for row in rows for key in row}):
            yield f"{kind}.{key}", kind == "metrics", [row.get(key) for row in rows]


def _info_column(runs: Sequence[Run], name: str) -> list[Any]:
    return [getattr(run.info, name) for run in runs]


def _runs_in_pandas(pd: Any, runs: Sequence[Run]) -> Any:
    columns: dict[str, Any] = {name: _info_column(runs, name) for name in _INFO_COLUMNS}
    for name in _TIMES:
        columns[name] = pd.to_datetime(pd.Series(columns[name], dtype="Int64"), unit="ms", utc=True)
    for name, numbers, cells in _data_columns(runs):
        columns[name] = pd.Series(cells, dtype="float64" if numbers else object)
    return pd.DataFrame(columns)


def _runs_in_polars(pl: Any, runs: Sequence[Run]) -> Any:
    columns: dict[str, Any] = {}
    for name in _INFO_COLUMNS:
        column = pl.Series(name, _info_column(runs, name), dtype=pl.Int64 if name in _TIMES else pl.String)
        columns[name] = column.cast(pl.Datetime("ms", "UTC")) if name in _TIMES else column
    for name, numbers, cells in _data_columns(runs):
        columns[name] = pl.Series(name, cells, dtype=pl.Float64 if numbers else pl.String)
    return pl.DataFrame(columns)


def _runs_in_arrow(pa: Any, runs: Sequence[Run]) -> Any:
    columns: dict[str, Any] = {
        name: pa.array(_info_column(runs, name), type=pa.timestamp("ms", tz="UTC") if name in _TIMES else pa.string())
        for name in _INFO_COLUMNS
    }
    for name, numbers, cells in _data_columns(runs):
        columns[name] = pa.array(cells, type=pa.float64() if numbers else pa.string())
    return pa.table(columns)


HistoryChunks = Iterator[tuple[str, str, Any, Any, Any]]
"""Run id, key, and the columns of timestamps, steps and values, as arrays of `array.array`."""


def table_of_history(chunks: HistoryChunks, output_format: str) -> Any:
    """Metric histories as one table: run_id, key, step, timestamp (UTC), value; ordered as the chunks are."""
    import numpy as np

    names, keys, lengths = [], [], []
    columns: dict[str, list[Any]] = {"step": [], "timestamp": [], "value": []}
    for run_id, key, timestamps, steps, values in chunks:
        names.append(run_id)
        keys.append(key)
        lengths.append(len(values))
        columns["step"].append(np.frombuffer(steps, dtype=np.int64))
        columns["timestamp"].append(np.frombuffer(timestamps, dtype=np.int64))
        columns["value"].append(np.frombuffer(values, dtype=np.float64))
    joined = {
        name: np.concatenate(parts) if parts else np.empty(0, dtype=np.float64 if name == "value" else np.int64)
        for name, parts in columns.items()
    }
    make: Callable[..., Any] = {
        "pandas": _history_in_pandas,
        "polars": _history_in_polars,
        "arrow": _history_in_arrow,
    }[output_format]
    return make(library(output_format), np.repeat(np.arange(len(names)), lengths), names, keys, joined)


def _history_in_pandas(pd: Any, which: Any, names: list[str], keys: list[str], columns: dict[str, Any]) -> Any:
    return pd.DataFrame(
        {
            "run_id": pd.Series(names, dtype=object).take(which).reset_index(drop=True),
            "key": pd.Series(keys, dtype=object).take(which).reset_index(drop=True),
            "step": columns["step"],
            "timestamp": pd.to_datetime(columns["timestamp"], unit="ms", utc=True),
            "value": columns["value"],
        }
    )


def _history_in_polars(pl: Any, which: Any, names: list[str], keys: list[str], columns: dict[str, Any]) -> Any:
    return pl.DataFrame(
        {
            "run_id": pl.Series(names, dtype=pl.String).gather(which),
            "key": pl.Series(keys, dtype=pl.String).gather(which),
            "step": columns["step"],
            "timestamp": pl.Series(columns["timestamp"]).cast(pl.Datetime("ms", "UTC")),
            "value": columns["value"],
        }
    )


def _history_in_arrow(pa: Any, which: Any, names: list[str], keys: list[str], columns: dict[str, Any]) -> Any:
    return pa.table(
        {
            "run_id": pa.array(names, type=pa.string()).take(pa.array(which)),
            "key": pa.array(keys, type=pa.string()).take(pa.array(which)),
            "step": columns["step"],
            "timestamp": pa.array(columns["timestamp"], type=pa.int64()).cast(pa.timestamp("ms", tz="UTC")),
            "value": columns["value"],
        }
    )
