"""A core whose answers a test chooses, with threads where the real one has them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from google.protobuf.message import Message

from trackwell_service.domain.errors import TrackwellError
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.streams import Receiver, StreamItem

Outcome = Message | bytes | TrackwellError
Done = Callable[[Outcome], None]


@dataclass
class Submitted:
    """One message on its way; `done` has not been called yet."""

    method: str
    request: Message
    context: CallContext
    done: Done


class Upload:
    """A receiver that remembers what it was given."""

    def __init__(self, reply: Message, *, refuse_at: int | None = None, error: TrackwellError | None = None) -> None:
        self.messages: list[Message] = []
        self.threads: set[str] = set()
        self.finished = False
        self.aborted = threading.Event()
        self._reply = reply
        self._refuse_at = refuse_at
        self._error = error

    def feed(self, message: Message) -> None:
        self.threads.add(threading.current_thread().name)
        if self._error is not None and len(self.messages) == self._refuse_at:
            raise self._error
        self.messages.append(message)

    def has_taken(self, messages: int) -> bool:
        return len(self.messages) == messages

    def finish(self) -> Message:
        self.finished = True
        return self._reply

    def abort(self) -> None:
        self.aborted.set()


@dataclass
class FakeCore:
    """`answer` decides the outcome of a message, in a thread of its own; None leaves it open for the test to settle."""

    answer: Callable[[str, Message, CallContext], Outcome | None] = lambda _method, _request, _context: None
    stream: Callable[[Message], Iterator[StreamItem]] = lambda _request: iter(())
    upload: Receiver | None = None
    submitted: list[Submitted] = field(default_factory=list)

    def request_class(self, method: str) -> type[Message] | None:
        return None

    def submit(self, method: str, request: Message, context: CallContext, done: Done) -> None:
        self.submitted.append(Submitted(method, request, context, done))
        outcome = self.answer(method, request, context)
        if outcome is not None:
            threading.Thread(target=done, args=(outcome,)).start()

    def server_stream(self, method: str, request: Message, context: CallContext) -> Iterator[StreamItem]:
        return self.stream(request)

    def client_stream(self, method: str, context: CallContext) -> Receiver:
        assert self.upload is not None
        return self.upload
