"""Searching runs, one by one, as a list or as a table, and metric histories as a table."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from mlflow.entities import Run, RunInfo, ViewType
from mlflow.exceptions import MlflowException
from mlflow.tracking._client_experiments import SEARCH_MAX_RESULTS_DEFAULT
from mlflow.tracking._frames import FORMATS, TABLE_FORMATS, library, table_of_history, table_of_runs
from mlflow.tracking._paging import all_pages, first_items
from mlflow.tracking.client import MlflowClient
from mlflow.tracking.fluent.experiments import current_experiment_id

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own
    import polars as pl
    import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow has no types of its own

SEARCH_MAX_RESULTS_PANDAS = 100_000
"""Most runs that a search returns unless it asks for more."""

_logger = logging.getLogger(__name__)


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


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = SEARCH_MAX_RESULTS_PANDAS,
    order_by: Sequence[str] | None = None,
    *,
    output_format: Literal["polars"],
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pl.DataFrame: ...


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = SEARCH_MAX_RESULTS_PANDAS,
    order_by: Sequence[str] | None = None,
    *,
    output_format: Literal["arrow"],
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pa.Table: ...


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

    `output_format` "list" gives entities; "pandas", "polars" and "arrow" a table with the columns run_id,
    experiment_id, status, artifact_uri, start_time and end_time (UTC), then metrics.*, params.* and tags.*. What a run
    lacks is null; in pandas NaN among metrics, None among params and tags (rest-facts §12).
    """
    if output_format not in FORMATS:
        raise MlflowException.invalid_parameter_value(
            f"The output format {output_format!r} is unknown; use one of {', '.join(map(repr, FORMATS))}."
        )
    if output_format != "list":
        library(output_format)
    client = MlflowClient()
    ids = _experiment_ids(client, experiment_ids, experiment_names, search_all_experiments)
    runs = first_items(
        lambda size, token: client.search_runs(ids, filter_string, run_view_type, size, order_by, token), max_results
    )
    if runs.token is not None and max_results == SEARCH_MAX_RESULTS_PANDAS:
        _logger.warning(
            "More runs match than the %s that were returned. Pass max_results, or iterate with mlflow.iter_runs.",
            len(runs),
        )
    return list(runs) if output_format == "list" else table_of_runs(runs, output_format)


def iter_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    order_by: Sequence[str] | None = None,
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> Iterator[Run]:
    """Every run that matches, however many there are; a page of them is in memory at a time.

    Experiments are chosen as in `search_runs`. Runs that change meanwhile may be missed or seen as they were.
    """
    client = MlflowClient()
    ids = _experiment_ids(client, experiment_ids, experiment_names, search_all_experiments)
    return client.iter_runs(ids, filter_string, run_view_type, order_by)


def list_run_infos(
    experiment_id: str,
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = SEARCH_MAX_RESULTS_DEFAULT,
    order_by: Sequence[str] | None = None,
) -> list[RunInfo]:
    """The 1.x form of `search_runs` for one experiment: what is known of the runs themselves."""
    client = MlflowClient()
    return first_items(
        lambda size, token: client.list_run_infos(experiment_id, run_view_type, size, order_by, token), max_results
    )


def metric_history(run_ids: Sequence[str], keys: Sequence[str] | None = None, output_format: str = "pandas") -> Any:
    """Every point of some metrics of some runs: a table of run_id, key, step, timestamp (UTC) and value.

    With `keys` None it holds all metrics of each run. Runs and keys come in the given order, points by (timestamp,
    step, value). `output_format` is "pandas", "polars" or "arrow". Columns come from the server as they are, without an
    object for each point.
    """
    if output_format not in TABLE_FORMATS:
        raise MlflowException.invalid_parameter_value(
            f"The output format {output_format!r} is unknown; use one of {', '.join(map(repr, TABLE_FORMATS))}."
        )
    library(output_format)
    given_runs = [run_ids] if isinstance(run_ids, str) else list(run_ids)
    given_keys = [keys] if isinstance(keys, str) else keys
    return table_of_history(MlflowClient().metric_columns(given_runs, given_keys), output_format)


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
