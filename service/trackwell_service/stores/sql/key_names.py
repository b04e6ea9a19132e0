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
        self._names: dict[int, str] = {}
        self._ids: dict[str, int] = {}

    def names(self, session: Session, ids: Iterable[int]) -> Mapping[int, str]:
        """The name of each of the ids, and of others."""
        self._trim()
        unknown = [number for number in ids if number not in self._names]
        if unknown:
            self._remember(session.query(self._by_id, (self._dialect.ints(unknown),)))
        return self._names

    def ids(self, session: Session, names: Iterable[str]) -> Mapping[str, int]:
        """The id of each of the names that has one, and of others."""
        self._trim()
        unknown = [name for name in names if name not in self._ids]
        if unknown:
            self._remember(session.query(self._by_name, (self._dialect.texts(unknown),)))
        return self._ids

    def _trim(self) -> None:
        if len(self._names) > MOST_NAMES:
            self._names, self._ids = {}, {}

    def _remember(self, rows: Iterable[tuple[int, str]]) -> None:
        for number, name in rows:
            self._names[number] = name
            self._ids[name] = number
