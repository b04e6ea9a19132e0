"""accelerate's MLflowTracker (rest-facts §16)."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from accelerate.tracking import MLflowTracker
from accelerate.utils import is_mlflow_available
from matplotlib.figure import Figure

import mlflow
from thirdparty.conftest import only_run


def test_it_is_found() -> None:
    """By the metadata of a distribution named mlflow, not by the module."""
    assert is_mlflow_available()


def test_training_is_logged(uri: str, client: mlflow.MlflowClient, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    accelerator = Accelerator(log_with="mlflow", cpu=True)
    options = {"run_name": "line", "tags": {"team": "vision"}, "description": "fits a line"}
    accelerator.init_trackers(name, config={"rate": 0.25, "epochs": 3}, init_kwargs={"mlflow": options})
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    model, optimizer = accelerator.prepare(model, optimizer)
    inputs = torch.linspace(0, 1, 16).unsqueeze(1)
    for step in range(5):
        loss = torch.nn.functional.mse_loss(model(inputs), 2 * inputs)
        optimizer.zero_grad()
        accelerator.backward(loss)
        optimizer.step()
        accelerator.log({"loss": loss.item()}, step=step)
    accelerator.end_training()
    run = only_run(client, name)
    assert (run.info.run_name, run.info.status) == ("line", "FINISHED")
    assert run.data.params == {"rate": "0.25", "epochs": "3"}
    assert run.data.tags["team"] == "vision"
    assert run.data.tags["mlflow.note.content"] == "fits a line"
    history = client.get_metric_history(run.info.run_id, "loss")
    assert [point.step for point in history] == [0, 1, 2, 3, 4]
    assert history[-1].value < history[0].value


def test_files_pictures_and_long_params(
    uri: str, client: mlflow.MlflowClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    accelerator = Accelerator(log_with="mlflow", cpu=True)
    params = {f"p{number}": number for number in range(250)}
    accelerator.init_trackers(name, config={**params, "long": "x" * 10_000})
    tracker = accelerator.get_tracker("mlflow")
    assert isinstance(tracker, MLflowTracker)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/model.txt").write_text("weights")
    figure = Figure()
    figure.add_subplot().plot([1, 2], [3, 4])
    tracker.log_figure(figure, "plots/line.png")
    tracker.log_artifact(str(tmp_path / "out/model.txt"))
    tracker.log_artifacts(str(tmp_path / "out"), "models")
    accelerator.end_training()
    run = only_run(client, name)
    assert run.data.params == {key: str(value) for key, value in params.items()}
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["model.txt", "models", "plots"]
    local = Path(client.download_artifacts(run.info.run_id, "plots/line.png"))
    assert local.read_bytes().startswith(b"\x89PNG")


def test_an_experiment_is_used_again(
    uri: str, client: mlflow.MlflowClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = client.create_experiment(name)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    for _ in range(2):
        accelerator = Accelerator(log_with="mlflow", cpu=True)
        accelerator.init_trackers(name)
        accelerator.end_training()
    assert len(client.search_runs([experiment])) == 2
