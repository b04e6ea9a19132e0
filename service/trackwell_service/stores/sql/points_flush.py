"""Writes the points that a group appends: a write for each run, long columns as blocks, and the summaries."""

from __future__ import annotations

from operator import itemgetter

from trackwell_service.domain.series import Columns, summarize
from trackwell_service.stores.sql.blocks import APART_FROM, joined, single_write, write_of
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.known import Known, RunRow
from trackwell_service.stores.sql.loader import Loader
from trackwell_service.stores.sql.metric_row import COLUMNS, row_of, row_of_point
from trackwell_service.stores.sql.overlay import Overlay
from trackwell_service.stores.sql.session import Session

MERGE_AFTER_BLOCKS = 128
"""Unmerged writes and blocks of a run from which on they are merged: a read looks through that many in some 0.5 ms."""

MERGE_AFTER_POINTS = 65_536
"""Points in unmerged writes of a run from which on they are merged: 1.5 MB, which every read looks through."""

BLOCK_COLUMNS = (
    "run_pk", "key_id", "seq", "level", "encoding", "points", "min_timestamp_ms", "max_timestamp_ms",
    "min_step", "max_step", "data",
)  # fmt: skip

_by_key = itemgetter(0)


class PointsFlusher:
    """The statements that write points."""

    def __init__(self, dialect: Dialect, loader: Loader) -> None:
        self._loader = loader
        self.merge_after_blocks = MERGE_AFTER_BLOCKS
        self._add_write = dialect.insert("metric_writes", ("run_pk", "seq", "encoding", "series", "points", "data"))
        self.add_block = dialect.insert("metric_blocks", BLOCK_COLUMNS)
        self._add_latest = dialect.insert(
            "metric_latest", (*COLUMNS, "run_pk", "key_id", "experiment_id", "start_time_ms", "run_id")
        )
        self._set_latest = dialect.update("metric_latest", COLUMNS, ("run_pk", "key_id"))
        self._add_backlog = dialect.insert("merge_backlog", ("run_pk",))

    def write(self, session: Session, overlay: Overlay) -> None:
        """Writes the group's points; runs have got their versions and counts of what is pending before, see `count`."""
        known = overlay.known
        staged = self._in_order(overlay)
        self._load_metrics(session, overlay, staged)
        writes: list[Row] = []
        blocks: list[Row] = []
        new: list[Row] = []
        moved: list[Row] = []
        for run, pieces in staged:
            _summarize(known, run, pieces, new, moved)
            apart = [piece for piece in pieces if len(piece[1].values) >= APART_FROM]
            together = pieces
            if apart:
                # numpy takes long to load; a server which only ever sees short columns never does.
                from trackwell_service.stores.sql import columns_codec  # noqa: PLC0415 - see the comment

                blocks += (
                    (run.pk, key_id, run.version, *columns_codec.written_block(columns)) for key_id, columns in apart
                )
                together = [piece for piece in pieces if len(piece[1].values) < APART_FROM]
            if len(together) == 1 and len(together[0][1].values) == 1:
                key_id, columns = together[0]
                write = single_write(key_id, columns.timestamps[0], columns.steps[0], columns.values[0])
                writes.append((run.pk, run.version, *write))
            elif together:
                writes.append((run.pk, run.version, *write_of(together)))
        session.run_many(self._add_write, writes)
        session.run_many(self.add_block, blocks)
        session.run_many(self._add_latest, new)
        session.run_many(self._set_latest, moved)

    def count(self, session: Session, overlay: Overlay) -> None:
        """Counts what the group leaves to be merged, and notes the runs that have come to have enough of it."""
        due: list[Row] = []
        runs = overlay.known.runs
        for run_id, series in overlay.staged_points.items():
            run = runs[run_id]
            was_due = self._is_due(run)
            short_points, long_series = 0, 0
            for staged in series.values():
                count = len(staged.values) if isinstance(staged, Columns) else sum(map(len, staged))
                if count >= APART_FROM:
                    long_series += 1
                else:
                    short_points += count
            run.pending_blocks += long_series + (1 if short_points else 0)
            run.pending_points += short_points
            if not was_due and self._is_due(run):
                due.append((run.pk,))
        if due:
            session.run_many(self._add_backlog, sorted(due))
            if overlay.known.backlog is not None:
                overlay.known.backlog += len(due)

    def _is_due(self, run: RunRow) -> bool:
        return run.pending_blocks >= self.merge_after_blocks or run.pending_points >= MERGE_AFTER_POINTS

    def _in_order(self, overlay: Overlay) -> list[tuple[RunRow, list[tuple[int, Columns]]]]:
        runs, names = overlay.known.runs, overlay.known.names
        staged: list[tuple[RunRow, list[tuple[int, Columns]]]] = []
        for run_id, series in overlay.staged_points.items():
            pieces = [
                (names[key], columns if isinstance(columns, Columns) else joined(columns))
                for key, columns in series.items()
            ]
            pieces.sort(key=_by_key)
            staged.append((runs[run_id], pieces))
        staged.sort(key=_pk)
        return staged

    def _load_metrics(
        self, session: Session, overlay: Overlay, staged: list[tuple[RunRow, list[tuple[int, Columns]]]]
    ) -> None:
        metrics, added = overlay.known.metrics, overlay.added_runs
        unknown = [
            (run.pk, key_id)
            for run, pieces in staged
            if run.info.run_id not in added
            for key_id, _ in pieces
            if (run.pk, key_id) not in metrics
        ]
        if unknown:
            self._loader.metrics(session, overlay.known, unknown)


def _summarize(known: Known, run: RunRow, pieces: list[tuple[int, Columns]], new: list[Row], moved: list[Row]) -> None:
    """Brings the summaries of a run's metrics up to date and collects the rows to be written."""
    metrics = known.metrics
    pk = run.pk
    page = (run.info.experiment_id, run.info.start_time_ms, run.info.run_id)
    for key_id, columns in pieces:
        key = (pk, key_id)
        metric = metrics.get(key)
        is_single = len(columns.values) == 1
        if metric is None:
            if is_single:
                metric = row_of_point(columns.timestamps[0], columns.steps[0], columns.values[0])
            else:
                metric = row_of(summarize(columns))
            metrics[key] = metric
            new.append((*metric.values(), pk, key_id, *page))
        elif (
            metric.add_point(columns.timestamps[0], columns.steps[0], columns.values[0])
            if is_single
            else metric.add_summary(summarize(columns))
        ):
            moved.append((*metric.values(), pk, key_id))


def _pk(staged: tuple[RunRow, object]) -> int:
    return staged[0].pk
