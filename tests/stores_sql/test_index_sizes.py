"""What stands in an index must fit it, for the longest texts that its columns take, on every kind of database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from trackwell_service.stores.sql.column_types import long_text, short_text
from trackwell_service.stores.sql.schema import metadata

UTF8_BYTES = 4
"""Of the longest character."""

POSTGRESQL_BYTES = 2_700
"""A third of a page of 8 KiB, less what the page itself needs: an entry of a B-tree is at most that long."""

MYSQL_BYTES = 3_072
"""InnoDB's limit in tables of the format DYNAMIC, which is the default."""

MSSQL_BYTES, MSSQL_CLUSTERED_BYTES = 1_700, 900
"""SQL Server's limits; a primary key is the clustered index unless it is said to be none."""


@dataclass(frozen=True)
class Key:
    """An index, or a constraint that makes one."""

    name: str
    columns: tuple[sa.Column[object], ...]
    is_clustered: bool


def keys_of(tables: sa.MetaData) -> Iterator[Key]:
    for table in tables.sorted_tables:
        primary = table.primary_key
        is_clustered = primary.dialect_options["mssql"]["clustered"] is not False
        yield Key(str(primary.name), tuple(primary.columns), is_clustered)
        for constraint in table.constraints:
            if isinstance(constraint, sa.UniqueConstraint):
                yield Key(str(constraint.name), tuple(constraint.columns), is_clustered=False)
        for index in table.indexes:
            yield Key(str(index.name), tuple(index.columns), is_clustered=False)


def column_bytes(column: sa.Column[object], dialect: Dialect) -> int:
    """The most that a column adds to an entry. Raises ValueError for one of which nothing may stand in an index."""
    written = column.type.compile(dialect=dialect)
    sizes = {"BIGINT": 8, "SMALLINT": 2}
    if written in sizes:
        return sizes[written]
    length = re.match(r"VAR(CHAR|BINARY)\(([0-9]+)\)", written)
    if length is None:
        raise ValueError(f"{column} is {written}")
    return int(length[2]) * (UTF8_BYTES if length[1] == "CHAR" else 1)


def entry_bytes(key: Key, name: str) -> int:
    """The most that an entry has, as that kind of database counts."""
    sizes = [column_bytes(column, _dialect(name)) for column in key.columns]
    if name == "postgresql":
        # The entry's header, the length of each text, and what aligns them.
        return 8 + sum(-(-(size + 4) // 8) * 8 for size in sizes)
    return sum(sizes)


def limit_bytes(key: Key, name: str) -> int:
    if name == "mssql":
        return MSSQL_CLUSTERED_BYTES if key.is_clustered else MSSQL_BYTES
    return POSTGRESQL_BYTES if name == "postgresql" else MYSQL_BYTES


KEYS = sorted(keys_of(metadata), key=lambda key: key.name)

NAMES = ("postgresql", "mysql", "mariadb", "mssql")
"""Kinds of databases whose indexes are limited; SQLite's are not."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_an_index_entry_fits(name: str, key: Key) -> None:
    assert entry_bytes(key, name) <= limit_bytes(key, name)


def test_every_index_is_looked_at() -> None:
    assert len(KEYS) == len({key.name for key in KEYS})
    assert {"pk_runs", "uq_experiments_name", "ix_params_page", "uq_datasets_experiment_id"} <= {
        key.name for key in KEYS
    }
    assert len(KEYS) > 2 * len(metadata.tables) - 5


@pytest.mark.parametrize("name", ["mysql", "mariadb", "postgresql"])
def test_a_short_text_takes_as_many_characters_of_any_kind(name: str) -> None:
    """Which is what makes four bytes for each of them the right number."""
    dialect = _dialect(name)
    column: sa.Column[object] = sa.Column("text", short_text(250))
    assert column_bytes(column, dialect) == 1_000
    assert name == "postgresql" or "utf8mb4" in column.type.compile(dialect=dialect)


@pytest.mark.parametrize(
    ("name", "lengths", "is_clustered"),
    [
        ("postgresql", (670, 1), False),
        ("mysql", (750, 19), False),
        ("mariadb", (769,), False),
        ("mssql", (375, 51), False),
        ("mssql", (226,), True),
    ],
)
def test_one_that_does_not_fit_is_found(name: str, lengths: tuple[int, ...], is_clustered: bool) -> None:
    def key(first: int) -> Key:
        columns = [sa.Column(f"c{place}", short_text(length)) for place, length in enumerate((first, *lengths[1:]))]
        table = sa.Table("t", sa.MetaData(), *columns)
        return Key("made up", tuple(table.columns), is_clustered)

    assert entry_bytes(key(lengths[0]), name) > limit_bytes(key(lengths[0]), name)
    assert entry_bytes(key(lengths[0] - 2), name) <= limit_bytes(key(lengths[0] - 2), name)


def test_a_long_text_is_in_no_index() -> None:
    with pytest.raises(ValueError, match="TEXT"):
        column_bytes(sa.Column("text", long_text()), _dialect("postgresql"))


def _dialect(name: str) -> Dialect:
    return sa.make_url(f"{name}://").get_dialect()()
