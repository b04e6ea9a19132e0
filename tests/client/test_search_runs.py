"""`mlflow.search_runs` as a list and as a DataFrame (rest-facts §12)."""

from __future__ import annotations

import sys

import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own
import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.tracking._state import tracking_uri as current_uri

INFO_COLUMNS = ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]


@pytest.fixture
def runs(tracking_uri: str, name: str) -> list[str]:
    """Two runs of a chosen experiment, the newer one first."""
    assert current_uri() == tracking_uri
    mlflow.set_experiment(name)
    with mlflow.start_run(tags={"t": "x"}) as first:
        mlflow.log_metric("m", 1.5)
        mlflow.log_param("p", "v")
    with mlflow.start_run() as second:
        mlflow.log_metric("n", 2)
    return [second.info.run_id, first.info.run_id]


def test_a_data_frame(runs: list[str], client: MlflowClient) -> None:
    frame = mlflow.search_runs(order_by=["start_time DESC"])
    assert sorted(frame["run_id"]) == sorted(runs)
    columns = list(frame.columns)
    assert columns[:6] == INFO_COLUMNS
    assert columns[6:9] == ["metrics.m", "metrics.n", "params.p"]
    assert all(column.startswith("tags.") for column in columns[9:])
    row = frame.set_index("run_id").loc[runs[0]]
    assert pd.isna(row["metrics.m"])
    assert (row["metrics.n"], row["params.p"], row["tags.t"]) == (2.0, None, None)
    for column in ("start_time", "end_time"):
        assert isinstance(frame[column].dtype, pd.DatetimeTZDtype)
    info = client.get_run(runs[0]).info
    assert row["start_time"] == pd.Timestamp(info.start_time, unit="ms", tz="UTC")


def test_an_empty_data_frame(runs: list[str]) -> None:
    assert list(mlflow.search_runs(filter_string="metrics.m > 99").columns) == INFO_COLUMNS


def test_a_running_run_has_no_end(tracking_uri: str, name: str) -> None:
    mlflow.set_experiment(name)
    with mlflow.start_run():
        assert mlflow.search_runs()["end_time"].isna().all()


def test_a_list(runs: list[str]) -> None:
    found = mlflow.search_runs(filter_string="metrics.m > 1", output_format="list")
    assert [run.info.run_id for run in found] == [runs[1]]


def test_which_experiments(runs: list[str], name: str, client: MlflowClient) -> None:
    other = mlflow.set_experiment(name + "-empty").experiment_id
    assert len(mlflow.search_runs()) == 0
    assert len(mlflow.search_runs(experiment_names=[name])) == 2
    assert len(mlflow.search_runs(experiment_names=["no such name " + name])) == 0
    assert len(mlflow.search_runs([other])) == 0
    assert len(mlflow.search_runs([])) == 0
    everywhere = mlflow.search_runs(search_all_experiments=True, output_format="list")
    assert set(runs) <= {run.info.run_id for run in everywhere}
    with pytest.raises(MlflowException, match="either experiment_ids or experiment_names"):
        mlflow.search_runs(["0"], experiment_names=[name])


def test_every_page_is_read(runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlflow.tracking.fluent.paging.PAGE_ITEMS", 1)
    assert len(mlflow.search_runs(output_format="list")) == 2
    assert len(mlflow.search_runs(output_format="list", max_results=1)) == 1


def test_a_bad_format(runs: list[str]) -> None:
    with pytest.raises(MlflowException, match="'csv' is unknown"):
        mlflow.search_runs(output_format="csv")  # type: ignore[call-overload]  # what is tested


def test_without_pandas(runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MlflowException, match=r"trackwell\[pandas\]"):
        mlflow.search_runs()
    assert len(mlflow.search_runs(output_format="list")) == 2
