"""Range and precondition headers as a table (RFC 9110 §13, §14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_gateway.ranges import ByteRange, Decision, FileFacts, decide, http_date

MODIFIED_MS = 1_700_000_000_123
DATE = http_date(MODIFIED_MS)
EARLIER = http_date(MODIFIED_MS - 60_000)
LATER = http_date(MODIFIED_MS + 60_000)
TEN = FileFacts(10, "tag", MODIFIED_MS)
WHOLE = Decision(200)


def part(offset: int, length: int) -> Decision:
    return Decision(206, ByteRange(offset, length))


@pytest.mark.parametrize(
    ("value", "decision"),
    [
        ("bytes=0-0", part(0, 1)),
        ("bytes=0-4", part(0, 5)),
        ("bytes=2-", part(2, 8)),
        ("bytes=9-", part(9, 1)),
        ("bytes=5-100", part(5, 5)),
        ("bytes=5-9999999999999999999", part(5, 5)),
        ("bytes=-3", part(7, 3)),
        ("bytes=-10", part(0, 10)),
        ("bytes=-11", part(0, 10)),
        ("BYTES=1-2", part(1, 2)),
        ("bytes= 1-2 ", part(1, 2)),
        ("bytes=-0", Decision(416)),
        ("bytes=10-", Decision(416)),
        ("bytes=10-12", Decision(416)),
        ("bytes=9999999999999999999-", Decision(416)),
        ("bytes=5-4", WHOLE),
        ("bytes=", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=1.0-2", WHOLE),
        ("bytes=+1-2", WHOLE),
        ("bytes=\u0661-\u0662", WHOLE),
        ("bytes=0-1,3-4", WHOLE),
        ("bytes=" + ",".join(f"{at}-{at}" for at in range(1000)), WHOLE),
        ("lines=0-1", WHOLE),
        ("0-1", WHOLE),
        ("bytes=0-1" + " " * 10_000, WHOLE),
        ("", WHOLE),
    ],
)
def test_ranges(value: str, decision: Decision) -> None:
    assert decide({"Range": value}, TEN) == decision


@pytest.mark.parametrize("value", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_an_empty_file_has_no_range(value: str) -> None:
    assert decide({"Range": value}, FileFacts(0, "tag", None)) == Decision(416)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"If-None-Match": '"tag"'}, 304),
        ({"If-None-Match": 'W/"tag"'}, 304),
        ({"If-None-Match": '"a", "tag", "b"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": "tag"}, 200),
        ({"If-None-Match": ""}, 200),
        ({"If-Modified-Since": DATE}, 304),
        ({"If-Modified-Since": LATER}, 304),
        ({"If-Modified-Since": EARLIER}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Modified-Since": "Tue, 99 Foo 99999 99:99:99 GMT"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": LATER}, 200),
        ({"If-Match": '"tag"'}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": 'W/"tag"'}, 412),
        ({"If-Match": '"other"', "If-None-Match": '"tag"'}, 412),
        ({"Range": "bytes=0-1", "If-Range": '"tag"'}, 206),
        ({"Range": "bytes=0-1", "If-Range": '"other"'}, 200),
        ({"Range": "bytes=0-1", "If-Range": 'W/"tag"'}, 200),
        ({"Range": "bytes=0-1", "If-Range": DATE}, 206),
        ({"Range": "bytes=0-1", "If-Range": LATER}, 200),
        ({"Range": "bytes=0-1", "If-Range": "nonsense"}, 200),
        ({"Range": "bytes=0-1", "If-None-Match": '"tag"'}, 304),
    ],
)
def test_preconditions(headers: dict[str, str], status: int) -> None:
    assert decide(headers, TEN).status == status


def test_a_file_without_tag_or_time_matches_nothing_but_the_star() -> None:
    bare = FileFacts(10, "", None)
    assert decide({"If-None-Match": '""'}, bare).status == 200
    assert decide({"If-Match": '""'}, bare).status == 412
    assert decide({"If-Match": "*"}, bare).status == 200
    assert decide({"If-Modified-Since": LATER}, bare).status == 200
    assert decide({"Range": "bytes=0-1", "If-Range": DATE}, bare).status == 200


@given(st.text(alphabet="bytes=0123456789-, ", max_size=30), st.integers(0, 20))
def test_any_range_is_within_the_file(value: str, size_bytes: int) -> None:
    decision = decide({"Range": value}, FileFacts(size_bytes, "tag", None))
    assert decision.status in (200, 206, 416)
    if decision.part is not None:
        assert decision.part.length > 0
        assert 0 <= decision.part.offset < decision.part.offset + decision.part.length <= size_bytes


@given(st.sampled_from(["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since"]), st.text(max_size=40))
def test_no_header_breaks_the_decision(name: str, value: str) -> None:
    assert decide({"Range": "bytes=0-1", name: value}, TEN).status in (200, 206, 304, 412, 416)
