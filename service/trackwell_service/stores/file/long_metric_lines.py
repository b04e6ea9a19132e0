"""Reads long metric files column by column: digits eight at a time, as numbers in numpy's arrays.

A line in the usual form is three fields of plain digits; every other line (negative steps, exponents, NaN, five fields)
is read by itself, by `metric_lines.point_of`, so that both ways say the same of every line, to the last bit.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trackwell_service.domain.series import Columns
from trackwell_service.stores.file.layout import MAX_LINE_BYTES

Words = npt.NDArray[np.uint64]
"""Eight characters each, the first of them in the lowest bits."""

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
PointOf = Callable[[bytes], tuple[int, int, float] | None]
ReadInto = Callable[[memoryview, int], int]
"""Fills the beginning of a buffer with what a source holds from an offset on, and tells how many bytes; 0 at its end.
Called by several threads at once."""

PIECE_BYTES: Final = 4 * 1024 * 1024
"""How much one thread reads at a time, in bytes: some 100,000 lines. With less the threads wait for each other more
often, with more the columns leave the processor's cache; half and twice as much were both slower."""

MAX_THREADS: Final = min(4, os.cpu_count() or 1)
"""How many pieces are read at once. numpy computes without the interpreter's lock, between its steps threads wait for
each other: two gain a third on two processors, where four lose some of it. More than four were not tried."""

_FURTHER_BYTES: Final = 256
"""How much is read beyond a piece at first: its last line ends there, as a rule."""

_MARGIN: Final = 24
"""Bytes before the text, so that 24 before the end of any field are there."""

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
    source = memoryview(data)[:end]

    def read_into(buffer: memoryview, start: int) -> int:
        found = source[start : start + len(buffer)]
        buffer[: len(found)] = found
        return len(found)

    columns = Columns(array("q"), array("q"), array("d"))
    bad = 0
    for points in read_long(read_into, end, point_of):
        columns.timestamps.frombytes(points.timestamps.data.cast("B"))
        columns.steps.frombytes(points.steps.data.cast("B"))
        columns.values.frombytes(points.values.data.cast("B"))
        bad += points.bad
    return columns, bad


def read_long(read_into: ReadInto, size_bytes: int, point_of: PointOf) -> list[Points]:
    """The points of the whole lines in the first `size_bytes` of a source, in their order, piece by piece.

    A line of more than `MAX_LINE_BYTES` ends them. Raises what `read_into` raises.
    """
    starts = range(0, size_bytes, PIECE_BYTES)
    spare: list[bytearray] = []  # the system takes as long to give new memory as a thread to fill it

    def read(start: int) -> Points:
        try:
            buffer = spare.pop()
        except IndexError:
            buffer = bytearray(_MARGIN + 1 + min(PIECE_BYTES + _FURTHER_BYTES, size_bytes))
        points = _points(_loaded(read_into, start, min(start + PIECE_BYTES, size_bytes), size_bytes, buffer), point_of)
        spare.append(buffer)
        return points

    if len(starts) == 1 or MAX_THREADS == 1:
        return _up_to_cut(map(read, starts))
    with ThreadPoolExecutor(MAX_THREADS, "trackwell-lines") as threads:
        return _up_to_cut(threads.map(read, starts))


def _up_to_cut(pieces: Iterable[Points]) -> list[Points]:
    found = []
    for points in pieces:
        found.append(points)
        if points.cut:
            break
    return found


class Points(NamedTuple):
    """The points of a piece, how many of its lines are none, and whether a line after them is too long to go on."""

    timestamps: Places
    steps: Places
    values: npt.NDArray[np.float64]
    bad: int
    cut: bool


class _Piece(NamedTuple):
    """Some lines of a source: those from `begin` to `end` in a text."""

    text: bytearray
    begin: int
    end: int
    cut: bool


def _loaded(read_into: ReadInto, start: int, stop: int, size_bytes: int, text: bytearray) -> _Piece:
    """The whole lines that begin from `start` on and before `stop`; in `text` where they have enough room there."""
    first = _MARGIN
    offset = max(0, start - 1)  # the character before the piece tells whether a line begins with it
    last = first + stop - 1 - offset
    held, wanted = first, first + min(stop + _FURTHER_BYTES, size_bytes) - offset
    while True:
        if wanted > len(text):
            text = text + bytes(wanted - len(text))
        more = 1
        with memoryview(text) as view:
            while held < wanted and more:
                more = read_into(view[held:wanted], offset + held - first)
                held += more
        begin = text.find(b"\n", first, min(last, held)) + 1 if start else first
        if not begin:
            return _Piece(text, first, first, cut=False)  # a line that began before the piece goes on beyond it
        line = text.rfind(b"\n", begin, min(last, held)) + 1 or begin
        end = text.find(b"\n", last, held) + 1
        if (end or held) - line > MAX_LINE_BYTES:
            return _Piece(text, begin, line, cut=True)
        if end or not more or offset + held - first >= size_bytes:
            return _Piece(text, begin, end or text.rfind(b"\n", begin, held) + 1 or begin, cut=False)
        wanted = min(2 * held, first + size_bytes - offset)


def _points(piece: _Piece, point_of: PointOf) -> Points:
    text, begin, end, cut = piece
    if begin == end:
        nothing = np.zeros(0, np.int64)
        return Points(nothing, nothing, np.zeros(0), 0, cut)
    characters = np.frombuffer(text, np.uint8)
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
        timestamps, usual = _integers(text, first, first - starts)
        steps, plain = _integers(text, ends, ends - second - 1)
        usual &= plain
        values, plain = _values(text, points, first + 1, second)
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
            line = bytes(text[start:stop])
            point = point_of(line)
            if point is None:
                shown[place] = False
                bad += bool(line.strip())
            else:
                timestamps[place], steps[place], values[place] = point
        if not shown.all():
            timestamps, steps, values = timestamps[shown], steps[shown], values[shown]
    return Points(timestamps, steps, values, bad, cut)


def _alternate(starts: Places, first: Places, second: Places, ends: Places) -> bool:
    """Whether every line has two of the spaces, none at its beginning, at its end or beside the other."""
    return bool((starts < first).all() and (first + 1 < second).all() and (second + 1 < ends).all())


def _integers(text: bytearray, ends: Places, lengths: Places) -> tuple[Places, Flags]:
    """The numbers of so many characters before `ends`, and whether each is one that was read."""
    longest = int(lengths.max())
    if longest <= _WORD:
        (word,) = _words_before(text, ends, 1)
        number, others = _number(_last_of(word, lengths))
        return number, others == 0
    low, high = _words_before(text, ends, 2)
    number, others = _number(_last_of(low, np.minimum(lengths, _WORD)))
    high = _last_of(high, np.clip(lengths - _WORD, 0, _WORD))
    # Timestamps begin alike.
    further, further_others = _number(high[:1] if (high == high[0]).all() else high)
    number += further * np.int64(10**_WORD)
    plain = (others | further_others) == 0
    if longest > _MAX_INTEGER_DIGITS:
        plain &= lengths <= _MAX_INTEGER_DIGITS
    return number, plain


def _words_before(text: bytearray, ends: Places, count: int) -> list[Words]:
    """So many words of 8 characters before `ends`, the last one first, as offsets from "0"."""
    size_bytes = count * _WORD
    windows = np.ndarray((len(text) - size_bytes + 1,), f"V{size_bytes}", text, strides=(1,))
    words = windows[ends - size_bytes].view("<u8").reshape(-1, count)
    return [words[:, place] ^ _ZEROS for place in range(count - 1, -1, -1)]


def _last_of(word: Words, counts: Places) -> Words:
    """Eight characters of which those before the last `counts` are zeros. Overwrites them."""
    least = int(counts.min())
    if least < _WORD:
        # A shift by all 64 bits gives 0 in numpy.
        alike = least == int(counts.max())
        blank: Any = np.uint64(8 * (_WORD - least)) if alike else (8 * (_WORD - counts)).astype(np.uint64)
        word >>= blank
        word <<= blank
    return word


def _number(word: Words) -> tuple[Places, Words]:
    """The numbers that eight digits are, and bits that are set where one of them is no digit. Overwrites them.

    All eight bytes of a word are computed with at once: digits become pairs, and pairs a number.
    """
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


def _values(text: bytearray, points: Places, starts: Places, ends: Places) -> tuple[npt.NDArray[np.float64], Flags]:
    """The doubles between `starts` and `ends`, and whether each is in plain digits with a point and was read.

    `points` are the places of all points in the lines.
    """
    characters = np.frombuffer(text, np.uint8)
    plain: Flags
    if len(points) == len(ends):
        plain = (starts < points) & (points < ends)
    else:
        # Some lines have none: whichever comes next after the start of the value.
        points = np.append(points, ends[-1:])[np.searchsorted(points, starts)]
        plain = points < ends
    if not plain.all():
        points = np.where(plain, points, ends - 1)
    negative = characters[starts] == ord("-")
    whole_digits, fraction_digits = points - starts - negative, ends - points - 1
    plain &= (whole_digits > 0) & (whole_digits <= _WORD)
    plain &= (fraction_digits > 0) & (fraction_digits <= _MAX_FRACTION_DIGITS)
    if not plain.all():
        whole_digits = np.where(plain, whole_digits, 0)
        fraction_digits = np.where(plain, fraction_digits, 0)
    if whole_digits.max() == whole_digits.min() == 1:
        whole = (characters[points - 1] - np.uint8(ord("0"))).astype(np.int64)
        others = (whole > 9).view(np.uint8).astype(np.uint64)
    else:
        (word,) = _words_before(text, points, 1)
        whole, others = _number(_last_of(word, whole_digits))
    size = whole * _POWERS[fraction_digits]
    low, *words = _words_before(text, ends, max(1, -(-int(fraction_digits.max()) // _WORD)))
    mantissa, more_others = _number(_last_of(low, np.minimum(fraction_digits, _WORD)))
    others |= more_others
    for place, word in enumerate(words, 1):
        digits, more_others = _number(_last_of(word, np.clip(fraction_digits - place * _WORD, 0, _WORD)))
        others |= more_others
        mantissa += digits * np.int64(10 ** (place * _WORD))
        if place == 2:
            size += digits * 1e16
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
