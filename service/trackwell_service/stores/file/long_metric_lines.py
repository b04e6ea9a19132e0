"""Reads long metric files: one JSON array of all their numbers, cut into columns."""

from __future__ import annotations

from array import array

import orjson

from trackwell_service.domain.long_series import make_canonical
from trackwell_service.domain.series import Columns

_NO_SEPARATOR = bytes(set(range(256)) - set(b" \n"))
_TO_COMMAS = bytes.maketrans(b" \n", b",,")
PIECE_BYTES = 8 * 1024 * 1024
"""How much is read at a time, in bytes: the numbers of a piece take some ten times as much memory."""


def parse_long(data: bytes) -> Columns | None:
    """The points of whole lines in the form of today; None if any line differs, then each must be read by itself."""
    columns = Columns(array("q"), array("q"), array("d"))
    start = 0
    while start < len(data):
        end = len(data) if len(data) - start <= PIECE_BYTES else data.rfind(b"\n", start, start + PIECE_BYTES) + 1
        if end <= start or not _add_piece(columns, data[start:end]):
            return None
        start = end
    make_canonical(columns.values)
    return columns


def _add_piece(columns: Columns, data: bytes) -> bool:
    if data.translate(None, _NO_SEPARATOR) != b"  \n" * data.count(b"\n"):
        return False
    try:
        numbers = orjson.loads(b"[" + data[:-1].translate(_TO_COMMAS) + b"]")
        columns.timestamps.extend(array("q", numbers[0::3]))
        columns.values.extend(array("d", numbers[1::3]))
        columns.steps.extend(array("q", numbers[2::3]))
    except (ValueError, TypeError, OverflowError):
        return False
    return True
