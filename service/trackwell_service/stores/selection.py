"""Pages of runs and experiments, by asking the search language's evaluator about every single one.

For stores which have no index: memory and files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from trackwell_service.domain.entities import DatasetSummary, Experiment, Run
from trackwell_service.search.evaluate import experiment_predicate, run_predicate
from trackwell_service.search.ordering import Ordering, experiment_ordering, run_ordering
from trackwell_service.stores.roles import ExperimentQuery, Keyset, Page, RunQuery

Item = TypeVar("Item")


def select_runs(candidates: Iterable[Run], query: RunQuery) -> Page[Run]:
    """The query's page of those candidates that match; all are in its experiments. See `roles.RunReader.find_runs`."""
    matches = run_predicate(query.filter)
    return _page(
        candidates,
        lambda run: query.view.shows(run.info.stage) and matches(run),
        run_ordering(query.order),
        query.limit,
        query.after,
    )


def select_experiments(candidates: Iterable[Experiment], query: ExperimentQuery) -> Page[Experiment]:
    """The query's page of those candidates that match. See `roles.ExperimentReader.search_experiments`."""
    matches = experiment_predicate(query.filter)
    return _page(
        candidates,
        lambda experiment: query.view.shows(experiment.info.stage) and matches(experiment),
        experiment_ordering(query.order),
        query.limit,
        query.after,
    )


def sorted_summaries(found: Iterable[DatasetSummary]) -> list[DatasetSummary]:
    """In the order of `roles.ExperimentReader.dataset_summaries`. An absent context comes before every other."""
    return sorted(
        found,
        key=lambda summary: (
            summary.experiment_id,
            summary.name,
            summary.digest,
            summary.context is not None,
            summary.context or "",
        ),
    )


def _page(
    candidates: Iterable[Item],
    chosen: Callable[[Item], bool],
    ordering: Ordering[Item],
    limit: int,
    after: Keyset | None,
) -> Page[Item]:
    def rank(item: Item) -> tuple[object, ...]:
        return ordering.rank(ordering.key(item))

    found = sorted((item for item in candidates if chosen(item)), key=rank)
    if after is not None:
        last_seen = ordering.rank(ordering.check(after))
        found = [item for item in found if rank(item) > last_seen]
    items = found[:limit]
    return Page(items, ordering.key(items[-1]) if len(found) > limit else None)
