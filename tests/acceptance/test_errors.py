"""rest-facts §3: codes, the messages that people and programs match on, and the order of checks."""

from __future__ import annotations

from typing import Any

import pytest

from support.doors.base import Api
from support.errors import ApiError

UNKNOWN_RUN = "f" * 32
UNKNOWN_EXPERIMENT = "987654321"

METRIC = {"key": "m", "value": 1.0, "timestamp": 1}

COMPLETE: dict[str, dict[str, Any]] = {
    "CreateExperiment": {"name": "n"},
    "GetExperiment": {"experiment_id": "0"},
    "GetExperimentByName": {"experiment_name": "n"},
    "UpdateExperiment": {"experiment_id": "0", "new_name": "n"},
    "DeleteExperiment": {"experiment_id": "0"},
    "RestoreExperiment": {"experiment_id": "0"},
    "SetExperimentTag": {"experiment_id": "0", "key": "k"},
    "DeleteExperimentTag": {"experiment_id": "0", "key": "k"},
    "SearchDatasets": {"experiment_ids": ["0"]},
    "CreateRun": {"experiment_id": "0"},
    "GetRun": {"run_id": UNKNOWN_RUN},
    "UpdateRun": {"run_id": UNKNOWN_RUN},
    "DeleteRun": {"run_id": UNKNOWN_RUN},
    "RestoreRun": {"run_id": UNKNOWN_RUN},
    "LogMetric": {"run_id": UNKNOWN_RUN, **METRIC},
    "LogParam": {"run_id": UNKNOWN_RUN, "key": "k"},
    "SetTag": {"run_id": UNKNOWN_RUN, "key": "k"},
    "DeleteTag": {"run_id": UNKNOWN_RUN, "key": "k"},
    "LogBatch": {"run_id": UNKNOWN_RUN},
    "LogModel": {"run_id": UNKNOWN_RUN, "model_json": "{}"},
    "LogInputs": {"run_id": UNKNOWN_RUN},
    "LogOutputs": {"run_id": UNKNOWN_RUN, "models": [{"model_id": "m"}]},
    "GetMetricHistory": {"run_id": UNKNOWN_RUN, "metric_key": "k"},
    "GetMetricHistoryBulk": {"run_id": [UNKNOWN_RUN], "metric_key": "k"},
    "GetMetricHistoryBulkInterval": {"run_ids": [UNKNOWN_RUN], "metric_key": "k"},
    "ListArtifacts": {"run_id": UNKNOWN_RUN},
}
"""Every rpc with its required fields (the R of rest-facts §4), and nothing else."""

REQUIRED = [(rpc, field) for rpc, fields in COMPLETE.items() for field in fields]


def pairs(names: list[tuple[str, str]]) -> list[str]:
    """Test ids of (rpc, field) pairs."""
    return [f"{rpc}-{field}" for rpc, field in names]


@pytest.mark.parametrize(("rpc", "field"), REQUIRED, ids=pairs(REQUIRED))
def test_a_required_field_is_missed(api: Api, rpc: str, field: str) -> None:
    """§3: `Missing value for required parameter 'X'.` and then where to read on."""
    fields = {name: value for name, value in COMPLETE[rpc].items() if name != field}
    message = api.invalid(rpc, **fields)
    sentence = f"Missing value for required parameter '{field}'."
    assert message.startswith(sentence)
    assert "docs" in message[len(sentence) :]


TEXTS = [(rpc, field) for rpc, field in REQUIRED if isinstance(COMPLETE[rpc][field], str)]


@pytest.mark.parametrize(("rpc", "field"), TEXTS, ids=pairs(TEXTS))
def test_an_empty_required_text_counts_as_missing(api: Api, rpc: str, field: str) -> None:
    """§3: an empty string for a required field counts as missing."""
    message = api.invalid(rpc, **{**COMPLETE[rpc], field: ""})
    assert f"Missing value for required parameter '{field}'." in message


def test_zero_is_not_missing(api: Api, run_id: str) -> None:
    """§2, §3: zero that was set is present."""
    api("LogMetric", run_id=run_id, key="m", value=0.0, timestamp=0, step=0)
    (point,) = api("GetMetricHistory", run_id=run_id, metric_key="m").metrics
    assert (point.value, point.timestamp, point.step) == (0.0, 0, 0)


@pytest.mark.parametrize(
    ("items", "path"),
    [
        ({"metrics": [{"key": "m", "timestamp": 1}]}, "metrics[0].value"),
        ({"metrics": [METRIC, {"key": "m", "value": 1.0}]}, "metrics[1].timestamp"),
        ({"metrics": [{"value": 1.0, "timestamp": 1}]}, "metrics[0].key"),
        ({"metrics": [METRIC, METRIC, {"key": "", "value": 1.0, "timestamp": 1}]}, "metrics[2].key"),
        ({"params": [{"value": "v"}]}, "params[0].key"),
        ({"params": [{"key": "a"}, {"key": ""}]}, "params[1].key"),
        ({"tags": [{"value": "v"}]}, "tags[0].key"),
        ({"tags": [{"key": "a"}, {"key": "b"}, {"key": ""}]}, "tags[2].key"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_missing_field_of_a_batch_item_is_named_by_its_path(
    api: Api, run_id: str, items: dict[str, Any], path: str
) -> None:
    """§3: in log-batch `'metrics[0].value'`, `'params[0].key'`, `'tags[0].key'`."""
    message = api.invalid("LogBatch", run_id=run_id, **items)
    assert message.startswith(f"Missing value for required parameter '{path}'.")


@pytest.mark.parametrize(
    ("items", "path"),
    [
        ({"params": [{"key": "ok"}, {"key": "a//b"}]}, "params[1].key"),
        ({"metrics": [{"key": "a//b", "value": 1.0, "timestamp": 1}]}, "metrics[0].name"),
        ({"tags": [{"key": "a//b"}]}, "tags[0].key"),
        ({"tags": [{"key": "ok"}, {"key": "k" * 251}]}, "tags[1].key"),
        ({"metrics": [METRIC, {"key": "m", "value": 1.0, "timestamp": -1}]}, "metrics[1].timestamp"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_invalid_field_of_a_batch_item_is_named_by_its_path(
    api: Api, run_id: str, items: dict[str, Any], path: str
) -> None:
    """§3: `Invalid value <json> for parameter 'X' supplied: ...`; in log-batch X is a path."""
    message = api.invalid("LogBatch", run_id=run_id, **items)
    assert message.startswith("Invalid value ")
    assert f" for parameter '{path}' supplied: " in message


@pytest.mark.parametrize(
    ("rpc", "fields", "shown", "parameter"),
    [
        ("LogParam", {"key": "a//b"}, '"a//b"', "key"),
        ("SetTag", {"key": "☃"}, '"☃"', "key"),
        ("LogMetric", {"key": "/a", "value": 1.0, "timestamp": 1}, '"/a"', "name"),
        ("LogMetric", {"key": "a", "value": 1.0, "timestamp": -5}, "-5", "timestamp"),
    ],
)
def test_an_invalid_field_is_shown_as_json(
    api: Api, run_id: str, rpc: str, fields: dict[str, Any], shown: str, parameter: str
) -> None:
    """§3: `Invalid value <json> for parameter 'X' supplied: ...`."""
    message = api.invalid(rpc, run_id=run_id, **fields)
    assert message.startswith(f"Invalid value {shown} for parameter '{parameter}' supplied: ")


RUN_READS_AND_WRITES = [
    "GetRun",
    "UpdateRun",
    "DeleteRun",
    "RestoreRun",
    "LogMetric",
    "LogParam",
    "SetTag",
    "DeleteTag",
    "LogBatch",
    "LogInputs",
    "LogOutputs",
    "ListArtifacts",
]


@pytest.mark.parametrize("rpc", RUN_READS_AND_WRITES)
def test_an_unknown_run_is_named(api: Api, rpc: str) -> None:
    """§3: `Run with id=X not found`."""
    assert f"Run with id={UNKNOWN_RUN} not found" in api.missing(rpc, **COMPLETE[rpc])


@pytest.mark.parametrize(
    "rpc",
    [
        "GetExperiment",
        "UpdateExperiment",
        "DeleteExperiment",
        "RestoreExperiment",
        "SetExperimentTag",
        "DeleteExperimentTag",
        "CreateRun",
    ],
)
def test_an_unknown_experiment_is_named(api: Api, rpc: str) -> None:
    """§3: `No Experiment with id=X exists`."""
    message = api.missing(rpc, **{**COMPLETE[rpc], "experiment_id": UNKNOWN_EXPERIMENT})
    assert f"No Experiment with id={UNKNOWN_EXPERIMENT} exists" in message


def test_an_unknown_name_is_named(api: Api) -> None:
    """§3: `Could not find experiment with name 'X'`."""
    message = api.missing("GetExperimentByName", experiment_name="nobody's")
    assert "Could not find experiment with name 'nobody's'" in message


WRITES_TO_A_RUN: list[tuple[str, dict[str, Any]]] = [
    ("UpdateRun", {"status": "FINISHED"}),
    ("LogMetric", METRIC),
    ("LogParam", {"key": "k", "value": "v"}),
    ("SetTag", {"key": "k", "value": "v"}),
    ("DeleteTag", {"key": "k"}),
    ("LogBatch", {"tags": [{"key": "k", "value": "v"}]}),
    ("LogBatch", {}),
    ("LogInputs", {}),
    ("LogOutputs", {"models": [{"model_id": "m"}]}),
]


@pytest.mark.parametrize(
    ("rpc", "fields"), WRITES_TO_A_RUN, ids=[f"{rpc}-{len(fields)}" for rpc, fields in WRITES_TO_A_RUN]
)
def test_a_deleted_run_is_read_only(api: Api, run_id: str, rpc: str, fields: dict[str, Any]) -> None:
    """§3, §6: `... must be in the 'active' state. Current state is deleted.`, also for an empty log-batch."""
    api("DeleteRun", run_id=run_id)
    before = api("GetRun", run_id=run_id).run
    message = api.invalid(rpc, run_id=run_id, **fields)
    assert "must be in the 'active' state. Current state is deleted." in message
    assert run_id in message
    assert api("GetRun", run_id=run_id).run == before


def test_a_model_is_not_logged_to_a_deleted_run(api: Api, run_id: str) -> None:
    """§6: log-model on a deleted run is 400."""
    api("DeleteRun", run_id=run_id)
    model = f'{{"artifact_path": "p", "flavors": {{}}, "utc_time_created": "t", "run_id": "{run_id}"}}'
    message = api.invalid("LogModel", run_id=run_id, model_json=model)
    assert "must be in the 'active' state. Current state is deleted." in message


@pytest.mark.parametrize(
    ("rpc", "fields"),
    [
        ("CreateRun", {}),
        ("UpdateExperiment", {"new_name": "new"}),
        ("UpdateExperiment", {"new_name": "Default"}),
        ("SetExperimentTag", {"key": "k", "value": "v"}),
        ("DeleteExperimentTag", {"key": "k"}),
    ],
)
def test_a_deleted_experiment_is_read_only(api: Api, experiment_id: str, rpc: str, fields: dict[str, Any]) -> None:
    """§3, §6: 400, also where upstream answers a rename with 500 (≠)."""
    api("DeleteExperiment", experiment_id=experiment_id)
    before = api("GetExperiment", experiment_id=experiment_id).experiment
    message = api.invalid(rpc, experiment_id=experiment_id, **fields)
    assert "must be in the 'active' state. Current state is deleted." in message
    assert api("GetExperiment", experiment_id=experiment_id).experiment == before
    assert not api("SearchRuns", experiment_ids=[experiment_id], run_view_type="ALL").runs


@pytest.mark.parametrize(
    ("rpc", "fields", "hint"),
    [
        ("LogMetric", {"key": "a//b", "value": 1.0, "timestamp": 1}, "a//b"),
        ("LogMetric", {"key": "m", "value": 1.0, "timestamp": -1}, "timestamp"),
        ("LogParam", {"key": "a//b"}, "a//b"),
        ("SetTag", {"key": "a//b"}, "a//b"),
        ("LogBatch", {"params": [{"key": "a//b"}]}, "a//b"),
        ("LogBatch", {"params": [{"key": "a"}, {"key": "a"}]}, "Duplicate parameter keys have been submitted: ['a']"),
        ("LogBatch", {"tags": [{"key": f"k{n}"} for n in range(101)]}, "at most 100 tags"),
        ("LogBatch", {"metrics": [{"key": "m", "timestamp": 1}]}, "metrics[0].value"),
        ("UpdateRun", {"end_time": -1}, "end_time"),
        ("UpdateRun", {"status": 77}, "status"),
        ("LogModel", {"model_json": "{"}, "model_json"),
        ("LogModel", {"model_json": "{}"}, "artifact_path"),
        ("LogInputs", {"datasets": [{"dataset": {"name": "n"}}]}, "datasets[0].dataset.digest"),
        ("LogInputs", {"models": [{}]}, "models[0].model_id"),
        ("LogOutputs", {"models": [{}]}, "models[0].model_id"),
        ("ListArtifacts", {"path": "../up"}, ".."),
    ],
)
def test_validity_is_checked_before_the_run_is_looked_up(api: Api, rpc: str, fields: dict[str, Any], hint: str) -> None:
    """§3 order of checks: shape and validity, then lookup."""
    assert hint in api.invalid(rpc, run_id=UNKNOWN_RUN, **fields)


@pytest.mark.parametrize(
    ("rpc", "fields"),
    [
        ("UpdateExperiment", {"new_name": "n" * 501}),
        ("SetExperimentTag", {"key": "a//b"}),
        ("SetExperimentTag", {"key": "k", "value": "v" * 20_001}),
        ("CreateRun", {"start_time": -1}),
        ("CreateRun", {"run_name": "one", "tags": [{"key": "mlflow.runName", "value": "two"}]}),
        ("CreateRun", {"run_id": "a/b"}),
    ],
)
def test_validity_is_checked_before_the_experiment_is_looked_up(api: Api, rpc: str, fields: dict[str, Any]) -> None:
    """§3 order of checks."""
    api.invalid(rpc, experiment_id=UNKNOWN_EXPERIMENT, **fields)


def test_in_a_batch_items_are_checked_before_its_size(api: Api, run_id: str) -> None:
    """§3 order of checks: per-item validity, then limits."""
    tags = [{"key": f"k{n}"} for n in range(101)] + [{"key": "a//b"}]
    assert "tags[101].key" in api.invalid("LogBatch", run_id=run_id, tags=tags)


def test_in_a_batch_its_size_is_checked_before_duplicates(api: Api, run_id: str) -> None:
    """§3 order of checks: limits, then duplicate params."""
    params = [{"key": "k"} for _ in range(101)]
    message = api.invalid("LogBatch", run_id=run_id, params=params)
    assert message.startswith("A batch logging request can contain at most 100 params. Got 101 params.")


def test_in_a_batch_duplicates_are_checked_before_the_lifecycle(api: Api, run_id: str) -> None:
    """§3 order of checks: duplicate params, then lookup and lifecycle."""
    api("DeleteRun", run_id=run_id)
    message = api.invalid("LogBatch", run_id=run_id, params=[{"key": "k"}, {"key": "k"}])
    assert message.startswith("Duplicate parameter keys have been submitted: ['k']")


def test_the_lifecycle_is_checked_before_a_changed_param(api: Api, run_id: str) -> None:
    """§3 order of checks: lifecycle, then write."""
    api("LogParam", run_id=run_id, key="k", value="v")
    api("DeleteRun", run_id=run_id)
    assert "must be in the 'active' state" in api.invalid("LogParam", run_id=run_id, key="k", value="w")


def test_the_lifecycle_is_checked_before_an_absent_tag(api: Api, run_id: str) -> None:
    """§3 order of checks: a deleted run is 400 although its tag is not there."""
    api("DeleteRun", run_id=run_id)
    api.invalid("DeleteTag", run_id=run_id, key="absent")


ALIASED: list[tuple[str, dict[str, Any]]] = [
    ("GetRun", {}),
    ("UpdateRun", {"status": "FINISHED"}),
    ("LogMetric", METRIC),
    ("LogParam", {"key": "k", "value": "v"}),
    ("SetTag", {"key": "k", "value": "v"}),
    ("GetMetricHistory", {"metric_key": "m"}),
    ("ListArtifacts", {}),
]


@pytest.mark.parametrize(("rpc", "fields"), ALIASED, ids=[rpc for rpc, _ in ALIASED])
def test_run_uuid_alone_satisfies_run_id(api: Api, run_id: str, rpc: str, fields: dict[str, Any]) -> None:
    """§3: `run_uuid` alone satisfies `run_id`, also beside an empty one; and it is as required."""
    api(rpc, run_uuid=run_id, **fields)
    api(rpc, run_id="", run_uuid=run_id, **fields)
    assert "parameter 'run_id'" in api.invalid(rpc, run_id="", run_uuid="", **fields)
    if rpc == "GetMetricHistory":
        assert not api(rpc, run_uuid=UNKNOWN_RUN, **fields).metrics
    else:
        assert UNKNOWN_RUN in api.missing(rpc, run_uuid=UNKNOWN_RUN, **fields)


def test_run_id_wins_over_run_uuid(api: Api, run_id: str) -> None:
    """§3: the alias is read when `run_id` is absent, and not otherwise."""
    assert api("GetRun", run_id=run_id, run_uuid=UNKNOWN_RUN).run.info.run_id == run_id
    api.missing("GetRun", run_id=UNKNOWN_RUN, run_uuid=run_id)


@pytest.mark.parametrize("text", ["a\0b", "\0"])
@pytest.mark.parametrize(
    ("rpc", "field"),
    [("LogParam", "value"), ("SetTag", "value"), ("LogParam", "key"), ("UpdateRun", "run_name")],
)
def test_nul_is_refused_in_every_text(api: Api, run_id: str, rpc: str, field: str, text: str) -> None:
    """DESIGN §4: databases and protobuf disagree on NUL, so no text may hold one."""
    fields = {"key": "k"} if rpc != "UpdateRun" else {}
    before = api("GetRun", run_id=run_id).run
    api.invalid(rpc, run_id=run_id, **{**fields, field: text})
    assert api("GetRun", run_id=run_id).run == before


def test_nul_is_refused_in_names_and_locations(api: Api, experiment_id: str) -> None:
    """DESIGN §4."""
    api.invalid("CreateExperiment", name="a\0b")
    api.invalid("CreateExperiment", name="fine", artifact_location="s3://bucket/a\0b")
    api.invalid("UpdateExperiment", experiment_id=experiment_id, new_name="a\0b")
    api.invalid("SetExperimentTag", experiment_id=experiment_id, key="k", value="a\0b")


NUL = "a\0b"

LOOK_UPS: list[tuple[str, dict[str, Any]]] = [
    ("GetExperimentByName", {"experiment_name": NUL}),
    ("GetExperiment", {"experiment_id": NUL}),
    ("SearchExperiments", {"filter": f"name = '{NUL}'"}),
    ("SearchExperiments", {"filter": f"tags.`{NUL}` = 'x'"}),
    ("SearchExperiments", {"order_by": [NUL]}),
    ("SearchDatasets", {"experiment_ids": [NUL]}),
    ("DeleteExperimentTag", {"experiment_id": "0", "key": NUL}),
    ("GetRun", {"run_id": NUL}),
    ("UpdateRun", {"run_id": NUL, "run_name": "n"}),
    ("DeleteRun", {"run_id": NUL}),
    ("RestoreRun", {"run_id": NUL}),
    ("SearchRuns", {"experiment_ids": ["0"], "filter": f"params.p = '{NUL}'"}),
    ("SearchRuns", {"experiment_ids": ["0"], "filter": f"tags.t LIKE '{NUL}%'"}),
    ("SearchRuns", {"experiment_ids": ["0"], "filter": f"tags.t IN ('{NUL}')"}),
    ("SearchRuns", {"experiment_ids": ["0"], "filter": f"metrics.`{NUL}` > 1"}),
    ("SearchRuns", {"experiment_ids": ["0"], "filter": f"run_id = '{NUL}'"}),
    ("SearchRuns", {"experiment_ids": ["0"], "filter": f"dataset.name = '{NUL}'"}),
    ("SearchRuns", {"experiment_ids": ["0"], "order_by": [f"params.`{NUL}`"]}),
    ("GetMetricHistory", {"run_id": NUL, "metric_key": "m"}),
    ("GetMetricHistory", {"run_id": UNKNOWN_RUN, "metric_key": NUL}),
    ("GetMetricHistoryBulk", {"run_id": [NUL], "metric_key": "m"}),
    ("GetMetricHistoryBulk", {"run_id": [UNKNOWN_RUN], "metric_key": NUL}),
    ("GetMetricHistoryBulkInterval", {"run_ids": [NUL], "metric_key": "m"}),
    ("GetMetricHistoryBulkInterval", {"run_ids": [UNKNOWN_RUN], "metric_key": NUL}),
    ("LogMetric", {"run_id": NUL, "key": "m", "value": 1.0, "timestamp": 1}),
    ("DeleteTag", {"run_id": NUL, "key": "t"}),
    ("DeleteTag", {"run_id": UNKNOWN_RUN, "key": NUL}),
    ("LogOutputs", {"run_id": NUL, "models": [{"model_id": "m"}]}),
    ("LogInputs", {"run_id": NUL, "models": [{"model_id": "m"}]}),
    ("LogInputs", {"run_id": UNKNOWN_RUN, "models": [{"model_id": NUL}]}),
    ("ListArtifacts", {"run_id": NUL}),
]
"""Every text by which a caller has something looked up."""


def test_nul_is_refused_in_everything_that_is_looked_up(api: Api) -> None:
    """DESIGN §4: a database that cannot be asked for NUL makes it no fault of the server."""
    for rpc, fields in LOOK_UPS:
        api.invalid(rpc, **fields)
    for ids in () if api.rest else ({"run_ids": [NUL]}, {"experiment_ids": [NUL]}):
        with pytest.raises(ApiError) as refusal:
            list(api.stream("Watch", **ids))
        assert refusal.value.code == "INVALID_PARAMETER_VALUE"
