"""`mlflow experiments` (rest-facts §14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mlflow.cli._client import ClientCommand, experiment_id_option, search_options, tracking_client, view_option
from mlflow.cli._output import json_option, local_time, print_json, print_pairs, print_rows

if TYPE_CHECKING:
    from mlflow.entities import Experiment


@click.group()
def experiments() -> None:
    """Manage experiments.

    The environment variable MLFLOW_TRACKING_URI names the server that keeps them, or a database or folder; without
    it they are in ./mlruns.
    """


@experiments.command(cls=ClientCommand)
@click.option("--experiment-name", "-n", required=True, metavar="NAME", help="Name, which no other experiment has.")
@click.option(
    "--artifact-location", "-l", metavar="URI", help="Where its artifacts go. Default: where the server keeps them."
)
@json_option
def create(experiment_name: str, artifact_location: str | None, *, as_json: bool) -> None:
    """Create an experiment."""
    experiment_id = tracking_client().create_experiment(experiment_name, artifact_location)
    if as_json:
        print_json({"experiment_id": experiment_id, "name": experiment_name})
    else:
        click.echo(f"Created experiment {experiment_name!r} with id {experiment_id}")


def _search(
    view: str, filter_string: str, order_by: tuple[str, ...], max_results: int | None, *, as_json: bool
) -> None:
    from mlflow.entities import ViewType
    from mlflow.tracking._paging import all_pages

    client, stages = tracking_client(), ViewType.from_string(view)
    found = all_pages(
        lambda size, token: client.search_experiments(stages, size, filter_string, list(order_by), token), max_results
    )
    if as_json:
        print_json([_plain(each) for each in found])
        return
    print_rows(
        ("Id", "Name", "Stage", "Artifact location"),
        [(each.experiment_id, each.name, each.lifecycle_stage, each.artifact_location) for each in found],
    )


def _search_command(name: str, text: str) -> None:
    @experiments.command(name, cls=ClientCommand, help=text)
    @view_option("experiments")
    @search_options
    @json_option
    def command(**given: Any) -> None:
        _search(**given)


_search_command("search", "Show experiments, the newest first.")
_search_command("list", "Show experiments; the same as `search`.")


@experiments.command(cls=ClientCommand)
@experiment_id_option(required=False)
@click.option("--experiment-name", "-n", metavar="NAME", help="Name of the experiment, instead of its id.")
@click.option("--output", type=click.Choice(("table", "json")), default="table", show_default=True, help="Form.")
@json_option
def get(experiment_id: str | None, experiment_name: str | None, output: str, *, as_json: bool) -> None:
    """Show one experiment."""
    if (experiment_id is None) == (experiment_name is None):
        raise click.UsageError("Give either --experiment-id or --experiment-name.")
    client = tracking_client()
    if experiment_id is not None:
        found = client.get_experiment(experiment_id)
    else:
        named = client.get_experiment_by_name(str(experiment_name))
        if named is None:
            raise click.ClickException(f"There is no experiment with the name {experiment_name!r}.")
        found = named
    if as_json or output == "json":
        print_json(_plain(found))
        return
    print_pairs(
        {
            "Id": found.experiment_id,
            "Name": found.name,
            "Stage": found.lifecycle_stage,
            "Artifact location": found.artifact_location,
            "Created": local_time(found.creation_time),
            "Changed": local_time(found.last_update_time),
            **{f"Tag {key}": value for key, value in sorted(found.tags.items())},
        }
    )


@experiments.command(cls=ClientCommand)
@experiment_id_option()
def delete(experiment_id: str) -> None:
    """Delete an experiment and its runs; `restore` brings them back."""
    tracking_client().delete_experiment(experiment_id)
    click.echo(f"Deleted experiment {experiment_id}.")


@experiments.command(cls=ClientCommand)
@experiment_id_option()
def restore(experiment_id: str) -> None:
    """Bring a deleted experiment and its runs back."""
    tracking_client().restore_experiment(experiment_id)
    click.echo(f"Restored experiment {experiment_id}.")


@experiments.command(cls=ClientCommand)
@experiment_id_option()
@click.option("--new-name", required=True, metavar="NAME", help="Name, which no other experiment has.")
def rename(experiment_id: str, new_name: str) -> None:
    """Give an experiment another name."""
    tracking_client().rename_experiment(experiment_id, new_name)
    click.echo(f"Renamed experiment {experiment_id} to {new_name!r}.")


@experiments.command(cls=ClientCommand)
@experiment_id_option()
@click.option("--filename", "-o", metavar="FILE", help="File to write. Default: standard output.")
@click.option(
    "--raw",
    is_flag=True,
    help="Write texts as they are. Without it, texts that a spreadsheet would run as a formula begin with a quote.",
)
def csv(experiment_id: str, filename: str | None, *, raw: bool) -> None:
    """Write all active runs of an experiment as CSV, one line a run."""
    from mlflow.cli._csv import write_runs
    from mlflow.tracking._paging import every_item

    client = tracking_client()
    client.get_experiment(experiment_id)  # an unknown experiment is an error, not an empty file
    runs = every_item(lambda size, token: client.search_runs([experiment_id], max_results=size, page_token=token))
    write_runs(runs, filename, raw=raw)
    if filename is not None:
        click.echo(f"Wrote the runs of experiment {experiment_id} to {filename}", err=True)


def _plain(experiment: Experiment) -> dict[str, object]:
    return dict(experiment)
