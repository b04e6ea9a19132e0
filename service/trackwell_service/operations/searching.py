"""Finding experiments and runs a page at a time (rest-facts §7, §8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trackwell_service.domain import limits
from trackwell_service.domain.entities import Experiment, ViewType
from trackwell_service.domain.paging import fingerprint, make_token, read_token
from trackwell_service.domain.validation import check_between, check_list_size
from trackwell_service.search.parse import (
    parse_experiment_filter,
    parse_experiment_order,
    parse_run_filter,
    parse_run_order,
)
from trackwell_service.stores.roles import ExperimentQuery, ExperimentReader, Keyset, Page, RunQuery, RunReader, RunRef


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a search request says, as it came. None means absent."""

    filter: str | None = None
    order_by: Sequence[str] = ()
    view: ViewType = ViewType.ACTIVE_ONLY
    max_results: int | None = None
    page_token: str | None = None


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """Some experiments, and the token for those after them."""

    experiments: Sequence[Experiment]
    next_page_token: str | None


def search_experiments(reader: ExperimentReader, text: SearchText) -> ExperimentPage:
    """A page of experiments."""
    asked = fingerprint("experiments", text.view, text.filter or "", list(text.order_by))
    page = reader.search_experiments(
        ExperimentQuery(
            view=text.view,
            filter=parse_experiment_filter(text.filter or ""),
            order=parse_experiment_order(text.order_by),
            limit=_page_size(text.max_results),
            after=_after(text.page_token, asked),
        )
    )
    return ExperimentPage(page.items, _token(asked, page.after))


@dataclass(frozen=True, slots=True)
class RunSearch:
    """A checked search for runs. A page may be asked for with fewer items than the request allows."""

    query: RunQuery
    asked: str

    def page(self, reader: RunReader, limit: int | None = None) -> Page[RunRef]:
        """References to the runs of the page, at most `limit`."""
        if not self.query.experiment_ids:
            return Page((), None)
        return reader.find_runs(self.query if limit is None else replace(self.query, limit=limit))

    def token_after(self, page: Page[RunRef]) -> str | None:
        """The token for the runs after `page`; None when there are none."""
        return _token(self.asked, page.after)


def search_runs(experiment_ids: Sequence[int], text: SearchText) -> RunSearch:
    """Checks a search for runs of the experiments; of none, or of unknown ones, it finds nothing."""
    check_list_size(len(experiment_ids), "experiment_ids", limits.MAX_EXPERIMENTS_PER_SEARCH)
    distinct = tuple(sorted(set(experiment_ids)))
    asked = fingerprint("runs", distinct, text.view, text.filter or "", list(text.order_by))
    query = RunQuery(
        experiment_ids=distinct,
        view=text.view,
        filter=parse_run_filter(text.filter or ""),
        order=parse_run_order(text.order_by),
        limit=_page_size(text.max_results),
        after=_after(text.page_token, asked),
    )
    return RunSearch(query, asked)


def _page_size(max_results: int | None) -> int:
    if max_results is None:
        return limits.DEFAULT_PAGE_ITEMS
    check_between(max_results, "max_results", 1, limits.MAX_PAGE_ITEMS)
    return max_results


def _after(page_token: str | None, asked: str) -> Keyset | None:
    return read_token(page_token, asked) if page_token else None


def _token(asked: str, after: Keyset | None) -> str | None:
    return None if after is None else make_token(asked, after)
