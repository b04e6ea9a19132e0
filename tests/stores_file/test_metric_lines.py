"""Long files of points are read as line by line reading reads them, to the last bit."""

from __future__ import annotations

import math
import random
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import long_metric_lines, metric_lines
from trackwell_service.stores.file.metric_lines import lines_of, point_of

doubles = st.floats() | st.floats(-10, 10) | st.integers(-(10**9), 10**9).map(float)
texts_of_values = (
    doubles.map(repr)
    | st.decimals(allow_nan=False, allow_infinity=False, places=17, min_value=-100, max_value=100).map(str)
    | st.from_regex(r"[0-9]{1,10}\.[0-9]{0,20}", fullmatch=True)
    | st.sampled_from(
        ["nan", "-nan", "inf", "-inf", "1e5", "1E-300", ".5", "5.", "-", ".", "1_0.0", "+1.5", "0x1p3", "1,5"]
    )
)
texts_of_integers = (
    st.integers(0, 2**63 - 1).map(str)
    | st.integers(0, 10**17).map(str)
    | st.integers(-(2**65), 2**65).map(str)
    | st.sampled_from(["", "-0", "00012", "1_000", "+5", "a", "1.0", "/", ":", "12345678:"])
)
lines = (
    st.tuples(texts_of_integers, texts_of_values, texts_of_integers).map(" ".join)
    | st.tuples(texts_of_integers, texts_of_values).map(" ".join)
    | st.sampled_from(
        ["", " ", "1 2", "1 0.5 2 name digest", "1  0.5 2", " 1 0.5 2", "1 0.5 2 ", "1 0.5 2\r", "\x00", "\t1\t0.5\t2"]
    )
    | st.text(max_size=12).filter(lambda text: "\n" not in text)
)
usual_lines = st.tuples(st.integers(0, 10**16), doubles, st.integers(0, 10**6)).map(
    lambda point: f"{point[0]} {point[1]!r} {point[2]}"
)


def bits(columns: Columns) -> list[tuple[int, int, bytes]]:
    return [(timestamp, step, struct.pack("<d", value)) for timestamp, step, value in columns.triples()]


def one_by_one(data: bytes) -> tuple[list[tuple[int, int, bytes]], int]:
    read = metric_lines._parse_each(data)
    return bits(read.columns), read.bad


@pytest.mark.parametrize("piece_bytes", [1, 64, 10**6])
@given(found=st.lists(lines | usual_lines, min_size=1, max_size=30) | st.lists(usual_lines, min_size=1, max_size=30))
def test_long_files_are_read_like_short_ones(piece_bytes: int, found: list[str]) -> None:
    data = "".join(f"{line}\n" for line in found).encode(errors="surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_metric_lines, "PIECE_BYTES", piece_bytes)
        columns, bad = long_metric_lines.parse_long(data, len(data), point_of)
    assert (bits(columns), bad) == one_by_one(data)


@pytest.mark.parametrize(("piece_bytes", "further_bytes"), [(1, 0), (30, 5), (64, 256)])
@given(
    found=st.lists(lines | usual_lines, min_size=1, max_size=30),
    unended=st.sampled_from(["", "1 0.5", "1 0.5 2 and more, which is longer than the lines before"]),
    there=st.integers(0, 10**4),
    at_once=st.integers(1, 50),
)
def test_files_are_read_at_many_places_at_once(
    piece_bytes: int, further_bytes: int, found: list[str], unended: str, there: int, at_once: int
) -> None:
    """Files that are cut off meanwhile too, and reads that give less than was wanted."""
    data = ("".join(f"{line}\n" for line in found) + unended).encode(errors="surrogatepass")

    def read_into(buffer: memoryview, start: int) -> int:
        part = data[start : min(there, start + at_once, start + len(buffer))]
        buffer[: len(part)] = part
        return len(part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_metric_lines, "PIECE_BYTES", piece_bytes)
        patch.setattr(long_metric_lines, "_FURTHER_BYTES", further_bytes)
        pieces = long_metric_lines.read_long(read_into, len(data), point_of)
    read = [
        (timestamp, step, struct.pack("<d", value))
        for piece in pieces
        for timestamp, step, value in zip(piece.timestamps, piece.steps, piece.values, strict=True)
    ]
    whole = data[: data.rfind(b"\n", 0, there) + 1]
    assert (read, sum(piece.bad for piece in pieces)) == one_by_one(whole)


@pytest.mark.parametrize("piece_bytes", [7, 50, 100])
@pytest.mark.parametrize(("length", "kept"), [(100, 20), (101, 5)])
def test_what_follows_a_line_that_is_too_long_is_left(
    piece_bytes: int, length: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_metric_lines, "PIECE_BYTES", piece_bytes)
    monkeypatch.setattr(long_metric_lines, "MAX_LINE_BYTES", 100)
    text = b"1 0.5 2\n" * 5 + b"x" * (length - 1) + b"\n" + b"1 0.5 2\n" * 15
    columns, bad = long_metric_lines.parse_long(text, len(text), point_of)
    assert (len(columns), bad) == (kept, kept == 20)


@pytest.mark.parametrize("has_long", [True, False])
def test_values_that_are_hard_to_round(has_long: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neighbours of the middle between two doubles, which a quotient of 64 bits cannot tell apart."""
    if not has_long:
        monkeypatch.setattr(long_metric_lines, "_HAS_LONG", False)
    chance = random.Random(0)
    values = []
    for _ in range(3000):
        low = chance.choice([chance.random(), chance.uniform(0, 90), 2.0 ** chance.randrange(-3, 6)])
        middle = round((Fraction(low) + Fraction(math.ulp(low)) / 2) * 10**17)
        for near in range(-2, 3):
            text = str(middle + near).rjust(18, "0")
            values.append(f"{text[:-17]}.{text[-17:]}")
    values += [f"{chance.getrandbits(59) / 10**17:.17f}" for _ in range(3000)]
    values += [repr(chance.random() * 10.0 ** chance.randrange(-4, 6)) for _ in range(20_000)]
    data = "".join(f"1700000000000 {value} {number}\n" for number, value in enumerate(values)).encode()
    columns, bad = long_metric_lines.parse_long(data, len(data), point_of)
    assert bad == 0
    wrong = [text for text, value in zip(values, columns.values, strict=True) if float(text) != value]
    assert wrong == []


def test_what_is_written_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line that we write in normal use has to be read by itself."""
    monkeypatch.setattr(metric_lines, "LONG_FROM_BYTES", 1)
    chance = random.Random(0)
    points = [(1_700_000_000_000 + number, number, chance.uniform(-5, 5)) for number in range(5000)]
    read: list[bytes] = []

    def counting(line: bytes) -> tuple[int, int, float] | None:
        read.append(line)
        return point_of(line)

    text = lines_of(Columns.of(points))
    columns, bad = long_metric_lines.parse_long(text, len(text), counting)
    assert list(columns.triples()) == points
    assert bad == 0
    # Those without a second look: a value of more than 18 digits, or one too near to the middle of two doubles.
    assert len(read) < 200
