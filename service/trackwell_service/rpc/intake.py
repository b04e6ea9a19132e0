"""Feeds one client stream to its receiver from worker threads, one visit at a time, and gives it up safely."""

from __future__ import annotations

import threading
from collections.abc import Callable

from google.protobuf.message import Message

from trackwell_service.domain.errors import TemporarilyUnavailable
from trackwell_service.rpc.streams import Receiver


class Intake:
    """A receiver that is made by the first visit and used by one thread at a time."""

    def __init__(self, make_receiver: Callable[[], Receiver]) -> None:
        self._make_receiver = make_receiver
        self._receiver: Receiver | None = None
        self._given_up = False
        self._turn = threading.Lock()

    def feed(self, message: Message) -> None:
        """Hands over one message."""
        with self._turn:
            self._open().feed(message)

    def finish(self, last: Message | None) -> Message | bytes:
        """Hands over the last message, if there is one, and returns the answer: one visit for a short stream."""
        with self._turn:
            receiver = self._open()
            if last is not None:
                receiver.feed(last)
            return receiver.finish()

    def abort(self) -> None:
        """Gives up, after the visit that may be under way."""
        with self._turn:
            self._given_up = True
            if self._receiver is not None:
                self._receiver.abort()

    def _open(self) -> Receiver:
        if self._given_up:
            raise TemporarilyUnavailable("The stream was given up before this part of it was taken. Send it again.")
        if self._receiver is None:
            self._receiver = self._make_receiver()
        return self._receiver
