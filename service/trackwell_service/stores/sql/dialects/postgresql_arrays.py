"""Columns of rows as PostgreSQL's arrays in text form: making it in Python takes a third of the driver's own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trackwell_service.stores.sql.column_kinds import Kind, kind_of

_TYPES = {Kind.INTEGER: "int8[]", Kind.TEXT: "text[]", Kind.BYTES: "bytea[]"}


def marks(columns: Sequence[str]) -> str:
    """A mark for the array of each column, with its type."""
    return ", ".join(f"?::{_TYPES[kind_of(name)]}" for name in columns)


def column_array(name: str, values: Sequence[Any]) -> str:
    """The values of the column of that name."""
    match kind_of(name):
        case Kind.INTEGER:
            return integer_array(values)
        case Kind.TEXT:
            return text_array(values)
        case Kind.BYTES:
            return _bytes_array(values)


def integer_array(values: Sequence[int | None]) -> str:
    """An array in PostgreSQL's text form; only None has letters."""
    return f"{{{','.join(map(str, values))}}}".replace("None", "NULL")


def text_array(values: Sequence[str | None]) -> str:
    """An array in PostgreSQL's text form."""
    return f"{{{','.join(map(_quoted, values))}}}"


def _bytes_array(values: Sequence[bytes]) -> str:
    elements = ",".join(f'"\\\\x{value.hex()}"' for value in values)
    return f"{{{elements}}}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
