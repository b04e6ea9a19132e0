"""`mlflow completion`: the script by which a shell completes commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

SHELLS: Final = ("bash", "zsh", "fish")


HELP: Final = """Print the script that makes SHELL complete this command.

\b
bash, in ~/.bashrc:                  eval "$(mlflow completion bash)"
zsh, in ~/.zshrc:                    eval "$(mlflow completion zsh)"
fish, in ~/.config/fish/config.fish: mlflow completion fish | source
"""


@click.command(help=HELP)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script of that shell."""
    from mlflow.cli import main

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101  # click knows all of SHELLS
    click.echo(found(main, {}, "mlflow", "_MLFLOW_COMPLETE").source())
