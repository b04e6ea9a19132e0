"""What both ways of asynchronous logging share: bounded waiting, flushing, and outcomes."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from concurrent.futures import wait as wait_for_all

from mlflow.exceptions import MlflowException
from mlflow.tracking._async.operations import Operation
from mlflow.tracking._async.spooling import Spooler, SpoolPlace
from mlflow.tracking._async.verdicts import says_away

MAX_WAITING_ITEMS = 100_000
"""Metrics, params and tags that may wait to be sent, some tens of megabytes; then logging waits for room."""

_logger = logging.getLogger(__name__)


class AsyncQueue(ABC):
    """Takes operations from any thread; those of one run reach the service in the order in which they were given."""

    def __init__(self, place: SpoolPlace | None = None) -> None:
        """`place`: where to keep operations while the service is away; without one they fail."""
        self._changed = threading.Condition()
        self._unfinished: dict[Operation, None] = {}
        self._waiting_items = 0
        self._paused = False
        self._place = place
        self._spooler: Spooler | None = None
        """Holds what is logged while the service is away; None while it answers."""

    def adopt(self) -> None:
        """Takes over what programs that have ended could not send. It goes before what is logged now."""
        if self._place is None:
            return
        with self._changed:
            spooler = Spooler(self._place, self._changed, self._return)
            if spooler.adopt():
                self._spooler = spooler
                spooler.start()

    def submit(self, operations: Iterable[Operation]) -> None:
        """Queues operations; waits while too much is queued already."""
        for operation in operations:
            with self._changed:
                while self._waiting_items >= MAX_WAITING_ITEMS:
                    self._changed.wait()
                self._unfinished[operation] = None
                self._waiting_items += operation.size
                try:
                    if self._spooler is not None and not self._is_busy_with(operation.run_id):
                        self._keep(self._spooler, [operation])
                    else:
                        self._enqueue(operation)
                        self._changed.notify_all()
                except BaseException as error:
                    # An interrupt, say: nobody may wait for what no thread will ever deal with.
                    if operation in self._unfinished and not self._holds(operation):
                        self._forget([operation])
                        operation.done.set_exception(error)
                    raise

    def flush(self, run_id: str | None = None, timeout_s: float | None = None) -> None:
        """Returns once all that was given before, of one run or of all, has ended well or not, or time is out."""
        with self._changed:
            futures = [operation.done for operation in self._unfinished if run_id is None or operation.run_id == run_id]
        wait_for_all(futures, timeout_s)

    def finish(self) -> None:
        """Flushes at exit."""
        self.flush()

    def keep_rest(self) -> None:
        """Puts what has not ended on disk, for a process which is about to die. It may be under way as well."""
        with self._changed:
            if self._place is not None and self._unfinished:
                spooler = self._spooler or Spooler(self._place, self._changed, self._return)
                try:
                    spooler.append(list(self._unfinished))
                except MlflowException as error:
                    _logger.warning("What was still to be logged asynchronously is lost: %s", error)

    def pause(self, timeout_s: float) -> None:
        """Before a fork: leaves no thread in a library that a fork would break, after so long at most."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()
            self._changed.wait_for(self._may_fork, timeout_s)

    def resume(self) -> None:
        """After a fork, in the parent."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    @abstractmethod
    def _may_fork(self) -> bool:
        """Whether a fork would break nothing. While paused, it comes true and stays so. The lock is held."""

    @abstractmethod
    def _enqueue(self, operation: Operation) -> None:
        """Sees to it that there is a thread, then puts an operation where that will find it. The lock is held."""

    @abstractmethod
    def _holds(self, operation: Operation) -> bool:
        """Whether a thread will send an operation which was given just now. The lock is held."""

    @abstractmethod
    def _is_busy_with(self, run_id: str) -> bool:
        """Whether something of the run waits or is under way, which what comes must not overtake. The lock is held."""

    def _succeeded(self, operations: Sequence[Operation]) -> None:
        self._forget(operations)
        for operation in operations:
            operation.done.set_result(None)

    def _failed(self, operations: Sequence[Operation], error: Exception) -> None:
        """Keeps operations on disk when the service is away; else tells who waits and the log, as often nobody does."""
        if self._place is not None and says_away(error):
            with self._changed:
                self._keep(self._spooler or self._depart(self._place, error), operations)
            return
        self._lost(operations, error)

    def _depart(self, place: SpoolPlace, error: Exception) -> Spooler:
        """From now on operations are kept on disk, until all that was kept is sent."""
        _logger.warning(
            "What is logged asynchronously is kept in %s until the tracking server is back: %s", place.folder, error
        )
        self._spooler = Spooler(place, self._changed, self._return)
        return self._spooler

    def _keep(self, spooler: Spooler, operations: Sequence[Operation]) -> None:
        """Has operations kept on disk. The lock is held."""
        try:
            spooler.append(operations)
        except MlflowException as error:
            self._lost(operations, error)
        else:
            self._succeeded(operations)
        spooler.start()

    def _return(self) -> None:
        """All that was kept is sent. The lock is held."""
        self._spooler = None
        self._changed.notify_all()

    def _lost(self, operations: Sequence[Operation], error: Exception) -> None:
        self._forget(operations)
        _logger.warning("What was logged asynchronously to the run %s is lost: %s", operations[0].run_id, error)
        for operation in operations:
            operation.done.set_exception(error)

    def _forget(self, operations: Sequence[Operation]) -> None:
        with self._changed:
            for operation in operations:
                del self._unfinished[operation]
                self._waiting_items -= operation.size
            self._changed.notify_all()
