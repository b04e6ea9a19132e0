"""transformers' MLflowCallback, training a model (rest-facts §16)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

import mlflow
from thirdparty.conftest import only_run


class Texts(torch.utils.data.Dataset[Any]):  # type: ignore[misc]  # the library's types are not there
    """Sixteen texts of eight tokens, in two classes."""

    def __len__(self) -> int:
        return 16

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"input_ids": torch.full((8,), index), "labels": torch.tensor(index % 2)}


def train(folder: Path, **options: Any) -> None:
    config = BertConfig(vocab_size=16, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
    arguments = TrainingArguments(
        output_dir=str(folder / "out"), num_train_epochs=2, per_device_train_batch_size=8, logging_steps=1,
        report_to=["mlflow"], use_cpu=True, disable_tqdm=True, save_strategy="no", **options,
    )  # fmt: skip
    Trainer(model=BertForSequenceClassification(config), args=arguments, train_dataset=Texts()).train()


def test_training_is_logged(
    uri: str, client: mlflow.MlflowClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", name)
    monkeypatch.setenv("MLFLOW_TAGS", json.dumps({"team": "text"}))
    monkeypatch.setenv("MLFLOW_FLATTEN_PARAMS", "TRUE")
    train(tmp_path, run_name="tiny")
    mlflow.flush_async_logging()
    run = only_run(client, name)
    assert (run.info.run_name, run.info.status) == ("tiny", "FINISHED")
    assert run.data.tags["team"] == "text"
    assert run.data.params["hidden_size"] == "8"
    assert run.data.params["num_train_epochs"] == "2"
    history = client.get_metric_history(run.info.run_id, "loss")
    assert [point.step for point in history] == [1, 2, 3, 4]
    assert "train_runtime" in run.data.metrics


def test_a_nested_run(
    uri: str, client: mlflow.MlflowClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_NESTED_RUN", "TRUE")
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(name)
    with mlflow.start_run() as parent:
        train(tmp_path, run_name="child")
        mlflow.flush_async_logging()
    runs = client.search_runs([parent.info.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert [run.info.run_name for run in runs] == ["child"]
    assert len(client.get_metric_history(runs[0].info.run_id, "loss")) == 4


def test_a_run_is_resumed(
    uri: str, client: mlflow.MlflowClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = client.create_run(client.create_experiment(name)).info.run_id
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    train(tmp_path)
    mlflow.flush_async_logging()
    assert len(client.get_metric_history(run_id, "loss")) == 4
