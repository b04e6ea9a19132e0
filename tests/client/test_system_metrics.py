"""Metrics of the machine beside those of the run (rest-facts §15)."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.tracking import _system_metrics

KEYS = {
    "cpu_utilization_percentage",
    "system_memory_usage_megabytes",
    "system_memory_usage_percentage",
    "disk_usage_percentage",
    "disk_usage_megabytes",
    "disk_available_megabytes",
}


@pytest.fixture(autouse=True)
def often(tracking_uri: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow.set_experiment(name)
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.001")


@pytest.fixture(params=["in-process"])
def tracking_uri(database_uri: str) -> str:
    """What is sampled is no matter of the way to the service: one is enough."""
    mlflow.set_tracking_uri(database_uri)
    return database_uri


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Is released once for each sample; at most seven are taken for a run, each ten times a number that grows."""
    samples = threading.Semaphore(0)

    class Machine:
        def __init__(self) -> None:
            self.numbers = iter(range(7))

        def sample(self) -> dict[str, float]:
            samples.release()
            return {"load": next(self.numbers) * 10.0}

    monkeypatch.setattr(_system_metrics, "_Machine", Machine)
    return samples


def _wait(samples: threading.Semaphore, count: int) -> None:
    for _ in range(count):
        assert samples.acquire(timeout=60)


def test_the_machine_is_measured(client: MlflowClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_NODE_ID", "node 1")
    taken = threading.Event()
    sample = _system_metrics._Machine.sample

    def sample_and_tell(machine: _system_metrics._Machine) -> dict[str, float]:
        taken.set()
        return sample(machine)

    monkeypatch.setattr(_system_metrics._Machine, "sample", sample_and_tell)
    with mlflow.start_run(log_system_metrics=True) as run:
        mlflow.log_metric("own", 1)
        assert taken.wait(60)
    metrics = client.get_run(run.info.run_id).data.metrics
    assert metrics.pop("own") == 1
    assert {f"system/node 1/{key}" for key in KEYS} <= set(metrics)
    assert all(value >= 0 for value in metrics.values())
    assert 0 < metrics["system/node 1/system_memory_usage_percentage"] <= 100


def test_samples_are_averaged(
    client: MlflowClient,
    sampled: threading.Semaphore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", "3")
    with mlflow.start_run(log_system_metrics=True) as run:
        _wait(sampled, 8)
    points = client.get_metric_history(run.info.run_id, "system/load")
    assert [(point.step, point.value) for point in points] == [(0, 10.0), (1, 40.0), (2, 60.0)]
    assert "System metrics of the run" in caplog.text


def test_a_resumed_run_goes_on_with_its_steps(client: MlflowClient, sampled: threading.Semaphore) -> None:
    with mlflow.start_run(log_system_metrics=True) as run:
        _wait(sampled, 2)
    before = len(client.get_metric_history(run.info.run_id, "system/load"))
    while sampled.acquire(blocking=False):
        pass  # more than two may have been taken by the end of the run
    with mlflow.start_run(run_id=run.info.run_id, log_system_metrics=True):
        _wait(sampled, 2)
    points = client.get_metric_history(run.info.run_id, "system/load")
    assert len(points) > before
    assert [point.step for point in points] == list(range(len(points)))


@pytest.mark.parametrize(
    ("variable", "argument", "wanted"), [("true", None, True), ("true", False, False), ("0", None, False)]
)
def test_when_the_machine_is_measured(
    variable: str, argument: bool | None, wanted: bool, sampled: threading.Semaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", variable)
    with mlflow.start_run(log_system_metrics=argument) as run:
        if wanted:
            _wait(sampled, 1)
    assert bool(mlflow.get_run(run.info.run_id).data.metrics) == wanted


def test_without_psutil_there_is_a_warning(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    with mlflow.start_run(log_system_metrics=True):
        assert "Install trackwell[system-metrics]" in caplog.text


def test_settings_that_make_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0")
    with pytest.raises(MlflowException, match="must be a number greater than 0"):
        mlflow.start_run(log_system_metrics=True)
    assert len(mlflow.search_runs()) == 0


@pytest.mark.slow
def test_a_process_that_exits_meanwhile(name: str) -> None:
    code = (
        "import mlflow, time\nrun = mlflow.start_run(log_system_metrics=True)\n"
        "while not mlflow.get_run(run.info.run_id).data.metrics:\n    time.sleep(0.01)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    [run] = mlflow.search_runs(experiment_names=[name], output_format="list")
    assert run.info.status == "FINISHED"
    assert "system/cpu_utilization_percentage" in run.data.metrics


def test_calls_that_set_what_the_variables_say(client: MlflowClient, sampled: threading.Semaphore, name: str) -> None:
    mlflow.enable_system_metrics_logging()
    mlflow.set_system_metrics_sampling_interval(0.002)
    mlflow.set_system_metrics_samples_before_logging(2)
    mlflow.set_system_metrics_node_id("node 2")
    with mlflow.start_run() as run:
        _wait(sampled, 4)
    keys = set(client.get_run(run.info.run_id).data.metrics)
    mlflow.disable_system_metrics_logging()
    with mlflow.start_run() as other:
        pass
    assert (keys, client.get_run(other.info.run_id).data.metrics) == ({"system/node 2/load"}, {})
    mlflow.set_system_metrics_sampling_interval(None)
    mlflow.set_system_metrics_samples_before_logging(None)
    mlflow.set_system_metrics_node_id(None)
    assert _system_metrics.Settings.if_wanted(wanted=True) == _system_metrics.Settings(10.0, 1, "system/")


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("set_system_metrics_sampling_interval", 0),
        ("set_system_metrics_sampling_interval", "soon"),
        ("set_system_metrics_samples_before_logging", 0),
        ("set_system_metrics_samples_before_logging", 1.5),
    ],
)
def test_a_setting_that_makes_no_sense_changes_nothing(call: str, value: object) -> None:
    mlflow.set_system_metrics_samples_before_logging(3)
    before = _system_metrics.Settings.if_wanted(wanted=True)
    with pytest.raises(MlflowException, match="it must be a"):
        getattr(mlflow, call)(value)
    assert _system_metrics.Settings.if_wanted(wanted=True) == before


def test_the_same_calls_in_the_module_config() -> None:
    assert mlflow.config.set_system_metrics_node_id is mlflow.set_system_metrics_node_id
    assert mlflow.config.get_tracking_uri() == mlflow.get_tracking_uri()
    mlflow.config.enable_async_logging()
    assert mlflow.environment_variables.MLFLOW_ENABLE_ASYNC_LOGGING.get()
    mlflow.config.enable_async_logging(False)
    assert not mlflow.environment_variables.MLFLOW_ENABLE_ASYNC_LOGGING.get()
