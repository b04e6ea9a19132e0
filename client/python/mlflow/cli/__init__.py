"""The `mlflow` command. Subcommands are loaded when they are called, so that `mlflow --version` answers at once."""

from __future__ import annotations

import click

from mlflow.cli._lazy import LazyGroup
from mlflow.version import VERSION

__all__ = ["main"]


@click.group(
    cls=LazyGroup,
    commands_at={
        "server": ("mlflow.cli.server:server", "Run a tracking server."),
        "ui": ("mlflow.cli.server:ui", "Run a tracking server; the same as `mlflow server`."),
        "db": ("mlflow.cli.db:db", "Manage the database of a tracking server."),
    },
    context_settings={"help_option_names": ["--help"], "max_content_width": 110},
)
@click.version_option(VERSION, prog_name="mlflow", message="%(prog)s, version %(version)s")
def main() -> None:
    """Record, compare and share experiments."""
