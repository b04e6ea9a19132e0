"""Keeps on disk what cannot be sent, and sends it when the service is back, in the order in which it was logged."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mlflow.exceptions import MlflowException
from mlflow.tracking._async.operations import Operation, take_one_request
from mlflow.tracking._async.spool import SpoolFile
from mlflow.tracking._async.threads import LateThread
from mlflow.tracking._async.verdicts import AWAY, is_refusal

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
"""Waits before the service is tried again; each is twice the one before."""

MAX_READ_OPERATIONS = 1000
"""Operations read from the disk at a time."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpoolPlace:
    """Where the operations for one service are kept, and how they become bytes and are sent."""

    folder: Path
    uri: str
    to_bytes: Callable[[Operation], bytes]
    from_bytes: Callable[[bytes], Operation]
    send: Callable[[Sequence[Operation]], None]


class Spooler:
    """Holds the operations for a service which is away. Every method but the thread's is called under `lock`."""

    def __init__(self, place: SpoolPlace, lock: threading.Condition, emptied: Callable[[], None]) -> None:
        """`emptied` is called under the lock when all has been sent; nothing may be appended after."""
        self._place = place
        self._lock = lock
        self._emptied = emptied
        self._files: deque[SpoolFile] = deque()
        self._own: SpoolFile | None = None
        self._pause_s = FIRST_PAUSE_S
        self._told: str | None = None
        """The error that the log has been told of last."""
        self._thread = LateThread(self._work, "mlflow-async-spool")

    def adopt(self) -> bool:
        """Takes over what ended processes have left behind; whether there was any."""
        self._files.extend(SpoolFile.left_behind(self._place.folder, self._place.uri))
        return bool(self._files)

    def append(self, operations: Sequence[Operation]) -> None:
        """Keeps operations; they are on the disk when it returns. Raises MlflowException when they cannot be kept."""
        if self._own is None:
            try:
                self._own = SpoolFile.create(self._place.folder, self._place.uri)
            except OSError as error:
                raise MlflowException(f"{self._place.folder} cannot be written: {error.strerror}.") from error
            self._files.append(self._own)
        self._own.append(map(self._place.to_bytes, operations))

    def start(self) -> None:
        """Begins to try the service, unless that has begun. Gives up being used when there is nothing to send."""
        if not self._files:
            self._emptied()
        else:
            with suppress(RuntimeError):  # no thread is to be had, at the exit none at all: then the next process sends
                self._thread.start()

    def _work(self) -> None:
        while self._files:
            self._send_file(self._files[0])

    def _send_file(self, file: SpoolFile) -> None:
        """Sends all that a file holds, also what is appended meanwhile, and deletes it."""
        position: int | None = None
        while True:
            waiting: deque[Operation] = deque()
            try:
                with self._lock:
                    for end, record in islice(file.read(position), MAX_READ_OPERATIONS):
                        waiting.append(self._place.from_bytes(record))
                        position = end
                    if not waiting:
                        self._finish(file)
                        return
            except OSError as error:  # what was read before it is sent; then the disk is asked again
                self._wait(error, expected=False)
            while waiting:
                self._send(take_one_request(waiting, unordered_only=False))

    def _finish(self, file: SpoolFile) -> None:
        """Deletes the first file, of which all is sent. The lock is held."""
        file.delete()
        self._files.popleft()
        if file is self._own:
            self._own = None
        if not self._files:
            self._emptied()

    def _send(self, operations: Sequence[Operation]) -> None:
        """Sends operations of one run, however long that takes; those which are refused are lost."""
        while True:
            try:
                self._place.send(operations)
            except Exception as error:  # noqa: BLE001 - the thread must live on, and what is kept be sent some day
                away = isinstance(error, MlflowException) and error.error_code in AWAY
                if is_refusal(error) or (not away and len(operations) > 1):
                    self._one_by_one(operations, error)
                    return
                self._wait(error, expected=away)
            else:
                self._pause_s = FIRST_PAUSE_S
                self._told = None
                return

    def _one_by_one(self, operations: Sequence[Operation], error: Exception) -> None:
        """After one of them was refused, or may be what the answer is about: each by itself, in their order."""
        if len(operations) > 1:
            for operation in operations:
                self._send([operation])
            return
        _logger.warning(
            "What was logged to the run %s while the service was away is lost: %s", operations[0].run_id, error
        )

    def _wait(self, error: Exception, *, expected: bool) -> None:
        """Waits before the next attempt; tells once about an error that may not pass by itself."""
        if not expected and str(error) != self._told:
            self._told = str(error)
            _logger.warning("What is kept in %s cannot be sent yet: %s", self._place.folder, error)
        time.sleep(self._pause_s)
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
