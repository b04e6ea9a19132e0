"""Page tokens: where the next page begins, tied to the request that asked (rest-facts §8, DESIGN §4).

A token is base64url of the JSON list [version, fingerprint, positions…]. It holds no secret and is checked
like any other input: of another request, forged, cut or oversized, it is an InvalidParameter. Positions are
ints of 64 bits, floats (as hexadecimal text, which keeps NaN and every bit of precision), texts that can be stored, and
None.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Final

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.validation import character_fault, shown

TOKEN_VERSION: Final = 1
"""Counts the forms that tokens had, so that one from before an upgrade is told apart."""

Position = int | float | str | None

_FLOAT: Final = "f"
_FORM_FAULT: Final = "It is not a token of this server. Send next_page_token exactly as it was answered."


def fingerprint(*request: object) -> str:
    """A short hash of what was asked; equal requests have equal fingerprints in every process."""
    text = json.dumps(request, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def make_token(asked: str, after: Sequence[Position]) -> str:
    """The token for the page which begins after the position `after`; `asked` is the request's fingerprint."""
    values: list[object] = [TOKEN_VERSION, asked]
    values += [[_FLOAT, value.hex()] if isinstance(value, float) else value for value in after]
    data = json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def read_token(token: str, asked: str, *, parameter: str = "page_token") -> tuple[Position, ...]:
    """The position in `token`. Raises InvalidParameter unless it was made for the request with fingerprint `asked`."""
    if len(token) > limits.MAX_PAGE_TOKEN_CHARS:
        raise _refused(parameter, token, _FORM_FAULT)
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, ValueError, RecursionError):
        raise _refused(parameter, token, _FORM_FAULT) from None
    if not isinstance(values, list) or len(values) < 2:
        raise _refused(parameter, token, _FORM_FAULT)
    if values[0] != TOKEN_VERSION:
        raise _refused(parameter, token, "It was made by another version of this server. Begin again without a token.")
    if values[1] != asked:
        raise _refused(
            parameter,
            token,
            "It belongs to another request. Keep everything but the page size as it was, or begin again.",
        )
    return tuple(_position(value, parameter, token) for value in values[2:])


def _position(value: object, parameter: str, token: str) -> Position:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63):
        return value
    if isinstance(value, str) and character_fault(value) is None:
        return value
    if isinstance(value, list) and len(value) == 2 and value[0] == _FLOAT and isinstance(value[1], str):
        try:
            return float.fromhex(value[1])
        except (ValueError, OverflowError):
            pass
    raise _refused(parameter, token, _FORM_FAULT)


def _refused(parameter: str, token: str, rule: str) -> InvalidParameter:
    return InvalidParameter(f"Invalid value {shown(token)} for parameter '{parameter}' supplied: {rule}")
