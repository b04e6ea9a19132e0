"""`mlflow runs` (rest-facts §14)."""

from __future__ import annotations

import click

from mlflow.cli._client import (
    ClientCommand,
    experiment_id_option,
    run_id_option,
    search_options,
    tracking_client,
    view_option,
)
from mlflow.cli._output import json_option, local_time, print_json, print_rows

TERMINAL_STATUSES = ("FINISHED", "FAILED", "KILLED")


@click.group()
def runs() -> None:
    """Manage runs.

    The environment variable MLFLOW_TRACKING_URI names the server that keeps them, or a database or folder; without
    it they are in ./mlruns.
    """


@runs.command("list", cls=ClientCommand)
@experiment_id_option()
@view_option("runs")
@search_options
@json_option
def list_runs(
    experiment_id: str,
    view: str,
    filter_string: str,
    order_by: tuple[str, ...],
    max_results: int | None,
    *,
    as_json: bool,
) -> None:
    """Show the runs of an experiment, the newest first."""
    from mlflow.entities import ViewType
    from mlflow.tracking._paging import all_pages

    client, stages = tracking_client(), ViewType.from_string(view)
    client.get_experiment(experiment_id)  # an unknown experiment is an error, not an empty list
    found = all_pages(
        lambda size, token: client.search_runs([experiment_id], filter_string, stages, size, list(order_by), token),
        max_results,
    )
    if as_json:
        print_json([run.to_dictionary() for run in found])
        return
    print_rows(
        ("Started", "Name", "Status", "Id"),
        [(local_time(run.info.start_time), run.info.run_name, run.info.status, run.info.run_id) for run in found],
    )


@runs.command(cls=ClientCommand)
@experiment_id_option(required=False, purpose="Id of the experiment to create the run in.")
@click.option("--experiment-name", "-n", metavar="NAME", help="Its name instead; a new name creates it.")
@click.option("--run-name", metavar="NAME", help="Name of the run. Default: the server makes one.")
@click.option("--description", metavar="TEXT", help="What the run is about.")
@click.option("--tags", "-t", multiple=True, metavar="KEY=VALUE", help="A tag. May be given several times.")
@click.option(
    "--status",
    type=click.Choice(TERMINAL_STATUSES, case_sensitive=False),
    default="FINISHED",
    show_default=True,
    help="How the run ended.",
)
@click.option("--parent-run-id", metavar="ID", help="The run to nest it under.")
def create(
    experiment_id: str | None,
    experiment_name: str | None,
    run_name: str | None,
    description: str | None,
    tags: tuple[str, ...],
    status: str,
    parent_run_id: str | None,
) -> None:
    """Record a run that is over, and print what it got as JSON."""
    from mlflow import _tags
    from mlflow.tracking.context.registry import resolve_tags

    if (experiment_id is None) == (experiment_name is None):
        raise click.UsageError("Give either --experiment-id or --experiment-name.")
    given = _parsed_tags(tags)
    client = tracking_client()
    if parent_run_id is not None:
        client.get_run(parent_run_id)  # an unknown parent is an error
        given[_tags.PARENT_RUN_ID] = parent_run_id
    if description is not None:
        given[_tags.NOTE_CONTENT] = description
    if experiment_id is None:
        named = client.get_experiment_by_name(str(experiment_name))
        experiment_id = client.create_experiment(str(experiment_name)) if named is None else named.experiment_id
    run = client.create_run(experiment_id, tags=resolve_tags(given), run_name=run_name)
    client.set_terminated(run.info.run_id, status)
    print_json(
        {
            "run_id": run.info.run_id,
            "experiment_id": run.info.experiment_id,
            "run_name": run.info.run_name,
            "status": status,
        }
    )


@runs.command(cls=ClientCommand)
@run_id_option()
def describe(run_id: str) -> None:
    """Print all that is known of a run as JSON."""
    print_json(tracking_client().get_run(run_id).to_dictionary())


@runs.command(cls=ClientCommand)
@run_id_option()
def delete(run_id: str) -> None:
    """Delete a run; `restore` brings it back."""
    tracking_client().delete_run(run_id)
    click.echo(f"Deleted run {run_id}.")


@runs.command(cls=ClientCommand)
@run_id_option()
def restore(run_id: str) -> None:
    """Bring a deleted run back."""
    tracking_client().restore_run(run_id)
    click.echo(f"Restored run {run_id}.")


def _parsed_tags(texts: tuple[str, ...]) -> dict[str, str]:
    parsed: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise click.UsageError(f"--tags {text!r} is no tag: write KEY=VALUE, for example stage=test.")
        if key in parsed:
            raise click.UsageError(f"--tags gives {key!r} twice: a tag has one value.")
        parsed[key] = value
    return parsed
