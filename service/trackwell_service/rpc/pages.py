"""Pages of runs: encoded runs one after the other, ended early when they grow too large (ADR 0004, 0017)."""

from __future__ import annotations

from collections.abc import Callable

from trackwell.wire.v1.wire_pb2 import PageWire
from trackwell_service.domain.limits import MAX_PAGE_BYTES
from trackwell_service.operations.searching import RunSearch
from trackwell_service.rpc.snapshots import Snapshots
from trackwell_service.stores.roles import RunReader

ITEM_BYTES = 6
"""The most that a run takes in a page beside its own bytes: a tag and a length."""


def run_page(
    reader: RunReader,
    snapshots: Snapshots,
    search: RunSearch,
    max_bytes: int = MAX_PAGE_BYTES,
    size_of: Callable[[bytes], int] = len,
) -> PageWire:
    """A page of about `max_bytes` at most, but with one run at least if there is any.

    Its items are in the form of `snapshots`: with encoded messages it has the bytes of a SearchRunsResponse. `size_of`
    tells what one counts.
    """
    page = search.page(reader)
    items: list[bytes] = []
    size_bytes = 0
    for item in snapshots.encoded(page.items):
        size_bytes += size_of(item) + ITEM_BYTES
        if items and size_bytes > max_bytes:
            # The shorter page is asked for anew, since only the store knows where the one after it begins.
            page = search.page(reader, len(items))
            items = list(snapshots.encoded(page.items))
            break
        items.append(item)
    return PageWire(items=items, next_page_token=search.token_after(page))
