"""Asynchronous logging through ordinary requests: a pool of threads, each busy with one run at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from mlflow.exceptions import MlflowException
from mlflow.tracking._async.operations import Operation, take_one_request
from mlflow.tracking._async.queue import AsyncQueue
from mlflow.tracking._async.spooling import SpoolPlace
from mlflow.tracking._async.verdicts import says_away

LogBatches = Callable[[Sequence[object]], None]
"""Logs the requests of several operations of one run as one."""


class PooledQueue(AsyncQueue):
    """Sends with `log_batches`; while a run's request is under way, what is logged to it gathers for the next."""

    def __init__(self, log_batches: LogBatches, threads: int, place: SpoolPlace | None = None) -> None:
        """`threads`: how many runs may be sent at the same time."""
        super().__init__(place)
        self._log_batches = log_batches
        self._threads = threads
        self._started = 0
        self._idle = 0
        self._sending = 0
        """Threads with a request under way."""
        self._lanes: dict[str, deque[Operation]] = {}
        """What waits, by run; a run without an entry has nothing waiting and nothing under way."""
        self._ready: deque[str] = deque()
        """Runs with something waiting and nothing under way."""

    def _enqueue(self, operation: Operation) -> None:
        lane = self._lanes.get(operation.run_id)
        if lane is not None:
            lane.append(operation)
            return
        if self._idle <= len(self._ready) and self._started < self._threads:
            threading.Thread(target=self._work, name=f"mlflow-async-{self._started + 1}", daemon=True).start()
            self._started += 1
        self._lanes[operation.run_id] = deque([operation])
        self._ready.append(operation.run_id)

    def _holds(self, operation: Operation) -> bool:
        return operation in self._lanes.get(operation.run_id, ())

    def _is_busy_with(self, run_id: str) -> bool:
        return run_id in self._lanes

    def _may_fork(self) -> bool:
        return not self._sending  # SQLite breaks in a child whose parent had a thread in it

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while self._paused or not self._ready:
                    self._changed.wait()
                self._idle -= 1
                run_id = self._ready.popleft()
                if self._spooler is not None:
                    self._keep(self._spooler, self._lanes.pop(run_id))
                    continue
                operations = take_one_request(self._lanes[run_id], unordered_only=False)
                self._sending += 1
            self._send(operations)
            with self._changed:
                self._sending -= 1
                if self._lanes[run_id]:
                    self._ready.append(run_id)
                else:
                    del self._lanes[run_id]
                self._changed.notify_all()

    def _send(self, operations: Sequence[Operation]) -> None:
        try:
            self._log_batches([operation.request for operation in operations])
        except MlflowException as error:
            if len(operations) == 1 or says_away(error):
                self._failed(operations, error)
                return
        except Exception as error:  # noqa: BLE001 - the thread must live on, and whoever waits be told
            self._failed(operations, error)
            return
        else:
            self._succeeded(operations)
            return
        # One of them was refused, and with it the whole request: each by itself, in their order.
        for operation in operations:
            self._send([operation])
