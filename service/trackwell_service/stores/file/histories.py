"""Whole histories out of metric files: in their order, each point once, the last few kept (rest-facts §6)."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from typing import Final, NamedTuple

from trackwell_service.domain.long_series import canonical_bits
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import disk, metric_lines
from trackwell_service.stores.file.disk import Signature
from trackwell_service.stores.file.long_metric_lines import read_long
from trackwell_service.stores.file.trees import is_settled
from trackwell_service.stores.point_arrays import Arrays, merged, page_after, page_start
from trackwell_service.stores.roles import HistoryPosition

KEPT_POINTS: Final = 4_000_000
"""Points of histories that are kept for the next pages, of 24 bytes each. Of a longer one, those that come next are."""


class _Kept(NamedTuple):
    """A part of a file's points, in their order: from the first one of all, to the last one of all, or neither."""

    signature: Signature
    points: Arrays
    from_first: bool
    to_last: bool

    def has(self, after: HistoryPosition | None, limit: int) -> bool:
        """Whether all of that page is in it."""
        start = page_start(self.points, after)
        # Where a point of it comes not after the position, no point before it does.
        return (self.from_first or start > 0) and (self.to_last or start + limit <= len(self.points.bits))


class Histories:
    """Reads histories. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._kept_points = 0

    def page(self, root: str, name: str, after: HistoryPosition | None, limit: int) -> Columns:
        """At most `limit` points after a position of the metric's file, whose path in the store's root is `name`.

        A file that is not there, or only through a link, has none.
        """
        try:
            disk.check_folders(root, name)
            points = self._points(f"{root}/{name}", after, limit)
        except (FileNotFoundError, NotADirectoryError, disk.NoPlainFile):
            return Columns.of(())  # the run does not show such a metric either, and reports it
        except OSError as error:
            raise disk.translated(error) from None
        return page_after(points, after, limit)

    def _points(self, path: str, after: HistoryPosition | None, limit: int) -> Arrays:
        """Points of the file in their order, among them all of that page and none between it and the position."""
        with self._lock:
            kept = self._kept.get(path)
        if kept is not None:
            status = os.lstat(path)
            if kept.signature == (status.st_ino, status.st_size, status.st_mtime_ns) and kept.has(after, limit):
                with self._lock:
                    if path in self._kept:
                        self._kept.move_to_end(path)
                return kept.points
        now_ns = time.time_ns()
        parts, signature = _whole(path)
        points = merged(parts)
        if is_settled(signature.mtime_ns, now_ns):
            self._keep(path, _next_of(points, signature, after))
        return points

    def _keep(self, path: str, kept: _Kept) -> None:
        with self._lock:
            before = self._kept.pop(path, None)
            if before is not None:
                self._kept_points -= len(before.points.bits)
            self._kept[path] = kept
            self._kept_points += len(kept.points.bits)
            while self._kept_points > KEPT_POINTS:
                _, oldest = self._kept.popitem(last=False)
                self._kept_points -= len(oldest.points.bits)


def _next_of(points: Arrays, signature: Signature, after: HistoryPosition | None) -> _Kept:
    """What to keep of all points of a file: all, or as many as may be from the last one before the page."""
    count = len(points.bits)
    if count <= KEPT_POINTS:
        return _Kept(signature, points, from_first=True, to_last=True)
    start = max(0, page_start(points, after) - 1)
    stop = min(count, start + KEPT_POINTS)
    # Copies: a view would keep all of them.
    part = Arrays(*(column[start:stop].copy() for column in points))
    return _Kept(signature, part, from_first=start == 0, to_last=stop == count)


def _whole(path: str) -> tuple[list[Arrays], Signature]:
    """The file's points, piece by piece; at least one piece."""
    with disk.PlainFile(path) as file:
        size_bytes = file.signature.size_bytes
        if size_bytes < metric_lines.LONG_FROM_BYTES:
            return [Arrays.of(metric_lines.parse(file.read(0, size_bytes)).columns)], file.signature
        pieces = read_long(file.read_into, size_bytes, metric_lines.point_of)
        return [Arrays(each.timestamps, each.steps, canonical_bits(each.values)) for each in pieces], file.signature
