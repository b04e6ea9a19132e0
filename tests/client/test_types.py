"""The types that programs see: mypy checks this file with the rest (`make types`); what it says must also be true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own
import polars as pl
import pytest

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Experiment, Metric, Run, RunInfo
from mlflow.store.entities import PagedList
from mlflow.tracking._async.operations import RunOperations


@pytest.fixture(params=["in-process"])
def tracking_uri(database_uri: str) -> str:
    """Types are no matter of the way to the service: one is enough."""
    mlflow.set_tracking_uri(database_uri)
    return database_uri


def test_types_of_fluent_calls(tracking_uri: str, name: str) -> None:
    experiment = mlflow.set_experiment(name)
    assert_type(experiment, Experiment)
    with mlflow.start_run() as run:
        assert_type(run, mlflow.ActiveRun)
        assert_type(run.info, RunInfo)
        assert_type(run.info.end_time, int | None)
        assert_type(run.data.metrics, dict[str, float])
        assert_type(mlflow.active_run(), mlflow.ActiveRun | None)
        operations = mlflow.log_metric("m", 1, synchronous=False)
        assert_type(operations, RunOperations | None)
        assert isinstance(operations, RunOperations)
        assert_type(mlflow.log_param("p", 1), Any)
    assert_type(mlflow.search_runs(output_format="list"), list[Run])
    table = mlflow.search_runs(output_format="polars")
    assert_type(table, pl.DataFrame)
    assert isinstance(table, pl.DataFrame)
    assert isinstance(mlflow.search_runs(), pd.DataFrame)
    runs = mlflow.iter_runs()
    assert_type(runs, Iterator[Run])
    assert [found.info.run_id for found in runs] == [run.info.run_id]
    assert_type(mlflow.get_experiment_by_name(name), Experiment | None)


def test_types_of_the_client(client: MlflowClient, experiment_id: str) -> None:
    run = client.create_run(experiment_id)
    assert_type(run, Run)
    page = client.search_runs([experiment_id])
    assert_type(page, PagedList[Run])
    assert_type(page.token, str | None)
    history = client.get_metric_history(run.info.run_id, "m")
    assert_type(history, list[Metric])
    assert (type(page), history) == (PagedList, [])
