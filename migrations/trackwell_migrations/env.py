"""The alembic environment: runs revisions on the connection that `upgrade` opened, never by the alembic command.

Without a connection it writes the statements for the dialect that it is given; see scripts/render_schema.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

from trackwell_migrations.names import VERSION_TABLE
from trackwell_service.stores.sql.schema import metadata


def _tell(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:
    """Tells the caller of `upgrade` about each revision that is done."""
    del ctx, heads, run_args
    progress = context.config.attributes.get("progress")
    if progress is not None:
        progress(f"Revision {step.up_revision_id} is done.")


context.configure(
    connection=context.config.attributes.get("connection"),
    dialect_name=context.config.attributes.get("dialect_name"),
    output_buffer=context.config.attributes.get("output_buffer"),
    literal_binds=context.is_offline_mode(),
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    on_version_apply=_tell,
    mssql_batch_separator="",
)
with context.begin_transaction():
    context.run_migrations()
