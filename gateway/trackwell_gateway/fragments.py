"""A bounded cache from encoded messages to their JSON text: pages of runs are joined from it (DESIGN §4, Reads)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_ENTRY_OVERHEAD_BYTES: Final = 250
"""What the interpreter needs for one entry beside the two byte strings."""


class FragmentCache:
    """Least recently used entries go first once the bytes of keys and values exceed `max_bytes`.

    The key is the encoded message itself, so an entry can never be stale: a run that changed has other bytes.
    """

    def __init__(self, encode: Callable[[bytes], bytes], max_bytes: int) -> None:
        self._encode = encode
        self._max_bytes = max_bytes
        self._entries: dict[bytes, bytes] = {}
        self.size_bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, encoded: bytes) -> bytes:
        """The JSON text of an encoded message."""
        fragment = self._entries.pop(encoded, None)
        if fragment is None:
            self.misses += 1
            fragment = self._encode(encoded)
            self.size_bytes += len(encoded) + len(fragment) + _ENTRY_OVERHEAD_BYTES
            while self.size_bytes > self._max_bytes and self._entries:
                oldest = next(iter(self._entries))
                dropped = self._entries.pop(oldest)
                self.size_bytes -= len(oldest) + len(dropped) + _ENTRY_OVERHEAD_BYTES
        else:
            self.hits += 1
        # A dictionary keeps the order of insertion: what was used last stands last.
        self._entries[encoded] = fragment
        return fragment
