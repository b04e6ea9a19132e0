"""What was read of one run as a line of JSON: `[experiment id, run id, entry]`, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from trackwell_service.stores.file import kept_entries
from trackwell_service.stores.file.places import RunPlace
from trackwell_service.stores.file.run_entry import RunEntry

if TYPE_CHECKING:
    from trackwell_service.stores.file.experiment_entry import ExperimentEntry
    from trackwell_service.stores.file.values import Values


def line_of(run: RunEntry) -> bytes | None:
    """The run's line; None while it is unsettled, or when JSON cannot tell it: it is read anew by every process."""
    try:
        known = run.kept_entry()
        plain = None if known is None else kept_entries.dumped(known)
        if plain is None:
            return None
        return orjson.dumps([run.place.experiment.experiment_id, run.place.run_id, plain]) + b"\n"
    except (TypeError, ValueError):
        return None


def key_of(line: bytes) -> tuple[int, str] | None:
    """Whose line it is, as (experiment id, run id); None for any other text.

    Cheap, so that a line is decoded only where it counts.
    """
    experiment_id, _, rest = line[1:].partition(b',"')
    if not experiment_id.isdigit() or len(experiment_id) >= 20:
        return None
    return int(experiment_id), rest.partition(b'"')[0].decode(errors="replace")


def run_of(line: bytes, run_id: str, entry: ExperimentEntry, values: Values) -> RunEntry | None:
    """The experiment's run as the line tells it; None when it is no line of a run."""
    place = RunPlace(run_id, f"{entry.place.path}/{run_id}", entry.place)
    try:
        _, _, plain = orjson.loads(line)
        return RunEntry.of_kept(place, kept_entries.loaded(place, plain), values, entry.find_dataset)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
