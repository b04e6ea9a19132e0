"""`mlflow db`: the schema of a tracking server's database."""

from __future__ import annotations

import click

from trackwell_service.domain.errors import TrackwellError
from trackwell_service.stores.uris import check_database_uri


@click.group()
def db() -> None:
    """Manage the database of a tracking server."""


@db.command()
@click.argument("url")
def upgrade(url: str) -> None:
    """Bring the database at URL to the newest schema.

    URL is the one given to `mlflow server --backend-store-uri`, for example sqlite:///mlflow.db. Stop the servers that
    use the database and make a backup first. A database that is current already is left alone; a new one is made.
    """
    from trackwell_migrations import upgrade as upgrade_schema

    try:
        upgrade_schema(check_database_uri(url), click.echo)
    except TrackwellError as error:
        raise click.ClickException(error.message) from error
