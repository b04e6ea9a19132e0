"""Encoded runs, kept as long as there is room: a page of runs is mostly concatenation (DESIGN §4, Reads)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from trackwell_service.domain.entities import Run
from trackwell_service.rpc.convert import run_message
from trackwell_service.rpc.run_document import run_json
from trackwell_service.stores.roles import RunReader, RunRef

DEFAULT_CACHE_BYTES: Final = 32 * 1024 * 1024
"""Memory for encoded runs: some 35,000 runs of 25 items."""

TEXT_CACHE_BYTES: Final = 64 * 1024 * 1024
"""Memory for runs as JSON, which is 2.7 times as long: about as many."""

ENTRY_BYTES: Final = 300
"""Memory of an entry beside the encoded run: the reference, its text, the dict's slots."""

RUNS_PER_LOAD: Final = 1000
"""How many runs are loaded at once: a page of the default size needs one load, and a load stays some megabytes."""


class Snapshots:
    """Runs in one form, by reference. Equal references mean equal runs, so nothing here is ever stale.

    `encode` makes the form; without it, that is the encoded `Run` message. `hits` and `misses` count runs.
    """

    def __init__(
        self, reader: RunReader, max_bytes: int = DEFAULT_CACHE_BYTES, encode: Callable[[Run], bytes] | None = None
    ) -> None:
        self._reader = reader
        self._max_bytes = max_bytes
        self._encode = encode or encode_run
        self.hits = 0
        self.misses = 0
        self._bytes = 0
        self._entries: OrderedDict[RunRef, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def encoded(self, refs: Sequence[RunRef]) -> Iterator[bytes]:
        """The encoded runs in the order of `refs`. Loads what is missing, `RUNS_PER_LOAD` references at a time."""
        remaining = iter(refs)
        while part := list(islice(remaining, RUNS_PER_LOAD)):
            yield from self._encoded_part(part)

    def encoded_run(self, run_id: str) -> bytes | None:
        """The encoded run, active or deleted, or None when there is none."""
        ref = self._reader.run_refs((run_id,)).get(run_id)
        return None if ref is None else next(self.encoded((ref,)), None)

    @property
    def size_bytes(self) -> int:
        """Memory in use."""
        return self._bytes

    def _encoded_part(self, refs: Sequence[RunRef]) -> Iterator[bytes]:
        with self._lock:
            known = {ref: data for ref in refs if (data := self._entries.get(ref)) is not None}
            for ref in known:
                self._entries.move_to_end(ref)
            absent = [ref.run_id for ref in refs if ref not in known]
            self.hits += len(known)
            self.misses += len(absent)
        loaded = self._load(absent) if absent else {}
        for ref in refs:
            data = known.get(ref) or loaded.get(ref.run_id)
            # A run that was found and is gone when it is loaded is left out.
            if data is not None:
                yield data

    def _load(self, run_ids: Sequence[str]) -> Mapping[str, bytes]:
        """Encodes the runs, which may be newer than their references were, and keeps each under what it is now."""
        runs = self._reader.load_runs(run_ids)
        encoded = {run_id: self._encode(run) for run_id, run in runs.items()}
        with self._lock:
            for run_id, data in encoded.items():
                run = runs[run_id]
                self._keep(RunRef(run_id, run.version, run.info.stage), data)
        return encoded

    def _keep(self, ref: RunRef, data: bytes) -> None:
        if ref in self._entries:
            return
        self._entries[ref] = data
        self._bytes += len(data) + ENTRY_BYTES
        while self._bytes > self._max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= len(oldest) + ENTRY_BYTES


def text_snapshots(reader: RunReader) -> Snapshots:
    """Runs as JSON texts, for a REST door in this process."""
    return Snapshots(reader, TEXT_CACHE_BYTES, run_json)


def encode_run(run: Run) -> bytes:
    """The run as the bytes of a `Run` message with inputs and outputs."""
    return run_message(run).SerializeToString(deterministic=True)
