"""Asynchronous logging over LogStream: requests follow one another without waiting for answers (DESIGN §3, §6).

A stream lives for half of the time that a request may take; what is not acknowledged in the other half is sent again on
a new one. So a connection that hangs costs that much time and no data.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mlflow._transport.retry import MAX_TIMEOUTS, FailedAttempt, RetryPolicy
from mlflow.exceptions import MlflowException
from mlflow.tracking._async.operations import Operation, take_one_request
from mlflow.tracking._async.queue import AsyncQueue
from mlflow.tracking._async.spooling import SpoolPlace
from mlflow.tracking._async.threads import LateThread

MAX_REQUESTS_IN_FLIGHT = 200
"""Requests sent and not acknowledged: many group commits of the server, and little to send again."""

IDLE_S = 2.0
"""A stream without anything to send is closed after so long; opening one costs a round trip."""

StreamItem = tuple[int, Sequence[object]]
"""Sequence number, and the requests of several operations of one run, which are sent as one."""

Acknowledgement = tuple[int, dict[int, MlflowException]]
"""Every request up to this number is dealt with; those which were refused, by number."""


class Connection(Protocol):
    """The service's LogStream."""

    policy: RetryPolicy

    def open(self, items: Iterator[StreamItem]) -> Iterator[Acknowledgement]:
        """Sends the items as they come; the acknowledgements as they come. Raises `FailedAttempt` for what may pass."""
        ...


@dataclass(slots=True)
class _Failures:
    """Streams that failed in a row, since the last progress."""

    attempts: int = 0
    timeouts: int = 0

    def forget(self) -> None:
        self.attempts = self.timeouts = 0

    def are_too_many_with(self, failed: FailedAttempt, policy: RetryPolicy) -> bool:
        """Counts one more; whether no other is to follow (`RetryPolicy.run`)."""
        self.attempts += 1
        self.timeouts += failed.timed_out
        return self.attempts > policy.max_retries or self.timeouts >= MAX_TIMEOUTS


class StreamedQueue(AsyncQueue):
    """Sends over one stream, which is opened when there is something to send."""

    def __init__(self, connect: Callable[[], Connection], place: SpoolPlace | None = None) -> None:
        """`connect` is asked for each stream anew, as settings may have changed."""
        super().__init__(place)
        self._connect = connect
        self._waiting: deque[Operation] = deque()
        self._in_flight: deque[tuple[int, list[Operation]]] = deque()
        self._stream = 0
        """Counts streams: the source of an old one must not take from the queue."""
        self._thread = LateThread(self._work, "mlflow-async-stream")
        self._streaming = False
        """Whether a stream is open, or being opened."""

    def _enqueue(self, operation: Operation) -> None:
        self._thread.start()
        self._waiting.append(operation)

    def _holds(self, operation: Operation) -> bool:
        return operation in self._waiting

    def _is_busy_with(self, run_id: str) -> bool:
        return bool(self._waiting or self._in_flight)

    def _may_fork(self) -> bool:
        return not self._streaming  # gRPC breaks in a child whose parent had a thread in it

    def _work(self) -> None:
        failures = _Failures()
        while True:
            with self._changed:
                while self._paused or not self._waiting:
                    self._changed.wait()
                if self._spooler is not None:
                    self._keep(self._spooler, self._take_all())
                    continue
                self._streaming = True
            pause_s = 0.0
            try:
                connection = self._connect()
                pause_s = self._use(connection, failures)
            except Exception as error:  # noqa: BLE001 - the thread must live on, and whoever waits be told
                self._take_back()
                self._give_up(error)
                failures = _Failures()
            with self._changed:
                self._streaming = False
                self._changed.notify_all()
            time.sleep(pause_s)

    def _use(self, connection: Connection, failures: _Failures) -> float:
        """Sends over one stream until it ends. Returns how long to wait before the next.

        Raises the error of the last stream that is tried.
        """
        policy = connection.policy
        progress = False
        try:
            for acknowledgement in connection.open(self._source(self._stream, policy.timeout_s / 2)):
                progress = self._advance(*acknowledgement) or progress
            if self._in_flight and not progress:
                raise FailedAttempt(
                    MlflowException(
                        "The tracking server ends streams without taking what was sent.", "TEMPORARILY_UNAVAILABLE"
                    )
                )
        except FailedAttempt as failed:
            self._take_back()
            if progress:
                failures.forget()
            if failures.are_too_many_with(failed, policy):
                raise failed.error from failed.__cause__
            share = random.random()  # noqa: S311 - spreads load, keeps no secret
            return policy.delay_s(failures.attempts - 1, failed.retry_after_s, share)
        self._take_back()
        failures.forget()
        return 0.0

    def _source(self, stream: int, lifetime_s: float) -> Iterator[StreamItem]:
        """What to send over one stream, until it is old or there is nothing to send for a while."""
        ends_s = time.monotonic() + lifetime_s
        sequence = 0
        while True:
            with self._changed:
                idle_until_s = min(ends_s, time.monotonic() + IDLE_S)
                while (
                    self._stream == stream
                    and not self._paused
                    and (not self._waiting or len(self._in_flight) >= MAX_REQUESTS_IN_FLIGHT)
                ):
                    left_s = (ends_s if self._in_flight else idle_until_s) - time.monotonic()
                    if left_s <= 0:
                        return
                    self._changed.wait(left_s)
                if self._stream != stream or self._paused or time.monotonic() >= ends_s:
                    return
                sequence += 1
                operations = take_one_request(self._waiting, unordered_only=True)
                self._in_flight.append((sequence, operations))
            yield sequence, [operation.request for operation in operations]

    def _advance(self, acknowledged: int, refused: dict[int, MlflowException]) -> bool:
        """Deals with an acknowledgement; whether anything was dealt with."""
        ended = []
        with self._changed:
            while self._in_flight and self._in_flight[0][0] <= acknowledged:
                ended.append(self._in_flight.popleft())
            self._changed.notify_all()
        for sequence, operations in ended:
            error = refused.get(sequence)
            if error is None:
                self._succeeded(operations)
            elif len(operations) == 1:
                self._failed(operations, error)
            else:
                self._put_back(operations, alone=True)
        return bool(ended)

    def _take_back(self) -> None:
        """After a stream's end: what it has not acknowledged waits again, before all else and in order."""
        with self._changed:
            self._stream += 1
            unacknowledged = [operation for _, operations in self._in_flight for operation in operations]
            self._in_flight.clear()
            self._waiting.extendleft(reversed(unacknowledged))
            self._changed.notify_all()

    def _put_back(self, operations: Sequence[Operation], *, alone: bool) -> None:
        with self._changed:
            for operation in operations:
                operation.alone = alone
            self._waiting.extendleft(reversed(operations))
            self._changed.notify_all()

    def _give_up(self, error: Exception) -> None:
        """Nothing that waits can be sent."""
        with self._changed:
            by_run: dict[str, list[Operation]] = {}
            for operation in self._take_all():
                by_run.setdefault(operation.run_id, []).append(operation)
            for operations in by_run.values():
                self._failed(operations, error)

    def _take_all(self) -> list[Operation]:
        taken = list(self._waiting)
        self._waiting.clear()
        return taken
