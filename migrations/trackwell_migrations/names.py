"""Names which the migrations share with the server; the server imports this module without loading alembic."""

from __future__ import annotations

VERSION_TABLE = "trackwell_schema_version"
"""Alembic's version table. Its own name, so that another product's tables in the same database are told apart."""

NEWEST_REVISION = "0001"
"""The revision that the code beside this file is written for."""
