"""Keeps to the time after which nobody waits for an answer any more."""

from __future__ import annotations

import time

from trackwell_service.domain.errors import DeadlineExceeded
from trackwell_service.rpc.context import CallContext


def check_deadline(context: CallContext, method: str) -> None:
    """Raises DeadlineExceeded once the call's time has run out."""
    if context.deadline is not None and time.monotonic() >= context.deadline:
        raise out_of_time(method)


def remaining_s(context: CallContext) -> float | None:
    """Seconds until the call's deadline, 0 or greater; None when it has none."""
    return None if context.deadline is None else max(0.0, context.deadline - time.monotonic())


def out_of_time(method: str) -> DeadlineExceeded:
    """What a caller is told whose time ran out."""
    return DeadlineExceeded(
        f"{method} had no answer before its deadline. A write may still take effect; "
        "to find out, send it again with the same request id."
    )
