"""HTTP range requests and preconditions for stored files (RFC 9110 §13, §14), as pure functions over headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Final

from trackwell_gateway.limits import RANGE_HEADER_MAX_CHARS

_SINGLE_RANGE: Final = re.compile(r"bytes=[ \t]*(?:([0-9]{1,19})-([0-9]{0,19})|-([0-9]{1,19}))[ \t]*", re.IGNORECASE)
_ENTITY_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What range and preconditions depend on."""

    size_bytes: int
    etag: str
    """Strong entity tag without quotes; empty when there is none."""
    modified_time_ms: int | None


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What to answer: 200 the whole file, 206 the part, 304, 412 or 416 nothing."""

    status: int
    part: ByteRange | None = None


def decide(headers: Mapping[str, str], facts: FileFacts) -> Decision:
    """Evaluates preconditions in the order of RFC 9110 §13.2.2, then the range.

    More than one range, another unit and a range that makes no sense are ignored: the whole file is a correct answer
    to each, and a thousand ranges cost nothing.
    """
    if_match = headers.get("If-Match")
    if if_match is not None and not _tag_matches(if_match, facts.etag, weak=False):
        return Decision(412)
    if_none_match = headers.get("If-None-Match")
    if if_none_match is not None:
        if _tag_matches(if_none_match, facts.etag, weak=True):
            return Decision(304)
    elif _not_modified_since(headers.get("If-Modified-Since"), facts):
        return Decision(304)
    wanted = headers.get("Range")
    if wanted is None or not _if_range_holds(headers.get("If-Range"), facts):
        return Decision(200)
    return _decide_range(wanted, facts.size_bytes)


def _decide_range(wanted: str, size_bytes: int) -> Decision:
    found = _SINGLE_RANGE.fullmatch(wanted) if len(wanted) <= RANGE_HEADER_MAX_CHARS else None
    if found is None:
        return Decision(200)
    first, last, suffix = found.groups()
    if suffix is not None:
        length = min(int(suffix), size_bytes)
        return Decision(206, ByteRange(size_bytes - length, length)) if length else Decision(416)
    offset = int(first)
    end = min(int(last), size_bytes - 1) if last else size_bytes - 1
    if last and int(last) < offset:
        return Decision(200)
    if offset >= size_bytes:
        return Decision(416)
    return Decision(206, ByteRange(offset, end - offset + 1))


def http_date(time_ms: int) -> str:
    """A time in milliseconds since the epoch as an HTTP date."""
    return formatdate(time_ms // 1000, usegmt=True)


def quoted_tag(etag: str) -> str:
    """An entity tag as it stands in headers."""
    return f'"{etag}"'


def _tag_matches(header: str, etag: str, *, weak: bool) -> bool:
    if header.strip() == "*":
        return True
    tags: list[str] = _ENTITY_TAG.findall(header)
    if weak:
        tags = [tag.removeprefix("W/") for tag in tags]
    return bool(etag) and quoted_tag(etag) in tags


def _seconds(header: str | None) -> float | None:
    if header is None:
        return None
    try:
        return parsedate_to_datetime(header).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _not_modified_since(header: str | None, facts: FileFacts) -> bool:
    since_s = _seconds(header)
    return since_s is not None and facts.modified_time_ms is not None and facts.modified_time_ms // 1000 <= since_s


def _if_range_holds(header: str | None, facts: FileFacts) -> bool:
    if header is None:
        return True
    if '"' in header:
        return bool(facts.etag) and header.strip() == quoted_tag(facts.etag)
    since_s = _seconds(header)
    return since_s is not None and facts.modified_time_ms is not None and facts.modified_time_ms // 1000 == since_s
