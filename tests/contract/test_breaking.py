"""`scripts/breaking.sh` finds a broken contract in every kind of checkout, and says so where it cannot compare."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BUF = Path(sys.executable).with_name("buf")
FIELD = "optional string run_id = 1;"


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", message)


def _breaking(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "BASE"}
    return subprocess.run(
        ["scripts/breaking.sh", BUF],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _break(folder: Path) -> None:
    runs = folder / "proto" / "trackwell" / "v1" / "runs.proto"
    text = runs.read_text(encoding="utf-8")
    assert FIELD in text
    runs.write_text(text.replace(FIELD, "optional int64 run_id = 1;", 1), encoding="utf-8")


@pytest.fixture
def repository(root: Path, tmp_path: Path) -> Path:
    """A repository of one commit with the contract and what checks it."""
    folder = tmp_path / "repository"
    for part in ("proto", "third_party"):
        shutil.copytree(root / part, folder / part)
    (folder / "scripts").mkdir()
    shutil.copy(root / "scripts" / "breaking.sh", folder / "scripts" / "breaking.sh")
    shutil.copy(root / "buf.yaml", folder / "buf.yaml")
    _git(folder, "init", "--quiet")
    _commit(folder, "the contract")
    return folder


def test_the_first_commit_has_nothing_to_compare_with(repository: Path) -> None:
    checked = _breaking(repository)
    assert (checked.returncode, checked.stdout) == (0, "breaking: no earlier contract to compare with\n")


def test_an_uncommitted_break_is_found(repository: Path) -> None:
    _break(repository)
    checked = _breaking(repository)
    assert checked.returncode != 0
    assert '"run_id"' in checked.stdout
    assert "changed type" in checked.stdout


def test_a_committed_break_is_found_against_the_first_parent(repository: Path) -> None:
    _break(repository)
    _commit(repository, "a break")
    assert _breaking(repository).returncode != 0
    (repository / "README.md").write_text("later\n", encoding="utf-8")
    _commit(repository, "something else")
    landed = _breaking(repository)
    assert landed.returncode == 0, "what has landed is the contract"
    assert "a break" in landed.stdout
    assert _breaking(repository, BASE="HEAD~2").returncode != 0


def test_a_branch_is_compared_with_where_it_left_the_remote(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    _break(clone)
    _commit(clone, "a break")
    (clone / "README.md").write_text("later\n", encoding="utf-8")
    _commit(clone, "something else")
    assert _breaking(clone).returncode != 0


def test_a_shallow_clone_fetches_the_commit_before(repository: Path, tmp_path: Path) -> None:
    _break(repository)
    _commit(repository, "a break")
    clone = tmp_path / "shallow"
    _git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
    assert _breaking(clone).returncode != 0


def test_a_base_that_does_not_exist_is_refused_by_name(repository: Path) -> None:
    checked = _breaking(repository, BASE="no-such-branch")
    assert checked.returncode == 2
    assert "'no-such-branch'" in checked.stderr
