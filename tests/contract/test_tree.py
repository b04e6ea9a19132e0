"""The freshness check sees every kind of difference, and regenerating mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.tree import differences, replace


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "fresh" / "python"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "one.py").write_text("1\n", encoding="utf-8")
    (folder / "two.py").write_text("2\n", encoding="utf-8")
    return folder


@pytest.fixture
def committed(tmp_path: Path, fresh: Path) -> Path:
    folder = tmp_path / "gen" / "python"
    replace(fresh, folder)
    return folder


def test_a_fresh_tree_has_no_differences(fresh: Path, committed: Path) -> None:
    (committed / "__pycache__").mkdir()
    (committed / "__pycache__" / "two.cpython-311.pyc").write_bytes(b"cache")
    assert differences(fresh, committed) == []


def test_every_kind_of_difference_is_told_and_mended(fresh: Path, committed: Path) -> None:
    (committed / "a" / "one.py").write_text("edited by hand\n", encoding="utf-8")
    (committed / "two.py").unlink()
    (committed / "old").mkdir()
    (committed / "old" / "three.py").write_text("3\n", encoding="utf-8")
    assert differences(fresh, committed) == [
        "different  gen/python/a/one.py",
        "surplus    gen/python/old/three.py",
        "missing    gen/python/two.py",
    ]
    replace(fresh, committed)
    assert differences(fresh, committed) == []
    assert not (committed / "old").exists()


def test_what_is_fresh_already_is_not_written_again(fresh: Path, committed: Path) -> None:
    before = (committed / "two.py").stat().st_mtime_ns
    replace(fresh, committed)
    assert (committed / "two.py").stat().st_mtime_ns == before
