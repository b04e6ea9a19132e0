"""A check that is switched off says why, beside it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("service", "gateway", "client/python", "migrations", "scripts", "tests", "examples", "benchmarks")
# The codes, then something to read: `
SWITCHED_OFF = re.compile(r"#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)\b")
WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|(?:type|pyright):\s*ignore\[[\w\-, ]+\])(?!\S)"
    r"\s*(?:-+|#+|:|—)?\s*(?P<reason>\S.*)$"
)


def _without_reason(source: str) -> Iterator[int]:
    """Yield the lines whose last directive is followed by no words, or which switch off everything."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        starts = [match.start() for match in SWITCHED_OFF.finditer(token.string)]
        if starts and WITH_REASON.match(token.string[starts[-1] :]) is None:
            yield token.start[0]


def test_every_switched_off_check_has_its_reason() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)  # environments
        for line in _without_reason(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("comment", "accepted"),
    [
        ("# noqa: BLE001 - the caller gets whatever it was", True),
        ("# noqa: S101, SLF001 - looks inside on purpose", True),
        ("# type: ignore[arg-type]  # the stub is wrong", True),
        ("# pyright: ignore[reportPrivateUsage] - same package", True),
        ("# type: ignore[misc]  # noqa: E501 - both, because of the stub", True),
        ("# a remark", True),
        ("# noqa", False),
        ("# noqa: BLE001", False),
        ("# type: ignore", False),
        ("# type: ignore[arg-type]", False),
        ("# type: ignore  # everything", False),
        ("# pyright: ignore[reportPrivateUsage]", False),
    ],
)
def test_what_counts_as_a_reason(comment: str, accepted: bool) -> None:
    assert list(_without_reason(f"value = 1  {comment}\n")) == ([] if accepted else [1])
