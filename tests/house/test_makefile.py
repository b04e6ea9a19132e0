"""`make help` lists every target, and a prepared checkout is not prepared again."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _make(*arguments: str) -> str:
    """What a make of its own prints: within `make test` it would be a sub-make, which announces its folder."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=own, capture_output=True, text=True, check=True).stdout


def test_help_has_one_line_for_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets, "a file of a target's name would switch it off"
    listed = [line.split(maxsplit=1) for line in _make("help").splitlines()]
    assert {name for name, _ in listed} == targets
    assert len(listed) == len(targets)


def test_make_alone_is_help() -> None:
    assert _make() == _make("help")


def test_every_target_can_be_planned() -> None:
    for line in _make("help").splitlines():
        _make("--dry-run", line.split()[0])
