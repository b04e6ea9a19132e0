"""The environment as a report shows it."""

from __future__ import annotations

import os
from typing import Final

from mlflow._transport.uris import redacted

_SECRET_WORDS: Final = ("PASSWORD", "TOKEN", "SECRET", "KEY", "CREDENTIAL")
"""Words in the names of variables whose values are shown to nobody."""

_PREFIX: Final = "MLFLOW_"

HIDDEN: Final = "***"


def shown_variables(*, mask_all: bool) -> dict[str, str]:
    """This package's variables that are set, by name, with what may be shown of their values."""
    return {
        name: HIDDEN if mask_all or any(word in name for word in _SECRET_WORDS) else _without_password(text)
        for name, text in sorted(os.environ.items())
        if name.startswith(_PREFIX)
    }


def _without_password(text: str) -> str:
    return redacted(text) if "://" in text else text
