"""A run that a search has found: what a page needs to know of it, and where it stands in the order."""

from __future__ import annotations

from typing import NamedTuple

from trackwell_service.domain.entities import LifecycleStage, ViewType
from trackwell_service.search.ordering import SortKey
from trackwell_service.stores.roles import RunRef
from trackwell_service.stores.sql.known import STAGE_NUMBERS, STAGES
from trackwell_service.stores.sql.sql_text import TRUE, Sql, piece


class FoundRun(NamedTuple):
    """`after` is the keyset with which a search goes on behind this run."""

    run_id: str
    version: int
    stage: int
    after: SortKey

    def ref(self) -> RunRef:
        """The reference that a page is made of."""
        return RunRef(self.run_id, self.version, STAGES[self.stage])


def view_condition(stage: str, view: ViewType) -> Sql:
    """The condition that a run's effective stage, an SQL expression, is shown in the view."""
    if view is ViewType.ALL:
        return TRUE
    wanted = LifecycleStage.ACTIVE if view is ViewType.ACTIVE_ONLY else LifecycleStage.DELETED
    return piece(f"{stage} = {STAGE_NUMBERS[wanted]}")
