"""A second process that helps with a first search: it reads an experiment's runs from the other end.

Reading thousands of small files is half Python's work and half the system's, and the interpreter's lock keeps threads
from sharing it. The two readers meet in the middle; whatever the second one does not tell, the first one reads.
"""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, Self

import orjson

from trackwell_service.stores.file.experiment_entry import ExperimentEntry
from trackwell_service.stores.file.places import ExperimentPlace, RunPlace
from trackwell_service.stores.file.run_entry import RunEntry
from trackwell_service.stores.file.run_lines import key_of, line_of, run_of
from trackwell_service.stores.file.values import Values

_LOG: Final = logging.getLogger(__name__)

FROM_RUNS: Final = 1_000
"""Unread runs from which on a second process is started. So many take about a second, and its start a third of one."""

LOOK_EVERY: Final = 50
"""After how many runs each side looks what the other one has told, or tells what it has read."""


class SecondReader:
    """Reads some of an experiment's runs while the block lasts, unless that would not pay. Not for several threads.

    Needs the experiment's lock. Where no process can be started, or it fails, it has just nothing to tell.
    """

    def __init__(self, entry: ExperimentEntry, unread: Sequence[str], values: Values) -> None:
        self._entry = entry
        self._values = values
        self._unread = unread
        self._process: subprocess.Popen[bytes] | None = None
        self._told: IO[bytes] | None = None
        self._seen_bytes = 0
        self._lines: dict[str, bytes] = {}
        self._asked = 0

    def __enter__(self) -> Self:
        if len(self._unread) >= FROM_RUNS and _may_start():
            try:
                self._start()
            except OSError as error:
                _LOG.info("The runs are read by one process (%s).", error)
                self._stop()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop()

    def take(self, name: str) -> RunEntry | None:
        """The run of that name, if it was read. Must be asked for in the order of `unread`."""
        if self._process is not None and self._asked % LOOK_EVERY == 0:
            self._look()
        self._asked += 1
        line = self._lines.pop(name, None)
        if line is None:
            return None
        # It began at the other end, so that it has read all that follows, too.
        self._stop()
        return run_of(line, name, self._entry, self._values)

    def _start(self) -> None:
        place = self._entry.place
        with TemporaryFile() as job:
            job.write(orjson.dumps([*place, self._unread]))
            job.seek(0)
            self._told = TemporaryFile()  # noqa: SIM115 - closed by _stop
            # With the modules that this process sees, and none that happen to lie in its working folder.
            code = f"import sys; sys.path[:] = {list(map(str, sys.path))!r}; from {__name__} import main; main()"
            self._process = subprocess.Popen(  # noqa: S603 - this Python, and nothing from outside in the code
                (sys.executable, "-c", code), stdin=job, stdout=self._told, stderr=subprocess.DEVNULL
            )

    def _look(self) -> None:
        """Takes what was told since the last look."""
        told = self._told
        if told is None:
            return
        # Both processes share the file's position, which is where the other one writes.
        size_bytes = os.fstat(told.fileno()).st_size
        data = os.pread(told.fileno(), size_bytes - self._seen_bytes, self._seen_bytes)
        *lines, rest = data.split(b"\n")
        self._seen_bytes += len(data) - len(rest)
        for line in lines:
            key = key_of(line)
            if key is not None:
                self._lines[key[1]] = line
                continue
            with suppress(ValueError, TypeError):
                _, path, why = orjson.loads(line)
                self._values.report(path, why)

    def _stop(self) -> None:
        if self._process is not None:
            self._look()
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._told is not None:
            self._told.close()
            self._told = None


def _may_start() -> bool:
    """Whether there is a second processor, and a Python that can be started."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # A program that has Python in it names itself, and would be started again.
    is_python = Path(sys.executable or "").name.lower().startswith("python") and not getattr(sys, "frozen", False)
    return usable > 1 and is_python


def main() -> None:
    """The second process. Its job comes as JSON from standard input, the runs go line by line to standard output."""
    gc.disable()  # what is made here stays, until the process ends
    experiment_id, path, in_trash, names = orjson.loads(sys.stdin.buffer.read())
    parent = os.getppid()
    for lines in _lines_of(ExperimentPlace(experiment_id, path, in_trash), names):
        if os.getppid() != parent:
            break  # nobody waits any more
        sys.stdout.buffer.write(b"".join(lines))
        sys.stdout.buffer.flush()
    # What was made is not taken apart first.
    os._exit(0)


def _lines_of(place: ExperimentPlace, names: list[str]) -> Iterator[list[bytes]]:
    """The lines of the runs, last run first, some at a time; also what is reported, as `[null, path, why]`."""
    lines: list[bytes] = []

    def report(path: str, why: str) -> None:
        with suppress(TypeError):  # a path that is no text
            lines.append(orjson.dumps([None, path, why]) + b"\n")

    values = Values(report)
    entry = ExperimentEntry(place)
    entry.refresh_datasets(values)
    for count, name in enumerate(reversed(names), 1):
        run = RunEntry(RunPlace(name, f"{place.path}/{name}", place))
        with suppress(OSError):
            entry.refresh_run(run, values)
            line = line_of(run)
            if line is not None:
                lines.append(line)
        if count % LOOK_EVERY == 0:
            yield lines
            lines.clear()
    yield lines
