"""The alembic environment: runs revisions on the connection that `upgrade` opened, never by the alembic command.

Without a connection it writes the statements for the dialect that it is given; see scripts/render_schema.py.
"""

from __future__ import annotations

from alembic import context

from trackwell_migrations.names import VERSION_TABLE
from trackwell_service.stores.sql.schema import metadata

context.configure(
    connection=context.config.attributes.get("connection"),
    dialect_name=context.config.attributes.get("dialect_name"),
    output_buffer=context.config.attributes.get("output_buffer"),
    literal_binds=context.is_offline_mode(),
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
