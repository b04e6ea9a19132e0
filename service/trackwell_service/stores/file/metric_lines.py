"""The lines of a metric's file: `timestamp value step`, one a point, in the order of logging (rest-facts §10)."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from trackwell_service.domain.series import Columns, canonical

LONG_FROM_BYTES = 16_384
"""Lines of so many bytes and more are read column by column: numpy's fixed cost is that of some hundred lines."""

_INT64 = 2**63


class Lines(NamedTuple):
    """What a piece of a file holds. `size_bytes` counts whole lines only: a last one without an end is not read yet.

    `bad` is the number of lines which are no points.
    """

    columns: Columns
    size_bytes: int
    bad: int


def parse(data: bytes) -> Lines:
    """The points of whole lines, in their order, duplicates and all. NaN has its one bit pattern."""
    end = data.rfind(b"\n") + 1
    if end >= LONG_FROM_BYTES:
        # numpy takes long to load; a process which only ever sees short files never does.
        from trackwell_service.stores.file.long_metric_lines import parse_long  # noqa: PLC0415 - see the comment

        columns, bad = parse_long(data, end, point_of)
        return Lines(columns, end, bad)
    return _parse_each(data[:end])


def _parse_each(data: bytes) -> Lines:
    columns = Columns(array("q"), array("q"), array("d"))
    bad = 0
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        point = point_of(line)
        if point is None:
            bad += 1
            continue
        columns.timestamps.append(point[0])
        columns.steps.append(point[1])
        columns.values.append(point[2])
    return Lines(columns, len(data), bad)


def point_of(line: bytes) -> tuple[int, int, float] | None:
    """(timestamp_ms, step, value) of one line, or None. Lines of the first versions have no step: it reads as 0.

    Those of 3.x may have five fields, the last two of which name a dataset.
    """
    fields = line.split()
    if len(fields) not in (2, 3, 5):
        return None
    try:
        timestamp_ms = int(fields[0])
        value = float(fields[1])
        step = int(fields[2]) if len(fields) > 2 else 0
    except ValueError:
        return None
    if not -_INT64 <= timestamp_ms < _INT64 or not -_INT64 <= step < _INT64:
        return None
    return timestamp_ms, step, canonical(value)


def lines_of(columns: Columns) -> bytes:
    """The points as lines, values as Python writes floats."""
    return "".join([f"{timestamp_ms} {value!r} {step}\n" for timestamp_ms, step, value in columns.triples()]).encode()
