"""Reads histories: as few blocks as a page needs, merged, exact duplicates counted once."""

from __future__ import annotations

from operator import itemgetter

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
        blocks = session.query(self._blocks, (run_pk, key_id, since_ms))
        wanted = limit
        while True:
            horizon_ms = _horizon_ms(blocks, since_ms, wanted)
            chosen = [seq for seq, _, _, min_timestamp_ms, _ in blocks if min_timestamp_ms <= horizon_ms]
            blocks = [row for row in blocks if row[3] > horizon_ms]
            if chosen:
                rows = session.query(self._data, (run_pk, key_id, self._dialect.ints(chosen)))
                parts += [columns_codec.decode(*row) for row in rows]
            if not parts:
                return Columns.of(())
            parts = [point_arrays.merged(parts)]
            page = point_arrays.page_after(parts[0], after, limit)
            if not blocks or (len(page) == limit and page.timestamps[-1] <= horizon_ms):
                return page
            wanted = 2 * wanted


def _horizon_ms(blocks: list[Row], since_ms: int, wanted: int) -> int:
    """Up to when a page reaches if no two blocks hold the same point: `wanted` points lie between `since_ms` and it.

    Merged blocks hardly ever share points, but may where they meet in time, and what a block holds before `since_ms` is
    no part of the page; so only merged blocks that lie wholly behind it count. Blocks as they were written do not.
    """
    for _, level, points, min_timestamp_ms, max_timestamp_ms in sorted(blocks, key=itemgetter(4)):
        if level == Level.MERGED and min_timestamp_ms > since_ms:
            wanted -= points
            if wanted <= 0:
                return int(max_timestamp_ms)
    return 2**63 - 1
