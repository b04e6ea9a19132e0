"""Answers every rpc of the contract, free of any transport: gRPC server, gateway and client sit around it."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty as NoOutcome
from queue import SimpleQueue
from typing import Any, Final

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from trackwell.v1 import artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2
from trackwell_service.domain.errors import (
    InternalError,
    NotImplementedHere,
    ResourceExhausted,
    TrackwellError,
)
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.deadlines import check_deadline, out_of_time, remaining_s
from trackwell_service.rpc.handling import Answer, ClientStream, Handler, Handlers, Read, ServerStream, Write
from trackwell_service.rpc.required import Check, compile_check
from trackwell_service.rpc.streams import Pause, Receiver, StreamItem
from trackwell_service.stores.roles import MutationWriter

Outcome = Message | bytes | TrackwellError
"""How a call ends."""

READ_THREADS: Final = 4
"""Threads for reads: a few, since they share one interpreter; one more than may be held up by a long search each."""

MAX_WAITING_READS: Final = 1000
"""Reads that may be under way or wait for a thread; beyond it callers are told to come back."""

LOG_SERIES: Final = "/trackwell.v1.MetricService/LogSeries"

_logger = logging.getLogger(__name__)


def contract_methods() -> dict[str, MethodDescriptor]:
    """Every rpc of the contract by its full name."""
    return {
        f"/{service.full_name}/{method.name}": method
        for module in (experiments_pb2, runs_pb2, metrics_pb2, artifacts_pb2)
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    handler: Handler
    check: Check | None


class ServiceCore:
    """The table of handlers and what every call needs: presence of fields, deadlines, threads, and errors kept in."""

    def __init__(
        self,
        writer: MutationWriter,
        handlers: Iterable[Handlers],
        *,
        read_threads: int = READ_THREADS,
        unserved: str | None = None,
    ) -> None:
        """Takes the union of `handlers`; `unserved` tells callers of other methods why there are none.

        Raises ValueError for an unknown method and for one that has two handlers.
        """
        self._writer = writer
        self._unserved = unserved
        self._entries: dict[str, _Entry] = {}
        methods = contract_methods()
        for table in handlers:
            for method, handler in table.items():
                if method not in methods:
                    raise ValueError(f"{method} is not a method of the contract")
                if method in self._entries:
                    raise ValueError(f"{method} has two handlers")
                check = None if method == LOG_SERIES else compile_check(methods[method].input_type)
                self._entries[method] = _Entry(handler, check)
        self._threads = ThreadPoolExecutor(read_threads, thread_name_prefix="read")
        self._room = threading.BoundedSemaphore(MAX_WAITING_READS)

    @property
    def methods(self) -> frozenset[str]:
        """The methods that have a handler."""
        return frozenset(self._entries)

    def request_class(self, method: str) -> type[Message] | None:
        """The class to parse the method's requests with, where it is not that of the contract.

        LogSeries reads its columns from the bytes as they came. A message without fields keeps them, as unknown ones.
        """
        return Empty if method == LOG_SERIES else None

    def submit(self, method: str, request: Message, context: CallContext, done: Callable[[Outcome], None]) -> None:
        """Answers one message: a unary call, or one batch of a LogStream. `done` is called once, in any thread.

        Never raises: a bad request is an outcome, and so is a fault, whose cause goes to the log only.
        """
        try:
            handler = self._checked(method, request, context)
            if isinstance(handler, Write):
                self._write(method, handler, request, context, done)
            elif isinstance(handler, Read):
                self._read(method, partial(handler.answer, request, context), context, done)
            else:
                raise NotImplementedHere(f"{method} is a stream.")
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            done(as_trackwell_error(error, method))

    def call(self, method: str, request: Message, context: CallContext) -> Answer:
        """Answers one message in the caller's own thread. Raises TrackwellError."""
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        try:
            handler = self._checked(method, request, context)
            if isinstance(handler, Read):
                return handler.answer(request, context)
            if not isinstance(handler, Write):
                raise NotImplementedHere(f"{method} is a stream.")
            self._write(method, handler, request, context, outcomes.put)
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            raise as_trackwell_error(error, method) from None
        try:
            outcome = outcomes.get(timeout=remaining_s(context))
        except NoOutcome:
            raise out_of_time(method) from None
        if isinstance(outcome, TrackwellError):
            raise outcome
        return outcome

    def server_stream(self, method: str, request: Message, context: CallContext) -> Iterator[StreamItem]:
        """The items of a stream, among them wishes to wait (`streams.Pause`).

        Raises TrackwellError, at once or while it is iterated.
        """
        try:
            handler = self._checked(method, request, context)
            if not isinstance(handler, ServerStream):
                raise NotImplementedHere(f"{method} is no stream of answers.")
            items = handler.items(request, context)
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            raise as_trackwell_error(error, method) from None
        return _guarded(method, items, context)

    def blocking_stream(self, method: str, request: Message, context: CallContext) -> Iterator[Answer]:
        """The answers of a stream for a caller with a thread of his own, in which pauses are waited out."""
        for item in self.server_stream(method, request, context):
            if isinstance(item, Pause):
                left_s = remaining_s(context)
                time.sleep(item.wait_s if left_s is None else min(item.wait_s, left_s))
            else:
                yield item

    def client_stream(self, method: str, context: CallContext) -> Receiver:
        """Takes the messages of a stream. Raises TrackwellError."""
        try:
            entry = self._entry(method)
            if not isinstance(entry.handler, ClientStream):
                raise NotImplementedHere(f"{method} is no stream of requests.")
            return _GuardedReceiver(method, entry.handler.receiver(context))
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            raise as_trackwell_error(error, method) from None

    def close(self) -> None:
        """Finishes the reads under way. Call it when no call is open."""
        self._threads.shutdown(wait=True)

    def _entry(self, method: str) -> _Entry:
        entry = self._entries.get(method)
        if entry is None:
            raise NotImplementedHere(self._unserved or f"{method} is not served here.")
        return entry

    def _checked(self, method: str, request: Message, context: CallContext) -> Handler:
        """The method's handler, once the request holds what it must and is still wanted."""
        entry = self._entry(method)
        check_deadline(context, method)
        if entry.check is not None:
            entry.check(request)
        return entry.handler

    def _write(
        self, method: str, handler: Write, request: Message, context: CallContext, done: Callable[[Outcome], None]
    ) -> None:
        mutation = handler.mutation(request, context)
        self._writer.submit(mutation, partial(self._written, method, handler, mutation, context, done))

    def _written(
        self,
        method: str,
        handler: Write,
        mutation: Any,
        context: CallContext,
        done: Callable[[Outcome], None],
        reply: Any,
    ) -> None:
        """In the writer's thread: turns the mutation's outcome into an answer."""
        try:
            if isinstance(reply, TrackwellError):
                done(reply)
                return
            answer = handler.answer(mutation, reply)
            if callable(answer):
                self._read(method, answer, context, done)
            else:
                done(answer)
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            done(as_trackwell_error(error, method))

    def _read(
        self, method: str, answer: Callable[[], Answer], context: CallContext, done: Callable[[Outcome], None]
    ) -> None:
        if not self._room.acquire(blocking=False):
            raise ResourceExhausted(
                f"{MAX_WAITING_READS} reads are waiting already. Send the request again in a moment.", retry_after_s=1.0
            )
        try:
            self._threads.submit(self._answer, method, answer, context, done)
        except BaseException:
            self._room.release()
            raise

    def _answer(
        self, method: str, answer: Callable[[], Answer], context: CallContext, done: Callable[[Outcome], None]
    ) -> None:
        """In a thread for reads."""
        outcome: Outcome
        try:
            check_deadline(context, method)
            outcome = answer()
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            outcome = as_trackwell_error(error, method)
        finally:
            self._room.release()
        done(outcome)


def as_trackwell_error(error: Exception, method: str) -> TrackwellError:
    """The error as the caller may see it: a refusal as it is; a fault is logged, and only the entry's id leaves."""
    if isinstance(error, TrackwellError):
        return error
    incident = secrets.token_hex(6)
    _logger.error("Incident %s in %s", incident, method, exc_info=error)
    return InternalError(f"The server failed to answer. Its log has the cause as incident {incident}.")


class _GuardedReceiver:
    """A receiver whose faults stay in the log."""

    def __init__(self, method: str, receiver: Receiver) -> None:
        self._method = method
        self._receiver = receiver

    def feed(self, message: Message) -> None:
        """See `streams.Receiver.feed`."""
        try:
            self._receiver.feed(message)
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            raise as_trackwell_error(error, self._method) from None

    def finish(self) -> Answer:
        """See `streams.Receiver.finish`."""
        try:
            return self._receiver.finish()
        except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
            raise as_trackwell_error(error, self._method) from None

    def abort(self) -> None:
        """See `streams.Receiver.abort`."""
        self._receiver.abort()


def _guarded(method: str, items: Iterator[StreamItem], context: CallContext) -> Iterator[StreamItem]:
    try:
        for item in items:
            check_deadline(context, method)
            yield item
    except Exception as error:  # noqa: BLE001  # any fault becomes an answer, and a log entry
        raise as_trackwell_error(error, method) from None
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
