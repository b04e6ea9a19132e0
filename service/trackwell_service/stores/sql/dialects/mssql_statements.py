"""T-SQL for rows that travel in one parameter: as a JSON array, which OPENJSON makes a table of on the server.

Texts and packed points stand in it as hexadecimal digits, so that they reach the table as bytes whatever collations the
database has. A group of any size is then one statement, whose text and plan do not depend on how many rows there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from trackwell_service.stores.sql.column_kinds import Kind, kind_of
from trackwell_service.stores.sql.dialects.mssql_drivers import Words

SHORT_TEXTS = frozenset(("digest", "head", "name", "request_id", "run_id", "tag_key"))
"""Text columns that stand in indexes. What is compared with them must not be of the type for long texts,
VARBINARY(MAX): the index would not be looked into. A text that is too long for them is cut and still differs."""

_PARAMETER = "OPENJSON(CAST(? AS NVARCHAR(MAX)))"
"""The cast is for ODBC, which sends a long text as NTEXT."""


def listed(column: str) -> str:
    """The condition that the column is one of those in a parameter made by `parameter`."""
    name = column.rpartition(".")[2]
    if kind_of(name) is Kind.INTEGER:
        return f"{column} IN (SELECT j.v FROM {_PARAMETER} WITH (v BIGINT '$') j)"
    return f"{column} IN (SELECT {_from_hex(name, 'j.v')} FROM {_PARAMETER} WITH (v VARCHAR(MAX) '$') j)"


def pairs(first: str, second: str) -> str:
    """A table ``p`` of the pairs of integers in a parameter, whose columns have these names."""
    return f"{_PARAMETER} WITH ({first} BIGINT '$[0]', {second} BIGINT '$[1]') p"


def rows(columns: Sequence[str]) -> str:
    """A query of the rows in a parameter made by `parameter`."""
    read = ", ".join(f"{name} {_json_type(name)} '$[{place}]'" for place, name in enumerate(columns))
    values = ", ".join(
        f"j.{name}" if kind_of(name) is Kind.INTEGER else f"{_from_hex(name, f'j.{name}')} AS {name}"
        for name in columns
    )
    return f"SELECT {values} FROM {_PARAMETER} WITH ({read}) j"


def parameter(values: Sequence[Any]) -> Words:
    """The parameter for a list of integers or texts, or of rows of them and bytes."""
    return Words(orjson.dumps([_plain(value) for value in values]).decode())


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode().hex().upper()
    if isinstance(value, bytes):
        return value.hex().upper()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _json_type(column: str) -> str:
    return "BIGINT" if kind_of(column) is Kind.INTEGER else "VARCHAR(MAX)"


def _from_hex(column: str, digits: str) -> str:
    """The bytes that the digits stand for (style 2 is: no 0x before them)."""
    length = "8000" if column in SHORT_TEXTS else "MAX"
    return f"CONVERT(VARBINARY({length}), {digits}, 2)"
