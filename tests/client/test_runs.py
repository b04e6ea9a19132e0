"""Runs and what is logged to them through the client, over every way to a service (rest-facts §6, §12)."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
    ViewType,
)
from mlflow.exceptions import RestException


def test_a_new_run(client: MlflowClient, experiment_id: str) -> None:
    before = time.time_ns() // 1_000_000
    run = client.create_run(experiment_id, tags={"a": 1, "mlflow.user": "ann"}, run_name="first")
    assert client.get_run(run.info.run_id) == run
    assert (run.info.experiment_id, run.info.status, run.info.run_name) == (experiment_id, "RUNNING", "first")
    assert (run.info.user_id, run.info.lifecycle_stage, run.info.end_time) == ("ann", "active", None)
    assert before <= run.info.start_time <= time.time_ns() // 1_000_000
    assert run.data.tags == {"a": "1", "mlflow.user": "ann", "mlflow.runName": "first"}
    assert run.info.artifact_uri is not None
    assert run.info.artifact_uri.endswith(f"/{experiment_id}/{run.info.run_id}/artifacts")
    assert client.create_run(experiment_id, start_time=5).info.start_time == 5


def test_what_is_not_there(client: MlflowClient) -> None:
    with pytest.raises(RestException) as refused:
        client.get_run("0" * 32)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_update_and_end(client: MlflowClient, run_id: str) -> None:
    client.update_run(run_id, name="other")
    client.update_run(run_id, status="SCHEDULED")
    assert (client.get_run(run_id).info.run_name, client.get_run(run_id).info.status) == ("other", "SCHEDULED")
    client.set_terminated(run_id)
    info = client.get_run(run_id).info
    assert info.status == "FINISHED"
    assert info.end_time is not None
    assert info.end_time >= info.start_time
    client.set_terminated(run_id, "KILLED", end_time=77)
    info = client.get_run(run_id).info
    assert (info.status, info.end_time) == ("KILLED", 77)
    with pytest.raises(MlflowException, match="'DONE' is no run status"):
        client.set_terminated(run_id, "DONE")


def test_delete_and_restore(client: MlflowClient, run_id: str) -> None:
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    with pytest.raises(RestException) as refused:
        client.log_metric(run_id, "m", 1)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    client.restore_run(run_id)
    client.log_metric(run_id, "m", 1)
    assert client.get_run(run_id).data.metrics == {"m": 1.0}


def test_params_and_tags(client: MlflowClient, run_id: str) -> None:
    assert client.log_param(run_id, "lr", 0.1) == 0.1
    client.log_param(run_id, "none", None)
    client.log_param(run_id, "lr", "0.1")
    with pytest.raises(RestException, match="Changing param values is not allowed"):
        client.log_param(run_id, "lr", 0.2)
    client.set_tag(run_id, "a", True)
    client.set_tag(run_id, "a", [1, 2])
    client.set_tag(run_id, "b", "x")
    client.delete_tag(run_id, "b")
    data = client.get_run(run_id).data
    assert data.params == {"lr": "0.1", "none": "None"}
    assert {key: value for key, value in data.tags.items() if not key.startswith("mlflow.")} == {"a": "[1, 2]"}
    with pytest.raises(RestException) as refused:
        client.delete_tag(run_id, "b")
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize(
    ("value", "logged"),
    [
        (1, 1.0),
        (True, 1.0),
        (np.float32(0.5), 0.5),
        (np.array(2.5), 2.5),
        (np.int64(3), 3.0),
        ("1e3", 1000.0),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (5e-324, 5e-324),
    ],
)
def test_values_of_metrics(client: MlflowClient, run_id: str, value: float, logged: float) -> None:
    client.log_metric(run_id, "m", value)
    assert client.get_run(run_id).data.metrics == {"m": logged}


def test_nan(client: MlflowClient, run_id: str) -> None:
    client.log_metric(run_id, "m", math.nan)
    assert math.isnan(client.get_run(run_id).data.metrics["m"])
    assert math.isnan(client.get_metric_history(run_id, "m")[0].value)


@pytest.mark.parametrize("value", ["high", None, [1.0], np.array([1.0, 2.0]), 1j])
def test_what_is_no_number(client: MlflowClient, run_id: str, value: object) -> None:
    with pytest.raises(MlflowException, match="The metric 'm' was given") as refused:
        client.log_metric(run_id, "m", value)  # type: ignore[arg-type]  # what is tested
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run_id).data.metrics == {}


def test_time_and_step(client: MlflowClient, run_id: str) -> None:
    client.log_metric(run_id, "m", 1.0, timestamp=10, step=-(2**63))
    client.log_metric(run_id, "m", 2.0, timestamp=9, step=2**63 - 1)
    client.log_metric(run_id, "m", 3.0, 11, np.int64(5))  # type: ignore[arg-type]  # numpy integers are common
    before = time.time_ns() // 1_000_000
    client.log_metric(run_id, "now", 0.0)
    assert client.get_metric_history(run_id, "m") == [
        Metric("m", 2.0, 9, 2**63 - 1),
        Metric("m", 1.0, 10, -(2**63)),
        Metric("m", 3.0, 11, 5),
    ]
    assert client.get_run(run_id).data.metrics["m"] == 2.0
    [now] = client.get_metric_history(run_id, "now")
    assert (before <= now.timestamp <= time.time_ns() // 1_000_000, now.step) == (True, 0)


@pytest.mark.parametrize("step", [1.5, "x", None.__class__, math.inf])
def test_what_is_no_step(client: MlflowClient, run_id: str, step: object) -> None:
    with pytest.raises(MlflowException, match="step was given"):
        client.log_metric(run_id, "m", 1.0, step=step)  # type: ignore[arg-type]  # what is tested


def test_a_step_beyond_64_bits(client: MlflowClient, run_id: str) -> None:
    with pytest.raises(MlflowException) as refused:
        client.log_metric(run_id, "m", 1.0, step=2**63)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_batch(client: MlflowClient, run_id: str) -> None:
    client.log_batch(
        run_id,
        metrics=[Metric("m", 1.0, 1, 0), Metric("m", 2.0, 2, 1)],
        params=[Param("p", 1)],  # type: ignore[arg-type]  # becomes text, as documented
        tags=[RunTag("t", "1"), RunTag("t", "2")],
    )
    data = client.get_run(run_id).data
    assert (data.metrics, data.params, data.tags["t"]) == ({"m": 2.0}, {"p": "1"}, "2")
    client.log_batch(run_id)


def test_a_refused_batch_leaves_nothing(client: MlflowClient, run_id: str) -> None:
    with pytest.raises(RestException):
        client.log_batch(run_id, metrics=[Metric("ok", 1.0, 1, 0)], params=[Param("../bad", "x")])
    assert client.get_run(run_id).data.metrics == {}


def test_a_batch_of_any_size(client: MlflowClient, run_id: str) -> None:
    metrics = [Metric("m", float(number), number, number) for number in range(2345)]
    params = [Param(f"p{number}", str(number)) for number in range(250)]
    tags = [RunTag(f"t{number}", str(number)) for number in range(101)]
    client.log_batch(run_id, metrics, params, tags)
    data = client.get_run(run_id).data
    assert len(client.get_metric_history(run_id, "m")) == 2345
    assert data.params == {param.key: param.value for param in params}
    assert len([key for key in data.tags if key.startswith("t")]) == 101


def test_long_histories_come_back_whole(client: MlflowClient, run_id: str) -> None:
    points = [Metric("m", number / 7, 1000 + number, number) for number in range(60_000)]
    client.log_batch(run_id, metrics=points)
    assert client.get_metric_history(run_id, "m") == points
    assert client.get_metric_history(run_id, "never") == []


def test_inputs_and_outputs(client: MlflowClient, run_id: str) -> None:
    dataset = Dataset("d", "abc", "local", "{}", schema="{}")
    use = DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])
    client.log_inputs(run_id, [use], [LoggedModelInput("m-1")])
    client.log_inputs(run_id, [use])
    client.log_outputs(run_id, [LoggedModelOutput("m-2", 7)])
    run = client.get_run(run_id)
    assert run.inputs.dataset_inputs == [use]
    assert run.inputs.model_inputs == [LoggedModelInput("m-1")]
    assert run.outputs.model_outputs == [LoggedModelOutput("m-2", 7)]


def test_search(client: MlflowClient, experiment_id: str) -> None:
    ids = []
    for number in range(5):
        run = client.create_run(experiment_id, start_time=number, tags={"parity": str(number % 2)})
        client.log_metric(run.info.run_id, "acc", number / 10)
        ids.append(run.info.run_id)
    client.delete_run(ids[4])
    page = client.search_runs([experiment_id], order_by=["metrics.acc DESC"], max_results=3)
    assert [run.info.run_id for run in page] == [ids[3], ids[2], ids[1]]
    assert page.token is not None
    rest = client.search_runs([experiment_id], order_by=["metrics.acc DESC"], max_results=3, page_token=page.token)
    assert ([run.info.run_id for run in rest], rest.token) == ([ids[0]], None)
    odd = client.search_runs([experiment_id], "tags.parity = '1' AND metrics.acc > 0.2")
    assert [run.info.run_id for run in odd] == [ids[3]]
    assert len(client.search_runs([experiment_id], run_view_type=ViewType.ALL)) == 5
    assert [run.info.run_id for run in client.search_runs([experiment_id], "", ViewType.DELETED_ONLY)] == [ids[4]]
    assert list(client.search_runs([])) == []
    infos = client.list_run_infos(experiment_id, max_results=2)
    assert ([info.run_id for info in infos], infos.token is not None) == ([ids[3], ids[2]], True)


def test_a_bad_filter(client: MlflowClient, experiment_id: str) -> None:
    with pytest.raises(RestException) as refused:
        client.search_runs([experiment_id], "metrics.acc >")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_the_parent_of_a_run(client: MlflowClient, experiment_id: str, run_id: str) -> None:
    child = client.create_run(experiment_id, tags={"mlflow.parentRunId": run_id})
    parent = client.get_parent_run(child.info.run_id)
    assert parent is not None
    assert parent.info.run_id == run_id
    assert client.get_parent_run(run_id) is None


@pytest.mark.parametrize("synchronous", [True, False])
def test_long_values_are_refused_where_asked_for(
    client: MlflowClient, run_id: str, synchronous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MLFLOW_TRUNCATE_LONG_VALUES (rest-facts §5, §15)."""
    client.log_param(run_id, "cut", "x" * 6001)
    assert len(client.get_run(run_id).data.params["cut"]) == 6000
    monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
    client.log_param(run_id, "p", "x" * 6000, synchronous=synchronous)
    with pytest.raises(MlflowException, match="more than 6000"):
        client.log_param(run_id, "q", "x" * 6001, synchronous=synchronous)
    with pytest.raises(MlflowException, match="more than 8000"):
        client.set_tag(run_id, "t", "x" * 8001, synchronous=synchronous)
    with pytest.raises(MlflowException, match="more than 6000"):
        client.log_batch(run_id, params=[Param("q", "x" * 6001)], synchronous=synchronous)
    with pytest.raises(MlflowException, match="more than 8000"):
        client.log_batch(run_id, tags=[RunTag("t", "x" * 8001)], synchronous=synchronous)
    with pytest.raises(MlflowException, match="more than 8000"):
        client.create_run("0", tags={"t": "x" * 8001})
    mlflow.flush_async_logging()
    assert sorted(client.get_run(run_id).data.params) == ["cut", "p"]
