"""The server's half of LogStream: batches go to the writer as they arrive, acknowledgements come back in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Final

from google.protobuf.message import Message

from trackwell.v1.errors_pb2 import Error
from trackwell.v1.runs_pb2 import LogStreamRefusal, LogStreamRequest, LogStreamResponse
from trackwell_service.domain.errors import (
    DeadlineExceeded,
    InvalidParameter,
    ResourceExhausted,
    TemporarilyUnavailable,
    TrackwellError,
    Unauthenticated,
)
from trackwell_service.rpc.completions import Completions

BATCHES_IN_FLIGHT: Final = 1000
"""How many batches of one stream may wait for the disk; more arrive than a group commit takes from one sender."""

BYTES_IN_FLIGHT: Final = 32 * 1024 * 1024
"""How many bytes of one stream may wait for the disk: a batch of the greatest size, and one to follow it."""

DEFAULT_RETRY_S: Final = 0.05
"""Pause before a batch that met a full queue is offered again, when the queue gave no hint: some group commits."""

_ENDS_THE_STREAM: Final = (ResourceExhausted, TemporarilyUnavailable, DeadlineExceeded, Unauthenticated)
"""Errors which say nothing about the batch: the sender resumes from the last acknowledgement, and order is kept."""

Outcome = Message | bytes | TrackwellError
SubmitBatch = Callable[[LogStreamRequest, Callable[[Outcome], None]], None]


class _Batch:
    """One batch on its way through the writer."""

    __slots__ = ("outcome", "sequence", "size_bytes")

    def __init__(self, sequence: int, size_bytes: int) -> None:
        self.sequence = sequence
        self.size_bytes = size_bytes
        self.outcome: Outcome | None = None


class LogStream:
    """One open stream. `submit` hands one batch to the core, which keeps the order of the calls."""

    def __init__(
        self, requests: AsyncIterator[LogStreamRequest], *, submit: SubmitBatch, completions: Completions
    ) -> None:
        self._requests = requests
        self._submit = submit
        self._completions = completions
        self._loop = asyncio.get_running_loop()
        self._in_flight: deque[_Batch] = deque()
        self._bytes_in_flight = 0
        self._acknowledged = 0
        self._told = 0
        self._refusals: list[LogStreamRefusal] = []
        self._reading = True
        self._failure: BaseException | None = None
        self._answerer: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._reader: asyncio.Task[None] | None = None

    async def responses(self) -> AsyncGenerator[LogStreamResponse, None]:
        """Acknowledgements, each covering all that was dealt with since the one before.

        Ends when the sender has finished and every batch is dealt with. Raises what ended the stream early, after
        a last acknowledgement.
        """
        if self._reading:
            self._reader = self._loop.create_task(self._read())
        try:
            while True:
                if self._acknowledged > self._told:
                    self._told = self._acknowledged
                    refusals, self._refusals = self._refusals, []
                    yield LogStreamResponse(acknowledged_sequence=self._told, refusals=refusals)
                elif self._reading or (self._in_flight and not self._broken()):
                    self._answerer = self._loop.create_future()
                    await self._answerer
                else:
                    break
            if self._failure is not None:
                raise self._failure
        finally:
            if self._reader is not None:
                self._reader.cancel()

    def drain(self) -> None:
        """The server is about to stop: takes no more batches, acknowledges those it has, and ends the stream."""
        if self._reading:
            self._give_up(
                TemporarilyUnavailable(
                    "The server is shutting down. Open a new stream and send what was not acknowledged.",
                    retry_after_s=1.0,
                )
            )

    async def _read(self) -> None:
        try:
            expected = 0
            async for request in self._requests:
                expected += 1
                if request.sequence != expected:
                    raise InvalidParameter(
                        f"Invalid value {request.sequence} for parameter 'sequence' supplied: The batches of a stream "
                        f"are numbered 1, 2, 3, … and this one must be {expected}. Open a new stream and send from "
                        f"there what was not acknowledged."
                    )
                await self._offer(request)
                while len(self._in_flight) >= BATCHES_IN_FLIGHT or self._bytes_in_flight >= BYTES_IN_FLIGHT:
                    self._room = self._loop.create_future()
                    await self._room
        except Exception as error:  # noqa: BLE001  # the answering side raises it, once all before is acknowledged
            self._failure = error
        self._reading = False
        self._wake()

    async def _offer(self, request: LogStreamRequest) -> None:
        """Submits one batch, again and again while the writer's queue is full: that is what slows the sender down."""
        batch = _Batch(request.sequence, request.ByteSize())

        def done(outcome: Outcome) -> None:
            batch.outcome = outcome
            self._completions.put(self._advance, None)

        self._submit(request, done)
        while isinstance(batch.outcome, ResourceExhausted):
            pause_s = batch.outcome.retry_after_s or DEFAULT_RETRY_S
            batch.outcome = None
            await asyncio.sleep(pause_s)
            self._submit(request, done)
        # `done` reaches `_advance` through the loop, hence after this.
        self._in_flight.append(batch)
        self._bytes_in_flight += batch.size_bytes

    def _advance(self, _: None) -> None:
        """Moves the acknowledgement over every batch at the head which has its outcome."""
        in_flight = self._in_flight
        while in_flight and (outcome := in_flight[0].outcome) is not None:
            if isinstance(outcome, _ENDS_THE_STREAM):
                self._give_up(outcome)
                break
            batch = in_flight.popleft()
            self._bytes_in_flight -= batch.size_bytes
            self._acknowledged = batch.sequence
            if isinstance(outcome, TrackwellError):
                error = Error(error_code=Error.Code.Value(outcome.code), message=outcome.message)
                self._refusals.append(LogStreamRefusal(sequence=batch.sequence, error=error))
        self._wake()

    def _broken(self) -> bool:
        return bool(self._in_flight) and isinstance(self._in_flight[0].outcome, _ENDS_THE_STREAM)

    def _give_up(self, failure: TrackwellError) -> None:
        if self._failure is None:
            self._failure = failure
        if self._reading:
            self._reading = False
            if self._reader is not None:
                self._reader.cancel()
            self._wake()

    def _wake(self) -> None:
        for waiter in (self._answerer, self._room):
            if waiter is not None and not waiter.done():
                waiter.set_result(None)
