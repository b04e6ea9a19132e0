"""Reads page after page until enough is read, so that no answer is cut silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from mlflow.store.entities.paged_list import PagedList

Item = TypeVar("Item")

PAGE_ITEMS = 1000
"""Items asked for at a time: a page of runs stays well below a message's limit."""

ReadPage = Callable[[int, str | None], PagedList[Item]]
"""Is given a page size and the token of the page before."""


def every_item(read_page: ReadPage[Item]) -> Iterator[Item]:
    """All items. One page is held at a time; the next is asked for when the one before is used up."""
    token: str | None = None
    while True:
        page = read_page(PAGE_ITEMS, token)
        yield from page
        token = page.token
        if token is None:
            return


def all_pages(read_page: ReadPage[Item], max_results: int | None) -> list[Item]:
    """All items, or the first `max_results`."""
    return list(first_items(read_page, max_results))


def first_items(read_page: ReadPage[Item], max_results: int | None) -> PagedList[Item]:
    """All items, or the first `max_results`; then the list's token tells that there are more."""
    items: PagedList[Item] = PagedList((), None)
    while True:
        wanted = PAGE_ITEMS if max_results is None else max_results - len(items)
        # A limit below 1 goes to the service as it is, which refuses it.
        page = read_page(min(wanted, PAGE_ITEMS), items.token)
        items.extend(page)
        items.token = page.token
        if page.token is None or (max_results is not None and len(items) >= max_results):
            return items
