"""Reads page after page until enough is read, so that no answer is cut silently."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mlflow._limits import MAX_PAGE_ITEMS
from mlflow.store.entities.paged_list import PagedList

Item = TypeVar("Item")

PAGE_ITEMS = 1000
"""Items asked for at a time: a page of runs stays well below a message's limit."""


def all_pages(read_page: Callable[[int, str | None], PagedList[Item]], max_results: int | None) -> list[Item]:
    """All items, or the first `max_results`. `read_page` is given a page size and the token of the page before."""
    items: list[Item] = []
    token: str | None = None
    while True:
        wanted = MAX_PAGE_ITEMS if max_results is None else max_results - len(items)
        # A limit below 1 goes to the service as it is, which refuses it.
        page = read_page(min(wanted, PAGE_ITEMS), token)
        items.extend(page)
        token = page.token
        if token is None or (max_results is not None and len(items) >= max_results):
            return items
