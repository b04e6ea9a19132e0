"""DESIGN §3: a call under a request id that was heard before is answered as the first time, and does nothing again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from support.determinism import SteppingClock
from support.doors.base import Api
from support.errors import ApiError

HOUR_MS = 3_600_000


def told(api: Api, rpc: str, **fields: Any) -> object:
    """The answer, or code and message."""
    try:
        return api(rpc, **fields).SerializeToString(deterministic=True)
    except ApiError as refusal:
        return (refusal.code, refusal.message)


def undo_rename(api: Api, experiment_id: str, _: str) -> None:
    """Gives the experiment another name."""
    api("UpdateExperiment", experiment_id=experiment_id, new_name="another")


REPEATED: dict[str, tuple[Callable[[str, str], dict[str, Any]], Callable[[Api, str, str], None]]] = {
    "CreateExperiment": (
        lambda _, __: {"name": "created"},
        lambda api, _, __: None,
    ),
    "UpdateExperiment": (
        lambda experiment_id, _: {"experiment_id": experiment_id, "new_name": "renamed"},
        undo_rename,
    ),
    "DeleteExperiment": (
        lambda experiment_id, _: {"experiment_id": experiment_id},
        lambda api, experiment_id, _: api("RestoreExperiment", experiment_id=experiment_id),
    ),
    "DeleteTag": (
        lambda _, run_id: {"run_id": run_id, "key": "k"},
        lambda api, _, run_id: api("SetTag", run_id=run_id, key="k", value="set again"),
    ),
    "DeleteExperimentTag": (
        lambda experiment_id, _: {"experiment_id": experiment_id, "key": "k"},
        lambda api, experiment_id, _: api("SetExperimentTag", experiment_id=experiment_id, key="k", value="again"),
    ),
    "LogModel": (
        lambda _, run_id: {
            "run_id": run_id,
            "model_json": json.dumps({"artifact_path": "p", "flavors": {}, "utc_time_created": "t", "run_id": run_id}),
        },
        lambda api, _, __: None,
    ),
}
"""Calls that are not idempotent by nature, and what somebody else does between the two attempts."""


def state(api: Api, experiment_id: str, run_id: str) -> tuple[bytes, bytes, int]:
    """What the calls change."""
    return (
        api("GetExperiment", experiment_id=experiment_id).SerializeToString(deterministic=True),
        api("GetRun", run_id=run_id).SerializeToString(deterministic=True),
        len(api("SearchExperiments", view_type="ALL").experiments),
    )


@pytest.mark.parametrize("rpc", REPEATED)
def test_a_repeated_call_is_answered_as_the_first_time(api: Api, experiment_id: str, run_id: str, rpc: str) -> None:
    """DESIGN §3: the writer stores (request id, outcome)."""
    fields, between = REPEATED[rpc]
    api("SetTag", run_id=run_id, key="k", value="v")
    api("SetExperimentTag", experiment_id=experiment_id, key="k", value="v")
    client = api.under("8d4c6bd0-4f3c-4f57-9d76-3f7d2f0f7c11")
    first = told(client, rpc, **fields(experiment_id, run_id))
    assert isinstance(first, bytes), first
    between(api, experiment_id, run_id)
    before = state(api, experiment_id, run_id)
    for _ in range(2):
        assert told(client, rpc, **fields(experiment_id, run_id)) == first
        assert state(api, experiment_id, run_id) == before


def test_another_request_under_the_same_id_is_carried_out(api: Api, experiment_id: str) -> None:
    """Proxies and tracing pass one id on to many calls: none of them may be acknowledged without being done."""
    client = api.under("one-for-all")
    first = client("CreateExperiment", name="first").experiment_id
    assert client("CreateExperiment", name="second").experiment_id != first
    client("DeleteExperiment", experiment_id=experiment_id)
    assert api("GetExperiment", experiment_id=experiment_id).experiment.lifecycle_stage == "deleted"
    client("RestoreExperiment", experiment_id=experiment_id)
    assert api("GetExperiment", experiment_id=experiment_id).experiment.lifecycle_stage == "active"
    assert client("CreateExperiment", name="first").experiment_id == first


def test_without_a_request_id_a_repeated_call_may_be_refused(api: Api) -> None:
    """DESIGN §3: what a retry may report then."""
    api("CreateExperiment", name="n")
    api.refused("RESOURCE_ALREADY_EXISTS", "CreateExperiment", name="n")


def test_a_repeated_refusal_is_the_first_refusal(api: Api) -> None:
    """DESIGN §3: the outcome, also when by now the call could succeed."""
    created = api("CreateExperiment", name="n").experiment_id
    client = api.under("one")
    first = told(client, "CreateExperiment", name="n")
    assert isinstance(first, tuple)
    api("UpdateExperiment", experiment_id=created, new_name="free")
    assert told(client, "CreateExperiment", name="n") == first
    api("CreateExperiment", name="n")


def test_a_created_run_is_created_once(api: Api, experiment_id: str) -> None:
    """DESIGN §3: under a request id, or with an id of the client's choice."""
    client = api.under("one")
    first = client("CreateRun", experiment_id=experiment_id, run_name="n").run
    again = client("CreateRun", experiment_id=experiment_id, run_name="n").run
    assert again.info == first.info
    assert again.data == first.data
    assert len(api("SearchRuns", experiment_ids=[experiment_id]).runs) == 1


def test_the_answer_is_kept_for_an_hour(api: Api, clock: SteppingClock) -> None:
    """DESIGN §3: for an hour."""
    client = api.under("one")
    first = client("CreateExperiment", name="n")
    clock.advance(HOUR_MS - 1)
    assert client("CreateExperiment", name="n") == first
    clock.advance(1)
    client.refused("RESOURCE_ALREADY_EXISTS", "CreateExperiment", name="n")


def test_another_request_id_is_another_request(api: Api) -> None:
    """DESIGN §3."""
    api.under("one")("CreateExperiment", name="n")
    api.under("two").refused("RESOURCE_ALREADY_EXISTS", "CreateExperiment", name="n")


def test_calls_that_are_idempotent_by_nature_take_effect_again(api: Api, run_id: str) -> None:
    """DESIGN §3: a tag is set as often as it is sent, whatever id the call carries."""
    client = api.under("one")
    for value in ("1", "2"):
        client("SetTag", run_id=run_id, key="k", value=value)
        tags = {tag.key: tag.value for tag in api("GetRun", run_id=run_id).run.data.tags}
        assert tags["k"] == value


def test_a_request_id_has_128_characters_at_most(api: Api) -> None:
    """DESIGN §3: 1 to 128 printable ASCII characters; a bad one is refused before anything happens."""
    api.under("x" * 128)("CreateExperiment", name="taken")
    api.under("x" * 129).invalid("CreateExperiment", name="refused")
    api.missing("GetExperimentByName", experiment_name="refused")
