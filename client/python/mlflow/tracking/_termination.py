"""What happens on SIGTERM, by which schedulers end a program: its open runs are ended before it dies of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

GRACE_S = 8.0
"""How long ending the runs may take: containers are killed 10 seconds after SIGTERM at the earliest."""


def before_termination(finish: Callable[[], None]) -> bool:
    """Has `finish` called when the process is terminated; whether that is settled now.

    Only the main thread can settle it, and a handler of the program's own, or none, is left alone. The process dies of
    the signal afterwards, as it would have at once, so that its parent sees why. A handler installed later replaces
    this one and may call it.
    """
    if threading.current_thread() is not threading.main_thread():
        return False
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:

        def handle(number: int, _: FrameType | None) -> None:
            # The main thread may hold a lock that ending a run needs; then dying late is better than never.
            ending = threading.Thread(target=finish, name="mlflow-termination", daemon=True)
            ending.start()
            ending.join(GRACE_S)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        try:
            signal.signal(signal.SIGTERM, handle)
        except ValueError:
            return False  # a subinterpreter, whose main thread is not the process's
    return True
