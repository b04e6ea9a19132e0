"""`mlflow artifacts` (rest-facts §14)."""

from __future__ import annotations

from pathlib import Path

import click

from mlflow.cli._client import ClientCommand, run_id_option, tracking_client
from mlflow.cli._output import json_option, on_terminal, print_json, print_rows


@click.group()
def artifacts() -> None:
    """Store, list and fetch files of runs.

    The environment variable MLFLOW_TRACKING_URI names the server, database or folder that keeps the runs; without it
    they are in ./mlruns.
    """


_artifact_path = click.option(
    "--artifact-path", "-a", metavar="PATH", help="Folder of the run's artifacts to store it in. Default: the topmost."
)


@artifacts.command("log-artifact", cls=ClientCommand)
@click.option(
    "--local-file",
    "-l",
    required=True,
    type=click.Path(exists=True, readable=True, path_type=Path),
    help="File to store.",
)
@run_id_option()
@_artifact_path
def log_artifact(local_file: Path, run_id: str, artifact_path: str | None) -> None:
    """Store a file as an artifact of a run."""
    tracking_client().log_artifact(run_id, local_file, artifact_path)
    click.echo(f"Stored {local_file} in {_shown(artifact_path)} of run {run_id}.")


@artifacts.command("log-artifacts", cls=ClientCommand)
@click.option(
    "--local-dir",
    "-l",
    required=True,
    type=click.Path(exists=True, file_okay=False, readable=True, path_type=Path),
    help="Folder of which to store all files.",
)
@run_id_option()
@_artifact_path
def log_artifacts(local_dir: Path, run_id: str, artifact_path: str | None) -> None:
    """Store all files of a folder as artifacts of a run."""
    tracking_client().log_artifacts(run_id, local_dir, artifact_path)
    click.echo(f"Stored the files of {local_dir} in {_shown(artifact_path)} of run {run_id}.")


@artifacts.command("list", cls=ClientCommand)
@run_id_option()
@click.option("--artifact-path", "-a", metavar="PATH", help="Folder of the run's artifacts. Default: the topmost.")
@json_option
def list_artifacts(run_id: str, artifact_path: str | None, *, as_json: bool) -> None:
    """Show what is in a folder of a run's artifacts.

    On a terminal as a table, else as a JSON list.
    """
    found = tracking_client().list_artifacts(run_id, artifact_path)
    if as_json or not on_terminal():
        print_json([_plain(each.path, each.file_size, is_dir=each.is_dir) for each in found])
        return
    print_rows(("Path", "Bytes"), [(each.path + "/" * each.is_dir, each.file_size) for each in found])


@artifacts.command(cls=ClientCommand)
@run_id_option(required=False)
@click.option("--artifact-path", "-a", metavar="PATH", help="With --run-id: file or folder to fetch. Default: all.")
@click.option("--artifact-uri", "-u", metavar="URI", help="What to fetch, instead of --run-id: runs:/ID/PATH, s3://…")
@click.option(
    "--dst-path",
    "-d",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to put it in, made if it is not there. Default: a new temporary one.",
)
def download(run_id: str | None, artifact_path: str | None, artifact_uri: str | None, dst_path: Path | None) -> None:
    """Fetch a file, or a folder with all in it, and print where it is now."""
    from mlflow.artifacts import download_artifacts

    if (run_id is None) == (artifact_uri is None):
        raise click.UsageError("Give either --run-id or --artifact-uri.")
    if artifact_uri is not None and artifact_path is not None:
        raise click.UsageError("--artifact-path goes with --run-id: write the whole path in --artifact-uri.")
    if dst_path is not None:
        dst_path.mkdir(parents=True, exist_ok=True)
    click.echo(
        download_artifacts(
            artifact_uri=artifact_uri,
            run_id=run_id,
            artifact_path=None if run_id is None else artifact_path or "",
            dst_path=None if dst_path is None else str(dst_path),
        )
    )


def _shown(artifact_path: str | None) -> str:
    return f"the folder {artifact_path}" if artifact_path else "the artifacts"


def _plain(path: str, file_size: int | None, *, is_dir: bool) -> dict[str, object]:
    """The documented form: folders have no size."""
    shown: dict[str, object] = {"path": path, "is_dir": is_dir}
    if file_size is not None:
        shown["file_size"] = file_size
    return shown
