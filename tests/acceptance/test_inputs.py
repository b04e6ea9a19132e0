"""rest-facts §6: log-inputs and datasets, model outputs, log-model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.doors.base import Api
from trackwell.v1 import runs_pb2


def dataset(name: str = "d", digest: str = "1", **more: str) -> dict[str, Any]:
    """A dataset as a request holds it."""
    return {"name": name, "digest": digest, "source_type": "local", "source": "/data"} | more


def used(name: str = "d", digest: str = "1", context: str | None = None, **more: str) -> dict[str, Any]:
    """A dataset input as a request holds it."""
    tags = [] if context is None else [{"key": "mlflow.data.context", "value": context}]
    return {"dataset": dataset(name, digest, **more), "tags": tags}


def inputs(api: Api, run_id: str) -> list[tuple[str, str, str, dict[str, str]]]:
    """(name, digest, source, tags) of the run's dataset inputs."""
    return [
        (i.dataset.name, i.dataset.digest, i.dataset.source, {tag.key: tag.value for tag in i.tags})
        for i in api("GetRun", run_id=run_id).run.inputs.dataset_inputs
    ]


def test_a_dataset_comes_back_as_it_went_in(api: Api, run_id: str) -> None:
    """§4: datasets [{tags, dataset {name, digest, source_type, source, schema, profile}}]."""
    full = dataset(schema='{"a": 1}', profile='{"rows": 3}')
    tags = [{"key": "mlflow.data.context", "value": "training"}, {"key": "other", "value": "x"}]
    api("LogInputs", run_id=run_id, datasets=[{"dataset": full, "tags": tags}])
    (found,) = api("GetRun", run_id=run_id).run.inputs.dataset_inputs
    assert found.dataset == runs_pb2.Dataset(**full)
    assert [(tag.key, tag.value) for tag in found.tags] == [("mlflow.data.context", "training"), ("other", "x")]


def test_schema_and_profile_may_be_absent(api: Api, run_id: str) -> None:
    """§4: only name, digest, source_type and source are required; §2: unset ones are omitted."""
    api("LogInputs", run_id=run_id, datasets=[used()])
    (found,) = api("GetRun", run_id=run_id).run.inputs.dataset_inputs
    assert not found.dataset.HasField("schema")
    assert not found.dataset.HasField("profile")


@pytest.mark.parametrize("field", ["name", "digest", "source_type", "source"])
@pytest.mark.parametrize("value", [None, ""])
def test_required_fields_of_a_dataset(api: Api, run_id: str, field: str, value: str | None) -> None:
    """§3, §4: named by their path."""
    broken = {name: text for name, text in dataset().items() if name != field}
    broken |= {} if value is None else {field: value}
    message = api.invalid("LogInputs", run_id=run_id, datasets=[used("ok"), {"dataset": broken}])
    assert message.startswith(f"Missing value for required parameter 'datasets[1].dataset.{field}'.")
    assert inputs(api, run_id) == []


def test_a_second_log_of_the_same_dataset_is_a_no_op(api: Api, run_id: str) -> None:
    """§6: dataset identity is (experiment, name, digest); tags of the first stay."""
    api("LogInputs", run_id=run_id, datasets=[used(context="training")])
    api("LogInputs", run_id=run_id, datasets=[used(context="evaluation", source="/elsewhere"), used("d", "2")])
    assert inputs(api, run_id) == [
        ("d", "1", "/data", {"mlflow.data.context": "training"}),
        ("d", "2", "/data", {}),
    ]


def test_the_same_dataset_twice_in_one_request(api: Api, run_id: str) -> None:
    """§6: the first counts."""
    api("LogInputs", run_id=run_id, datasets=[used(context="a"), used(context="b")])
    assert inputs(api, run_id) == [("d", "1", "/data", {"mlflow.data.context": "a"})]


def test_a_dataset_is_shared_within_an_experiment_only(api: Api, experiment_id: str) -> None:
    """§6: identity is (experiment, name, digest): its source is that of the first log in the experiment."""
    first, second = (api("CreateRun", experiment_id=experiment_id).run.info.run_id for _ in range(2))
    other = api("CreateRun", experiment_id="0").run.info.run_id
    api("LogInputs", run_id=first, datasets=[used(source="/first", context="a")])
    api("LogInputs", run_id=second, datasets=[used(source="/second", context="b")])
    api("LogInputs", run_id=other, datasets=[used(source="/other")])
    assert inputs(api, first) == [("d", "1", "/first", {"mlflow.data.context": "a"})]
    assert inputs(api, second) == [("d", "1", "/first", {"mlflow.data.context": "b"})]
    assert inputs(api, other) == [("d", "1", "/other", {})]


def test_inputs_keep_the_order_of_logging(api: Api, run_id: str) -> None:
    """The contract, RunInputs."""
    for name in ("z", "a", "m"):
        api("LogInputs", run_id=run_id, datasets=[used(name)], models=[{"model_id": f"model-{name}"}])
    assert [name for name, *_ in inputs(api, run_id)] == ["z", "a", "m"]
    models = api("GetRun", run_id=run_id).run.inputs.model_inputs
    assert [model.model_id for model in models] == ["model-z", "model-a", "model-m"]


def test_model_inputs_are_kept_once(api: Api, run_id: str) -> None:
    """§4 [3+]: models [{model_id}]; what the run has already is left as it is."""
    for _ in range(2):
        api("LogInputs", run_id=run_id, models=[{"model_id": "a"}, {"model_id": "b"}, {"model_id": "a"}])
    models = api("GetRun", run_id=run_id).run.inputs.model_inputs
    assert [model.model_id for model in models] == ["a", "b"]


def test_empty_inputs_are_accepted(api: Api, run_id: str) -> None:
    """§4: only run_id is required."""
    api("LogInputs", run_id=run_id)
    assert inputs(api, run_id) == []


def test_nothing_of_refused_inputs_is_stored(api: Api, run_id: str) -> None:
    """§6: as for log-batch."""
    long_key = {"dataset": dataset("late"), "tags": [{"key": "k" * 256, "value": "v"}]}
    api.invalid("LogInputs", run_id=run_id, datasets=[used("early"), long_key], models=[{"model_id": "m"}])
    assert inputs(api, run_id) == []
    assert not api("GetRun", run_id=run_id).run.inputs.model_inputs


def test_outputs(api: Api, run_id: str) -> None:
    """§4 [3+]: runs/outputs; what the run has already is left as it is."""
    api("LogOutputs", run_id=run_id, models=[{"model_id": "a", "step": 3}, {"model_id": "b"}])
    api("LogOutputs", run_id=run_id, models=[{"model_id": "a", "step": 3}, {"model_id": "a", "step": -4}])
    outputs = api("GetRun", run_id=run_id).run.outputs.model_outputs
    assert [(model.model_id, model.step) for model in outputs] == [("a", 3), ("b", 0), ("a", -4)]
    api.invalid("LogOutputs", run_id=run_id, models=[{"step": 1}])


# -- experiments/search-datasets


def summaries(api: Api, *experiment_ids: str) -> list[tuple[str, str, str, str | None]]:
    """Dataset summaries as tuples."""
    answer = api("SearchDatasets", experiment_ids=list(experiment_ids))
    return [
        (s.experiment_id, s.name, s.digest, s.context if s.HasField("context") else None)
        for s in answer.dataset_summaries
    ]


def test_dataset_summaries(api: Api, experiment_id: str) -> None:
    """§4: distinct (experiment_id, name, digest, context), sorted."""
    runs = [api("CreateRun", experiment_id=experiment_id).run.info.run_id for _ in range(3)]
    elsewhere = api("CreateRun", experiment_id="0").run.info.run_id
    api("LogInputs", run_id=runs[0], datasets=[used("b", "1", "train"), used("a", "2")])
    api("LogInputs", run_id=runs[1], datasets=[used("b", "1", "train"), used("a", "1", "eval")])
    api("LogInputs", run_id=runs[2], datasets=[used("b", "1", "eval")])
    api("LogInputs", run_id=elsewhere, datasets=[used("b", "1", "train")])
    here = [
        (experiment_id, "a", "1", "eval"),
        (experiment_id, "a", "2", None),
        (experiment_id, "b", "1", "eval"),
        (experiment_id, "b", "1", "train"),
    ]
    assert summaries(api, experiment_id) == here
    assert summaries(api, experiment_id, "0") == [("0", "b", "1", "train"), *here]
    assert summaries(api, "4711") == []


def test_dataset_summaries_are_of_active_runs(api: Api, experiment_id: str) -> None:
    """roles.ExperimentReader.dataset_summaries."""
    kept, dropped = (api("CreateRun", experiment_id=experiment_id).run.info.run_id for _ in range(2))
    api("LogInputs", run_id=kept, datasets=[used("a")])
    api("LogInputs", run_id=dropped, datasets=[used("a"), used("b")])
    api("DeleteRun", run_id=dropped)
    assert summaries(api, experiment_id) == [(experiment_id, "a", "1", None)]
    api("DeleteExperiment", experiment_id=experiment_id)
    assert summaries(api, experiment_id) == []


def test_datasets_of_20_experiments_at_most(api: Api) -> None:
    """§4: experiment_ids [] (1..20)."""
    api("SearchDatasets", experiment_ids=[str(n) for n in range(20)])
    api.invalid("SearchDatasets", experiment_ids=[str(n) for n in range(21)])
    api.invalid("SearchDatasets", experiment_ids=[])
    api.invalid("SearchDatasets", experiment_ids=["x"])


def test_a_thousand_dataset_summaries_at_most(api: Api, run_id: str, experiment_id: str) -> None:
    """§4: dataset_summaries ≤1000."""
    names = [f"{n:04}" for n in range(1100)]
    for start in range(0, len(names), 550):
        api("LogInputs", run_id=run_id, datasets=[used(name) for name in names[start : start + 550]])
    assert [name for _, name, _, _ in summaries(api, experiment_id)] == names[:1000]


# -- log-model


def model(run_id: str, path: str = "model", **more: Any) -> dict[str, Any]:
    """A model's description as the clients send it."""
    return {
        "artifact_path": path,
        "flavors": {"python_function": {"env": "conda.yaml"}},
        "utc_time_created": "2024-01-01 00:00:00.000000",
        "run_id": run_id,
    } | more


def model_history(api: Api, run_id: str) -> list[dict[str, Any]]:
    """The JSON list in tag mlflow.log-model.history."""
    tags = {tag.key: tag.value for tag in api("GetRun", run_id=run_id).run.data.tags}
    listed: list[dict[str, Any]] = json.loads(tags.get("mlflow.log-model.history", "[]"))
    return listed


def test_log_model_appends_to_the_history_tag(api: Api, run_id: str) -> None:
    """§6: log-model appends to the JSON list in tag `mlflow.log-model.history`."""
    for path in ("one", "two"):
        api("LogModel", run_id=run_id, model_json=json.dumps(model(run_id, path)))
    assert [
        {key: entry[key] for key in ("artifact_path", "flavors", "utc_time_created", "run_id")}
        for entry in model_history(api, run_id)
    ] == [model(run_id, "one"), model(run_id, "two")]


@pytest.mark.parametrize("text", ["{", "[]", '"text"', "1", "null", "{}", "not json", "NaN"])
def test_a_model_that_is_no_complete_object_is_refused(api: Api, run_id: str, text: str) -> None:
    """§4: JSON with artifact_path, flavors, utc_time_created, run_id."""
    api.invalid("LogModel", run_id=run_id, model_json=text)
    assert model_history(api, run_id) == []


@pytest.mark.parametrize("field", ["artifact_path", "flavors", "utc_time_created", "run_id"])
def test_a_model_without_one_of_its_fields_is_refused(api: Api, run_id: str, field: str) -> None:
    """§4."""
    incomplete = {name: value for name, value in model(run_id).items() if name != field}
    assert field in api.invalid("LogModel", run_id=run_id, model_json=json.dumps(incomplete))
    assert model_history(api, run_id) == []


def test_a_model_of_an_unknown_run(api: Api) -> None:
    """§3: 404."""
    unknown = "f" * 32
    api.missing("LogModel", run_id=unknown, model_json=json.dumps(model(unknown)))
