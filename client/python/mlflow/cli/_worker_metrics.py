"""Lets each worker of a server answer `/metrics` for all of them.

Whoever asks is connected to one worker, another one each time, and the numbers of one alone would jump. So each writes
its text to a file in a folder that all share, and who is asked adds those of the others to its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from mlflow.cli._settings import WorkerPlace
from trackwell_gateway.exposition import merged

INTERVAL_S: Final = 1.0
"""How old the numbers of the others may be: well below the 15 s after which Prometheus usually asks again."""

_LOG: Final = logging.getLogger(__name__)
_SUFFIX: Final = ".prom"


class WorkerMetrics:
    """The numbers of all workers, as one of them shows them."""

    def __init__(self, place: WorkerPlace) -> None:
        self._slot = str(place.slot)
        self._folder = place.folder
        self._file = place.folder / f"{place.slot}{_SUFFIX}"

    def of_all(self, own: str) -> str:
        """The text of every worker, each sample with the label `worker`; `own` is this one's."""
        texts = {self._slot: own}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path != self._file:
                with suppress(FileNotFoundError):  # it has stopped just now
                    texts[path.stem] = path.read_text(encoding="utf-8")
        return merged("worker", {slot: texts[slot] for slot in sorted(texts, key=int)})

    async def publish(self, own: Callable[[], str]) -> None:
        """Writes this worker's text again and again, until it is cancelled; then it leaves nothing behind."""
        failing = False
        try:
            while True:
                try:
                    self._write(own())
                    failing = False
                except OSError as error:
                    if not failing:
                        _LOG.warning("the numbers of this worker cannot be shown by the others: %s", error)
                    failing = True
                await asyncio.sleep(INTERVAL_S)
        finally:
            with suppress(OSError):
                self._file.unlink()
                self._folder.rmdir()  # done by the last one, also where the supervisor has died

    def _write(self, text: str) -> None:
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(self._file)
