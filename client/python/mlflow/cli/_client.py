"""What the commands that talk to a tracking server have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from mlflow.exceptions import MlflowException

if TYPE_CHECKING:
    from mlflow.tracking.client import MlflowClient

VIEWS: Final = ("active_only", "deleted_only", "all")


class ClientCommand(click.Command):
    """A command whose refusals by the server end it with one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except MlflowException as error:
            raise click.ClickException(error.message) from error


def tracking_client() -> MlflowClient:
    """A client of the server, database or folder that MLFLOW_TRACKING_URI names, or of ./mlruns."""
    from mlflow.tracking.client import MlflowClient

    return MlflowClient()


def view_option(of_what: str) -> Callable[[Any], Any]:
    """Which lifecycle stages are shown."""
    return click.option(
        "--view",
        "-v",
        type=click.Choice(VIEWS, case_sensitive=False),
        default=VIEWS[0],
        show_default=True,
        help=f"Which {of_what} to show.",
    )


def search_options(command: Any) -> Any:
    """Filter, order and limit of a search (docs/search.md)."""
    for decorate in (
        click.option("--max-results", type=click.IntRange(1), help="Show at most this many. Default: all."),
        click.option("--order-by", multiple=True, metavar="KEY", help='What to sort by, for example "name DESC".'),
        click.option("--filter", "filter_string", default="", metavar="TEXT", help="Show only what matches."),
    ):
        command = decorate(command)
    return command


def experiment_id_option(*, required: bool = True, purpose: str = "Id of the experiment.") -> Callable[[Any], Any]:
    """Names an experiment."""
    return click.option("--experiment-id", "-x", required=required, metavar="ID", help=purpose)


def run_id_option(*, required: bool = True) -> Callable[[Any], Any]:
    """Names a run."""
    return click.option("--run-id", "-r", required=required, metavar="ID", help="Id of the run.")
