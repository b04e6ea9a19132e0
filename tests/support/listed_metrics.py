"""A metric reader over plain lists of points, for tests of what reads histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trackwell_service.domain.entities import MetricSummary
from trackwell_service.domain.series import Columns, history_rank, summarize
from trackwell_service.stores.roles import HistoryPosition

Point = tuple[int, int, float]
"""(timestamp_ms, step, value)."""


class ListedMetrics:
    """Plays `roles.MetricReader`. `asked` notes (run, key, limit) of every call of `history`."""

    def __init__(self, points: Mapping[str, Mapping[str, Sequence[Point]]]) -> None:
        self._points = {
            run_id: {key: sorted(set(given), key=lambda point: history_rank(*point)) for key, given in keys.items()}
            for run_id, keys in points.items()
        }
        self.asked: list[tuple[str, str, int]] = []

    def points(self, run_id: str, key: str) -> Sequence[Point]:
        """The whole history."""
        return self._points.get(run_id, {}).get(key, [])

    def metric_summaries(self, run_id: str) -> Mapping[str, MetricSummary]:
        """See `roles.MetricReader.metric_summaries`."""
        keys = self._points.get(run_id, {})
        return {key: summarize(Columns.of(keys[key])) for key in sorted(keys) if keys[key]}

    def history(self, run_id: str, key: str, after: HistoryPosition | None, limit: int) -> Columns:
        """See `roles.MetricReader.history`."""
        self.asked.append((run_id, key, limit))
        found = self.points(run_id, key)
        if after is not None:
            found = [point for point in found if history_rank(*point) > history_rank(*after)]
        return Columns.of(found[:limit])
