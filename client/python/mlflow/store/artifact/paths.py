"""Which artifact paths are safe to use: the one rule that client and server share.

A path is checked in its decoded form and used in exactly the form that was checked. Forms that would
become unsafe if somebody decoded them once more are refused too (rest-facts §9, "after repeated URL-decoding").
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

MAX_PATH_BYTES = 4096
"""Longest path in bytes of UTF-8: what POSIX systems take as PATH_MAX."""

MAX_SEGMENT_BYTES = 255 - 32
"""Longest segment in bytes of UTF-8: NAME_MAX of common file systems, less what a temporary name adds."""

MAX_SEGMENTS = 100
"""Most segments of a path: each is an open folder while a tree is deleted."""

UPLOAD_PREFIX = ".trackwell-upload-"
"""Begins the name of a file that is still being written; no artifact may have such a name."""

MAX_DECODINGS = 8
"""How often a path is decoded to look for hidden segments; one that still changes then is refused."""


class _Forbidden(NamedTuple):
    pattern: re.Pattern[str]
    name: str


_FORBIDDEN = (
    _Forbidden(re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"), "a control character"),
    _Forbidden(re.compile(r"\\"), "a backslash"),
    # What follows one of these is no path any more once it stands in a URI.
    _Forbidden(re.compile("#"), "'#'"),
    _Forbidden(re.compile(r"\?"), "'?'"),
)
_DRIVE = re.compile(r"^[A-Za-z]:")


class InvalidArtifactPath(ValueError):
    """The path is not a plain relative path; the message says which rule it breaks."""


def check_path(path: str) -> str:
    """Returns `path` when it is a plain relative path of one or more segments, else raises InvalidArtifactPath."""
    form = path
    for _ in range(MAX_DECODINGS):
        reason = _fault(form)
        if reason is not None:
            raise InvalidArtifactPath(f"Invalid path {_shortened(path)}: {reason}. {_WAY_OUT}")
        decoded = unquote(form, errors="strict") if _is_decodable(form) else form
        if decoded == form:
            return path
        form = decoded
    raise InvalidArtifactPath(f"Invalid path {_shortened(path)}: it is percent-encoded too many times. {_WAY_OUT}")


def check_folder(path: str | None) -> str:
    """Like `check_path`, but absent or empty means the root, which is returned as the empty text."""
    return "" if not path else check_path(path)


def join(folder: str, path: str) -> str:
    """`path` below `folder`, where either may be empty for "here"."""
    return f"{folder}/{path}" if folder and path else folder or path


_WAY_OUT = "Use a relative path such as 'model/weights.bin'."


def _fault(path: str) -> str | None:
    """What is wrong with this form of a path, or None."""
    if not path:
        return "it is empty"
    try:
        size_bytes = len(path.encode())
    except UnicodeEncodeError:
        return "it is not valid Unicode text"
    if size_bytes > MAX_PATH_BYTES:
        return f"it has {size_bytes} bytes, the most is {MAX_PATH_BYTES}"
    for text in _FORBIDDEN:
        if text.pattern.search(path):
            return f"it contains {text.name}"
    if path.startswith("/"):
        return "it is absolute"
    if _DRIVE.match(path):
        return "it begins with a drive letter"
    segments = path.split("/")
    if len(segments) > MAX_SEGMENTS:
        return f"it has {len(segments)} segments, the most is {MAX_SEGMENTS}"
    for segment in segments:
        reason = _segment_fault(segment)
        if reason is not None:
            return reason
    return None


def _segment_fault(segment: str) -> str | None:
    if not segment:
        return "it has an empty segment"
    if segment in (".", ".."):
        return f"it has a segment '{segment}'"
    if segment[-1] in ". ":
        return "a segment ends with a dot or a space"
    if segment.startswith(UPLOAD_PREFIX):
        return f"names that begin with '{UPLOAD_PREFIX}' are reserved"
    if len(segment.encode()) > MAX_SEGMENT_BYTES:
        return f"a segment is longer than {MAX_SEGMENT_BYTES} bytes"
    return None


def _is_decodable(path: str) -> bool:
    """Whether percent-decoding gives text at all; what does not is a name that merely contains '%'."""
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _shortened(path: str) -> str:
    """The path for a message, cut to a bounded length."""
    shown = ascii(path)
    return shown if len(shown) <= 120 else f"{shown[:117]}...'"
