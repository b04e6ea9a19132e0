"""Lists that know where the next page begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


class PagedList(list[Item]):
    """One page. `token` is what to ask the next page with, or None on the last one."""

    def __init__(self, items: Iterable[Item], token: str | None) -> None:
        super().__init__(items)
        self.token = token

    def to_list(self) -> list[Item]:
        """The items as a plain list."""
        return list(self)
