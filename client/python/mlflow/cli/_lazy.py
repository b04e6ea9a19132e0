"""Command groups that load a subcommand when it is called, and help that shows options under headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class LazyGroup(click.Group):
    """A group whose subcommands are named as ``module:attribute``, each with its line in the group's help."""

    def __init__(
        self,
        *args: Any,
        commands_at: Mapping[str, tuple[str, str]],
        reason_of_absence: Callable[[str], str | None],
        **kwargs: Any,
    ) -> None:
        """`reason_of_absence`: what the error about an unknown subcommand says of it, or None."""
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at
        self._reason_of_absence = reason_of_absence

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all subcommands."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, loaded now, or None when there is none of that name."""
        if cmd_name not in self._commands_at:
            return None
        module, attribute = self._commands_at[cmd_name][0].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101  # the table above names commands only
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand that the arguments name. Raises UsageError, which may say what to do without it."""
        reason = self._reason_of_absence(args[0]) if args and args[0] not in self._commands_at else None
        if reason is not None and not ctx.resilient_parsing:
            ctx.fail(f"No such command {args[0]!r}: in this package {reason}.")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Completes names of subcommands without loading them, and the group's own options."""
        from click.shell_completion import CompletionItem

        named = [
            CompletionItem(name, help=line)
            for name, (_, line) in self._commands_at.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of subcommands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._commands_at.items()])


class SectionedOption(click.Option):
    """An option that the help shows under `section`."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class SectionedCommand(click.Command):
    """A command whose help groups its options under headings, in the order in which the sections first appear."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one block for each section, and what has none at the end."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                section = parameter.section if isinstance(parameter, SectionedOption) else "Other"
                sections.setdefault(section, []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)


def option(section: str, *names: str, envvar: str | None = None, **kwargs: Any) -> Callable[[Any], Any]:
    """A click option under a heading of the help; its default and its environment variable are shown."""
    kwargs.setdefault("show_default", kwargs.get("default") is not None)
    return click.option(
        *names, cls=SectionedOption, section=section, envvar=envvar, show_envvar=envvar is not None, **kwargs
    )
