"""File names in Content-Disposition (RFC 6266): nothing escapes from the header, and the name survives."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_gateway.disposition import attachment


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("model.pkl", 'attachment; filename="model.pkl"'),
        ("a/b/model v1 (2).pkl", 'attachment; filename="model v1 (2).pkl"'),
        ("a/", 'attachment; filename="a"'),
        ("", 'attachment; filename="artifact"'),
        ("名.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%E5%90%8D.txt"),
        ('a"b\\c;d.txt', "attachment; filename=\"a_b_c_d.txt\"; filename*=UTF-8''a%22b%5Cc%3Bd.txt"),
        ("a%41.txt", "attachment; filename=\"a_41.txt\"; filename*=UTF-8''a%2541.txt"),
        ("a\r\nX: y", "attachment; filename=\"a__X_ y\"; filename*=UTF-8''a%0D%0AX%3A%20y"),
    ],
)  # fmt: skip
def test_names(path: str, value: str) -> None:
    assert attachment(path) == value


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_is_one_safe_header_and_survives(name: str) -> None:
    value = attachment(name)
    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 2
    base = name.rstrip("/").rsplit("/", 1)[-1] or "artifact"
    if "filename*=" in value:
        assert unquote(value.rsplit("''", 1)[1]) == base
    else:
        assert value == f'attachment; filename="{base}"'
