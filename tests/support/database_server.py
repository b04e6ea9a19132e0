"""A database server of the tests' own: in a folder, on a free port, with as many databases as tests ask for."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil

from support.ports import free_port
from support.server_programs import give_away, run_program, start_program

PREPARE_TIMEOUT_S = 120.0
"""Making a new data folder takes 2 s; far more on a machine that is busy with other things."""

START_TIMEOUT_S = 60.0
"""A start takes a fraction of a second, a recovery after a kill some more."""

STOP_TIMEOUT_S = 30.0
"""A server that has not stopped by then is killed."""

PORTS_TRIED = 3
"""Another process may take the free port before the server does."""


class DatabaseServer(ABC):
    """One server. `start` before the first use, `stop` at the end.

    With `durable=False` a commit is handed to the operating system and not waited for: it survives the end of the
    server (`kill_hard`), and only the end of the machine would lose it. That is right for tests of anything else.

    With `tls`, PEM files of a certificate and its key, clients may encrypt their connections.
    """

    stop_signal = signal.SIGTERM
    """Asks the server to end without waiting for its clients."""

    def __init__(self, folder: Path, *, durable: bool = True, tls: tuple[Path, Path] | None = None) -> None:
        self.folder = folder
        self.durable = durable
        self._tls = tls
        self.port = 0
        """TCP port on 127.0.0.1; the same after `start_again`."""
        self._process: subprocess.Popen[bytes] | None = None
        self._names = (f"test_{number}" for number in count(1))

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.folder / "data"

    @abstractmethod
    def url(self, database: str) -> str:
        """The URL of a database, in the form users write."""

    @abstractmethod
    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Runs one statement as the administrator, outside of any transaction; its rows."""

    @abstractmethod
    def end_connections(self) -> None:
        """Ends every connection of others, as an administrator may."""

    @abstractmethod
    def _prepare(self) -> Sequence[str | Path]:
        """The command that makes the data folder."""

    @abstractmethod
    def _serve(self) -> Sequence[str | Path]:
        """The command that serves the data folder in the foreground."""

    @abstractmethod
    def _create(self, name: str) -> None:
        """Makes a database."""

    @abstractmethod
    def _drop(self, name: str) -> None:
        """Removes a database, also while it is in use."""

    @abstractmethod
    def _answers(self) -> bool:
        """True when a connection can be had."""

    def start(self) -> None:
        """Makes the data folder and serves it."""
        give_away(self.folder)
        for given, place in zip(self._tls or (), (self._certificate, self._key), strict=False):
            shutil.copyfile(given, place)
            place.chmod(0o600)
            give_away(place)
        run_program(self._prepare(), folder=self.folder, log=self._log, timeout_s=PREPARE_TIMEOUT_S)
        for _ in range(PORTS_TRIED - 1):
            self.port = free_port()
            with suppress(ChildProcessError):
                self.start_again()
                return
        self.port = free_port()
        self.start_again()

    def start_again(self) -> None:
        """Serves the same data on the same port, after `stop` or `kill_hard`.

        Raises:
            ChildProcessError: The server ended by itself; the message holds its log.
            TimeoutError: It does not answer.
        """
        assert self._process is None, "it runs already"
        process = self._process = start_program(self._serve(), folder=self.folder, log=self._log)
        give_up = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if process.poll() is not None:
                self._process = None
                raise ChildProcessError(f"the server ended with exit code {process.returncode}:\n{self.log()}")
            if time.monotonic() > give_up:
                self.kill_hard()
                raise TimeoutError(f"the server does not answer:\n{self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server in good order: its clients are cut off, everything is written. Nothing if it does not run."""
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill_hard()
        self._process = None

    def kill_hard(self) -> None:
        """Ends the server as a crash does: all its processes at once, nothing is written any more."""
        assert self._process is not None, "it does not run"
        # Stopped first, a server starts no more processes that could be overlooked.
        self._process.send_signal(signal.SIGSTOP)
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()
        self._process = None
        give_up = time.monotonic() + STOP_TIMEOUT_S
        while any(_works(child) for child in children):
            assert time.monotonic() < give_up, "a process of the server outlived a SIGKILL"
            time.sleep(0.002)

    def log(self) -> str:
        """What the server has written so far."""
        return self._log.read_text(errors="replace")

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        name = next(self._names)
        self._create(name)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Removes a database, also one that is still in use, and does nothing for one that is gone."""
        self._drop(url.rpartition("/")[2])

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, which is removed at the end."""
        url = self.new_database()
        try:
            yield url
        finally:
            self.drop_database(url)

    @property
    def _certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def _key(self) -> Path:
        return self.folder / "server.key"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"


def _works(process: psutil.Process) -> bool:
    """False for a process that has ended, also while its new parent has not taken note of it."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
