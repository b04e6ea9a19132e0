"""A client never chooses a place that the server reads or writes for it (security principle P2)."""

from __future__ import annotations

import uuid

import pytest

from support.doors.base import Api
from support.hostile_locations import HOSTILE_LOCATIONS

HOSTILE = [
    *HOSTILE_LOCATIONS,
    "/etc",
    "../../etc",
    "etc",
    "s3://user:password@bucket/x",
    "mlflow-artifacts://elsewhere:5000/x",
    "runs:/0/x",
    "models:/m/1",
    "s3://bucket/%2e%2e/x",
    "s3://bucket/a\x00b",
    "s3:///x",
    "x" * 3000,
]


@pytest.mark.parametrize("location", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_a_hostile_location_is_refused_and_no_experiment_made(api: Api, location: str) -> None:
    name = uuid.uuid4().hex
    message = api.invalid("CreateExperiment", name=name, artifact_location=location)
    assert "artifact_location" in message
    assert "user:password" not in message
    api.missing("GetExperimentByName", experiment_name=name)


def test_a_location_that_clients_reach_themselves_is_recorded_and_not_read(api: Api) -> None:
    name = uuid.uuid4().hex
    experiment_id = api("CreateExperiment", name=name, artifact_location="s3://bucket/a path").experiment_id
    run_id = api("CreateRun", experiment_id=experiment_id).run.info.run_id
    assert "may not read" in api.invalid("ListArtifacts", run_id=run_id)
