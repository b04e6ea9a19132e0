"""lightning's MLFlowLogger, training a model (rest-facts §16)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightning
import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import MLFlowLogger

import mlflow
from thirdparty.conftest import only_run


class Line(lightning.LightningModule):  # type: ignore[misc]  # the library's types are not there
    """Fits a line."""

    def __init__(self, rate: float = 0.1) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(1, 1)
        torch.nn.init.zeros_(self.layer.weight)
        torch.nn.init.zeros_(self.layer.bias)

    def training_step(self, batch: Any, batch_idx: int) -> Any:
        inputs, targets = batch
        loss = torch.nn.functional.mse_loss(self.layer(inputs), targets)
        self.log("loss", loss, on_step=True, on_epoch=True)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)


def fit(logger: MLFlowLogger, folder: Path, **options: Any) -> None:
    inputs = torch.linspace(0, 1, 32).unsqueeze(1)
    batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, 2 * inputs), batch_size=8)
    trainer = lightning.Trainer(
        max_epochs=2, logger=logger, accelerator="cpu", log_every_n_steps=1, default_root_dir=folder,
        enable_progress_bar=False, enable_model_summary=False, **options,
    )  # fmt: skip
    trainer.fit(Line(rate=0.25), batches)


def test_training_is_logged(uri: str, client: mlflow.MlflowClient, name: str, tmp_path: Path) -> None:
    logger = MLFlowLogger(
        experiment_name=name, tracking_uri=uri, run_name="line", tags={"team": "vision"}, log_model=True,
        artifact_location=(tmp_path / "artifacts").as_uri() if uri.startswith("sqlite") else None,
    )  # fmt: skip
    fit(logger, tmp_path, callbacks=[ModelCheckpoint(dirpath=tmp_path / "checkpoints", monitor="loss")])
    run = only_run(client, name)
    assert run.info.run_id == logger.run_id
    assert (run.info.status, run.info.run_name) == ("FINISHED", "line")
    assert run.data.params == {"rate": "0.25"}
    assert run.data.tags["team"] == "vision"
    assert run.data.tags["mlflow.source.name"]
    history = client.get_metric_history(run.info.run_id, "loss_step")
    assert [point.step for point in history] == list(range(8))
    first, second = (point.value for point in client.get_metric_history(run.info.run_id, "loss_epoch"))
    assert second < first
    assert {"loss_epoch", "epoch"} <= run.data.metrics.keys()
    (folder,) = client.list_artifacts(run.info.run_id)
    files = {Path(file.path).name for file in client.list_artifacts(run.info.run_id, folder.path)}
    assert {"metadata.yaml", "aliases.txt"} <= files
    assert any(file.endswith(".ckpt") for file in files), files


def test_without_any_setting(name: str, tmp_path: Path) -> None:
    """The library then writes to ``file:./mlruns``, which is our default too."""
    logger = MLFlowLogger(experiment_name=name)
    assert logger._tracking_uri == "file:./mlruns"
    fit(logger, tmp_path, callbacks=[ModelCheckpoint(dirpath=tmp_path / "checkpoints")])
    mlflow.set_tracking_uri("")
    assert mlflow.get_tracking_uri() == (tmp_path / "mlruns").as_uri()
    client = mlflow.MlflowClient()
    run = only_run(client, name)
    assert (run.info.run_id, run.info.status) == (logger.run_id, "FINISHED")
    assert len(client.get_metric_history(run.info.run_id, "loss_step")) == 8
    metrics = tmp_path / "mlruns" / run.info.experiment_id / run.info.run_id / "metrics"
    assert len((metrics / "loss_step").read_text().splitlines()) == 8


def test_another_folder(name: str, tmp_path: Path) -> None:
    logger = MLFlowLogger(experiment_name=name, save_dir="./elsewhere")
    logger.log_metrics({"loss": 0.5}, step=1)
    logger.finalize("success")
    assert only_run(mlflow.MlflowClient((tmp_path / "elsewhere").as_uri()), name).data.metrics == {"loss": 0.5}
    assert not (tmp_path / "mlruns").exists()


def test_without_waiting_for_each_call(uri: str, client: mlflow.MlflowClient, name: str, tmp_path: Path) -> None:
    """The library passes `synchronous` only where the metadata named mlflow is at least 2.8."""
    fit(MLFlowLogger(experiment_name=name, tracking_uri=uri, synchronous=False), tmp_path)
    mlflow.set_tracking_uri(uri)
    mlflow.flush_async_logging()
    run = only_run(client, name)
    assert len(client.get_metric_history(run.info.run_id, "loss_step")) == 8
    assert run.data.params == {"rate": "0.25"}


def test_a_run_is_resumed(uri: str, client: mlflow.MlflowClient, name: str) -> None:
    run_id = client.create_run(client.create_experiment(name)).info.run_id
    logger = MLFlowLogger(tracking_uri=uri, run_id=run_id)
    logger.log_metrics({"loss": 0.5}, step=3)
    logger.log_hyperparams({"nested": {"rate": 0.1}, "long": "x" * 10_000})
    logger.finalize("success")
    run = client.get_run(run_id)
    assert run.data.metrics == {"loss": 0.5}
    assert run.data.params["nested/rate"] == "0.1"
    assert run.info.status == "FINISHED"


@pytest.mark.parametrize(("status", "expected"), [("failed", "FAILED"), ("finished", "FINISHED")])
def test_how_it_ends(uri: str, client: mlflow.MlflowClient, name: str, status: str, expected: str) -> None:
    logger = MLFlowLogger(experiment_name=name, tracking_uri=uri)
    logger.log_metrics({"loss": 1.0}, step=0)
    logger.finalize(status)
    assert only_run(client, name).info.status == expected
