"""What columns hold by their names; a test compares `schema`, which is not loaded to serve.

Drivers that take whole columns at once must be told what these hold. A column's name means the same in every table.
"""

from __future__ import annotations

from enum import Enum

MSSQL_SHORT_BYTES = 1_500
"""Most bytes of a text that stands in an index of SQL Server, which takes 1,700 for all columns together: 500
characters of the Basic Multilingual Plane, of which one has three bytes at most in UTF-8."""


class Kind(Enum):
    """What a column holds; every integer has 64 bits here, however few of them are stored."""

    INTEGER = "integer"
    TEXT = "text"
    BYTES = "bytes"


_TEXTS = frozenset(
    (
        "artifact_location", "artifact_uri", "context", "digest", "head", "model_id", "name", "outcome", "profile",
        "request_id", "run_id", "schema_text", "source", "source_type", "tag_key", "tag_value", "tags_json", "tail",
        "user_id",
    )
)  # fmt: skip


def kind_of(column: str) -> Kind:
    """What the column of that name holds."""
    if column == "data":
        return Kind.BYTES
    return Kind.TEXT if column in _TEXTS else Kind.INTEGER
