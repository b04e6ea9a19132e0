"""docs/cli.md names every command and every option, and its first example works."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mlflow.cli import main
from support.server_process import environment
from trackwell_service.config import DATABASE_ECHO, DATABASE_POOL_SIZE, FILE_STORE_SYNC, WITHOUT_EFFECT

PAGE = (Path(__file__).parents[2] / "docs/cli.md").read_text(encoding="utf-8")


def commands(group: click.Group, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield (*names, name), command


COMMANDS = dict(commands(main))
HIDDEN_PAIRS = {"--serve-artifacts", "--truncate-long-values", "--metrics", "--no-grpc-reflection"}
"""What a server does by default, or the other half of a pair that the page names."""


def options(command: click.Command) -> set[str]:
    parameters = [each for each in command.params if isinstance(each, click.Option)]
    return {name for each in parameters for name in (*each.opts, *each.secondary_opts) if name.startswith("--")}


def row_of(path: tuple[str, ...]) -> str:
    """The row of the table of commands that names a command."""
    group = f"mlflow {' '.join(path[:-1])}".strip()
    rows = [line for line in PAGE.splitlines() if line.startswith((f"| `{group} ", "| `mlflow server`"))]
    named = [row for row in rows if re.search(rf"[` ]{re.escape(path[-1])}[` ]", row.split("|")[1])]
    assert len(named) == 1, path
    return named[0]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_there(path: tuple[str, ...]) -> None:
    row = row_of(path)
    text = PAGE if path[0] in ("server", "ui") else row
    missing = {name for name in options(COMMANDS[path]) - HIDDEN_PAIRS if f"`{name}" not in text}
    assert missing == set()


def test_no_option_is_there_that_does_not_exist() -> None:
    known = {name for command in COMMANDS.values() for name in options(command)} | {"--help", "--version"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) <= known


def test_variables_without_an_option_are_there() -> None:
    for name in (DATABASE_ECHO, DATABASE_POOL_SIZE, FILE_STORE_SYNC, *WITHOUT_EFFECT):
        assert f"`{name}" in PAGE


def test_the_first_example_works(tmp_path: Path) -> None:
    match = re.search(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    assert match is not None
    script = f'set -eu\nmlflow() {{ "{sys.executable}" -m mlflow.cli "$@"; }}\n{match[1]}'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Created experiment 'fraud-detection' with id 1\n" in done.stdout
    assert "No problems found." in done.stdout
    assert "tags.stage" in (tmp_path / "runs.csv").read_text()
