"""Searching runs, as a list or as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from mlflow.entities import Run, ViewType
from mlflow.exceptions import MlflowException
from mlflow.tracking.client import MlflowClient
from mlflow.tracking.fluent.experiments import current_experiment_id
from mlflow.tracking.fluent.paging import all_pages

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own

SEARCH_MAX_RESULTS_PANDAS = 100_000
"""Most runs that a search returns unless it asks for more."""

_INFO_COLUMNS = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = SEARCH_MAX_RESULTS_PANDAS,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pd.DataFrame: ...


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = SEARCH_MAX_RESULTS_PANDAS,
    order_by: Sequence[str] | None = None,
    *,
    output_format: Literal["list"],
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> list[Run]: ...


def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = SEARCH_MAX_RESULTS_PANDAS,
    order_by: Sequence[str] | None = None,
    output_format: str = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> Any:
    """The runs that match, at most `max_results`, of the named experiments, else of the chosen one.

    `output_format` "list" gives entities; "pandas" a DataFrame with the columns run_id, experiment_id, status,
    artifact_uri, start_time and end_time (UTC), then metrics.*, params.* and tags.*; an absent metric is NaN, an absent
    param or tag None (rest-facts §12).
    """
    if output_format not in ("pandas", "list"):
        raise MlflowException.invalid_parameter_value(
            f"The output format {output_format!r} is unknown; use 'pandas' or 'list'."
        )
    if output_format == "pandas":
        _pandas()
    client = MlflowClient()
    ids = _experiment_ids(client, experiment_ids, experiment_names, search_all_experiments)
    runs = all_pages(
        lambda size, token: client.search_runs(ids, filter_string, run_view_type, size, order_by, token), max_results
    )
    return runs if output_format == "list" else _frame(runs)


def _experiment_ids(
    client: MlflowClient,
    experiment_ids: Sequence[str] | None,
    experiment_names: Sequence[str] | None,
    search_all_experiments: bool,
) -> list[str]:
    if experiment_ids and experiment_names:
        raise MlflowException.invalid_parameter_value("Give search_runs either experiment_ids or experiment_names.")
    if experiment_ids is not None and len(experiment_ids):
        return [str(item) for item in experiment_ids]
    if experiment_names:
        named = [client.get_experiment_by_name(name) for name in experiment_names]
        return [experiment.experiment_id for experiment in named if experiment is not None]
    if search_all_experiments:
        everything = all_pages(
            lambda size, token: client.search_experiments(ViewType.ACTIVE_ONLY, size, page_token=token), None
        )
        return [experiment.experiment_id for experiment in everything]
    if experiment_ids is not None or experiment_names is not None:
        return []
    return [current_experiment_id()]


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise MlflowException(
            "search_runs gives a pandas DataFrame, and pandas is not installed. Install trackwell[pandas], or pass "
            "output_format='list'."
        ) from error
    return pd


def _frame(runs: Sequence[Run]) -> Any:
    pd = _pandas()
    columns: dict[str, Any] = {name: [getattr(run.info, name) for run in runs] for name in _INFO_COLUMNS}
    for name in ("start_time", "end_time"):
        columns[name] = pd.to_datetime(pd.Series(columns[name], dtype="Int64"), unit="ms", utc=True)
    for key in sorted({key for run in runs for key in run.data.metrics}):
        columns[f"metrics.{key}"] = pd.Series(
            [run.data.metrics.get(key, float("nan")) for run in runs], dtype="float64"
        )
    for key in sorted({key for run in runs for key in run.data.params}):
        columns[f"params.{key}"] = pd.Series([run.data.params.get(key) for run in runs], dtype=object)
    for key in sorted({key for run in runs for key in run.data.tags}):
        columns[f"tags.{key}"] = pd.Series([run.data.tags.get(key) for run in runs], dtype=object)
    return pd.DataFrame(columns)
