"""Finds pages of runs: chooses how, collects until the page is full, has inexact finds checked by the evaluator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from trackwell_service.search.ast import RunOrder
from trackwell_service.search.evaluate import run_predicate
from trackwell_service.search.ordering import MISSING, SortKey, run_ordering
from trackwell_service.stores.roles import Page, RunQuery, RunRef
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.found_run import FoundRun
from trackwell_service.stores.sql.key_names import KeyNames
from trackwell_service.stores.sql.page_walk import NewestWalk, ValueWalk, Walker, Window, is_unknown_key
from trackwell_service.stores.sql.runs_read import RunLoader
from trackwell_service.stores.sql.search_compile import Bounds, compile_run_filter
from trackwell_service.stores.sql.search_parts import Parts, parts_of, parts_of_field
from trackwell_service.stores.sql.selective import FEW_RUNS, MOST_PROBES, Candidates, Selector, demands, remaining
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.sorted_page import SortedRuns
from trackwell_service.stores.sql.sql_text import FALSE, Sql
from trackwell_service.stores.sql.value_index import index_of

CHECKED_AT_ONCE = 2_000
"""Runs that are loaded and checked by the evaluator at a time: some 30 ms of work."""

CHECKING_BUDGET_S = 5.0
"""How long a search goes on looking for matches before it answers with what it has and a token, in seconds."""


class Walk(Protocol):
    """Gives the candidates in the order of a query."""

    def runs(self, after: SortKey | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        """Batches of runs in order behind `after`; `need` says how many are still wanted."""
        ...


@dataclass(frozen=True, slots=True)
class _SortedWalk:
    session: Session
    sorted_runs: SortedRuns

    def runs(self, after: SortKey | None, need: Callable[[], int]) -> Iterator[list[FoundRun]]:
        while True:
            limit = need()
            found = self.sorted_runs.rows(self.session, after, limit)
            yield found
            if len(found) < limit:
                return
            after = found[-1].after


class RunFinder:
    """Plays the part of `roles.RunReader` that searches."""

    def __init__(self, dialect: Dialect, names: KeyNames, loader: RunLoader) -> None:
        self._dialect = dialect
        self._names = names
        self._loader = loader
        self._windows = dialect.text(f"SELECT id, stage, epoch FROM experiments WHERE {dialect.among('id')}")

    def page(self, session: Session, query: RunQuery) -> Page[RunRef]:
        """See `roles.RunReader.find_runs`. A page may be short when matches are rare; it then still has a token."""
        after = None if query.after is None else run_ordering(query.order).check(query.after)
        windows = [Window(*row) for row in session.query(self._windows, (self._dialect.ints(query.experiment_ids),))]
        parts = parts_of(query.filter)
        keys = {key for column in query.order for key in parts_of_field(column.field).all_keys()} | parts.all_keys()
        key_ids = self._names.ids(session, keys) if keys else {}
        bounds = compile_run_filter(self._dialect, key_ids, query.filter)
        if not windows or bounds.over == FALSE:
            return Page((), None)
        walk = self._walk(session, query, windows, key_ids, bounds)
        if bounds.is_exact:
            return _exact_page(walk, after, query.limit)
        return self._checked_page(session, walk, after, query, parts)

    def _walk(
        self,
        session: Session,
        query: RunQuery,
        windows: Sequence[Window],
        key_ids: Mapping[str, int],
        bounds: Bounds,
    ) -> Walk:
        """The cheapest way through the candidates; a few of them are sorted, many are walked if an index allows it."""
        order, prefix = _known_order(query.order, key_ids)
        index = index_of(self._dialect, order[0].field, key_ids) if len(order) == 1 else None
        best, count = self._most_selective(session, query, key_ids, is_newest=not order)
        if not order and best is not None and best.group is not None:
            among_them = Walker(self._dialect, session, windows, query.view, self._rest(query, key_ids, best))
            return NewestWalk(among_them, best.group, prefix)
        if best is not None and count <= FEW_RUNS:
            rest = self._rest(query, key_ids, best)
            return _SortedWalk(session, SortedRuns(self._dialect, query, key_ids, rest, best.ids))
        walker = Walker(self._dialect, session, windows, query.view, bounds.over)
        if not order:
            return NewestWalk(walker, None, prefix)
        if index is not None and not prefix:
            with_missing = not demands(query.filter, order[0].field)
            return ValueWalk(walker, index, descending=order[0].descending, with_missing=with_missing)
        return _SortedWalk(session, SortedRuns(self._dialect, query, key_ids, bounds.over, None))

    def _rest(self, query: RunQuery, key_ids: Mapping[str, int], known: Candidates) -> Sql:
        """What is left to be asked of the candidates."""
        return compile_run_filter(self._dialect, key_ids, remaining(query.filter, known.predicate)).over

    def _most_selective(
        self, session: Session, query: RunQuery, key_ids: Mapping[str, int], *, is_newest: bool
    ) -> tuple[Candidates | None, int]:
        selector = Selector(self._dialect, key_ids, query.experiment_ids)
        candidates = list(selector.candidates(query.filter))[:MOST_PROBES]
        if is_newest and len(candidates) == 1 and candidates[0].group is not None:
            return candidates[0], FEW_RUNS + 1
        best: Candidates | None = None
        least = FEW_RUNS + 1
        for each in candidates:
            count = selector.count(session, each)
            if count < least or (best is None and each.group is not None):
                best, least = each, count
        return best, least

    def _checked_page(
        self, session: Session, walk: Walk, after: SortKey | None, query: RunQuery, parts: Parts
    ) -> Page[RunRef]:
        matches = run_predicate(query.filter)
        give_up_at = time.monotonic() + CHECKING_BUDGET_S
        found: list[FoundRun] = []
        examined = 0

        def growing() -> int:
            # Few when matches are frequent, many when they are rare.
            return min(max(query.limit + 1, examined), CHECKED_AT_ONCE)

        for batch in walk.runs(after, growing):
            if not batch:
                continue
            examined += len(batch)
            loaded = self._loader.load_parts(session, [each.run_id for each in batch], parts)
            found += [each for each in batch if matches(loaded[each.run_id])]
            if len(found) > query.limit:
                break
            if time.monotonic() > give_up_at:
                return Page([each.ref() for each in found], batch[-1].after)
        return _page_of(found, query.limit)


def _exact_page(walk: Walk, after: SortKey | None, limit: int) -> Page[RunRef]:
    found: list[FoundRun] = []

    def still_wanted() -> int:
        return limit + 1 - len(found)

    for batch in walk.runs(after, still_wanted):
        found.extend(batch)
        if len(found) > limit:
            break
    return _page_of(found, limit)


def _page_of(found: Sequence[FoundRun], limit: int) -> Page[RunRef]:
    items = found[:limit]
    return Page([each.ref() for each in items], items[-1].after if len(found) > limit else None)


def _known_order(order: Sequence[RunOrder], key_ids: Mapping[str, int]) -> tuple[tuple[RunOrder, ...], SortKey]:
    """The order without columns in which every run lacks a value, and those columns' part of a keyset.

    Only leading ones are left out: the others do no harm in an order that must be sorted anyway.
    """
    prefix: SortKey = ()
    for place, column in enumerate(order):
        if not is_unknown_key(column, key_ids):
            return tuple(order[place:]), prefix
        prefix = (*prefix, MISSING, None)
    return (), prefix
