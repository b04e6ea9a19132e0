"""Opens each kind of door around a core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from support.doors.base import Api
from support.doors.core import CoreDoor
from trackwell_service.rpc.core import ServiceCore


@contextmanager
def _core(core: ServiceCore) -> Iterator[Api]:
    yield Api(CoreDoor(core))


DOORS: dict[str, Callable[[ServiceCore], AbstractContextManager[Api]]] = {
    "core": _core,
}
"""How to reach a core through each kind of door."""


def open_door(door: str, core: ServiceCore) -> AbstractContextManager[Api]:
    """A door of that kind, closed at the end. The core stays the caller's to close."""
    return DOORS[door](core)
