"""The database schema's only author: the alembic environment and its revisions."""
