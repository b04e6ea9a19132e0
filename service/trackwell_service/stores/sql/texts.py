"""Splits a text value into what an index can hold and the rest, see `schema`."""

from __future__ import annotations

import hashlib

HEAD_LENGTH = 190
"""Characters of a text that an index holds: with the other columns 1,784 of MySQL's 3,072 bytes (four to each)."""


def split(value: str) -> tuple[str, int, str | None]:
    """(head, tail hash, tail). The hash is 0 when there is no tail and never 0 when there is one."""
    if len(value) <= HEAD_LENGTH:
        return value, 0, None
    tail = value[HEAD_LENGTH:]
    digest = hashlib.blake2b(tail.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return value[:HEAD_LENGTH], int.from_bytes(digest, "big", signed=True) or 1, tail
