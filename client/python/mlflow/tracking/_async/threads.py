"""Threads of queues, which begin with the first thing to do."""

from __future__ import annotations

import threading
from collections.abc import Callable


class LateThread:
    """A thread that is started once. It does not keep the process alive: what is queued is flushed at exit instead."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        """`work` is all that the thread does."""
        self._work = work
        self._name = name
        self._started = False

    def start(self) -> None:
        """Starts it, unless that is done. Raises RuntimeError when the system has no thread left; ask again later."""
        if self._started:
            return
        # First, as an interrupt while it starts does not keep it from running; a second one must not come beside it.
        self._started = True
        try:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        except Exception:
            self._started = False
            raise
