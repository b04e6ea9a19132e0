"""Columns are read from the bytes however they were written: whole, split, one by one, mixed (DESIGN §3).

golden/*.hex hold encoded LogSeriesRequests, written by hand with other encoders' habits in mind.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from google.protobuf.empty_pb2 import Empty
from hypothesis import given
from hypothesis import strategies as st

from trackwell.v1.metrics_pb2 import GetSeriesResponse, LogSeriesRequest, Series
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.series import Columns
from trackwell_service.operations.history import SeriesChunk
from trackwell_service.operations.points import RawSeries, from_raw
from trackwell_service.rpc.columns import encode_series, read_log_series, typed_series

GOLDEN = Path(__file__).parent / "golden"

RUN_ID, KEY, SERIES = 1, 1, 2
VALUES, STEPS, TIMESTAMPS = 2, 3, 4
FIXED64, LENGTH_DELIMITED = 1, 2

POINTS = [(10, 1, 0.5), (20, 2, -0.0), (30, -3, float("inf"))]


def varint(number: int) -> bytes:
    """A base-128 number."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def tagged(number: int, wire_type: int, data: bytes) -> bytes:
    """One field."""
    return varint(number << 3 | wire_type) + (varint(len(data)) if wire_type == LENGTH_DELIMITED else b"") + data


def chunk(number: int, items: Sequence[int] | Sequence[float]) -> bytes:
    """A packed chunk of a column."""
    return tagged(number, LENGTH_DELIMITED, struct.pack(f"<{len(items)}{'d' if number == VALUES else 'q'}", *items))


def single(number: int, item: float) -> bytes:
    """An unpacked element of a column."""
    return tagged(number, FIXED64, struct.pack("<d" if number == VALUES else "<q", item))


def request(*series: bytes) -> bytes:
    """A LogSeriesRequest for run `r` of series with key `k0`, `k1`, … each with its number."""
    encoded = [
        tagged(SERIES, LENGTH_DELIMITED, tagged(KEY, LENGTH_DELIMITED, f"k{index}".encode()) + one)
        for index, one in enumerate(series)
    ]
    return tagged(RUN_ID, LENGTH_DELIMITED, b"r") + b"".join(encoded)


TIMES = [timestamp for timestamp, _, _ in POINTS]
NUMBERS = [step for _, step, _ in POINTS]
VALS = [value for _, _, value in POINTS]
WHOLE = chunk(VALUES, VALS) + chunk(STEPS, NUMBERS) + chunk(TIMESTAMPS, TIMES)

WRITTEN = {
    "whole": request(WHOLE),
    "split": request(
        chunk(VALUES, VALS[:1])
        + chunk(TIMESTAMPS, TIMES[:2])
        + chunk(VALUES, VALS[1:])
        + chunk(STEPS, NUMBERS[:1])
        + chunk(STEPS, [])
        + chunk(TIMESTAMPS, TIMES[2:])
        + chunk(STEPS, NUMBERS[1:])
    ),
    "unpacked": request(
        b"".join(
            single(number, item)
            for number, items in ((VALUES, VALS), (STEPS, NUMBERS), (TIMESTAMPS, TIMES))
            for item in items
        )
    ),
    "mixed": request(
        chunk(VALUES, VALS[:1])
        + single(VALUES, VALS[1])
        + chunk(VALUES, VALS[2:])
        + chunk(STEPS, NUMBERS)
        + single(TIMESTAMPS, TIMES[0])
        + chunk(TIMESTAMPS, TIMES[1:])
    ),
    "mixed_in_the_second_series": request(
        WHOLE, chunk(STEPS, NUMBERS) + chunk(VALUES, VALS[:2]) + single(VALUES, VALS[2]) + chunk(TIMESTAMPS, TIMES)
    ),
}
"""The same points in every way of writing them."""


@pytest.mark.parametrize("name", WRITTEN)
def test_the_golden_bytes_are_what_they_are_called(name: str) -> None:
    assert bytes.fromhex((GOLDEN / f"{name}.hex").read_text(encoding="ascii")) == WRITTEN[name]


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_points_however_they_were_written(name: str) -> None:
    data = bytes.fromhex((GOLDEN / f"{name}.hex").read_text(encoding="ascii"))
    run_id, series = read_log_series(data)
    assert run_id == "r"
    found = from_raw(series)
    assert found
    for index, (key, columns) in enumerate(found.items()):
        assert key == f"k{index}"
        assert list(columns.triples()) == POINTS
        assert struct.pack("<d", columns.values[1]) == struct.pack("<d", -0.0)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_message_without_fields_keeps_the_bytes(name: str) -> None:
    """What `ServiceCore.request_class` relies on."""
    assert Empty.FromString(WRITTEN[name]).SerializeToString() == WRITTEN[name]


def test_a_last_value_wins_for_a_key_given_twice() -> None:
    """As protobuf says for every single field, at both levels."""
    data = request(WHOLE) + tagged(RUN_ID, LENGTH_DELIMITED, b"other")
    assert read_log_series(data)[0] == "other"


def test_fields_of_a_newer_contract_are_ignored() -> None:
    data = request(WHOLE + tagged(99, LENGTH_DELIMITED, b"new")) + tagged(98, LENGTH_DELIMITED, b"new")
    assert list(from_raw(read_log_series(data)[1])["k0"].triples()) == POINTS


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (tagged(VALUES, LENGTH_DELIMITED, b"1234567") + chunk(TIMESTAMPS, [1]), "not a multiple of 8"),
        (chunk(VALUES, [1.0, 2.0]) + chunk(TIMESTAMPS, [1]), "Send columns of equal length"),
        (chunk(VALUES, [1.0]) + chunk(STEPS, [1, 2]) + chunk(TIMESTAMPS, [1]), "Send columns of equal length"),
    ],
    ids=["short", "short-column", "long-steps"],
)
def test_short_columns_are_refused(series: bytes, words: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        from_raw(read_log_series(request(series))[1])
    assert words in caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        WRITTEN["whole"][:-1],
        tagged(SERIES, LENGTH_DELIMITED, b"\x0a"),
        tagged(RUN_ID, LENGTH_DELIMITED, b"\xff\xfe"),
        request(tagged(VALUES, FIXED64, b"1234")),
    ],
    ids=["garbage", "cut", "cut-within", "no-utf8", "cut-element"],
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidParameter, match="LogSeriesRequest"):
        read_log_series(data)


@given(st.lists(st.tuples(st.integers(0, 2**63 - 1), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))))
def test_a_typed_series_reads_as_its_bytes_do(points: list[tuple[int, int, float]]) -> None:
    typed = Series(
        key="k",
        values=[value for _, _, value in points],
        steps=[step for _, step, _ in points],
        timestamps=[timestamp for timestamp, _, _ in points],
    )
    (from_bytes,) = read_log_series(LogSeriesRequest(run_id="r", series=[typed]).SerializeToString())[1]
    assert from_bytes == typed_series(typed)
    assert isinstance(from_bytes, RawSeries)


def test_an_encoded_chunk_is_the_contracts_message() -> None:
    columns = Columns(array("q", TIMES), array("q", NUMBERS), array("d", VALS))
    found = GetSeriesResponse.FromString(encode_series(SeriesChunk("r", "k", columns, "token")))
    assert (found.run_id, found.series.key, found.next_page_token) == ("r", "k", "token")
    assert list(zip(found.series.timestamps, found.series.steps, found.series.values, strict=True)) == POINTS
    assert not GetSeriesResponse.FromString(encode_series(SeriesChunk("r", "k", columns))).HasField("next_page_token")


if __name__ == "__main__":
    for name, data in WRITTEN.items():
        (GOLDEN / f"{name}.hex").write_text(data.hex(" ") + "\n", encoding="ascii")
