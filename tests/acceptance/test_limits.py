"""rest-facts §5: each limit below, at and above; each key rule as a table of what is taken and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.doors.base import Api

GOOD_KEYS = [
    "a",
    "0",
    "_",
    "-",
    " ",
    ".a",
    "a..",
    "a.",
    " lead",
    "trail ",
    "a/b",
    "a/b/c.d-e f_g",
    "a/.b",
    "a/..b",
    "a/b..",
    "a:b",
    ":",
    "\u00e9",
    "\u540d\u524d",
    "\u0416/\u03b1",
    "mlflow.x",
    "k" * 250,
    "\u540d" * 250,
    "/".join("k" * 125),
]

BAD_KEYS = [
    "\u2603",
    "a\u2603",
    "\U0001f44d",
    "a//b",
    "a/",
    "/a",
    "/",
    "//a",
    "./a",
    "a/./b",
    "a/.",
    "a/../b",
    "a/..",
    "../a",
    "..a",
    "...",
    "..",
    ".",
    "a\n",
    "\na",
    "a\tb",
    "a\rb",
    "a\0b",
    "a,b",
    "a*b",
    "a@b",
    "a$",
    "a(b)",
    "a[0]",
    "a\\b",
    "a'b",
    'a"b',
    "a`b",
    "a%b",
    "a#b",
    "a?b",
    "a;b",
    "a=b",
    "a+b",
    "a|b",
    "a<b>",
    "a\u00a0b",
    "a\u200bb",
    "k" * 251,
    "k" * 10_000,
    "\u540d" * 251,
]

Writer = Callable[[Api, str, str], Any]
"""Writes something under a key to an experiment and run: (api, run id, key)."""


def experiment_of(api: Api, run_id: str) -> str:
    """The run's experiment."""
    found: str = api("GetRun", run_id=run_id).run.info.experiment_id
    return found


KEYED: dict[str, tuple[Writer, Callable[[Api, str], list[str]]]] = {
    "metric": (
        lambda api, run_id, key: api("LogMetric", run_id=run_id, key=key, value=1.0, timestamp=1),
        lambda api, run_id: [m.key for m in api("GetRun", run_id=run_id).run.data.metrics],
    ),
    "param": (
        lambda api, run_id, key: api("LogParam", run_id=run_id, key=key, value="v"),
        lambda api, run_id: [p.key for p in api("GetRun", run_id=run_id).run.data.params],
    ),
    "tag": (
        lambda api, run_id, key: api("SetTag", run_id=run_id, key=key, value="v"),
        lambda api, run_id: [t.key for t in api("GetRun", run_id=run_id).run.data.tags if t.key != "mlflow.runName"],
    ),
    "experiment-tag": (
        lambda api, run_id, key: api("SetExperimentTag", experiment_id=experiment_of(api, run_id), key=key, value="v"),
        lambda api, run_id: [
            t.key for t in api("GetExperiment", experiment_id=experiment_of(api, run_id)).experiment.tags
        ],
    ),
    "batch-metric": (
        lambda api, run_id, key: api("LogBatch", run_id=run_id, metrics=[{"key": key, "value": 1.0, "timestamp": 1}]),
        lambda api, run_id: [m.key for m in api("GetRun", run_id=run_id).run.data.metrics],
    ),
    "batch-param": (
        lambda api, run_id, key: api("LogBatch", run_id=run_id, params=[{"key": key, "value": "v"}]),
        lambda api, run_id: [p.key for p in api("GetRun", run_id=run_id).run.data.params],
    ),
    "batch-tag": (
        lambda api, run_id, key: api("LogBatch", run_id=run_id, tags=[{"key": key, "value": "v"}]),
        lambda api, run_id: [t.key for t in api("GetRun", run_id=run_id).run.data.tags if t.key != "mlflow.runName"],
    ),
}
"""How a key of each kind is written, and which keys are there."""


@pytest.mark.parametrize("kind", KEYED)
def test_keys_that_are_taken(api: Api, run_id: str, kind: str) -> None:
    r"""§5: `/ \w . - space` and `:`; each must come back as it went in."""
    write, keys = KEYED[kind]
    for key in GOOD_KEYS:
        write(api, run_id, key)
    assert keys(api, run_id) == sorted(GOOD_KEYS)


@pytest.mark.parametrize("kind", KEYED)
def test_keys_that_are_refused(api: Api, run_id: str, kind: str) -> None:
    """§5: other characters, paths that are not normal, over 250 characters."""
    write, keys = KEYED[kind]
    for key in BAD_KEYS:
        with pytest.raises(Exception, match=r"INVALID_PARAMETER_VALUE: Invalid value "):
            write(api, run_id, key)
    assert keys(api, run_id) == []


def text_limit(api: Api, rpc: str, field: str, limit: int, **fields: Any) -> None:
    """Below and at the limit a text is taken, above it is refused and the limit is told. Characters, not bytes."""
    for text in ("x" * (limit - 1), "\U0001f600" * limit, "x" * limit):
        api(rpc, **fields, **{field: text})
    for text in ("x" * (limit + 1), "\u540d" * (limit + 1)):
        message = api.invalid(rpc, **fields, **{field: text})
        assert str(limit) in message
        assert len(message) < 1000, "a message repeats the beginning of a long value only"


def test_experiment_names(api: Api, experiment_id: str) -> None:
    """§5: 1..500 characters, any characters, no path rules."""
    text_limit(api, "CreateExperiment", "name", 500)
    for name in ("a//b", "..", "/", "\u2603", " ", "a\nb", "%"):
        created = api("CreateExperiment", name=name).experiment_id
        assert api("GetExperiment", experiment_id=created).experiment.name == name
    api.invalid("UpdateExperiment", experiment_id=experiment_id, new_name="x" * 501)
    api("UpdateExperiment", experiment_id=experiment_id, new_name="y" * 500)


def test_experiment_tag_values(api: Api, experiment_id: str) -> None:
    """§5: ≤ 20000, rejected, never truncated."""
    text_limit(api, "SetExperimentTag", "value", 20_000, experiment_id=experiment_id, key="k")
    (tag,) = api("GetExperiment", experiment_id=experiment_id).experiment.tags
    assert tag.value == "x" * 20_000


def test_experiment_tags_at_creation(api: Api) -> None:
    """§5: the same rules as for set-experiment-tag; a refused one creates nothing."""
    for tag in ({"key": "k", "value": "x" * 20_001}, {"key": "a//b"}, {"key": ""}, {"key": "k" * 251}):
        api.invalid("CreateExperiment", name="refused", tags=[{"key": "fine"}, tag])
    api.missing("GetExperimentByName", experiment_name="refused")
    created = api("CreateExperiment", name="taken", tags=[{"key": "k", "value": "x" * 20_000}]).experiment_id
    assert len(api("GetExperiment", experiment_id=created).experiment.tags[0].value) == 20_000


@pytest.mark.parametrize("unit", ["x", "\U0001f600", "\u540d"], ids=ascii)
@pytest.mark.parametrize("batch", [False, True], ids=["single", "batch"])
@pytest.mark.parametrize(("kind", "limit"), [("params", 6000), ("tags", 8000)])
def test_long_values_are_cut_off(api: Api, run_id: str, kind: str, limit: int, batch: bool, unit: str) -> None:
    """§5: param value ≤ 6000, run tag value ≤ 8000 characters; over-long ones are truncated by default."""
    rpc = {"params": "LogParam", "tags": "SetTag"}[kind]
    for length in (limit - 1, limit, limit + 1, 2 * limit):
        item = {"key": f"k{length}", "value": unit * length}
        if batch:
            api("LogBatch", run_id=run_id, **{kind: [item]})
        else:
            api(rpc, run_id=run_id, **item)
    stored = {item.key: item.value for item in getattr(api("GetRun", run_id=run_id).run.data, kind)}
    for length in (limit - 1, limit, limit + 1, 2 * limit):
        assert stored[f"k{length}"] == unit * min(length, limit)


def test_a_cut_off_param_is_written_once(api: Api, run_id: str) -> None:
    """§5, §6: what counts is the value as it is stored."""
    for tail in ("", "a", "b"):
        api("LogParam", run_id=run_id, key="k", value="x" * 6000 + tail)
    api("LogBatch", run_id=run_id, params=[{"key": "k", "value": "x" * 6000 + "c"}])
    api.invalid("LogParam", run_id=run_id, key="k", value="x" * 5999)


@pytest.mark.parametrize(("kind", "limit"), [("params", 6000), ("tags", 8000)])
def test_long_values_are_refused_where_the_operator_says_so(strict_api: Api, kind: str, limit: int) -> None:
    """§5: with MLFLOW_TRUNCATE_LONG_VALUES=false → 400, and nothing of the batch is stored."""
    api = strict_api
    run_id = api("CreateRun", experiment_id="0").run.info.run_id
    rpc = {"params": "LogParam", "tags": "SetTag"}[kind]
    api(rpc, run_id=run_id, key="fits", value="x" * limit)
    before = api("GetRun", run_id=run_id).run
    assert str(limit) in api.invalid(rpc, run_id=run_id, key="k", value="x" * (limit + 1))
    items = [{"key": "fine", "value": "v"}, {"key": "k", "value": "x" * (limit + 1)}]
    assert f"{kind}[1].value" in api.invalid("LogBatch", run_id=run_id, **{kind: items})
    assert api("GetRun", run_id=run_id).run == before


def test_tags_at_creation_of_a_run(api: Api) -> None:
    """§5: runs/create tags are not validated for key syntax or count; long values are cut off as ever."""
    odd = ["a//b", "\u2603", "..", "/", "a\nb"]
    tags = [{"key": key, "value": "v"} for key in odd] + [{"key": "long", "value": "x" * 8001}]
    tags += [{"key": f"k{n}", "value": "v"} for n in range(150)]
    run_id = api("CreateRun", experiment_id="0", tags=tags).run.info.run_id
    stored = {tag.key: tag.value for tag in api("GetRun", run_id=run_id).run.data.tags}
    assert set(odd) <= stored.keys()
    assert stored["long"] == "x" * 8000
    assert len(stored) == len(tags) + 1
    for key in odd:
        api("DeleteTag", run_id=run_id, key=key)
    assert not set(odd) & {tag.key for tag in api("GetRun", run_id=run_id).run.data.tags}


@pytest.mark.parametrize("key", ["", "k" * 251, "a\0"], ids=["empty", "long", "nul"])
def test_tags_at_creation_of_a_run_that_are_refused(api: Api, experiment_id: str, key: str) -> None:
    """§3, §5: what no key may be, also where its syntax is not looked at; no run remains."""
    assert "tags[1].key" in api.invalid("CreateRun", experiment_id=experiment_id, tags=[{"key": "fine"}, {"key": key}])
    assert not api("SearchRuns", experiment_ids=[experiment_id]).runs


def test_a_batch_is_not_measured_in_bytes(api: Api, run_id: str) -> None:
    """§5: a request is at most 1 MB nominally, which upstream never enforces: the limits of items and texts count."""
    params = [{"key": f"k{n}", "value": "\U0001f600" * 6000} for n in range(100)]
    api("LogBatch", run_id=run_id, params=params)
    assert [param.value for param in api("GetRun", run_id=run_id).run.data.params] == ["\U0001f600" * 6000] * 100


@pytest.mark.parametrize(
    "location", ["gs://b/x", "wasbs://c@a.blob.core.windows.net/x", "abfss://c@a/x", "dbfs:/x", "mlflow-artifacts:/x"]
)
def test_artifact_locations_by_scheme(api: Api, location: str) -> None:
    """§5: schemes of object stores and of the proxy."""
    created = api("CreateExperiment", name="n", artifact_location=location).experiment_id
    assert api("GetExperiment", experiment_id=created).experiment.artifact_location == location


def test_an_empty_artifact_location_is_none(api: Api) -> None:
    """§9: the default location, as without one."""
    created = api("CreateExperiment", name="n", artifact_location="").experiment_id
    assert api("GetExperiment", experiment_id=created).experiment.artifact_location.endswith(f"/{created}")


@pytest.mark.parametrize("tail", ["", "/", "/a", "/a/b.c"])
def test_artifact_locations_that_are_taken(api: Api, tail: str) -> None:
    """§5: URIs of object stores; without a trailing slash in the run's URI."""
    created = api("CreateExperiment", name="n", artifact_location=f"s3://bucket{tail}").experiment_id
    location = api("GetExperiment", experiment_id=created).experiment.artifact_location
    assert location.rstrip("/") == f"s3://bucket{tail}".rstrip("/")
    uri = api("CreateRun", experiment_id=created).run.info
    assert uri.artifact_uri == f"{location.rstrip('/')}/{uri.run_id}/artifacts"


def test_artifact_locations_of_2048_characters(api: Api) -> None:
    """§5: ≤ 2048 chars."""
    start = "s3://bucket/"
    for number, length in enumerate((2047, 2048)):
        api("CreateExperiment", name=f"n{number}", artifact_location=start + "x" * (length - len(start)))
    api.invalid("CreateExperiment", name="no", artifact_location=start + "x" * (2049 - len(start)))
    api.missing("GetExperimentByName", experiment_name="no")


@pytest.mark.parametrize(
    "location",
    [
        "s3://bucket/a#fragment",
        "s3://bucket/a?x=../y",
        "s3://bucket/a?x=y",
        "s3://bucket/a/../b",
        "s3://bucket/a/%2e%2e/b",
        "s3://",
        "relative/path",
        "file://host/a",
        "mlflow-artifacts://host/a",
        "runs:/abc/model",
        "models:/name/1",
        "ftp://host/a",
        "sftp://host/a",
        "hdfs://host/a",
        "http://host/a",
        "https://host/a",
        "nonsense://host/a",
        "s3://bucket/a\nb",
    ],
    ids=ascii,
)
def test_artifact_locations_that_are_refused(api: Api, location: str) -> None:
    """§5: no fragment, no `..` in the query, no `runs:`, no scheme that names another host.

    Beyond §5 no query and no `..` at all: a location has one spelling (the document on security).
    """
    api.invalid("CreateExperiment", name="no", artifact_location=location)
    api.missing("GetExperimentByName", experiment_name="no")


def dataset_input(**more: Any) -> dict[str, Any]:
    """A dataset input as a request holds it."""
    tags = more.pop("tags", [])
    return {"dataset": {"name": "n", "digest": "d", "source_type": "local", "source": "s"} | more, "tags": tags}


@pytest.mark.parametrize(("field", "limit"), [("name", 500), ("digest", 36), ("source", 65_535), ("schema", 1_048_575)])
def test_dataset_texts(api: Api, run_id: str, field: str, limit: int) -> None:
    """§5: name ≤500, digest ≤36, source ≤65535, schema ≤1048575."""
    for number, length in enumerate((limit - 1, limit)):
        given = {"name": f"n{number}"} | {field: "x" * length}
        api("LogInputs", run_id=run_id, datasets=[dataset_input(**given)])
        stored = api("GetRun", run_id=run_id).run.inputs.dataset_inputs[number].dataset
        assert getattr(stored, field) == "x" * length
    given = {"name": "n9"} | {field: "x" * (limit + 1)}
    message = api.invalid("LogInputs", run_id=run_id, datasets=[dataset_input(**given)])
    assert f"datasets[0].dataset.{field}" in message
    assert str(limit) in message
    assert len(api("GetRun", run_id=run_id).run.inputs.dataset_inputs) == 2


def test_dataset_profiles(api: Api, run_id: str) -> None:
    """§5: profile ≤16777215."""
    api("LogInputs", run_id=run_id, datasets=[dataset_input(profile="x" * 16_777_215)])
    stored = api("GetRun", run_id=run_id).run.inputs.dataset_inputs[0].dataset
    assert stored.profile == "x" * 16_777_215
    message = api.invalid("LogInputs", run_id=run_id, datasets=[dataset_input(name="m", profile="x" * 16_777_216)])
    assert "16777215" in message


@pytest.mark.parametrize(("field", "limit"), [("key", 255), ("value", 500)])
def test_input_tags(api: Api, run_id: str, field: str, limit: int) -> None:
    """§5: input-tag key ≤255, value ≤500."""
    for number, length in enumerate((limit - 1, limit)):
        tag = {"key": "k", "value": "v"} | {field: "x" * length}
        api("LogInputs", run_id=run_id, datasets=[dataset_input(name=f"n{number}", tags=[tag])])
        (stored,) = api("GetRun", run_id=run_id).run.inputs.dataset_inputs[number].tags
        assert getattr(stored, field) == "x" * length
    tag = {"key": "k", "value": "v"} | {field: "x" * (limit + 1)}
    message = api.invalid("LogInputs", run_id=run_id, datasets=[dataset_input(name="n9", tags=[tag])])
    assert f"datasets[0].tags[0].{field}" in message


BAD_RUN_IDS = ["-a", "_a", "a b", "a/b", "..", "a.b", "a" * 257, "a\n", "a%2fb", "\u00e9", "a\u2603"]

OF_A_RUN: dict[str, dict[str, Any]] = {
    "GetRun": {},
    "UpdateRun": {},
    "DeleteRun": {},
    "RestoreRun": {},
    "LogMetric": {"key": "k", "value": 1.0, "timestamp": 1},
    "LogParam": {"key": "k"},
    "SetTag": {"key": "k"},
    "DeleteTag": {"key": "k"},
    "LogBatch": {},
    "LogModel": {"model_json": "{}"},
    "LogInputs": {},
    "LogOutputs": {"models": [{"model_id": "m"}]},
    "GetMetricHistory": {"metric_key": "k"},
    "ListArtifacts": {},
}
"""Calls that name one run, and what else they require."""


@pytest.mark.parametrize("rpc", OF_A_RUN)
def test_run_ids_that_break_the_rule(api: Api, rpc: str) -> None:
    r"""§5: run ids accepted by validators: `[A-Za-z0-9][\w-]{0,255}`."""
    for run_id in BAD_RUN_IDS:
        message = api.invalid(rpc, run_id=run_id, **OF_A_RUN[rpc])
        assert " for parameter 'run_id' supplied: " in message


@pytest.mark.parametrize(
    ("rpc", "fields"),
    [
        ("GetMetricHistory", {"run_id": "r"}),
        ("GetMetricHistoryBulk", {"run_id": ["r"]}),
        ("GetMetricHistoryBulkInterval", {"run_ids": ["r"]}),
    ],
)
def test_metric_keys_of_a_question_keep_the_rule(api: Api, rpc: str, fields: dict[str, Any]) -> None:
    """§5: a key that no metric can have is a mistake of the caller, and is named as the caller knows it."""
    for key in BAD_KEYS[:-1]:
        assert " for parameter 'metric_key' supplied: " in api.invalid(rpc, **fields, metric_key=key)


@pytest.mark.parametrize(
    ("rpc", "field"), [("GetMetricHistoryBulk", "run_id"), ("GetMetricHistoryBulkInterval", "run_ids")]
)
def test_lists_of_run_ids_that_break_the_rule(api: Api, rpc: str, field: str) -> None:
    """§5: each id of a list, which its place names."""
    for run_id in BAD_RUN_IDS:
        message = api.invalid(rpc, **{field: ["fine", run_id]}, metric_key="k")
        assert f" for parameter '{field}[1]' supplied: " in message


def test_run_ids_at_the_limit(api: Api) -> None:
    """§5: 256 characters are a run id, so an unknown one is 404."""
    api.missing("GetRun", run_id="a" * 256)
    api.missing("GetRun", run_id="0")
    api.missing("GetRun", run_id="A_-9")


@pytest.mark.parametrize("field", ["start_time", "end_time"])
def test_times_of_runs(api: Api, run_id: str, field: str) -> None:
    """DESIGN §4: times are milliseconds since the epoch, any that an int64 holds from 0 on."""
    for time_ms in (0, 2**63 - 1):
        if field == "start_time":
            assert api("CreateRun", experiment_id="0", start_time=time_ms).run.info.start_time == time_ms
        else:
            assert api("UpdateRun", run_id=run_id, end_time=time_ms).run_info.end_time == time_ms
    if field == "start_time":
        api.invalid("CreateRun", experiment_id="0", start_time=-1)
    else:
        api.invalid("UpdateRun", run_id=run_id, end_time=-1)


def test_run_names(api: Api, run_id: str) -> None:
    """The contract, CreateRunRequest.run_name: at most 250 characters, by whichever way the name is given."""
    name, long_name = "n" * 250, "n" * 251
    assert api("CreateRun", experiment_id="0", run_name=name).run.info.run_name == name
    api.invalid("CreateRun", experiment_id="0", run_name=long_name)
    api.invalid("CreateRun", experiment_id="0", tags=[{"key": "mlflow.runName", "value": long_name}])
    assert api("UpdateRun", run_id=run_id, run_name=name).run_info.run_name == name
    api.invalid("UpdateRun", run_id=run_id, run_name=long_name)
    api("SetTag", run_id=run_id, key="mlflow.runName", value=name)
    api.invalid("SetTag", run_id=run_id, key="mlflow.runName", value=long_name)
    api.invalid("LogBatch", run_id=run_id, tags=[{"key": "mlflow.runName", "value": long_name}])
    assert api("GetRun", run_id=run_id).run.info.run_name == name


def test_inputs_and_outputs_of_1000(api: Api, run_id: str) -> None:
    """The contract: datasets and models at most 1000 a request."""
    models = [{"model_id": f"m{n}"} for n in range(1001)]
    datasets = [dataset_input(name=f"n{n}") for n in range(1001)]
    api.invalid("LogInputs", run_id=run_id, models=models)
    api.invalid("LogInputs", run_id=run_id, datasets=datasets)
    api.invalid("LogOutputs", run_id=run_id, models=models)
    api("LogInputs", run_id=run_id, models=models[:1000], datasets=datasets[:1000])
    api("LogOutputs", run_id=run_id, models=models[:1000])
    run = api("GetRun", run_id=run_id).run
    assert len(run.inputs.model_inputs) == len(run.inputs.dataset_inputs) == len(run.outputs.model_outputs) == 1000
