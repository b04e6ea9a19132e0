"""Tags that tell where a run comes from (mission document "System Tags", rest-facts §12)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from mlflow.tracking.context import git_context, registry
from mlflow.tracking.context.abstract_context import RunContextProvider
from mlflow.tracking.context.registry import resolve_tags


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A script in an empty folder."""
    script = tmp_path / "train.py"
    script.write_text("")
    monkeypatch.setattr(sys, "argv", [str(script), "--epochs"])
    monkeypatch.setenv("LOGNAME", "ann")
    git_context._described.cache_clear()


def test_a_script(tmp_path: Path) -> None:
    assert resolve_tags() == {
        "mlflow.user": "ann",
        "mlflow.source.name": str(tmp_path / "train.py"),
        "mlflow.source.type": "LOCAL",
    }


def test_given_tags_win() -> None:
    tags = resolve_tags({"mlflow.user": "bob", "a": 1})
    assert (tags["mlflow.user"], tags["a"]) == ("bob", 1)


def test_tags_from_the_environment(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("MLFLOW_RUN_CONTEXT", '{"job": 7, "mlflow.source.type": "JOB"}')
    tags = resolve_tags()
    assert (tags["job"], tags["mlflow.source.type"]) == ("7", "JOB")
    for text in ("nonsense", "[1]"):
        monkeypatch.setenv("MLFLOW_RUN_CONTEXT", text)
        assert resolve_tags()["mlflow.source.type"] == "LOCAL"
        assert "MLFLOW_RUN_CONTEXT must hold a JSON object" in caplog.text
        caplog.clear()


def _git(folder: Path) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        command = ["git", "-C", str(folder), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return run


def test_a_git_repository(tmp_path: Path) -> None:
    git = _git(tmp_path)
    git("init", "-q", "-b", "trunk")
    assert "mlflow.source.git.commit" not in resolve_tags()
    git_context._described.cache_clear()
    git("commit", "-q", "--allow-empty", "-m", "first")
    git("remote", "add", "origin", "https://ann:secret@example.org/a/b.git")
    tags = resolve_tags()
    assert tags["mlflow.source.git.commit"] == git("rev-parse", "HEAD")
    assert tags["mlflow.source.git.branch"] == "trunk"
    assert tags["mlflow.source.git.repoURL"] == "https://example.org/a/b.git"


def test_a_detached_head_has_no_branch(tmp_path: Path) -> None:
    git = _git(tmp_path)
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "first")
    git("checkout", "-q", "--detach")
    tags = resolve_tags()
    assert "mlflow.source.git.commit" in tags
    assert not {"mlflow.source.git.branch", "mlflow.source.git.repoURL"} & set(tags)


def test_a_machine_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _git(tmp_path)("init", "-q")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "mlflow.source.git.commit" not in resolve_tags()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://token@example.org/x", "https://example.org/x"),
        ("git@example.org:a/b.git", "git@example.org:a/b.git"),
        ("https://example.org/x", "https://example.org/x"),
        ("https://[broken", ""),
    ],
)
def test_no_credentials_in_tags(url: str, shown: str) -> None:
    assert git_context.without_credentials(url) == shown


def test_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for a kernel: what is asked of IPython is whether a shell with a kernel runs."""
    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace())
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    tags = resolve_tags()
    assert (tags["mlflow.source.type"], tags["mlflow.source.name"]) == ("NOTEBOOK", "<notebook>")
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ann/n.ipynb")
    assert resolve_tags()["mlflow.source.name"] == "/home/ann/n.ipynb"
    monkeypatch.setattr(sys.modules["__main__"], "__vsc_ipynb_file__", "/n.ipynb", raising=False)
    assert resolve_tags()["mlflow.source.name"] == "/n.ipynb"
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert resolve_tags()["mlflow.source.type"] == "LOCAL"


class _Mine(RunContextProvider):
    def in_context(self) -> bool:
        return True

    def tags(self) -> dict[str, str]:
        return {"cluster": "x"}


class _Broken(_Mine):
    def tags(self) -> dict[str, str]:
        raise OSError("no cluster")


def test_providers_of_other_packages(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def announce(*values: str) -> tuple[EntryPoint, ...]:
        return tuple(EntryPoint(value, value, registry.ENTRY_POINT_GROUP) for value in values)

    monkeypatch.setattr(sys.modules[__name__], "__spec__", None, raising=False)
    monkeypatch.setitem(sys.modules, "their_package", SimpleNamespace(Mine=_Mine, Broken=_Broken))
    found = announce("their_package:Broken", "their_package:Mine", "their_package:Missing")
    monkeypatch.setattr(registry, "_entry_points", lambda: found)
    assert resolve_tags()["cluster"] == "x"
    assert "_Broken failed: no cluster" in caplog.text
    assert "their_package:Missing cannot be loaded" in caplog.text
