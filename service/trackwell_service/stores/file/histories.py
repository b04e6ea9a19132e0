"""Whole histories out of metric files: in their order, each point once, the last few kept (rest-facts §6)."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from typing import Final

from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import disk, metric_lines
from trackwell_service.stores.file.disk import Signature
from trackwell_service.stores.file.trees import is_settled
from trackwell_service.stores.file.values import PIECE_BYTES
from trackwell_service.stores.point_arrays import Arrays, merged, page_after
from trackwell_service.stores.roles import HistoryPosition

KEPT_POINTS: Final = 4_000_000
"""Points of histories that are kept for the next page, of 24 bytes each."""


class Histories:
    """Reads histories. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Signature, Arrays]] = OrderedDict()
        self._kept_points = 0

    def page(self, root: str, name: str, after: HistoryPosition | None, limit: int) -> Columns:
        """At most `limit` points after a position of the metric's file, whose path in the store's root is `name`.

        A file that is not there, or only through a link, has none.
        """
        try:
            disk.check_folders(root, name)
            points = self._points(f"{root}/{name}")
        except (FileNotFoundError, NotADirectoryError, disk.NoPlainFile):
            return Columns.of(())  # the run does not show such a metric either, and reports it
        except OSError as error:
            raise disk.translated(error) from None
        return page_after(points, after, limit)

    def _points(self, path: str) -> Arrays:
        with self._lock:
            kept = self._kept.get(path)
            if kept is not None:
                status = os.lstat(path)
                if kept[0] == (status.st_ino, status.st_size, status.st_mtime_ns):
                    self._kept.move_to_end(path)
                    return kept[1]
        now_ns = time.time_ns()
        parts, signature = _whole(path)
        points = merged(parts)
        if is_settled(signature.mtime_ns, now_ns) and len(points.bits) <= KEPT_POINTS:
            self._keep(path, signature, points)
        return points

    def _keep(self, path: str, signature: Signature, points: Arrays) -> None:
        with self._lock:
            before = self._kept.pop(path, None)
            if before is not None:
                self._kept_points -= len(before[1].bits)
            self._kept[path] = (signature, points)
            self._kept_points += len(points.bits)
            while self._kept_points > KEPT_POINTS:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._kept_points -= len(oldest.bits)


def _whole(path: str) -> tuple[list[Arrays], Signature]:
    """The file's points, piece by piece; at least one piece."""
    parts: list[Arrays] = []
    data, signature = disk.read_piece(path, 0, PIECE_BYTES)
    offset = 0
    while True:
        lines = metric_lines.parse(data)
        parts.append(Arrays.of(lines.columns))
        offset += lines.size_bytes
        if not lines.size_bytes or offset >= signature.size_bytes:
            return parts, signature
        data, _ = disk.read_piece(path, offset, PIECE_BYTES)
