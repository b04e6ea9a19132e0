"""Names of keys by their id, for readers: they never change, so what was read once stays right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.session import Session

MOST_NAMES = 200_000
"""Names kept at most, in each direction (about 200 bytes each)."""


class KeyNames:
    """A cache shared by every reading thread: dict operations are atomic, and a name that is missing is read again."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._by_id = dialect.text(f"SELECT id, name FROM names WHERE {dialect.among('id')}")
        self._by_name = dialect.text(f"SELECT id, name FROM names WHERE {dialect.among('name')}")
        self._both: tuple[dict[int, str], dict[str, int]] = {}, {}

    def names(self, session: Session, ids: Iterable[int]) -> Mapping[int, str]:
        """The name of each of the ids, and of others."""
        names, by_name = self._kept()
        unknown = [number for number in ids if number not in names]
        if unknown:
            _remember(names, by_name, session.query(self._by_id, (self._dialect.ints(unknown),)))
        return names

    def ids(self, session: Session, names: Iterable[str]) -> Mapping[str, int]:
        """The id of each of the names that has one, and of others."""
        by_id, ids = self._kept()
        unknown = [name for name in names if name not in ids]
        if unknown:
            _remember(by_id, ids, session.query(self._by_name, (self._dialect.texts(unknown),)))
        return ids

    def _kept(self) -> tuple[dict[int, str], dict[str, int]]:
        """Both directions. A reader goes on with what it got, for another thread may begin new ones meanwhile."""
        if len(self._both[0]) > MOST_NAMES:
            self._both = {}, {}
        return self._both


def _remember(names: dict[int, str], ids: dict[str, int], rows: Iterable[tuple[int, str]]) -> None:
    for number, name in rows:
        names[number] = name
        ids[name] = number
