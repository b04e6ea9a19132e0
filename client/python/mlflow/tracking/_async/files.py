"""Files that are stored asynchronously: one after the other, in a thread of their own."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_all

from mlflow.tracking._async.threads import LateThread
from mlflow.tracking._async.verdicts import says_away

MAX_WAITING_FILES = 100
"""Files that may wait to be stored, each in a temporary folder; then whoever logs another waits for room."""

_logger = logging.getLogger(__name__)

Job = tuple[str, Callable[[], object], "Future[None]"]
"""A run, what stores a file of it, and what is told how that ended."""


class FileQueue:
    """Stores files of runs of one service in the order in which they were given."""

    def __init__(self) -> None:
        """Starts no thread before there is something to store."""
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._paused = False
        self._exiting = False
        self._thread = LateThread(self._work, "mlflow-async-files")

    def submit(self, run_id: str, store: Callable[[], object]) -> Future[None]:
        """Has `store` called; waits while too many files are queued already."""
        job: Job = (run_id, store, Future())
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < MAX_WAITING_FILES)
            self._thread.start()
            self._waiting.append(job)
            self._changed.notify_all()
        return job[2]

    def flush(self, run_id: str | None = None, timeout_s: float | None = None) -> None:
        """Returns once all that was given before, of one run or of all, has ended well or not, or time is out."""
        wait_for_all([done for of_run, _, done in self._jobs() if run_id is None or of_run == run_id], timeout_s)

    def finish(self) -> None:
        """Flushes at exit: once the service turns out to be away, which takes all retries, nothing else is tried."""
        with self._changed:
            self._exiting = True
        self.flush()

    def keep_rest(self) -> None:
        """Tells what a process that is about to die loses: a file that a server did not take is kept nowhere."""
        lost = sum(not done.done() for _, _, done in self._jobs())
        if lost:
            _logger.warning("%s files that were still to be logged asynchronously are lost.", lost)

    def pause(self, timeout_s: float) -> None:
        """Before a fork: leaves no thread in a library that a fork would break, after so long at most."""
        with self._changed:
            self._paused = True
            self._changed.wait_for(lambda: self._current is None, timeout_s)

    def resume(self) -> None:
        """After a fork, in the parent."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def _jobs(self) -> list[Job]:
        with self._changed:
            return [*self._waiting, *([] if self._current is None else [self._current])]

    def _work(self) -> None:
        away: Exception | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting and not self._paused)
                self._current = self._waiting.popleft()
                self._changed.notify_all()
            run_id, store, done = self._current
            try:
                if self._exiting and away is not None:
                    raise away
                store()
            except Exception as error:  # noqa: BLE001 - the thread must live on, and whoever waits be told
                away = error if says_away(error) else None
                _logger.warning("A file that was logged asynchronously to the run %s is lost: %s", run_id, error)
                done.set_exception(error)
            else:
                away = None
                done.set_result(None)
            with self._changed:
                self._current = None
                self._changed.notify_all()
