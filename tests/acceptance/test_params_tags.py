"""rest-facts §6, Params and Tags of runs."""

from __future__ import annotations

import pytest

from support.doors.base import Api

LOOKALIKES = ["k", "K", "k ", " k", "k.", "k-", "k_", "\u0137", "\uff4b", "a/k", "a.k", "a k", "0", "00", "true"]
"""Keys that a database may take for each other: by case, padding, accent, width, or type."""


def params_of(api: Api, run_id: str) -> dict[str, str]:
    """Params by key; a key must not stand twice, and keys must be sorted."""
    params = [(param.key, param.value) for param in api("GetRun", run_id=run_id).run.data.params]
    assert params == sorted(params)
    assert len(dict(params)) == len(params)
    return dict(params)


def tags_of(api: Api, run_id: str) -> dict[str, str]:
    """Tags by key without the run's name; a key must not stand twice, and keys must be sorted."""
    tags = [(tag.key, tag.value) for tag in api("GetRun", run_id=run_id).run.data.tags]
    assert [key for key, _ in tags] == sorted(key for key, _ in tags)
    assert len(dict(tags)) == len(tags)
    return {key: value for key, value in tags if key != "mlflow.runName"}


VALUES = [
    "v",
    "",
    " ",
    " v ",
    "1",
    "1.0",
    "None",
    "名前",
    "\u00e9",
    "e\u0301",
    "\U0001f44d\U0001f3fd",
    "a\nb\r\nc\td",
    "%_'\"`\\;--",
    "\u202e",
    "\x7f",
]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_text_comes_back_as_it_went_in(api: Api, run_id: str, value: str) -> None:
    """§4, §6: values are any text."""
    api("LogParam", run_id=run_id, key="k", value=value)
    api("SetTag", run_id=run_id, key="k", value=value)
    assert params_of(api, run_id) == {"k": value}
    assert tags_of(api, run_id) == {"k": value}


def test_an_absent_value_is_the_empty_text(api: Api, run_id: str) -> None:
    """§4: value s (absent = "")."""
    api("LogParam", run_id=run_id, key="k")
    api("SetTag", run_id=run_id, key="k")
    assert params_of(api, run_id) == tags_of(api, run_id) == {"k": ""}
    api("LogParam", run_id=run_id, key="k", value="")


def test_keys_are_compared_exactly(api: Api, run_id: str) -> None:
    """DESIGN §4: binary, no-pad collations: `trail` and `trail ` are two keys."""
    for number, key in enumerate(LOOKALIKES):
        api("LogParam", run_id=run_id, key=key, value=str(number))
        api("SetTag", run_id=run_id, key=key, value=str(number))
    expected = {key: str(number) for number, key in enumerate(LOOKALIKES)}
    assert params_of(api, run_id) == tags_of(api, run_id) == expected


# -- params


def test_a_param_can_be_logged_again_with_its_value(api: Api, run_id: str) -> None:
    """§6: same key+value again → 200."""
    for _ in range(3):
        api("LogParam", run_id=run_id, key="k", value="v")
    assert params_of(api, run_id) == {"k": "v"}


@pytest.mark.parametrize("changed", ["w", "", "V", "v ", " v"])
def test_a_param_is_written_once(api: Api, run_id: str, changed: str) -> None:
    """§3, §6: another value → 400 with the documented words, and the old value stays."""
    api("LogParam", run_id=run_id, key="k", value="v")
    message = api.invalid("LogParam", run_id=run_id, key="k", value=changed)
    assert message.startswith(
        "Changing param values is not allowed. Param with key='k' was already logged with value='v' "
        f"for run ID='{run_id}'. Attempted logging new value '{changed}'."
    )
    assert params_of(api, run_id) == {"k": "v"}


def test_an_empty_param_is_written_once_too(api: Api, run_id: str) -> None:
    """§6: the empty text is a value."""
    api("LogParam", run_id=run_id, key="k", value="")
    api.invalid("LogParam", run_id=run_id, key="k", value="v")
    assert params_of(api, run_id) == {"k": ""}


def test_params_of_other_runs_do_not_matter(api: Api, run_id: str) -> None:
    """§6: write-once holds within a run."""
    other = api("CreateRun", experiment_id="0").run.info.run_id
    api("LogParam", run_id=run_id, key="k", value="v")
    api("LogParam", run_id=other, key="k", value="w")
    assert (params_of(api, run_id), params_of(api, other)) == ({"k": "v"}, {"k": "w"})


def test_a_param_of_a_restored_run_is_still_written(api: Api, run_id: str) -> None:
    """§6: deletion does not reset write-once."""
    api("LogParam", run_id=run_id, key="k", value="v")
    api("DeleteRun", run_id=run_id)
    api("RestoreRun", run_id=run_id)
    api.invalid("LogParam", run_id=run_id, key="k", value="w")


# -- tags


def test_the_last_write_of_a_tag_wins(api: Api, run_id: str) -> None:
    """§6: last write wins."""
    for value in ("1", "2", "", "1"):
        api("SetTag", run_id=run_id, key="k", value=value)
        assert tags_of(api, run_id) == {"k": value}


def test_a_tag_is_removed(api: Api, run_id: str) -> None:
    """§4: runs/delete-tag; the tag can be set anew."""
    api("SetTag", run_id=run_id, key="k", value="v")
    api("SetTag", run_id=run_id, key="other", value="v")
    api("DeleteTag", run_id=run_id, key="k")
    assert tags_of(api, run_id) == {"other": "v"}
    api("SetTag", run_id=run_id, key="k", value="w")
    assert tags_of(api, run_id) == {"k": "w", "other": "v"}


def test_an_absent_tag_is_not_removed(api: Api, run_id: str) -> None:
    """§6: delete-tag of an absent key → 404."""
    assert "absent" in api.missing("DeleteTag", run_id=run_id, key="absent")
    api("SetTag", run_id=run_id, key="k", value="v")
    api.missing("DeleteTag", run_id=run_id, key="K")
    api("DeleteTag", run_id=run_id, key="k")
    api.missing("DeleteTag", run_id=run_id, key="k")
