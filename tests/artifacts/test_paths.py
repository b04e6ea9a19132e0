"""The rule for artifact paths (security principle P1, rest-facts §9): what is accepted and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlflow.store.artifact.paths import (
    MAX_PATH_BYTES,
    MAX_SEGMENT_BYTES,
    MAX_SEGMENTS,
    InvalidArtifactPath,
    check_folder,
    check_path,
    join,
)

ACCEPTED = [
    "a",
    "model/MLmodel",
    "a b/c d.txt",
    ".hidden/..data",
    "100%.txt",
    "50%25.txt",
    "naïve/名前.png",
    "a+b&c=d.txt",
    "x" * MAX_SEGMENT_BYTES,
    "/".join("d" * MAX_SEGMENTS),
]

REFUSED = {
    "": "empty",
    "/etc/passwd": "absolute",
    "../x": "'..'",
    "a/../../x": "'..'",
    "a/..": "'..'",
    "./a": "'.'",
    "a//b": "empty segment",
    "a/": "empty segment",
    "C:/Windows/win.ini": "drive",
    "c:x": "drive",
    "..\\..\\x": "backslash",
    "%2e%2e/x": "'..'",
    "..%2f..%2fx": "'..'",
    "%252E%252E%252Fetc": "'..'",
    "%25252E%25252E%25252Fetc": "'..'",
    "%5c..%5c": "backslash",
    "%2fetc/passwd": "absolute",
    "a%00b": "control",
    "a\x00b": "control",
    "a\nb": "control",
    "a\x7fb": "control",
    "a#b": "'#'",
    "a%23b": "'#'",
    "a?/a": "'?'",
    "a%3fb": "'?'",
    "trailing.": "dot or a space",
    "trailing /x": "dot or a space",
    "\ud800": "Unicode",
    ".trackwell-upload-1": "reserved",
    "x" * (MAX_SEGMENT_BYTES + 1): "longer",
    "/".join("d" * (MAX_SEGMENTS + 1)): "segments",
    "x/" * (MAX_PATH_BYTES // 2) + "y": "bytes",
}


@pytest.mark.parametrize("path", ACCEPTED)
def test_a_plain_relative_path_is_used_as_it_is(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(("path", "reason"), REFUSED.items())
def test_any_other_path_is_refused_with_its_reason(path: str, reason: str) -> None:
    with pytest.raises(InvalidArtifactPath, match=r"^Invalid path") as refusal:
        check_path(path)
    assert reason in str(refusal.value)
    assert len(str(refusal.value)) < 400
    str(refusal.value).encode()


def test_a_path_that_is_encoded_over_and_over_is_refused() -> None:
    path = "%" + "25" * 20 + "41"
    with pytest.raises(InvalidArtifactPath, match="too many times"):
        check_path(path)


@given(st.text(alphabet="ab./\\%25e2fFcC: \x00", max_size=24))
def test_what_is_accepted_never_has_a_way_out(path: str) -> None:
    try:
        accepted = check_path(path)
    except InvalidArtifactPath:
        return
    segments = accepted.split("/")
    assert ".." not in segments
    assert "." not in segments
    assert "" not in segments


@pytest.mark.parametrize("path", [None, ""])
def test_an_absent_folder_is_the_root(path: str | None) -> None:
    assert check_folder(path) == ""


def test_join_leaves_out_what_is_empty() -> None:
    assert [join("", "b"), join("a", ""), join("a", "b"), join("", "")] == ["b", "a", "a/b", ""]
