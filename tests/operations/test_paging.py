"""Page tokens: they bring back what was put in, for the request they were made for, and nothing else (DESIGN §4)."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.paging import fingerprint, make_token, read_token

ASKED = fingerprint("runs", ["0"], "")

positions = st.lists(
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"))
)


@given(positions)
def test_a_position_comes_back(position: list[Any]) -> None:
    token = make_token(ASKED, position)
    found = read_token(token, ASKED)
    assert [(type(value), value) for value in found] == [(type(value), value) for value in position]
    assert math.copysign(1, found[0]) == math.copysign(1, position[0]) if found and found[0] == 0.0 else True
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_nan_comes_back() -> None:
    (found,) = read_token(make_token(ASKED, (math.nan,)), ASKED)
    assert isinstance(found, float)
    assert math.isnan(found)


@given(st.text(max_size=200))
def test_no_text_leads_to_anything_but_a_refusal(token: str) -> None:
    with pytest.raises(InvalidParameter, match="page_token"):
        read_token(token, ASKED)


def raw(value: object) -> str:
    """A token that holds any JSON."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "forged",
    [
        raw([]),
        raw([1]),
        raw({"offset": 1}),
        raw("text"),
        raw([1, ASKED, True]),
        raw([1, ASKED, 2**63]),
        raw([1, ASKED, -(2**63) - 1]),
        raw([1, ASKED, 1.5]),
        raw([1, ASKED, []]),
        raw([1, ASKED, ["f"]]),
        raw([1, ASKED, ["f", 1]]),
        raw([1, ASKED, ["f", "xyz"]]),
        raw([1, ASKED, ["f", "0x1p99999"]]),
        raw([1, ASKED, ["g", "0x1p1"]]),
        raw([1, ASKED, {"a": 1}]),
        raw([1, ASKED, "a\0b"]),
        raw([1, ASKED, "a\ud800b"]),
        raw([1, ASKED, "\ud800"]),
        base64.urlsafe_b64encode(b"[1," + b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b'[1, "' + b"9" * 10).decode(),
        "A" * 262_145,
        "not base64!",
        "é",
        "",
    ],
)
def test_a_forged_token_is_refused(forged: str) -> None:
    with pytest.raises(InvalidParameter, match="It is not a token of this server"):
        read_token(forged, ASKED)


def test_a_token_of_another_version_is_told_apart() -> None:
    with pytest.raises(InvalidParameter, match="another version of this server"):
        read_token(raw([2, ASKED, 1]), ASKED)


def test_a_token_of_another_request_is_told_apart() -> None:
    with pytest.raises(InvalidParameter, match="for parameter 'token' supplied: It belongs to another request"):
        read_token(make_token(fingerprint("runs", ["1"], ""), (1,)), ASKED, parameter="token")


def test_fingerprints_tell_requests_apart() -> None:
    requests: list[tuple[object, ...]] = [
        ("a",),
        ("b",),
        ("a", ""),
        ("a", None),
        (["a"],),
        (["a", "b"],),
        (["a,b"],),
        (1,),
        ("1",),
    ]
    assert len({fingerprint(*request) for request in requests}) == len(requests)
    assert fingerprint("a", [1]) == fingerprint("a", [1])
