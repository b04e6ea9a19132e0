"""Columns of points on the wire, read and written as whole arrays (DESIGN §3)."""

from __future__ import annotations

import sys
from array import array
from typing import Final

from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet

from trackwell.v1.metrics_pb2 import LogSeriesRequest, Series
from trackwell.wire.v1.wire_pb2 import GetSeriesResponseWire, LogSeriesRequestWire, SeriesWire
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.series import Columns
from trackwell_service.operations.history import SeriesChunk
from trackwell_service.operations.points import RawSeries

_SWAPPED: Final = sys.byteorder == "big"


def read_log_series(data: bytes) -> tuple[str, list[RawSeries]]:
    """(run id, series) of an encoded LogSeriesRequest.

    A packed column may come in several chunks, which are joined. Elements that came one by one are fields which the
    wire twin does not know: then the typed message reads all anew, because the two kinds may be mixed.
    Raises InvalidParameter for bytes that are no such message.
    """
    try:
        request = LogSeriesRequestWire.FromString(data)
        if any(len(UnknownFieldSet(series)) for series in request.series):
            typed = LogSeriesRequest.FromString(data)
            return typed.run_id, [typed_series(series) for series in typed.series]
    except DecodeError:
        raise InvalidParameter(
            f"The {len(data)} bytes received are no trackwell.v1.LogSeriesRequest message. "
            "Encode the request with the stubs generated from this server's contract."
        ) from None
    return request.run_id, [_wire_series(series) for series in request.series]


def typed_series(series: Series) -> RawSeries:
    """A series which was parsed element by element."""
    return RawSeries(
        series.key,
        little_endian(array("d", series.values)),
        little_endian(array("q", series.steps)),
        little_endian(array("q", series.timestamps)),
    )


def encode_series(chunk: SeriesChunk) -> bytes:
    """One chunk of a GetSeries answer as the bytes of a GetSeriesResponse."""
    columns: Columns = chunk.columns
    return GetSeriesResponseWire(
        run_id=chunk.run_id,
        series=SeriesWire(
            key=chunk.key,
            values=[little_endian(columns.values)],
            steps=[little_endian(columns.steps)],
            timestamps=[little_endian(columns.timestamps)],
        ),
        next_page_token=chunk.next_page_token,
    ).SerializeToString()


def little_endian(column: array[int] | array[float]) -> bytes:
    """The column as it travels."""
    if _SWAPPED:
        column = column[:]
        column.byteswap()
    return column.tobytes()


def _wire_series(series: SeriesWire) -> RawSeries:
    return RawSeries(series.key, b"".join(series.values), b"".join(series.steps), b"".join(series.timestamps))
