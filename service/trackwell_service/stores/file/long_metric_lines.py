"""Reads long metric files column by column: digits eight at a time, as numbers in numpy's arrays.

A line in the usual form is three fields of plain digits; every other line (negative steps, exponents, NaN, five fields)
is read by itself, by `metric_lines.point_of`, so that both ways say the same of every line, to the last bit.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trackwell_service.domain.series import Columns

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
PointOf = Callable[[bytes], tuple[int, int, float] | None]

PIECE_BYTES: Final = 2 * 1024 * 1024
"""How much one thread reads at a time, in bytes: some 50,000 lines, whose columns fit into a processor's cache."""

MAX_THREADS: Final = min(4, os.cpu_count() or 1)
"""How many pieces are read at once. numpy computes without the interpreter's lock, between its steps threads wait for
each other: two gained a quarter on two processors. More than four were not tried."""

_MARGIN: Final = b" " * 24
"""Before the text, so that 24 bytes before the end of any field are there."""

_WORD: Final = 8
_MAX_INTEGER_DIGITS: Final = 2 * _WORD
_MAX_FRACTION_DIGITS: Final = 22
"""Digits behind the point: a double holds ten to that power exactly."""

_MAX_MANTISSA: Final = 9.2e18
"""The digits of a value as one integer of 64 bits."""

_USUAL_MARKS: Final = int.from_bytes(b" . \n", "little")
"""The characters below "0" in a usual line: between the fields, in the value and at the end."""

_ZEROS: Final = np.uint64(0x3030303030303030)
_HIGH_HALVES: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES: Final = np.uint64(0x0606060606060606)
_EVERY_FOURTH: Final = np.uint64(0x000000FF000000FF)
_EXACT_UP_TO: Final = 2**53
"""Integers that a double holds: divided by a power of ten that it holds too, they give the right double at once."""

_POWERS: Final = np.array([float(10**power) for power in range(_MAX_FRACTION_DIGITS + 1)])
_INTEGER_POWERS: Final = np.array([10 ** min(power, 18) for power in range(_MAX_FRACTION_DIGITS + 1)], np.int64)
_LONG_POWERS: Final = _POWERS.astype(np.longdouble)
_HAS_LONG: Final = bool(np.finfo(np.longdouble).nmant >= 63)
"""Whether there are numbers that hold any integer of 64 bits."""


def parse_long(data: bytes, end: int, point_of: PointOf) -> tuple[Columns, int]:
    """The points of the whole lines before `end`, in their order, and the number of lines which are none."""
    pieces = list(_pieces(b"".join((_MARGIN, memoryview(data)[:end]))))
    if len(pieces) == 1 or MAX_THREADS == 1:
        read = [_read_piece(piece, point_of) for piece in pieces]
    else:
        with ThreadPoolExecutor(MAX_THREADS, "trackwell-lines") as threads:
            read = list(threads.map(lambda piece: _read_piece(piece, point_of), pieces))
    columns = Columns(array("q"), array("q"), array("d"))
    for points in read:
        columns.timestamps.frombytes(points.timestamps.data.cast("B"))
        columns.steps.frombytes(points.steps.data.cast("B"))
        columns.values.frombytes(points.values.data.cast("B"))
    return columns, sum(points.bad for points in read)


def _pieces(text: bytes) -> Iterator[_Piece]:
    characters = np.frombuffer(text, np.uint8)
    words = np.ndarray((len(text) - _WORD + 1,), "<u8", text, strides=(1,))
    start = len(_MARGIN)
    while start < len(text):
        end = text.rfind(b"\n", start, start + PIECE_BYTES) + 1
        if end <= start:
            end = text.find(b"\n", start) + 1 or len(text)
        yield _Piece(text, characters, words, start, end)
        start = end


class _Piece(NamedTuple):
    """Some lines of a text: those from `begin` to `end`."""

    text: bytes
    characters: npt.NDArray[np.uint8]
    words: Words
    """The eight bytes from each place on, the first of them in the lowest bits."""
    begin: int
    end: int


class _Read(NamedTuple):
    """The points of a piece, and how many of its lines are none."""

    timestamps: Places
    steps: Places
    values: npt.NDArray[np.float64]
    bad: int


def _read_piece(piece: _Piece, point_of: PointOf) -> _Read:
    text, characters, words, begin, end = piece
    marks = np.flatnonzero(characters[begin:end] < ord("0"))
    marks += begin
    kinds = characters[marks]
    signs = kinds == ord("-")
    if signs.any():
        # They say nothing about where the fields are: of a value, of an exponent, or of an integer read by itself.
        marks = marks[~signs]
        kinds = characters[marks]
    if len(marks) % 4 == 0 and (kinds.view("<u4") == _USUAL_MARKS).all():
        first, points, second, ends = np.ascontiguousarray(marks.reshape(-1, 4).T)
        spaces = 2 * len(ends)
    else:
        ends, points = marks[kinds == ord("\n")], marks[kinds == ord(".")]
        found = marks[kinds == ord(" ")]
        first, second, spaces = found[0::2], found[1::2], len(found)
    starts = np.empty_like(ends)
    starts[0], starts[1:] = begin, ends[:-1] + 1
    usual: Flags
    if spaces == 2 * len(ends) and _alternate(starts, first, second, ends):
        timestamps, usual = _integers(words, first, first - starts)
        steps, plain = _integers(words, ends, ends - second - 1)
        usual &= plain
        values, plain = _values(piece, points, first + 1, second)
        usual &= plain
    else:
        timestamps = steps = np.zeros(len(ends), np.int64)
        values, usual = np.zeros(len(ends)), np.zeros(len(ends), np.bool_)
    bad = 0
    unusual = np.flatnonzero(~usual)
    if len(unusual):
        timestamps, steps = timestamps.copy(), steps.copy()
        shown = np.ones(len(ends), np.bool_)
        for place, start, stop in zip(unusual.tolist(), starts[unusual].tolist(), ends[unusual].tolist(), strict=True):
            line = text[start:stop]
            point = point_of(line)
            if point is None:
                shown[place] = False
                bad += bool(line.strip())
            else:
                timestamps[place], steps[place], values[place] = point
        if not shown.all():
            timestamps, steps, values = timestamps[shown], steps[shown], values[shown]
    return _Read(timestamps, steps, values, bad)


def _alternate(starts: Places, first: Places, second: Places, ends: Places) -> bool:
    """Whether every line has two of the spaces, none at its beginning, at its end or beside the other."""
    return bool((starts < first).all() and (first + 1 < second).all() and (second + 1 < ends).all())


def _integers(words: Words, ends: Places, lengths: Places) -> tuple[Places, Flags]:
    """The numbers of so many characters before `ends`, and whether each is one that was read."""
    longest = int(lengths.max())
    if longest <= _WORD:
        number, others = _digits(words, ends, lengths)
        return number, others == 0
    number, others = _digits(words, ends, np.minimum(lengths, _WORD))
    high, high_others = _digits(words, ends - _WORD, np.clip(lengths - _WORD, 0, _WORD))
    number += high * np.int64(10**_WORD)
    plain = (others | high_others) == 0
    if longest > _MAX_INTEGER_DIGITS:
        plain &= lengths <= _MAX_INTEGER_DIGITS
    return number, plain


def _digits(words: Words, ends: Places, counts: Places) -> tuple[Places, Words]:
    """The numbers of at most 8 digits before `ends`, and bits that are set where a character is no digit.

    All eight bytes of a word are computed with at once: digits become pairs, and pairs a number.
    """
    word = words[ends - _WORD]
    word ^= _ZEROS
    least = int(counts.min())
    if least < _WORD:
        # Characters before the number become zeros. (A shift by all 64 bits gives 0 in numpy.)
        alike = least == int(counts.max())
        blank: Any = np.uint64(8 * (_WORD - least)) if alike else (8 * (_WORD - counts)).astype(np.uint64)
        word >>= blank
        word <<= blank
    others = word + _SIXES
    others |= word
    others &= _HIGH_HALVES
    tens = word * np.uint64(10)
    word >>= np.uint64(8)
    word += tens
    pairs = word & _EVERY_FOURTH
    pairs *= np.uint64(100 + (10**6 << 32))
    word >>= np.uint64(16)
    word &= _EVERY_FOURTH
    word *= np.uint64(1 + (10**4 << 32))
    pairs += word
    pairs >>= np.uint64(32)
    return pairs.view(np.int64), others


def _values(piece: _Piece, points: Places, starts: Places, ends: Places) -> tuple[npt.NDArray[np.float64], Flags]:
    """The doubles between `starts` and `ends`, and whether each is in plain digits with a point and was read.

    `points` are the places of all points in the lines.
    """
    words = piece.words
    plain: Flags
    if len(points) == len(ends):
        plain = (starts < points) & (points < ends)
    else:
        # Some lines have none: whichever comes next after the start of the value.
        points = np.append(points, ends[-1:])[np.searchsorted(points, starts)]
        plain = points < ends
    if not plain.all():
        points = np.where(plain, points, ends - 1)
    negative = piece.characters[starts] == ord("-")
    whole_digits, fraction_digits = points - starts - negative, ends - points - 1
    plain &= (whole_digits > 0) & (whole_digits <= _WORD)
    plain &= (fraction_digits > 0) & (fraction_digits <= _MAX_FRACTION_DIGITS)
    if not plain.all():
        whole_digits = np.where(plain, whole_digits, 0)
        fraction_digits = np.where(plain, fraction_digits, 0)
    if whole_digits.max() == whole_digits.min() == 1:
        whole = (piece.characters[points - 1] - np.uint8(ord("0"))).astype(np.int64)
        others = (whole > 9).view(np.uint8).astype(np.uint64)
    else:
        whole, others = _digits(words, points, whole_digits)
    mantissa, digits_only = _integers(words, ends, np.minimum(fraction_digits, _MAX_INTEGER_DIGITS))
    plain &= digits_only
    size = whole * _POWERS[fraction_digits]
    if fraction_digits.max() > _MAX_INTEGER_DIGITS:
        further = np.clip(fraction_digits - _MAX_INTEGER_DIGITS, 0, _WORD)
        high, high_others = _digits(words, ends - _MAX_INTEGER_DIGITS, further)
        others |= high_others
        mantissa += high * np.int64(10**_MAX_INTEGER_DIGITS)
        size += high * 1e16
    plain &= (others == 0) & (size < _MAX_MANTISSA)
    mantissa += whole * _INTEGER_POWERS[fraction_digits]
    values = mantissa / _POWERS[fraction_digits]
    inexact = np.flatnonzero(mantissa > _EXACT_UP_TO)
    if len(inexact):
        if _HAS_LONG:
            values[inexact], certain = _rounded_twice(mantissa[inexact], fraction_digits[inexact])
            plain[inexact] &= certain
        else:
            plain[inexact] = False
    return np.where(negative, -values, values) if negative.any() else values, plain


def _rounded_twice(mantissa: Places, fraction_digits: Places) -> tuple[npt.NDArray[np.float64], Flags]:
    """The doubles nearest to ``mantissa / 10**fraction_digits``, and whether each is certainly the nearest.

    The quotient is rounded to 64 bits and then to 53. That is wrong only where the first result lies exactly between
    two doubles, or between a power of two and the closer one below it.
    """
    quotient: Any = mantissa.astype(np.longdouble) / _LONG_POWERS[fraction_digits]
    nearest: npt.NDArray[np.float64] = quotient.astype(np.float64)
    off: Any = np.abs((quotient - nearest).astype(np.float64))
    spacing: Any = np.spacing(nearest)
    return nearest, (off != spacing * 0.5) & (off != spacing * 0.25)
