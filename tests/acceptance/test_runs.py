"""rest-facts §6, Runs and Run name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.determinism import SteppingClock
from support.doors.base import Api
from trackwell.v1 import runs_pb2

Status = runs_pb2.RunStatus.Status

GENERATED_NAME = re.compile(r"[a-z]+-[a-z]+-[0-9]{1,3}")


def tags_of(run: runs_pb2.Run) -> dict[str, str]:
    """Tags by key; a key must not stand twice."""
    tags = [(tag.key, tag.value) for tag in run.data.tags]
    assert len(dict(tags)) == len(tags)
    return dict(tags)


def get(api: Api, run_id: str) -> runs_pb2.Run:
    """The run as GetRun returns it."""
    run: runs_pb2.Run = api("GetRun", run_id=run_id).run
    return run


# -- creation


def test_a_new_run(api: Api, experiment_id: str) -> None:
    """§6: status RUNNING, lifecycle active, artifact_uri below the experiment's location; §4: the fields of info."""
    location = api("GetExperiment", experiment_id=experiment_id).experiment.artifact_location
    run = api("CreateRun", experiment_id=experiment_id, user_id="ada", start_time=1234, run_name="first").run
    info = run.info
    assert info.run_id == info.run_uuid
    assert (info.experiment_id, info.user_id, info.run_name) == (experiment_id, "ada", "first")
    assert (info.status, info.lifecycle_stage) == (Status.RUNNING, "active")
    assert (info.start_time, info.HasField("end_time")) == (1234, False)
    assert info.artifact_uri == f"{location}/{info.run_id}/artifacts"
    assert tags_of(run) == {"mlflow.runName": "first"}
    assert (len(run.data.metrics), len(run.data.params)) == (0, 0)
    found = get(api, info.run_id)
    assert (found.info, found.data) == (info, run.data)


def test_a_generated_run_id_is_32_hexadecimal_digits(api: Api) -> None:
    """§5: generated ones are 32 lowercase hex, each another."""
    ids = {api("CreateRun", experiment_id="0").run.info.run_id for _ in range(5)}
    assert len(ids) == 5
    assert all(re.fullmatch("[0-9a-f]{32}", run_id) for run_id in ids)


def test_the_start_time_is_now_when_absent(api: Api, clock: SteppingClock) -> None:
    """§6 ≠: absent start_time becomes now, not 0; a 0 that was set stays."""
    assert api("CreateRun", experiment_id="0").run.info.start_time == clock()
    assert api("CreateRun", experiment_id="0", start_time=0).run.info.start_time == 0


def test_inputs_and_outputs_are_present_though_empty(api: Api) -> None:
    """§2: `inputs` and `outputs` are present as {}; runs/create omits `outputs`."""
    created = api("CreateRun", experiment_id="0").run
    assert created.HasField("inputs")
    assert not created.HasField("outputs")
    found = get(api, created.info.run_id)
    assert found.HasField("inputs")
    assert found.HasField("outputs")
    searched = api("SearchRuns", experiment_ids=["0"]).runs[0]
    assert searched == found


def test_an_empty_user_id_is_kept(api: Api) -> None:
    """§2: an empty string that was set is present; §4: user_id is optional."""
    info = api("CreateRun", experiment_id="0", user_id="").run.info
    assert info.HasField("user_id")
    assert info.user_id == ""


def test_tags_are_stored_as_given(api: Api) -> None:
    """§6: the last value wins; §5: tags of runs/create."""
    tags = [{"key": "k", "value": "1"}, {"key": "e", "value": ""}, {"key": "k", "value": "2"}, {"key": "absent"}]
    run_id = api("CreateRun", experiment_id="0", run_name="n", tags=tags).run.info.run_id
    assert tags_of(get(api, run_id)) == {"k": "2", "e": "", "absent": "", "mlflow.runName": "n"}


def test_a_run_in_an_unknown_experiment(api: Api) -> None:
    """§6: unknown experiment → 404, and no run remains."""
    api.missing("CreateRun", experiment_id="4711")
    assert not api("SearchRuns", experiment_ids=["4711"]).runs


def test_a_run_in_a_deleted_experiment(api: Api, experiment_id: str) -> None:
    """§6: deleted experiment → 400, and no run remains."""
    api("DeleteExperiment", experiment_id=experiment_id)
    api.invalid("CreateRun", experiment_id=experiment_id)
    assert not api("SearchRuns", experiment_ids=[experiment_id], run_view_type="ALL").runs


# -- ids of the caller's choice


@pytest.mark.parametrize("run_id", ["a", "0", "Z-_9", "a" * 256, "A0-b_c", "9" * 32])
def test_a_run_id_of_the_callers_choice(api: Api, run_id: str) -> None:
    r"""§5: `[A-Za-z0-9][\w-]{0,255}`; contract: CreateRunRequest.run_id."""
    assert api("CreateRun", experiment_id="0", run_id=run_id).run.info.run_id == run_id
    assert get(api, run_id).info.run_id == run_id


@pytest.mark.parametrize("run_id", ["-a", "_a", "a b", "a/b", "..", "a.b", "a" * 257, "a\n", "a#b", " a", "a%2fb", "☃"])
def test_a_run_id_that_breaks_the_rule(api: Api, run_id: str) -> None:
    """§5."""
    api.invalid("CreateRun", experiment_id="0", run_id=run_id)


def test_creating_a_run_again_returns_the_run_that_exists(api: Api, experiment_id: str) -> None:
    """DESIGN §3: CreateRun with a client-chosen id is safe to retry; the second answer is the run as it is."""
    first = api("CreateRun", experiment_id=experiment_id, run_id="mine", run_name="n", start_time=5).run
    again = api("CreateRun", experiment_id=experiment_id, run_id="mine", run_name="n", start_time=5).run
    assert again == first
    assert len(api("SearchRuns", experiment_ids=[experiment_id]).runs) == 1


def test_a_run_id_of_another_experiment_is_refused(api: Api, experiment_id: str) -> None:
    """DESIGN §3: a retry names the same experiment; anything else is a collision."""
    api("CreateRun", experiment_id="0", run_id="mine")
    api.refused("RESOURCE_ALREADY_EXISTS", "CreateRun", experiment_id=experiment_id, run_id="mine")
    assert get(api, "mine").info.experiment_id == "0"


# -- update


def test_only_fields_that_are_present_change(api: Api, run_id: str) -> None:
    """§6: runs/update."""
    before = get(api, run_id).info
    after = api("UpdateRun", run_id=run_id, status="FINISHED").run_info
    expected = runs_pb2.RunInfo()
    expected.CopyFrom(before)
    expected.status = Status.FINISHED
    assert after == get(api, run_id).info == expected

    expected.end_time = 99
    assert api("UpdateRun", run_id=run_id, end_time=99).run_info == expected
    expected.run_name = "renamed"
    assert api("UpdateRun", run_id=run_id, run_name="renamed").run_info == expected
    assert api("UpdateRun", run_id=run_id).run_info == expected


@pytest.mark.parametrize("status", ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
def test_every_status_can_be_set_from_every_other(api: Api, run_id: str, status: str) -> None:
    """§6: a terminal run may go back to RUNNING."""
    for before in ("FINISHED", "RUNNING", "KILLED"):
        api("UpdateRun", run_id=run_id, status=before)
        api("UpdateRun", run_id=run_id, status=status)
        assert Status.Name(get(api, run_id).info.status) == status


@pytest.mark.parametrize("number", [0, 6, -1, 99])
def test_an_unknown_status_is_refused(api: Api, run_id: str, number: int) -> None:
    """§2 ≠: an unknown status is 400 and changes nothing."""
    before = get(api, run_id)
    api.invalid("UpdateRun", run_id=run_id, status=number, end_time=7)
    assert get(api, run_id) == before


def test_an_end_time_of_zero_is_kept(api: Api, run_id: str) -> None:
    """§2: zero that was set is present."""
    info = api("UpdateRun", run_id=run_id, end_time=0).run_info
    assert info.HasField("end_time")
    assert info.end_time == 0


# -- deletion


def test_deleting_and_restoring_a_run_is_idempotent(api: Api, run_id: str) -> None:
    """§6: runs/get returns deleted runs; runs/delete and runs/restore answer 200 again."""
    before = get(api, run_id)
    for _ in range(2):
        api("DeleteRun", run_id=run_id)
        assert get(api, run_id).info.lifecycle_stage == "deleted"
    for _ in range(2):
        api("RestoreRun", run_id=run_id)
        assert get(api, run_id) == before


def test_a_deleted_run_keeps_all_it_has(api: Api, run_id: str) -> None:
    """§6: deletion is a stage, nothing more."""
    api("LogParam", run_id=run_id, key="p", value="v")
    api("LogMetric", run_id=run_id, key="m", value=1.0, timestamp=1)
    before = get(api, run_id)
    api("DeleteRun", run_id=run_id)
    after = get(api, run_id)
    assert after.data == before.data
    assert len(api("GetMetricHistory", run_id=run_id, metric_key="m").metrics) == 1


# -- run name


def name_and_tag(run: runs_pb2.Run) -> tuple[str, str | None]:
    """The two forms of a run's name."""
    return run.info.run_name, tags_of(run).get("mlflow.runName")


@pytest.mark.parametrize(
    "fields",
    [
        {"run_name": "given"},
        {"tags": [{"key": "mlflow.runName", "value": "given"}]},
        {"run_name": "given", "tags": [{"key": "mlflow.runName", "value": "given"}]},
        {"run_name": "", "tags": [{"key": "mlflow.runName", "value": "given"}]},
    ],
    ids=["name", "tag", "both", "empty-name-and-tag"],
)
def test_name_and_tag_are_one_value(api: Api, fields: dict[str, Any]) -> None:
    """§6, Run name: create with either sets both."""
    created = api("CreateRun", experiment_id="0", **fields).run
    assert name_and_tag(created) == ("given", "given")
    assert name_and_tag(get(api, created.info.run_id)) == ("given", "given")


def test_name_and_tag_that_differ_are_refused(api: Api, experiment_id: str) -> None:
    """§6, Run name: both but different → 400."""
    message = api.invalid(
        "CreateRun", experiment_id=experiment_id, run_name="one", tags=[{"key": "mlflow.runName", "value": "two"}]
    )
    assert "one" in message
    assert "two" in message
    assert not api("SearchRuns", experiment_ids=[experiment_id]).runs


@pytest.mark.parametrize("fields", [{}, {"run_name": ""}, {"tags": [{"key": "mlflow.runName", "value": ""}]}])
def test_a_name_is_generated(api: Api, fields: dict[str, Any]) -> None:
    """§6, Run name: neither → `adjective-noun-NNN`, at most 20 characters, lower case."""
    name, tag = name_and_tag(api("CreateRun", experiment_id="0", **fields).run)
    assert name == tag
    assert GENERATED_NAME.fullmatch(name)
    assert len(name) <= 20


def test_an_update_keeps_name_and_tag_in_step(api: Api, run_id: str) -> None:
    """§6, Run name: runs/update run_name."""
    api("UpdateRun", run_id=run_id, run_name="new")
    assert name_and_tag(get(api, run_id)) == ("new", "new")


def test_an_empty_name_in_an_update_is_ignored(api: Api, run_id: str) -> None:
    """§6: empty run_name ignored; the other fields change."""
    before = name_and_tag(get(api, run_id))
    api("UpdateRun", run_id=run_id, run_name="", status="FAILED")
    assert name_and_tag(get(api, run_id)) == before
    assert get(api, run_id).info.status == Status.FAILED


def test_set_tag_keeps_name_and_tag_in_step(api: Api, run_id: str) -> None:
    """§6, Run name: set-tag `mlflow.runName`."""
    api("SetTag", run_id=run_id, key="mlflow.runName", value="tagged")
    assert name_and_tag(get(api, run_id)) == ("tagged", "tagged")


def test_log_batch_keeps_name_and_tag_in_step(api: Api, run_id: str) -> None:
    """§6, Run name: log-batch tags; the last of two wins."""
    tags = [{"key": "mlflow.runName", "value": "first"}, {"key": "mlflow.runName", "value": "last"}]
    api("LogBatch", run_id=run_id, tags=tags)
    assert name_and_tag(get(api, run_id)) == ("last", "last")


def test_a_name_is_searched_as_it_is_now(api: Api, experiment_id: str, run_id: str) -> None:
    """§6, Run name: filters on attribute run_name really test the tag."""
    api("SetTag", run_id=run_id, key="mlflow.runName", value="wanted")
    for filter_text in ("run_name = 'wanted'", "tags.mlflow.runName = 'wanted'", "attributes.`run name` = 'wanted'"):
        page = api("SearchRuns", experiment_ids=[experiment_id], filter=filter_text)
        assert [run.info.run_id for run in page.runs] == [run_id]
