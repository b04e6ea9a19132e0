"""optuna-integration's MLflowCallback (rest-facts §16)."""

from __future__ import annotations

from typing import Any

import optuna
import pytest
from optuna_integration import MLflowCallback

import mlflow
from thirdparty.conftest import only_run


def parabola(trial: Any) -> float:
    x: float = trial.suggest_float("x", -2, 2)
    trial.set_user_attr("long", "y" * 10_000)
    return (x - 1) ** 2


def study_of(name: str, **options: Any) -> Any:
    return optuna.create_study(study_name=name, sampler=optuna.samplers.RandomSampler(seed=7), **options)


@pytest.mark.parametrize("nested", [None, True])
def test_every_trial_is_a_run(uri: str, client: mlflow.MlflowClient, name: str, *, nested: bool | None) -> None:
    options: dict[str, Any] = {} if nested is None else {"mlflow_kwargs": {"nested": nested}}
    callback = MLflowCallback(tracking_uri=uri, metric_name="error", **options)
    study = study_of(name)
    study.optimize(parabola, n_trials=3, callbacks=[callback])
    experiment = client.get_experiment_by_name(name)
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id], order_by=["metrics.error ASC"])
    assert [run.data.metrics["error"] for run in runs] == sorted(trial.value for trial in study.trials)
    assert float(runs[0].data.params["x"]) == study.best_params["x"]
    assert {run.info.status for run in runs} == {"FINISHED"}
    tags = runs[0].data.tags
    assert tags["direction"] == "MINIMIZE"
    assert tags["x_distribution"].startswith("FloatDistribution")
    assert len(tags["long"]) <= 8000


def test_several_goals(uri: str, client: mlflow.MlflowClient, name: str) -> None:
    callback = MLflowCallback(tracking_uri=uri, metric_name=["error", "size"], tag_study_user_attrs=True)
    study = study_of(name, directions=["minimize", "maximize"])
    study.set_user_attr("dataset", ["digits", "letters"])
    study.optimize(lambda trial: (parabola(trial), 1.0), n_trials=1, callbacks=[callback])
    run = only_run(client, name)
    assert run.data.metrics.keys() == {"error", "size"}
    assert run.data.tags["dataset"] == "['digits', 'letters']"


def test_logging_from_within_a_trial(uri: str, client: mlflow.MlflowClient, name: str) -> None:
    callback = MLflowCallback(tracking_uri=uri, metric_name="error")

    @callback.track_in_mlflow()  # type: ignore[untyped-decorator]  # the library's types are not there
    def objective(trial: Any) -> float:
        mlflow.log_metric("inside", 7.0)
        return parabola(trial)

    study_of(name).optimize(objective, n_trials=1, callbacks=[callback])
    run = only_run(client, name)
    assert run.data.metrics["inside"] == 7.0
    assert "error" in run.data.metrics
