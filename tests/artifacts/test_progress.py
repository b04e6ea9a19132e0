"""The bar of long transfers: for people only, and only when there is something to wait for."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Self

import pytest

from mlflow.exceptions import MlflowException
from mlflow.store.artifact import progress as module
from mlflow.store.artifact.local import LocalArtifactRepository
from mlflow.store.artifact.progress import counted, progress


class Terminal(io.StringIO):
    """A standard error that somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal; every transfer is a long one."""
    monkeypatch.delenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(module, "SHOWN_AFTER_S", 0.0)
    return Terminal()


def transfer(terminal: Terminal | None, total_bytes: int | None = 4) -> None:
    # Within the test itself: pytest sets its own standard error when a test begins.
    with redirect_stderr(terminal), progress("Uploading", total_bytes) as count:
        assert list(counted([b"ab", b"cd"], count)) == [b"ab", b"cd"]


@pytest.mark.parametrize("total_bytes", [4, 3, None])
def test_a_long_transfer_is_shown_and_taken_away(terminal: Terminal, total_bytes: int | None) -> None:
    transfer(terminal, total_bytes)
    assert "Uploading" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K"), "the line is not cleared"


def test_a_short_one_is_not(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN_AFTER_S", 3600.0)
    transfer(terminal)
    assert terminal.getvalue() == ""


def test_nor_one_that_nobody_watches(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "isatty", lambda: False)
    transfer(terminal)
    assert terminal.getvalue() == ""
    transfer(None)


def test_nor_one_that_is_not_to_be(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    transfer(terminal)
    assert terminal.getvalue() == ""
    monkeypatch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "maybe")
    with pytest.raises(MlflowException, match="MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"):
        transfer(terminal)


def test_an_error_takes_it_away_too(terminal: Terminal) -> None:
    def broken() -> Iterator[bytes]:
        yield b"ab"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"), redirect_stderr(terminal), progress("Uploading", 4) as count:
        list(counted(broken(), count))
    assert terminal.getvalue().endswith("\x1b[2K")


def test_every_byte_counts_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int | None, int]] = []

    class Recorder:
        def __init__(self, title: str, total_bytes: int | None) -> None:
            self.title, self.total_bytes, self.done_bytes = title, total_bytes, 0

        def __enter__(self) -> Self:
            return self

        def __call__(self, size_bytes: int) -> None:
            self.done_bytes += size_bytes

        def __exit__(self, *_: object) -> None:
            seen.append((self.title, self.total_bytes, self.done_bytes))

    monkeypatch.setattr("mlflow.store.artifact.artifact_repo.progress", Recorder)
    (tmp_path / "source/d").mkdir(parents=True)
    (tmp_path / "source/a").write_bytes(b"1234")
    (tmp_path / "source/d/b").write_bytes(b"56")
    repository = LocalArtifactRepository(str(tmp_path / "store"))
    repository.log_artifacts(str(tmp_path / "source"))
    repository.log_artifact(str(tmp_path / "source/a"))
    repository.download_artifacts("", str(tmp_path / "all"))
    repository.download_artifacts("a", str(tmp_path / "one"))
    assert seen == [("Uploading", 6, 6), ("Uploading", 4, 4), ("Downloading", 6, 6), ("Downloading", None, 4)]


def test_nothing_of_it_is_loaded_in_vain() -> None:
    code = (
        "import mlflow.store.artifact.proxy, sys; assert not [name for name in sys.modules if name.startswith('rich')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
