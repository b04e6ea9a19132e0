"""pytorch-ignite's MLflowLogger (rest-facts §16)."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from ignite.engine import Engine, Events
from ignite.handlers.mlflow_logger import MLflowLogger

import mlflow


def test_training_is_logged(uri: str, client: mlflow.MlflowClient, name: str) -> None:
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(name)
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=0.25)

    def step(engine: Any, batch: float) -> dict[str, float]:
        loss = (parameter - batch) ** 2
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
        return {"loss": loss.item(), "bad☃name": 1.0}

    trainer = Engine(step)
    logger = MLflowLogger(tracking_uri=uri)
    run_id = logger.active_run.info.run_id
    logger.log_params({"rate": 0.25})
    logger.set_tag("team", "vision")
    logger.attach_output_handler(
        trainer, Events.ITERATION_COMPLETED, tag="training", output_transform=lambda output: output
    )
    logger.attach_opt_params_handler(trainer, Events.ITERATION_STARTED, optimizer=optimizer)
    with pytest.warns(UserWarning, match="invalid metric name"):
        trainer.run([1.0, 1.0, 1.0], max_epochs=2)
    logger.close()
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"rate": "0.25"}
    assert run.data.tags["team"] == "vision"
    history = client.get_metric_history(run_id, "training loss")
    assert [point.step for point in history] == [1, 2, 3, 4, 5, 6]
    assert history[-1].value < history[0].value
    assert [point.value for point in client.get_metric_history(run_id, "lr group_0")] == [0.25] * 6
    assert not any("☃" in key for key in run.data.metrics)


def test_an_open_run_is_used(uri: str, client: mlflow.MlflowClient, name: str) -> None:
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        logger = MLflowLogger()
        logger.log_metrics({"loss": 0.5}, step=3)
        assert logger.active_run.info.run_id == run.info.run_id
        logger.close()
    assert client.get_run(run.info.run_id).data.metrics == {"loss": 0.5}
