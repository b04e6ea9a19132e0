"""Holds back Python's cycle collector while very many objects are made that stay."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MANY_OBJECTS: Final = 100_000
"""New objects from which on all are looked at once as a block ends. Left to itself the collector would look at so many
new ones twice, and soon at all of them, in the middle of some later search."""


class _Holders:
    """How many blocks are under way; 0 as well when somebody else has switched the collector off."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a collection in it may run whatever objects do when they end
        self.count = 0


_HOLDERS: Final = _Holders()


@contextmanager
def held_back() -> Iterator[None]:
    """No collections in the block, whichever thread would cause them; cycles wait until it ends.

    A first search over 10,000 runs makes millions of objects, none of which is garbage; looking at all of them again
    and again costs a fifth of its time. A process that has no collector keeps none.
    """
    with _HOLDERS.lock:
        holds = _HOLDERS.count > 0 or gc.isenabled()
        _HOLDERS.count += holds
        if holds:
            gc.disable()
    try:
        yield
    finally:
        with _HOLDERS.lock:
            _HOLDERS.count -= holds
            if holds and not _HOLDERS.count:
                if gc.get_count()[0] >= MANY_OBJECTS:
                    gc.collect()
                gc.enable()
