"""Columns of metric history as senders may put them on the wire."""

from __future__ import annotations

import struct
from array import array

import pytest

from mlflow import MlflowException
from mlflow._transport.series import decode
from trackwell.v1 import metrics_pb2

VALUES = [1.0, float("inf"), -0.0]
STEPS = [-(2**63), 0, 2**63 - 1]
TIMES = [0, 1, 2]


def _field(number: int, payload: bytes) -> bytes:
    """A length-delimited field; all of these are shorter than 128 bytes."""
    assert len(payload) < 128
    return bytes([number << 3 | 2, len(payload)]) + payload


def _fixed(number: int, item: bytes) -> bytes:
    return bytes([number << 3 | 1]) + item


def _doubles(values: list[float]) -> bytes:
    return struct.pack(f"<{len(values)}d", *values)


def _longs(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}q", *values)


def _message(series: bytes) -> bytes:
    return _field(1, b"run") + _field(2, _field(1, b"key") + series)


PACKED = _field(2, _doubles(VALUES)) + _field(3, _longs(STEPS)) + _field(4, _longs(TIMES))
SPLIT = b"".join(
    [
        _field(2, _doubles(VALUES[:1])),
        _field(4, _longs(TIMES[:2])),
        _field(2, _doubles(VALUES[1:])),
        _field(3, _longs(STEPS)),
        _field(4, _longs(TIMES[2:])),
    ]
)
UNPACKED = b"".join(
    [
        *(_fixed(2, _doubles([value])) for value in VALUES),
        *(_fixed(3, _longs([step])) for step in STEPS),
        *(_fixed(4, _longs([time])) for time in TIMES),
    ]
)
MIXED = b"".join(
    [
        _field(2, _doubles(VALUES[:2])),
        _fixed(2, _doubles(VALUES[2:])),
        _field(3, _longs(STEPS)),
        _field(4, _longs(TIMES)),
    ]
)


@pytest.mark.parametrize("series", [PACKED, SPLIT, UNPACKED, MIXED], ids=["packed", "split", "unpacked", "mixed"])
def test_every_form_on_the_wire(series: bytes) -> None:
    data = _message(series)
    chunk = decode(data)
    assert (chunk.run_id, chunk.key, chunk.next_page_token, len(chunk)) == ("run", "key", None, 3)
    assert (chunk.values, chunk.steps, chunk.timestamps) == (array("d", VALUES), array("q", STEPS), array("q", TIMES))
    assert decode(metrics_pb2.GetSeriesResponse.FromString(data)) == chunk


def test_nothing_and_a_token() -> None:
    assert len(decode(b"")) == 0
    assert decode(_field(3, b"next")).next_page_token == "next"


@pytest.mark.parametrize(
    "series",
    [
        _field(2, _doubles(VALUES)),
        _field(2, _doubles(VALUES)) + _field(3, _longs(STEPS)) + _field(4, _longs(TIMES[:2])),
        _field(2, b"1234567") + _field(3, _longs(STEPS)) + _field(4, _longs(TIMES)),
        _fixed(2, _doubles([1.0])),
    ],
    ids=["steps missing", "short", "no multiple of 8", "unpacked and short"],
)
def test_malformed(series: bytes) -> None:
    with pytest.raises(MlflowException, match="malformed chunk"):
        decode(_message(series))


def test_garbage() -> None:
    with pytest.raises(MlflowException, match="malformed chunk"):
        decode(b"\x12\xff")
