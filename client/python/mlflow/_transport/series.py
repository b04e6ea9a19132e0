"""Chunks of metric history in columns, read from the wire without an object for each point.

On the wire a packed column is a raw little-endian array, which the twins of `trackwell.wire.v1` read as bytes.
A sender may leave elements unpacked; then they are among the unknown fields and the typed message is parsed instead.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from mlflow.exceptions import MlflowException
from trackwell.v1 import metrics_pb2
from trackwell.wire.v1 import wire_pb2

_ITEM_BYTES = 8


@dataclass(frozen=True, slots=True)
class SeriesChunk:
    """Points of one metric of one run as three columns of equal length; times are milliseconds since the epoch."""

    run_id: str
    key: str
    timestamps: array[int]
    steps: array[int]
    values: array[float]
    next_page_token: str | None

    def __len__(self) -> int:
        return len(self.values)


def decode(item: Message | bytes) -> SeriesChunk:
    """The chunk that one message of a GetSeries stream holds. Raises MlflowException when it is malformed."""
    try:
        if isinstance(item, metrics_pb2.GetSeriesResponse):
            return _checked(_from_typed(item))
        data = item if isinstance(item, bytes) else item.SerializeToString()
        twin = wire_pb2.GetSeriesResponseWire.FromString(data)
        if len(UnknownFieldSet(twin.series)):
            return _checked(_from_typed(metrics_pb2.GetSeriesResponse.FromString(data)))
    except DecodeError as error:
        raise _malformed(str(error)) from error
    return _checked(
        SeriesChunk(
            twin.run_id,
            twin.series.key,
            _longs(twin.series.timestamps),
            _longs(twin.series.steps),
            _doubles(twin.series.values),
            twin.next_page_token if twin.HasField("next_page_token") else None,
        )
    )


def _from_typed(message: metrics_pb2.GetSeriesResponse) -> SeriesChunk:
    series = message.series
    return SeriesChunk(
        message.run_id,
        series.key,
        array("q", series.timestamps),
        array("q", series.steps),
        array("d", series.values),
        message.next_page_token if message.HasField("next_page_token") else None,
    )


def _longs(chunks: Iterable[bytes]) -> array[int]:
    column: array[int] = array("q")
    column.frombytes(_joined(chunks))
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _doubles(chunks: Iterable[bytes]) -> array[float]:
    column: array[float] = array("d")
    column.frombytes(_joined(chunks))
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _joined(chunks: Iterable[bytes]) -> bytes:
    data = b"".join(chunks)
    if len(data) % _ITEM_BYTES:
        raise _malformed(f"a column has {len(data)} bytes, which is no multiple of {_ITEM_BYTES}")
    return data


def _checked(chunk: SeriesChunk) -> SeriesChunk:
    if not len(chunk.timestamps) == len(chunk.steps) == len(chunk.values):
        raise _malformed(
            f"its columns have {len(chunk.timestamps)}, {len(chunk.steps)} and {len(chunk.values)} elements"
        )
    return chunk


def _malformed(reason: str) -> MlflowException:
    return MlflowException(f"The server sent a malformed chunk of metric history: {reason}.")
