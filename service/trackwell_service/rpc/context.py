"""What a call carries besides its message."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from google.protobuf.message import Message

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_REQUEST_ID_CHARS

REQUEST_ID_KEY: Final = "x-request-id"
"""The metadata key, and in any case the HTTP header, that carries a request id."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """One call as its door saw it.

    `request_id` is what the caller sent as ``x-request-id``; `deadline` is from when on the answer is no longer wanted,
    in seconds of `time.monotonic`; `metadata` holds the call's headers by their lower-case names. `accepts_json` allows
    to answer with a page whose items are JSON texts already: a `PageWire` message instead of bytes (ADR 0017).
    """

    request_id: str | None = None
    deadline: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    accepts_json: bool = False

    def once_key(self, request: Message) -> str | None:
        """Under what the outcome of `request` is remembered; None without a request id.

        It holds the request too: proxies and tracing pass one id on to many calls, and only a repetition of the same
        one may be answered without being carried out.
        """
        if self.request_id is None:
            return None
        digest = hashlib.sha256(f"{self.request_id}\n{request.DESCRIPTOR.full_name}\n".encode())
        digest.update(request.SerializeToString(deterministic=True))
        return digest.hexdigest()

    def attempt_key(self, request: Message) -> str:
        """As `once_key`; without a request id one of this call's own.

        For what may not be done twice: a store whose database did not answer to a commit tries again, and must then
        meet what it did the first time.
        """
        return self.once_key(request) or uuid4().hex


def checked_request_id(text: str) -> str:
    """`text` itself. Raises InvalidParameter unless it is 1 to 128 printable ASCII characters (DESIGN §3)."""
    if 0 < len(text) <= MAX_REQUEST_ID_CHARS and text.isascii() and text.isprintable():
        return text
    raise InvalidParameter(
        f"Invalid value {text[:MAX_REQUEST_ID_CHARS]!r} for header '{REQUEST_ID_KEY}' supplied: A request id is 1 to "
        f"{MAX_REQUEST_ID_CHARS} printable ASCII characters, for example a UUID. Leave it out if you send none."
    )
