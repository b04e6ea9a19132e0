"""What commands print: tables on a terminal, tab-separated lines in a pipe, JSON when it is asked for.

Names, tags and paths come from whoever may write to the server. What a terminal would take for a command is therefore
shown escaped (security principle P7); JSON escapes by itself.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

json_option: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def on_terminal() -> bool:
    """Whether somebody reads standard output on a terminal."""
    return sys.stdout.isatty()


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints rows of as many cells as there are columns; None is shown as nothing.

    On a terminal as a table, else as lines of cells with tabs between, below one line with the names of the columns.
    """
    if on_terminal():
        _print_table(columns, rows)
        return
    for row in (columns, *rows):
        click.echo("\t".join(map(printable, row)))


def print_pairs(pairs: Mapping[str, object]) -> None:
    """Prints names and values, one below the other."""
    print_rows(("Field", "Value"), list(pairs.items()))


def print_json(value: object) -> None:
    """Prints a value as JSON in ASCII, with the words "NaN", "Infinity" and "-Infinity" as on the wire."""
    click.echo(json.dumps(_with_words(value), indent=2, allow_nan=False))


def local_time(milliseconds: int | None) -> str:
    """A time, in milliseconds since the epoch, as date and time of the reader's own zone; None is nothing."""
    if milliseconds is None:
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return str(milliseconds)


def printable(value: object) -> str:
    """The value as text on one line; control characters, also those that change the direction of text, are escaped."""
    text = "" if value is None else str(value)
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def _with_words(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): _with_words(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_words(item) for item in value]
    return value
