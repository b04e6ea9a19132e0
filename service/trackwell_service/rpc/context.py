"""What a call carries besides its message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_REQUEST_ID_CHARS

REQUEST_ID_KEY: Final = "x-request-id"
"""The metadata key, and in any case the HTTP header, that carries a request id."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """One call as its door saw it.

    `request_id` is what the caller sent as ``x-request-id``; `deadline` is from when on the answer is no longer wanted,
    in seconds of `time.monotonic`; `metadata` holds the call's headers by their lower-case names.
    """

    request_id: str | None = None
    deadline: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def checked_request_id(text: str) -> str:
    """`text` itself. Raises InvalidParameter unless it is 1 to 128 printable ASCII characters (DESIGN §3)."""
    if 0 < len(text) <= MAX_REQUEST_ID_CHARS and text.isascii() and text.isprintable():
        return text
    raise InvalidParameter(
        f"Invalid value {text[:MAX_REQUEST_ID_CHARS]!r} for header '{REQUEST_ID_KEY}' supplied: a request id is 1 to "
        f"{MAX_REQUEST_ID_CHARS} printable ASCII characters, for example a UUID. Leave it out if you send none."
    )
