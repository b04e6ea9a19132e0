"""Every rule for a single value: what it takes, what it refuses, and in which words (rest-facts §3, §5).

The words stand in golden/refusals.txt; `python tests/operations/test_validation.py` rewrites it after a change of
wording, for review.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_service.domain import limits, validation
from trackwell_service.domain.entities import RunStatus, ViewType
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.validation import TextPolicy

GOLDEN = Path(__file__).parent / "golden" / "refusals.txt"

STRICT = TextPolicy(truncate_long_values=False)
LONG = "k" * 251

REFUSED: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "key missing": (validation.check_key, ("", "metrics[0].name")),
    "key long": (validation.check_key, (LONG, "key")),
    "key character": (validation.check_key, ("a☃", "key")),
    "key control character": (validation.check_key, ("a\x1b[31m", "key")),
    "key right-to-left mark": (validation.check_key, ("a\u202eb", "key")),
    "key quote": (validation.check_key, ('a"b', "params[1].key")),
    "key empty segment": (validation.check_key, ("a//b", "key")),
    "key trailing slash": (validation.check_key, ("a/", "key")),
    "key leading slash": (validation.check_key, ("/a", "key")),
    "key dot segment": (validation.check_key, ("./a", "key")),
    "key up and down": (validation.check_key, ("a/../b", "key")),
    "key up": (validation.check_key, ("../x", "key")),
    "key dot": (validation.check_key, (".", "key")),
    "key two dots before": (validation.check_key, ("..a", "key")),
    "key three dots": (validation.check_key, ("...", "key")),
    "run id missing": (validation.check_run_id, ("",)),
    "run id character": (validation.check_run_id, ("a/b",)),
    "run id first": (validation.check_run_id, ("-a", "run_ids[3]")),
    "run id long": (validation.check_run_id, ("a" * 257,)),
    "run id line break": (validation.check_run_id, ("a\n",)),
    "new run id not ascii": (validation.check_new_run_id, ("名",)),
    "experiment id missing": (validation.experiment_id, ("",)),
    "experiment id word": (validation.experiment_id, ("abc",)),
    "experiment id sign": (validation.experiment_id, ("-1",)),
    "experiment id other digits": (validation.experiment_id, ("\u0661",)),
    "experiment id beyond 64 bits": (validation.experiment_id, (str(2**63), "experiment_ids[0]")),
    "experiment id of a million digits": (validation.experiment_id, ("9" * 1_000_000,)),
    "experiment name missing": (validation.check_experiment_name, ("", "name")),
    "experiment name long": (validation.check_experiment_name, ("n" * 501, "new_name")),
    "experiment name NUL": (validation.check_experiment_name, ("a\0b", "name")),
    "experiment name half a pair": (validation.check_experiment_name, ("a\ud800", "name")),
    "run name long": (validation.check_run_name, ("n" * 251, "run_name")),
    "param value long": (STRICT.param_value, ("v" * 6001, "value")),
    "param value NUL": (TextPolicy().param_value, ("v\0", "params[0].value")),
    "tag value long": (STRICT.tag_value, ("v" * 8001, "tags[2].value")),
    "tag value half a pair": (TextPolicy().tag_value, ("\udfff", "value")),
    "experiment tag value long": (validation.check_experiment_tag_value, ("v" * 20_001, "value")),
    "time negative": (validation.check_time, (-1, "metrics[7].timestamp")),
    "number too small": (validation.check_between, (0, "max_results", 1, 50_000)),
    "number too great": (validation.check_between, (50_001, "max_results", 1, 50_000)),
    "list missing": (lambda: validation.check_list_size(0, "run_ids", 100, low=1), ()),
    "list long": (validation.check_list_size, (101, "run_ids", 100)),
    "batch long": (validation.check_batch_size, (1001, "metrics", 1000)),
    "batch long altogether": (validation.check_batch_size, (1001, "metrics, params, and tags", 1000)),
    "status unspecified": (validation.run_status, (0,)),
    "status unknown": (validation.run_status, (6,)),
    "view unknown": (validation.view_type, (0, "run_view_type")),
}
"""What is refused: (rule, its arguments)."""


def refusal(rule: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """The words of a refusal."""
    with pytest.raises(InvalidParameter) as caught:
        rule(*arguments)
    return caught.value.message


def golden() -> dict[str, str]:
    """The refusals as reviewed."""
    pairs = (line.partition(": ")[::2] for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    return dict(pairs)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_value_rule_and_way_out(name: str) -> None:
    message = refusal(*REFUSED[name])
    assert message == golden()[name]
    assert message.isprintable()
    assert len(message) < 500


def test_every_reviewed_refusal_is_tested() -> None:
    assert list(golden()) == list(REFUSED)


TAKEN: dict[str, tuple[Callable[..., Any], tuple[Any, ...], Any]] = {
    "key of 250 characters": (validation.check_key, ("名" * 250, "key"), None),
    "key with every allowed mark": (validation.check_key, ("a_b-c.d e:f/g", "key"), None),
    "key dot before": (validation.check_key, (".a", "key"), None),
    "key dots behind": (validation.check_key, ("a..", "key"), None),
    "key spaces around": (validation.check_key, (" a ", "key"), None),
    "key accents": (validation.check_key, ("é/Ж", "key"), None),
    "key of a prototype": (validation.check_key, ("__proto__", "key"), None),
    "run id of 256": (validation.check_run_id, ("a" * 256,), None),
    "run id of one": (validation.check_run_id, ("0",), None),
    "run id with letters of all kinds": (validation.check_run_id, ("aé_-",), None),
    "new run id": (validation.check_new_run_id, ("A0_-",), None),
    "experiment id": (validation.experiment_id, ("0",), 0),
    "experiment id of 63 bits": (validation.experiment_id, (str(2**63 - 1),), 2**63 - 1),
    "experiment name": (validation.check_experiment_name, ("../☃\n" + "n" * 495, "name"), None),
    "run name empty": (validation.check_run_name, ("", "run_name"), None),
    "run name of 250": (validation.check_run_name, ("n" * 250, "run_name"), None),
    "param value of 6000": (STRICT.param_value, ("😀" * 6000, "value"), "😀" * 6000),
    "param value cut off": (TextPolicy().param_value, ("v" * 6001, "value"), "v" * 6000),
    "tag value of 8000": (STRICT.tag_value, ("v" * 8000, "value"), "v" * 8000),
    "tag value cut off": (TextPolicy().tag_value, ("v" * 9000, "value"), "v" * 8000),
    "experiment tag value": (validation.check_experiment_tag_value, ("v" * 20_000, "value"), None),
    "time zero": (validation.check_time, (0, "timestamp"), None),
    "number at the ends": (validation.check_between, (1, "max_results", 1, 1), None),
    "list empty": (validation.check_list_size, (0, "tags", 100), None),
    "list full": (validation.check_list_size, (100, "tags", 100), None),
    "batch full": (validation.check_batch_size, (1000, "metrics", 1000), None),
    "status": (validation.run_status, (5,), RunStatus.KILLED),
    "view": (validation.view_type, (3, "view_type"), ViewType.ALL),
}
"""What is taken: (rule, its arguments, what it returns)."""


@pytest.mark.parametrize("name", TAKEN)
def test_what_fits_is_taken(name: str) -> None:
    rule, arguments, expected = TAKEN[name]
    assert rule(*arguments) == expected


@given(st.text())
def test_a_key_is_taken_or_refused_and_both_again(key: str) -> None:
    """The memory of checked keys changes nothing."""

    def outcome() -> str | None:
        try:
            validation.check_key(key, "key")
        except InvalidParameter as error:
            return error.message
        return None

    assert outcome() == outcome()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_what_is_shown_of_a_value_is_one_printable_line(text: str) -> None:
    for words in (validation.shown(text), validation.quoted(text)):
        assert words.isprintable()
        assert len(words) <= 10 * (limits.MAX_SHOWN_CHARS + 3)


def test_what_is_shown_of_a_long_value_is_its_beginning() -> None:
    assert validation.shown("x" * 121) == '"' + "x" * 120 + '…"'
    assert validation.quoted("x" * 121) == "'" + "x" * 120 + "…'"
    assert validation.shown("x" * 120) == '"' + "x" * 120 + '"'


def test_every_limit_is_a_positive_number_with_a_reason() -> None:
    """Style: every limit has a name, a unit and a why; its docstring stands below it."""
    lines = Path(limits.__file__).read_text(encoding="utf-8").splitlines()
    for index, line in enumerate(lines):
        if ": Final = " in line:
            name = line.split(":")[0]
            assert getattr(limits, name) > 0
            assert lines[index + 1].startswith('"""'), name


if __name__ == "__main__":
    GOLDEN.write_text("".join(f"{name}: {refusal(*case)}\n" for name, case in REFUSED.items()), encoding="utf-8")
