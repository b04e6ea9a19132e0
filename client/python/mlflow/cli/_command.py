"""The `mlflow` command. Subcommands are loaded when they are called, so that `mlflow --version` answers at once."""

from __future__ import annotations

import click

from mlflow._absent import reason_among_commands
from mlflow.cli._lazy import LazyGroup
from mlflow.version import VERSION


@click.group(
    cls=LazyGroup,
    commands_at={
        "server": ("mlflow.cli.server:server", "Run a tracking server."),
        "ui": ("mlflow.cli.server:ui", "Run a tracking server; the same as `mlflow server`."),
        "experiments": ("mlflow.cli.experiments:experiments", "Manage experiments."),
        "runs": ("mlflow.cli.runs:runs", "Manage runs."),
        "artifacts": ("mlflow.cli.artifacts:artifacts", "Store, list and fetch files of runs."),
        "db": ("mlflow.cli.db:db", "Manage the database of a tracking server."),
        "doctor": ("mlflow.cli.doctor:doctor", "Show what is installed and whether the tracking server answers."),
        "completion": ("mlflow.cli.completion:completion", "Print the script by which a shell completes commands."),
    },
    reason_of_absence=reason_among_commands,
    context_settings={"help_option_names": ["--help"], "max_content_width": 110},
)
@click.version_option(VERSION, prog_name="mlflow", message="%(prog)s, version %(version)s")
def main() -> None:
    """Record, compare and share experiments."""
