"""Shows how far a long transfer of artifacts is, where a person is watching: on a terminal, at its standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlflow.environment_variables import MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SHOWN_AFTER_S = 1.0
"""A transfer that ends before is not worth a bar, nor the import that one costs."""

Count = Callable[[int], None]
"""Takes the bytes that have arrived since the last call; from any thread."""


@contextmanager
def progress(title: str, total_bytes: int | None) -> Iterator[Count]:
    """Counts the bytes of one transfer; None stands for a total that nobody knows.

    Shows nothing when MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR is false, or standard error is no terminal.
    """
    if not MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR.get() or not _is_watched():
        yield _ignore
        return
    bar = _Bar(title, total_bytes)
    try:
        yield bar.count
    finally:
        bar.close()


def counted(chunks: Iterable[bytes], count: Count) -> Iterator[bytes]:
    """The chunks, each counted when the next is asked for."""
    for chunk in chunks:
        yield chunk
        count(len(chunk))


class _Bar:
    """Appears when the transfer has taken a while, and goes away when it ends."""

    def __init__(self, title: str, total_bytes: int | None) -> None:
        self._title = title
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._appears = time.monotonic() + SHOWN_AFTER_S
        self._shown: tuple[Progress, TaskID] | None = None
        self._lock = threading.Lock()

    def count(self, size_bytes: int) -> None:
        """Moves the bar."""
        with self._lock:
            self._done_bytes += size_bytes
            if self._shown is None and time.monotonic() >= self._appears:
                self._shown = self._show()
            if self._shown is not None:
                display, task = self._shown
                # What is sent again after a broken connection is counted again.
                total = self._total_bytes
                display.update(task, completed=self._done_bytes if total is None else min(self._done_bytes, total))

    def close(self) -> None:
        """Takes the bar away."""
        with self._lock:
            if self._shown is not None:
                self._shown[0].stop()

    def _show(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        display = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        task = display.add_task(self._title, total=self._total_bytes)
        display.start()
        return display, task


def _is_watched() -> bool:
    # Python has no standard error when it runs without a console.
    return sys.stderr is not None and sys.stderr.isatty()


def _ignore(_: int) -> None:
    pass
