"""The alembic environment: runs revisions on the connection that `upgrade` opened, never by the alembic command."""

from __future__ import annotations

from alembic import context

from trackwell_migrations.names import VERSION_TABLE
from trackwell_service.stores.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
