"""`mlflow doctor`: what is installed, where it logs to, and what is wrong with either."""

from __future__ import annotations

import click

from mlflow.cli._output import json_option, print_json, print_pairs


@click.command()
@click.option("--mask-envs", is_flag=True, help="Show no value of an environment variable. Secrets are never shown.")
@json_option
def doctor(*, mask_envs: bool, as_json: bool) -> None:
    """Show what is installed and whether the tracking server answers.

    The exit code is 1 when something is wrong.
    """
    from mlflow._doctor import examine

    report = examine(mask_envs=mask_envs)
    if as_json:
        print_json({"findings": report.findings, "problems": report.problems})
    else:
        print_pairs(report.findings)
        for problem in report.problems:
            click.echo(f"Problem: {problem}", err=True)
        if not report.problems:
            click.echo("No problems found.")
    if report.problems:
        raise click.exceptions.Exit(1)
