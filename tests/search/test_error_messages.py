"""The wording of refusals: each message says what is wrong, where, and what is allowed.

golden/*.txt hold a search and its refusal side by side; `python tests/search/test_error_messages.py` rewrites the
refusals after a change of wording, for review.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.search import (
    parse_experiment_filter,
    parse_experiment_order,
    parse_run_filter,
    parse_run_order,
)

GOLDEN = Path(__file__).parent / "golden"

PARSERS: dict[str, Callable[[Any], object]] = {
    "run_filter": parse_run_filter,
    "run_order": parse_run_order,
    "experiment_filter": parse_experiment_filter,
    "experiment_order": parse_experiment_order,
}


def inputs(name: str) -> list[Any]:
    """What the golden file asks, one JSON value on each line that begins with `> `."""
    lines = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return [json.loads(line.removeprefix("> ")) for line in lines if line.startswith("> ")]


def written(name: str) -> str:
    """The golden file as the parser's present wording would have it."""
    blocks = []
    for asked in inputs(name):
        try:
            PARSERS[name](asked)
            answer = "(accepted)"
        except InvalidParameter as refusal:
            answer = refusal.message
        blocks.append(f"> {json.dumps(asked)}\n{answer}\n")
    return "\n".join(blocks)


@pytest.mark.parametrize("name", PARSERS)
def test_messages(name: str) -> None:
    text = written(name)
    assert text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert "(accepted)" not in text


def test_the_callers_name_of_the_parameter_is_used() -> None:
    with pytest.raises(InvalidParameter, match=r"^Invalid filter_string, column 1: "):
        parse_run_filter("?", "filter_string")
    with pytest.raises(InvalidParameter, match="'filter_string'"):
        parse_experiment_filter("\0", "filter_string")
    with pytest.raises(InvalidParameter, match=r"^Invalid sorting\[1\], column 1: "):
        parse_run_order(["run_id", "?"], "sorting")


def test_the_same_text_under_two_names() -> None:
    """Remembered filters must not carry the name under which they were read first."""
    for name in ("filter", "filter_string", "filter"):
        with pytest.raises(InvalidParameter, match=f"^Invalid {name},"):
            parse_run_filter("params.a = 1", name)


if __name__ == "__main__":
    for each in PARSERS:
        (GOLDEN / f"{each}.txt").write_text(written(each), encoding="utf-8")
    sys.exit()
