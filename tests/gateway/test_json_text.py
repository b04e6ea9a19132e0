"""Bytes of a body to a JSON object: every shape a client may send, and every trick (rest-facts §2)."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.json_text import UnreadableBody, parse_object


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"", {}),
        (b" \n\t", {}),
        (b"null", {}),
        (b"{}", {}),
        (b' {"a": 1} ', {"a": 1}),
        (b'"{\\"a\\": 1}"', {"a": 1}),
        (b'"{}"', {}),
        (b'""', {}),
        (b'{"a":"x:y","b":{"c":":"}}', {"a": "x:y", "b": {"c": ":"}}),
        (b'{"a":{"x":1},"b":{"x":2}}', {"a": {"x": 1}, "b": {"x": 2}}),
        (b'{"a\\u003a":1}', {"a:": 1}),
        ('{"é":"名前"}'.encode(), {"é": "名前"}),
        (b'{"a":"\\ud83d\\ude00"}', {"a": "😀"}),
    ],
)
def test_objects(body: bytes, document: dict[str, Any]) -> None:
    assert parse_object(body) == document


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"[]", "an array"), (b"1", "a number"), (b"1.5", "a number"), (b"true", "a boolean"), (b'"[1]"', "an array"),
     (b'"\\"{}\\""', "a string")],
)  # fmt: skip
def test_json_that_is_no_object_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(InvalidRequest, match=f"must be a JSON object, got {kind}"):
        parse_object(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":[{"b":1},{"b":1,"b":1}]}',
        b'{"a":"x:y","a":"z"}',
        b'"{\\"a\\":1,\\"a\\":2}"',
    ],
)
def test_a_name_given_twice_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="twice in one object"):
        parse_object(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nope",
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e999}',
        b'{"a":-1e999}',
        b'{"a":01}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        b"\x00",
        b'"not json inside"',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
)
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        parse_object(body)


@pytest.mark.parametrize("depth", [100, 900, 1000, 1020])
def test_depth_within_the_parser_s_limit_is_read_or_refused(depth: int) -> None:
    body = b'{"a":' * depth + b'":"' + b"}" * depth
    try:
        parse_object(body)
    except InvalidRequest as error:
        assert "nested too deeply" in error.message  # noqa: PT017  # one of two right outcomes


names = st.text(alphabet='ab:"é', max_size=3)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(alphabet='a:"{}', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(names, values, max_size=4))
def test_no_document_without_repeated_names_is_refused(document: dict[str, Any]) -> None:
    assert parse_object(orjson.dumps(document)) == document
    assert parse_object(json.dumps(document).encode()) == document


@given(st.lists(st.tuples(names, values), min_size=1, max_size=5))
def test_repeated_names_are_always_found(pairs: list[tuple[str, Any]]) -> None:
    text = "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}"
    repeated = len({name for name, _ in pairs}) < len(pairs)
    try:
        parse_object(text.encode())
    except InvalidRequest:
        assert repeated
    else:
        assert not repeated


@given(st.binary(max_size=50))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(InvalidRequest, UnreadableBody):
        assert isinstance(parse_object(body), dict)
