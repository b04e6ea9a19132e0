"""Metric values as ranks: one signed 64-bit integer each, in the order of the values, for columns and indexes.

Databases disagree on NaN, on the infinities and on comparing floats; all agree on integers. The bits of a double
that is not negative, read as an integer, are in its order already; negative ones are mirrored. Both zeros
have rank 0 and NaN has the greatest rank, so ascending order is that of a page: numbers, then NaN (rest-facts §7).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence

from trackwell_service.domain.series import CANONICAL_NAN

NAN_RANK = 2**63 - 1
"""Rank of NaN, beyond that of Infinity (which is 0x7ff0000000000000)."""

_DOUBLE = struct.Struct("=d")
_INTEGER = struct.Struct("=q")


def rank_of(value: float) -> int:
    """The rank of a value."""
    if value != value:
        return NAN_RANK
    bits: int = _INTEGER.unpack(_DOUBLE.pack(value))[0]
    return bits if bits >= 0 else -(bits & NAN_RANK)


def value_of(rank: int) -> float:
    """The value of a rank; zero is positive."""
    if rank == NAN_RANK:
        return CANONICAL_NAN
    value: float = _DOUBLE.unpack(_INTEGER.pack(abs(rank)))[0]
    return value if rank >= 0 else 0.0 - value


def values_of(ranks: Sequence[int]) -> list[float]:
    """The values of many ranks at once, which is several times as fast."""
    magnitudes = array("d")
    magnitudes.frombytes(array("q", map(abs, ranks)).tobytes())
    return [
        (magnitude if magnitude == magnitude else CANONICAL_NAN) if rank >= 0 else -magnitude
        for rank, magnitude in zip(ranks, magnitudes, strict=True)
    ]
