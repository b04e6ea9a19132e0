"""When a failed attempt is followed by another, and after how long.

The wait before retry n (from 0) is ``0.1 s * MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR * 2**n``, less a random share of it
up to MLFLOW_HTTP_REQUEST_BACKOFF_JITTER, so that many clients of a restarted server do not come back at once; a longer
wait that the server asked for is honoured. With the default settings seven retries span about 25 seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mlflow import environment_variables as env
from mlflow.exceptions import MlflowException

Result = TypeVar("Result")

BASE_DELAY_S = 0.1
"""First wait at a back-off factor of 1: a local server answers again after about that long."""

RETRIED_CODES = frozenset({"TEMPORARILY_UNAVAILABLE", "RESOURCE_EXHAUSTED", "REQUEST_LIMIT_EXCEEDED", "ABORTED"})
"""Words by which a service says that the same request may succeed later."""

MAX_DELAY_S = 60.0
"""Longest wait between two attempts, whoever asks for it."""

MAX_TIMEOUTS = 2
"""Attempts that may run into their time limit: each costs the whole limit, so one repetition must do."""


class FailedAttempt(Exception):
    """An attempt that failed in a way which may pass; `error` is raised when no other attempt follows."""

    def __init__(self, error: MlflowException, *, retry_after_s: float | None = None, timed_out: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.retry_after_s = retry_after_s
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long an attempt may take and how often it is repeated."""

    timeout_s: float
    max_retries: int
    backoff_factor: float
    jitter: float

    @classmethod
    def from_environment(cls) -> RetryPolicy:
        """The policy that the MLFLOW_HTTP_REQUEST_* variables describe."""
        return cls(
            timeout_s=env.MLFLOW_HTTP_REQUEST_TIMEOUT.get(),
            max_retries=env.MLFLOW_HTTP_REQUEST_MAX_RETRIES.get(),
            backoff_factor=env.MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR.get(),
            jitter=min(env.MLFLOW_HTTP_REQUEST_BACKOFF_JITTER.get(), 1.0),
        )

    def delay_s(self, retry: int, retry_after_s: float | None, share: float) -> float:
        """How long to wait before retry number `retry` (from 0), for a random `share` in [0, 1)."""
        wait_s = BASE_DELAY_S * self.backoff_factor * 2.0 ** min(retry, 32) * (1 - self.jitter * share)
        return min(MAX_DELAY_S, max(wait_s, retry_after_s or 0.0))

    def run(self, attempt: Callable[[], Result], sleep: Callable[[float], None] = time.sleep) -> Result:
        """The result of the first attempt that succeeds. Raises the last attempt's error."""
        timeouts = 0
        for retry in range(self.max_retries + 1):
            try:
                return attempt()
            except FailedAttempt as failed:
                timeouts += failed.timed_out
                if retry == self.max_retries or timeouts == MAX_TIMEOUTS:
                    raise failed.error from failed.__cause__
                sleep(self.delay_s(retry, failed.retry_after_s, random.random()))  # noqa: S311 - spreads load, keeps no secret
        raise AssertionError("the last attempt returns or raises")
