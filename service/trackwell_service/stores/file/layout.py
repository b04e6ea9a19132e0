"""The names in a directory store (rest-facts §10): which folder holds what, and which keys become which files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter, TrackwellError
from trackwell_service.domain.validation import check_key, check_new_run_id, check_run_id, invalid

META: Final = "meta.yaml"
TRASH: Final = ".trash"
"""Deleted experiments are moved into this folder whole."""

METRICS: Final = "metrics"
PARAMS: Final = "params"
TAGS: Final = "tags"
INPUTS: Final = "inputs"
OUTPUTS: Final = "outputs"
ARTIFACTS: Final = "artifacts"
DATASETS: Final = "datasets"

RUN_FOLDERS: Final = (METRICS, PARAMS, ARTIFACTS)
"""Folders that every run has: a run without one of them is none for other readers."""

NOT_RUNS: Final = frozenset({TAGS, DATASETS, "traces", "models"})
"""Folders of an experiment which are no runs."""

NOT_EXPERIMENTS: Final = frozenset({TRASH, "models"})
"""Folders of the root which are no experiments."""

OWN_PREFIX: Final = ".trackwell"
"""How the names of files begin that are ours alone; no key, run or experiment has such a name."""

KNOWN_KEYS: Final = 4_096
"""Names that were found to be keys, or none: runs have the same ones."""

MAX_NAME_BYTES: Final = 255
"""One file's or folder's name in bytes of UTF-8: what the file systems in use hold."""

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
"""A longer line, its end counted, is none of a metric's, and what follows it is not looked for: such a file would
have to be read whole to find its lines."""


def experiment_id_of(name: str) -> int | None:
    """The experiment whose folder has that name; None when it is no experiment's."""
    if not (name.isascii() and name.isdigit()) or len(name) > len(str(limits.MAX_EXPERIMENT_ID)):
        return None
    number = int(name)
    return number if str(number) == name and number <= limits.MAX_EXPERIMENT_ID else None


def is_run_name(name: str) -> bool:
    """Whether a folder of that name in an experiment can be a run."""
    if name in NOT_RUNS or len(name.encode(errors="replace")) > MAX_NAME_BYTES:
        return False
    try:
        check_run_id(name)
    except TrackwellError:
        return False
    return True


def check_new_run_folder(run_id: str) -> None:
    """Refuses the id of a new run which cannot be a folder here."""
    check_new_run_id(run_id)
    if not is_run_name(run_id):
        raise invalid(
            "run_id",
            run_id,
            f"This store keeps each run in a folder of its name, which must have at most {MAX_NAME_BYTES} bytes and be "
            f"none of {', '.join(sorted(NOT_RUNS))}. Choose another id, or leave it out to have one generated.",
        )


@lru_cache(maxsize=KNOWN_KEYS)
def is_key(name: str) -> bool:
    """Whether a file of that relative path holds a metric, param or tag."""
    try:
        check_key(name, "key")
    except TrackwellError:
        return False
    return True


def check_file_keys(keys: Iterable[str], what: str) -> None:
    """Refuses keys that cannot be files beside each other.

    That is: no path below its folder, an over-long name, or one that is also a folder of another key. `what` is the
    kind of key for the message: metric, param or tag.
    """
    chosen = set(keys)
    for key in chosen:
        # Tags of a new run are not held to the rules of keys elsewhere: here they must not lead out of their folder.
        check_key(key, f"{what} key")
        segments = key.split("/")
        if any(len(segment.encode()) > MAX_NAME_BYTES for segment in segments):
            raise invalid(
                f"{what} key",
                key,
                f"This store keeps each {what} in a file of its name, of which no part between slashes may have more "
                f"than {MAX_NAME_BYTES} bytes in UTF-8. Shorten it.",
            )
        for count in range(1, len(segments)):
            if "/".join(segments[:count]) in chosen:
                raise both_file_and_folder(key, "/".join(segments[:count]), what)


def both_file_and_folder(key: str, other: str, what: str) -> InvalidParameter:
    """The refusal of a key that needs a folder where another key's file is, or the other way round."""
    return invalid(
        f"{what} key",
        key,
        f"This store keeps each {what} in a file of its name, and '{other[: limits.MAX_SHOWN_CHARS]}' would have to be "
        "a file and a folder at once. Use another key.",
    )
