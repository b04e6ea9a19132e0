"""What a stream's handler in the core and its driver say to each other, free of threads and event loops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from google.protobuf.message import Message


@dataclass(frozen=True, slots=True)
class Pause:
    """Yielded by a server stream which has nothing to send for a while.

    The stream never sleeps by itself: its driver waits `wait_s` seconds before it asks for the next item, without
    holding a thread where it has an event loop, and hangs up at once when the caller does.
    """

    wait_s: float


StreamItem = Message | bytes | Pause
"""What a server stream yields: a message, one encoded already, or a wish to wait."""


class Receiver(Protocol):
    """Takes the messages of one client stream and gives its answer.

    The methods are called one after the other, perhaps from several threads, so a slow sender holds none. After an
    error of `feed` or `finish`, and when the sender hangs up, only `abort` is called.
    """

    def feed(self, message: Message) -> None:
        """Takes the next message. May wait for a disk; raises a TrackwellError to refuse the stream."""
        ...

    def finish(self) -> Message | bytes:
        """The sender is done: makes what was sent last and gives the answer, or raises a TrackwellError."""
        ...

    def abort(self) -> None:
        """Gives up and leaves nothing behind. May be called more than once; raises nothing."""
        ...
