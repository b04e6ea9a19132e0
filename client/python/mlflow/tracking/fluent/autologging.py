"""Automatic logging for all libraries at once."""

from __future__ import annotations

import logging
from typing import Any

_logger = logging.getLogger(__name__)


def autolog(disable: bool = False, silent: bool = False, **options: Any) -> None:
    """Turns automatic logging on, or off, for every library for which this package has it.

    In this version there is none: nothing is logged but what the program logs itself, and a warning says so unless
    `silent`. The call is here because libraries make it before they log by themselves (rest-facts §16, ultralytics).
    Further options, which would go to the libraries, are accepted.
    """
    if not disable and not silent:
        _logger.warning(
            "mlflow.autolog() has no library to turn on: this version logs only what is logged by calls such as "
            "mlflow.log_metric. Options given: %s.",
            ", ".join(options) or "none",
        )
