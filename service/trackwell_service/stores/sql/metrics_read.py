"""Reads histories: as few blocks as a page needs, merged, exact duplicates counted once."""

from __future__ import annotations

from trackwell_service.domain.series import Columns
from trackwell_service.stores.roles import HistoryPosition
from trackwell_service.stores.sql.blocks import Level
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.session import Session


class HistoryReader:
    """Plays the part of `roles.MetricReader` that reads histories."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        text = dialect.text
        self._key = text(
            "SELECT m.run_pk, m.key_id FROM runs r JOIN metric_latest m ON m.run_pk = r.id"
            " JOIN names n ON n.id = m.key_id WHERE r.run_id = ? AND n.name = ?"
        )
        self._writes = text("SELECT encoding, series, points, data FROM metric_writes WHERE run_pk = ?")
        self._blocks = text(
            "SELECT seq, level, points, min_timestamp_ms, max_timestamp_ms FROM metric_blocks"
            " WHERE run_pk = ? AND key_id = ? AND max_timestamp_ms >= ?"
        )
        self._data = text(
            "SELECT encoding, points, data FROM metric_blocks"
            f" WHERE run_pk = ? AND key_id = ? AND {dialect.among('seq')}"
        )

    def page(self, session: Session, run_id: str, key: str, after: HistoryPosition | None, limit: int) -> Columns:
        """See `roles.MetricReader.history`."""
        found = session.query(self._key, (run_id, key))
        if not found or limit < 1:
            return Columns.of(())
        # numpy takes long to load; a server which only takes points never does.
        from trackwell_service.stores import point_arrays  # noqa: PLC0415 - see the comment
        from trackwell_service.stores.sql import columns_codec  # noqa: PLC0415 - see the comment

        run_pk, key_id = found[0]
        since_ms = -(2**63) if after is None else after.timestamp_ms
        written = columns_codec.points_of_key(key_id, session.query(self._writes, (run_pk,)))
        parts = [] if written is None else [written]
        chosen = _chosen(session.query(self._blocks, (run_pk, key_id, since_ms)), since_ms, limit)
        if chosen:
            rows = session.query(self._data, (run_pk, key_id, self._dialect.ints(chosen)))
            parts += [columns_codec.decode(*row) for row in rows]
        if not parts:
            return Columns.of(())
        return point_arrays.page_after(point_arrays.merged(parts), after, limit)


def _chosen(blocks: list[Row], since_ms: int, limit: int) -> list[int]:
    """The blocks, in no order, which surely hold the next `limit` points at and after `since_ms`.

    Merged blocks do not overlap (but may share a timestamp where they meet), so those that begin after enough
    points of earlier ones can be left out, and with them written blocks that begin later. What a block holds before
    `since_ms`, or more than once, does not count: only merged blocks that lie wholly behind it are counted.
    """
    in_order = sorted(blocks, key=lambda row: row[3])
    sure = 0
    horizon_ms = 2**63 - 1
    for _, level, points, min_timestamp_ms, max_timestamp_ms in in_order:
        if level == Level.MERGED and min_timestamp_ms > since_ms:
            sure += points
            if sure >= limit:
                horizon_ms = max_timestamp_ms
                break
    return [seq for seq, _, _, min_timestamp_ms, _ in in_order if min_timestamp_ms <= horizon_ms]
