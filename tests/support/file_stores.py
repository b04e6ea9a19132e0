"""Opens directory stores, as separate processes would."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from support.determinism import SteppingClock
from trackwell_service.stores.file import FileStore, open_file_store


def opened_at(root: Path) -> FileStore:
    """The store in a folder, new if there is none, with experiments numbered from 1."""
    return open_file_store(
        root,
        default_artifact_location=lambda number: f"file://{root}/{number}",
        clock=SteppingClock(),
        new_experiment_id=count(1).__next__,
    )
