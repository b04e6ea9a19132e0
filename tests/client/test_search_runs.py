"""`mlflow.search_runs` as a list and as a DataFrame (rest-facts §12)."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow has no types of its own
import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.entities import Metric, ViewType
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
    monkeypatch.setattr("mlflow.tracking._paging.PAGE_ITEMS", 1)
    assert len(mlflow.search_runs(output_format="list")) == 2
    assert len(mlflow.search_runs(output_format="list", max_results=1)) == 1


def test_no_search_is_cut_silently(
    runs: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mlflow.search_runs(max_results=1)
    assert caplog.text == ""
    monkeypatch.setattr("mlflow.tracking.fluent.search.SEARCH_MAX_RESULTS_PANDAS", 1)
    assert len(mlflow.search_runs(max_results=1)) == 1
    assert "More runs match than the 1 that were returned" in caplog.text


def test_runs_one_by_one(runs: list[str], name: str, client: MlflowClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlflow.tracking._paging.PAGE_ITEMS", 1)
    assert {run.info.run_id for run in mlflow.iter_runs()} == set(runs)
    assert [run.info.run_id for run in mlflow.iter_runs(experiment_names=[name], filter_string="metrics.m > 1")] == [
        runs[1]
    ]
    [experiment_id] = {run.info.experiment_id for run in mlflow.iter_runs()}
    assert [run.info.run_id for run in client.iter_runs([experiment_id], order_by=["metrics.n DESC"])] == runs


@pytest.mark.parametrize("output_format", ["polars", "arrow"])
def test_other_tables(runs: list[str], output_format: str, client: MlflowClient) -> None:
    found = mlflow.search_runs(output_format=output_format)  # type: ignore[call-overload]  # one name for two
    frame = pl.DataFrame(found) if output_format == "arrow" else found
    assert isinstance(found, pa.Table if output_format == "arrow" else pl.DataFrame)
    assert isinstance(frame, pl.DataFrame)
    assert frame.columns[:9] == [*INFO_COLUMNS, "metrics.m", "metrics.n", "params.p"]
    assert frame.schema["start_time"] == pl.Datetime("ms", "UTC")
    [row] = frame.filter(pl.col("run_id") == runs[0]).to_dicts()
    assert (row["metrics.m"], row["metrics.n"], row["params.p"], row["status"]) == (None, 2.0, None, "FINISHED")
    assert row["start_time"].timestamp() * 1000 == client.get_run(runs[0]).info.start_time
    empty = mlflow.search_runs(filter_string="metrics.m > 99", output_format=output_format)  # type: ignore[call-overload]  # one name for two
    assert list(empty.schema.names if output_format == "arrow" else empty.columns) == INFO_COLUMNS


def test_histories_in_columns(runs: list[str], client: MlflowClient) -> None:
    points = [Metric("loss", float("nan") if step == 5 else step / 2, 1000 + step, step) for step in range(10)]
    for run_id in runs:
        client.log_batch(run_id, points)
    frame = mlflow.metric_history(runs, ["loss", "m", "unknown"])
    assert list(frame.columns) == ["run_id", "key", "step", "timestamp", "value"]
    assert [str(dtype) for dtype in frame.dtypes[["step", "value"]]] == ["int64", "float64"]
    assert list(frame["run_id"].unique()) == runs
    loss = frame[(frame["run_id"] == runs[0]) & (frame["key"] == "loss")]
    np.testing.assert_array_equal(loss["value"], [point.value for point in points])
    assert list(loss["step"]) == list(range(10))
    assert loss["timestamp"].iloc[3] == pd.Timestamp(1003, unit="ms", tz="UTC")
    assert len(frame) == 21
    for output_format in ("polars", "arrow"):
        other = mlflow.metric_history(runs, ["loss", "m", "unknown"], output_format)
        rows = other.to_dicts() if output_format == "polars" else other.to_pylist()
        assert [(row["run_id"], row["key"], row["step"]) for row in rows] == list(
            frame[["run_id", "key", "step"]].itertuples(index=False, name=None)
        )
        assert rows[3]["timestamp"].timestamp() == 1.003
    everything = mlflow.metric_history(runs)
    assert set(everything["key"]) == {"loss", "m", "n"}
    assert len(everything) == 22
    assert list(mlflow.metric_history(runs, []).columns) == list(frame.columns)
    assert len(mlflow.metric_history([], ["loss"])) == 0
    assert len(mlflow.metric_history(runs[0], "loss")) == 10
    with pytest.raises(MlflowException, match="'list' is unknown"):
        mlflow.metric_history(runs, ["loss"], "list")


def test_histories_of_more_runs_and_keys_than_a_request_names(
    runs: list[str], client: MlflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.log_batch(runs[0], [Metric(f"k{number}", number, 1) for number in range(5)])
    monkeypatch.setattr("mlflow._convert.metrics.MAX_RUNS_OF_A_REQUEST", 1)
    monkeypatch.setattr("mlflow._convert.metrics.MAX_KEYS_OF_A_REQUEST", 2)
    frame = mlflow.metric_history([*runs, *runs], [f"k{number}" for number in range(5)])
    assert list(frame["value"]) == [0, 1, 2, 3, 4]


def test_a_bad_format(runs: list[str]) -> None:
    with pytest.raises(MlflowException, match="'csv' is unknown"):
        mlflow.search_runs(output_format="csv")  # type: ignore[call-overload]  # what is tested


def test_without_pandas(runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pandas", "polars", "pyarrow"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MlflowException, match=r"trackwell\[pandas\]"):
        mlflow.search_runs()
    with pytest.raises(MlflowException, match=r"needs pyarrow.*trackwell\[arrow\]"):
        mlflow.search_runs(output_format="arrow")
    with pytest.raises(MlflowException, match=r"trackwell\[polars\]"):
        mlflow.metric_history(runs, ["m"], "polars")
    assert len(mlflow.search_runs(output_format="list")) == 2


def test_run_infos_in_the_1x_form(client: MlflowClient, experiment_id: str) -> None:
    made = [client.create_run(experiment_id, start_time=number).info.run_id for number in range(3)]
    client.delete_run(made[1])
    assert [info.run_id for info in mlflow.list_run_infos(experiment_id)] == [made[2], made[0]]
    [oldest] = mlflow.list_run_infos(experiment_id, ViewType.ALL, 1, ["start_time ASC"])
    assert oldest.run_id == made[0]
