"""Which runs changed since a token: one look of a Watch (contract, RunService.Watch)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.paging import fingerprint, make_token, read_token
from trackwell_service.domain.validation import check_between, check_list_size, check_run_id
from trackwell_service.stores.roles import ChangeReader, RunChange


@dataclass(frozen=True, slots=True)
class Changes:
    """What one look found. `more` tells that the next look finds something at once."""

    runs: Sequence[RunChange]
    token: str
    more: bool


class Watcher:
    """Looks at the same runs again and again, beginning with what changed since the token, if there is one."""

    def __init__(
        self, reader: ChangeReader, experiment_ids: Sequence[int], run_ids: Sequence[str], token: str | None
    ) -> None:
        check_list_size(len(experiment_ids), "experiment_ids", limits.MAX_EXPERIMENTS_PER_WATCH)
        check_list_size(len(run_ids), "run_ids", limits.MAX_RUNS_PER_WATCH)
        for index, run_id in enumerate(run_ids):
            check_run_id(run_id, f"run_ids[{index}]")
        if not experiment_ids and not run_ids:
            raise InvalidParameter("Nothing to watch: give at least one of 'experiment_ids' and 'run_ids'.")
        self._reader = reader
        self._experiment_ids = tuple(sorted(set(experiment_ids)))
        self._run_ids = tuple(sorted(set(run_ids)))
        self._asked = fingerprint("watch", self._experiment_ids, self._run_ids)
        self._version = reader.newest_version() if token is None else self._version_in(token)

    def look(self) -> Changes:
        """Runs that changed since the last look, each once, at most 1000, in the order of their changes."""
        runs = self._reader.changes(self._experiment_ids, self._run_ids, self._version, limits.MAX_CHANGES_PER_ANSWER)
        if runs:
            self._version = runs[-1].version
        return Changes(runs, make_token(self._asked, (self._version,)), len(runs) == limits.MAX_CHANGES_PER_ANSWER)

    def _version_in(self, token: str) -> int:
        position = read_token(token, self._asked, parameter="token")
        if len(position) != 1 or not isinstance(position[0], int):
            raise InvalidParameter(
                "Parameter 'token' is not one of this server. Send the token exactly as it was answered."
            )
        return position[0]


def poll_interval_s(poll_interval_ms: int | None) -> float:
    """How long to wait between two looks, in seconds."""
    if poll_interval_ms is None:
        return limits.DEFAULT_WATCH_INTERVAL_MS / 1000
    check_between(poll_interval_ms, "poll_interval_ms", limits.MIN_WATCH_INTERVAL_MS, limits.MAX_WATCH_INTERVAL_MS)
    return poll_interval_ms / 1000
