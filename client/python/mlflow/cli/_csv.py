"""Runs as CSV, in the columns of `mlflow.search_runs` (rest-facts §12), without pandas."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from mlflow.entities import Run

_INFO: Final = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet run a cell."""


def write_runs(runs: Iterable[Run], filename: str | None, *, raw: bool) -> None:
    """Writes one line a run to the file, or to standard output. Raises ClickException when it cannot be written.

    Times are UTC; what a run lacks is an empty cell. Unless `raw`, a text that a spreadsheet would run begins with a
    quote, so that nobody who may log to the server gets a formula into the reader's spreadsheet (security P7).
    """
    lines = [_cells(run, raw=raw) for run in runs]
    found = sorted({name for line in lines for name in line} - set(_INFO), key=_group)
    columns = [*_INFO, *found]
    try:
        with (
            nullcontext(sys.stdout)
            if filename is None
            else Path(filename).open("w", encoding="utf-8", newline="") as output
        ):
            writer = csv.writer(output, lineterminator="\n")
            writer.writerow([_text(name, raw=raw) for name in columns])
            writer.writerows([line.get(name, "") for name in columns] for line in lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"{filename or 'Standard output'} cannot be written: {error.strerror}.") from error


def _cells(run: Run, *, raw: bool) -> dict[str, str]:
    info = run.info
    given: dict[str, object] = {
        "run_id": info.run_id,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "artifact_uri": info.artifact_uri,
        "start_time": _time(info.start_time),
        "end_time": _time(info.end_time),
    }
    named: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("metrics", run.data.metrics),
        ("params", run.data.params),
        ("tags", run.data.tags),
    )
    for group, values in named:
        given.update((f"{group}.{key}", value) for key, value in values.items())
    return {name: _text(value, raw=raw) for name, value in given.items() if value is not None}


def _group(column: str) -> tuple[int, str]:
    return ("metrics", "params", "tags").index(column.partition(".")[0]), column


def _time(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat(" ", timespec="milliseconds")
    except OverflowError:
        return str(milliseconds)


def _text(value: object, *, raw: bool) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    text = str(value)
    if raw or not text.startswith(_BEGINS_A_FORMULA) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and text[-1:].isalnum()
