"""Digests of tables and arrays: bounded work, however large they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

MAX_DIGESTED_ROWS = 10_000
"""Rows of which the content is looked at, spread evenly over all of them."""

DIGEST_CHARS = 16
"""64 bits: two datasets of one name in one experiment will not collide."""


def digest(parts: Iterable[bytes]) -> str:
    """The digest of some bytes, each part apart from the next."""
    state = hashlib.sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()[:DIGEST_CHARS]


def rows_to_look_at(np: Any, count: int) -> Any:
    """The numbers of at most MAX_DIGESTED_ROWS rows of `count`, first and last among them."""
    if count <= MAX_DIGESTED_ROWS:
        return np.arange(count)
    return np.linspace(0, count - 1, MAX_DIGESTED_ROWS).round().astype(np.int64)
