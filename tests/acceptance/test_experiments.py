"""rest-facts §6, Experiments."""

from __future__ import annotations

import pytest

from support.determinism import SteppingClock
from support.doors.base import Api


def tags_of(experiment: object) -> dict[str, str]:
    """Tags by key; a key must not stand twice."""
    tags = [(tag.key, tag.value) for tag in experiment.tags]  # type: ignore[attr-defined] # a generated message
    assert len(dict(tags)) == len(tags)
    return dict(tags)


def test_a_new_store_holds_the_default_experiment(api: Api, clock: SteppingClock) -> None:
    """§6: experiment 0 "Default"."""
    default = api("GetExperiment", experiment_id="0").experiment
    assert (default.experiment_id, default.name, default.lifecycle_stage) == ("0", "Default", "active")
    assert default.artifact_location
    assert default.creation_time == default.last_update_time == clock()
    assert api("GetExperimentByName", experiment_name="Default").experiment == default


def test_a_created_experiment_is_found_by_id_and_by_name(api: Api, clock: SteppingClock) -> None:
    """§4: create, get, get-by-name."""
    now_ms = clock.advance(5)
    tags = [{"key": "b", "value": "2"}, {"key": "a", "value": ""}]
    created = api("CreateExperiment", name="vision", artifact_location="s3://bucket/vision", tags=tags).experiment_id
    experiment = api("GetExperiment", experiment_id=created).experiment
    assert experiment.experiment_id == created
    assert experiment.name == "vision"
    assert experiment.artifact_location == "s3://bucket/vision"
    assert experiment.lifecycle_stage == "active"
    assert experiment.creation_time == experiment.last_update_time == now_ms
    assert tags_of(experiment) == {"a": "", "b": "2"}
    assert api("GetExperimentByName", experiment_name="vision").experiment == experiment


def test_ids_are_decimal_integers_that_count_up(api: Api) -> None:
    """§5: decimal integers, autoincrement; never reused."""
    first, second = (int(api("CreateExperiment", name=name).experiment_id) for name in ("one", "two"))
    assert 0 < first < second


def test_each_experiment_has_its_own_default_location(api: Api) -> None:
    """§9: a location of the server's choice ends in the experiment's id."""
    ids = [api("CreateExperiment", name=name).experiment_id for name in ("one", "two")]
    locations = [api("GetExperiment", experiment_id=each).experiment.artifact_location for each in ids]
    assert [location.rsplit("/", 1)[1] for location in locations] == ids


def test_the_last_of_two_tags_with_one_key_wins(api: Api) -> None:
    """The contract, CreateExperimentRequest.tags."""
    tags = [{"key": "k", "value": "first"}, {"key": "k", "value": "last"}]
    created = api("CreateExperiment", name="n", tags=tags).experiment_id
    assert tags_of(api("GetExperiment", experiment_id=created).experiment) == {"k": "last"}


def test_a_name_in_use_is_refused(api: Api) -> None:
    """§3: RESOURCE_ALREADY_EXISTS for a name in use, by an active experiment or a deleted one."""
    created = api("CreateExperiment", name="taken").experiment_id
    assert "taken" in api.refused("RESOURCE_ALREADY_EXISTS", "CreateExperiment", name="taken")
    api("DeleteExperiment", experiment_id=created)
    assert "taken" in api.refused("RESOURCE_ALREADY_EXISTS", "CreateExperiment", name="taken")


def test_names_are_compared_exactly(api: Api) -> None:
    """§6: unique and case-sensitive; spaces and accents count."""
    names = ["name", "Name", "NAME", "name ", " name", "nàme", "name/x", "0", "%", "_"]
    ids = {api("CreateExperiment", name=name).experiment_id for name in names}
    assert len(ids) == len(names)
    for name in names:
        assert api("GetExperimentByName", experiment_name=name).experiment.name == name
    api.missing("GetExperimentByName", experiment_name="nAME")


def test_deleting_and_restoring_set_stage_and_time(api: Api, experiment_id: str, clock: SteppingClock) -> None:
    """§6: deleting sets lifecycle_stage and bumps last_update_time; get and get-by-name still find it."""
    before = api("GetExperiment", experiment_id=experiment_id).experiment
    deleted_ms = clock.advance(1000)
    api("DeleteExperiment", experiment_id=experiment_id)
    deleted = api("GetExperiment", experiment_id=experiment_id).experiment
    assert (deleted.lifecycle_stage, deleted.last_update_time) == ("deleted", deleted_ms)
    assert deleted.creation_time == before.creation_time
    assert api("GetExperimentByName", experiment_name=before.name).experiment == deleted

    restored_ms = clock.advance(1000)
    api("RestoreExperiment", experiment_id=experiment_id)
    restored = api("GetExperiment", experiment_id=experiment_id).experiment
    assert (restored.lifecycle_stage, restored.last_update_time) == ("active", restored_ms)


def test_a_deleted_experiment_is_not_deleted_again(api: Api, experiment_id: str) -> None:
    """§6: delete of a deleted one → 404."""
    api("DeleteExperiment", experiment_id=experiment_id)
    assert experiment_id in api.missing("DeleteExperiment", experiment_id=experiment_id)


def test_an_active_experiment_is_not_restored(api: Api, experiment_id: str) -> None:
    """§6: restore of an active one → 404."""
    assert experiment_id in api.missing("RestoreExperiment", experiment_id=experiment_id)


def test_the_default_experiment_can_be_deleted_and_restored(api: Api) -> None:
    """§6: SQL lets you delete it, and so do we on every store."""
    api("DeleteExperiment", experiment_id="0")
    assert api("GetExperiment", experiment_id="0").experiment.lifecycle_stage == "deleted"
    api("RestoreExperiment", experiment_id="0")
    assert api("GetExperiment", experiment_id="0").experiment.lifecycle_stage == "active"


def stage(api: Api, run_id: str) -> str:
    """The run's effective stage, which a search must agree with."""
    info = api("GetRun", run_id=run_id).run.info
    for view, stages in (("ACTIVE_ONLY", {"active"}), ("DELETED_ONLY", {"deleted"}), ("ALL", {"active", "deleted"})):
        page = api("SearchRuns", experiment_ids=[info.experiment_id], run_view_type=view)
        assert (run_id in {run.info.run_id for run in page.runs}) == (info.lifecycle_stage in stages)
    found: str = info.lifecycle_stage
    return found


def test_deleting_an_experiment_deletes_every_run_in_it(api: Api, experiment_id: str) -> None:
    """§6: and restoring makes every run active, including runs that had been deleted individually before."""
    kept, dropped = (api("CreateRun", experiment_id=experiment_id).run.info.run_id for _ in range(2))
    api("DeleteRun", run_id=dropped)
    api("DeleteExperiment", experiment_id=experiment_id)
    assert (stage(api, kept), stage(api, dropped)) == ("deleted", "deleted")
    api("RestoreExperiment", experiment_id=experiment_id)
    assert (stage(api, kept), stage(api, dropped)) == ("active", "active")


def test_a_run_deleted_after_a_restore_stays_deleted(api: Api, experiment_id: str) -> None:
    """§6: whichever of the stages was set later counts, through several rounds."""
    first, second = (api("CreateRun", experiment_id=experiment_id).run.info.run_id for _ in range(2))
    for _ in range(3):
        api("DeleteExperiment", experiment_id=experiment_id)
        api("RestoreExperiment", experiment_id=experiment_id)
        assert (stage(api, first), stage(api, second)) == ("active", "active")
        api("DeleteRun", run_id=second)
        assert (stage(api, first), stage(api, second)) == ("active", "deleted")


def test_a_run_can_be_restored_in_a_deleted_experiment(api: Api, experiment_id: str) -> None:
    """§6: runs/restore names the run, whatever its experiment; the stage that was set last counts."""
    run_id = api("CreateRun", experiment_id=experiment_id).run.info.run_id
    api("DeleteExperiment", experiment_id=experiment_id)
    api("RestoreRun", run_id=run_id)
    assert stage(api, run_id) == "active"
    api("DeleteRun", run_id=run_id)
    assert stage(api, run_id) == "deleted"


def test_other_experiments_are_left_alone(api: Api, experiment_id: str) -> None:
    """§6: only the runs in it."""
    run_id = api("CreateRun", experiment_id="0").run.info.run_id
    api("DeleteExperiment", experiment_id=experiment_id)
    assert stage(api, run_id) == "active"


def test_a_rename_sets_name_and_time(api: Api, experiment_id: str, clock: SteppingClock) -> None:
    """§6: rename bumps last_update_time, and frees the old name."""
    before = api("GetExperiment", experiment_id=experiment_id).experiment
    now_ms = clock.advance(10)
    api("UpdateExperiment", experiment_id=experiment_id, new_name="renamed")
    after = api("GetExperimentByName", experiment_name="renamed").experiment
    assert after.experiment_id == experiment_id
    assert (after.creation_time, after.last_update_time) == (before.creation_time, now_ms)
    api.missing("GetExperimentByName", experiment_name=before.name)
    api("CreateExperiment", name=before.name)


def test_a_rename_to_a_name_in_use_is_refused(api: Api, experiment_id: str) -> None:
    """§6: collision → 400, with an active experiment and with a deleted one."""
    before = api("GetExperiment", experiment_id=experiment_id).experiment
    other = api("CreateExperiment", name="other").experiment_id
    for _ in range(2):
        message = api.refused(
            "RESOURCE_ALREADY_EXISTS", "UpdateExperiment", experiment_id=experiment_id, new_name="other"
        )
        assert "other" in message
        assert api("GetExperiment", experiment_id=experiment_id).experiment == before
        if api("GetExperiment", experiment_id=other).experiment.lifecycle_stage == "active":
            api("DeleteExperiment", experiment_id=other)


def test_a_rename_to_its_own_name_is_no_collision(api: Api, experiment_id: str) -> None:
    """§6: the name is its own."""
    name = api("GetExperiment", experiment_id=experiment_id).experiment.name
    api("UpdateExperiment", experiment_id=experiment_id, new_name=name)
    assert api("GetExperiment", experiment_id=experiment_id).experiment.name == name


def test_an_experiment_tag_is_set_replaced_and_removed(api: Api, experiment_id: str) -> None:
    """§6: set-experiment-tag upserts; §4: delete-experiment-tag."""
    for value in ("first", "second", ""):
        api("SetExperimentTag", experiment_id=experiment_id, key="k", value=value)
        assert tags_of(api("GetExperiment", experiment_id=experiment_id).experiment) == {"k": value}
    api("SetExperimentTag", experiment_id=experiment_id, key="other")
    assert tags_of(api("GetExperiment", experiment_id=experiment_id).experiment) == {"k": "", "other": ""}
    api("DeleteExperimentTag", experiment_id=experiment_id, key="k")
    assert tags_of(api("GetExperiment", experiment_id=experiment_id).experiment) == {"other": ""}


def test_an_absent_experiment_tag_is_not_removed(api: Api, experiment_id: str) -> None:
    """§3: 404 for an unknown tag to delete."""
    assert "absent" in api.missing("DeleteExperimentTag", experiment_id=experiment_id, key="absent")
    api("SetExperimentTag", experiment_id=experiment_id, key="k", value="v")
    api("DeleteExperimentTag", experiment_id=experiment_id, key="k")
    api.missing("DeleteExperimentTag", experiment_id=experiment_id, key="k")


BAD_IDS = ["abc", "1.5", "-1", "1e3", "0x1", " 1", "1 ", "+1", "\u0661", "1_0", str(2**63), "9" * 400]

NAMED: dict[str, dict[str, str]] = {
    "GetExperiment": {},
    "UpdateExperiment": {"new_name": "new"},
    "DeleteExperiment": {},
    "RestoreExperiment": {},
    "SetExperimentTag": {"key": "k"},
    "DeleteExperimentTag": {"key": "k"},
    "CreateRun": {},
}
"""Calls that name one experiment, and what else they require."""


@pytest.mark.parametrize("rpc", NAMED)
def test_an_id_that_is_no_decimal_integer_is_refused(api: Api, rpc: str) -> None:
    """§5: non-integer id → 400 (SQL)."""
    for bad in BAD_IDS:
        assert "experiment_id" in api.invalid(rpc, experiment_id=bad, **NAMED[rpc])


@pytest.mark.parametrize("rpc", ["SearchRuns", "SearchDatasets"])
def test_a_search_for_an_id_that_is_no_decimal_integer_is_refused(api: Api, rpc: str) -> None:
    """§5: non-integer id → 400 (SQL)."""
    for bad in [*BAD_IDS, ""]:
        assert "experiment_ids[1]" in api.invalid(rpc, experiment_ids=["0", bad])


def test_list_experiments_shows_what_the_view_says(api: Api, experiment_id: str) -> None:
    """§4: experiments/list [1.x], by view, default active."""
    gone = api("CreateExperiment", name="gone").experiment_id
    api("DeleteExperiment", experiment_id=gone)

    def listed(**fields: str) -> set[str]:
        return {experiment.experiment_id for experiment in api("ListExperiments", **fields).experiments}

    assert listed() == listed(view_type="ACTIVE_ONLY") == {"0", experiment_id}
    assert listed(view_type="DELETED_ONLY") == {gone}
    assert listed(view_type="ALL") == {"0", experiment_id, gone}
