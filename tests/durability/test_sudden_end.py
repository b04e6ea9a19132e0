"""What was acknowledged is there after any end of the server: killed at random moments, or asked to stop."""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psutil
import pytest
import yaml

from support.doors.base import Api
from support.doors.grpc import GrpcDoor
from support.durable_logger import acknowledged_steps
from support.ports import free_port
from support.server_process import ServerProcess, environment, running_server, start_server

TESTS = Path(__file__).parents[1]
LOGGING = ("unary", "stream", "rest")
"""Ways to log points."""

WRITING = (*LOGGING, "params", "create")
"""Ways to write."""


class Loggers:
    """Processes that write, one for each way (see `support.durable_logger`)."""

    def __init__(self, folder: Path, server: ServerProcess, run_id: str, *, writing: Sequence[str] = WRITING) -> None:
        self._notes = {door: folder / f"{door}.acknowledged" for door in writing}
        self._processes = {
            door: subprocess.Popen(
                [
                    *(sys.executable, "-m", "support.durable_logger"),
                    *(door, server.grpc, server.rest, run_id, door, str(notes)),
                ],
                cwd=TESTS,
                env=environment(),
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for door, notes in self._notes.items()
        }

    def acknowledged(self) -> dict[str, int]:
        """How many points each has an acknowledgement for."""
        return {door: acknowledged_steps(notes) for door, notes in self._notes.items()}

    def wait_for_progress(self, points: int) -> None:
        """Waits until each has got `points` more acknowledgements than now."""
        goal = {door: step + points for door, step in self.acknowledged().items()}
        while any(step < goal[door] for door, step in self.acknowledged().items()):
            self.check()
            time.sleep(0.005)

    def check(self) -> None:
        """Fails when one met anything but a server that is away."""
        for door, process in self._processes.items():
            if process.poll() is not None:
                assert process.stderr is not None
                raise AssertionError(f"logger '{door}' ended: {process.stderr.read().decode()}")

    def stop(self) -> dict[str, int]:
        """Ends them; what each got acknowledged."""
        for process in self._processes.values():
            assert process.stdin is not None
            process.stdin.close()
        for process in self._processes.values():
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()
        return self.acknowledged()


@contextmanager
def connected(server: ServerProcess) -> Iterator[Api]:
    door = GrpcDoor(server.grpc)
    try:
        yield Api(door)
    finally:
        door.close()


def history(api: Api, run_id: str, key: str) -> list[tuple[int, float]]:
    """(step, value) of every stored point, in order."""
    points: list[tuple[int, float]] = []
    token = None
    while True:
        page = api("GetMetricHistory", run_id=run_id, metric_key=key, max_results=100_000, page_token=token)
        points += [(metric.step, metric.value) for metric in page.metrics]
        if not page.next_page_token:
            return points
        token = page.next_page_token


def assert_nothing_lost(api: Api, run_id: str, acknowledged: dict[str, int]) -> None:
    """Every acknowledged point is there once, with its value; what follows was on its way and is there at most once."""
    for number in range(1, acknowledged.get("create", 0) + 1):
        api("GetExperimentByName", experiment_name=f"create-{number}")
    data = api("GetRun", run_id=run_id).run.data
    params = {param.key: param.value for param in data.params}
    assert all(key == f"params-{value}" for key, value in params.items())
    assert set(params) >= {f"params-{number}" for number in range(1, acknowledged.get("params", 0) + 1)}
    for door in LOGGING:
        count = acknowledged[door]
        points = history(api, run_id, door)
        assert [step for step, _ in points[:count]] == list(range(1, count + 1)), door
        steps = [step for step, _ in points]
        assert len(set(steps)) == len(steps), door
        assert all(value == step for step, value in points), door


class Stored(Protocol):
    """A kind of store that servers are killed over."""

    writing: Sequence[str]
    """Ways to write that it keeps every promise for."""

    def uri(self, folder: Path) -> str:
        """Names a store in the folder."""
        ...

    def assert_sound(self, folder: Path) -> None:
        """Looks at its files without the server."""
        ...


class StoredInSqlite:
    """In a SQLite database."""

    writing = WRITING

    def uri(self, folder: Path) -> str:
        return f"sqlite:///{folder}/store.db"

    def assert_sound(self, folder: Path) -> None:
        assert_database_sound(folder / "store.db")


class StoredInFolders:
    """In folders, which do not keep the answers of request ids: an experiment that was made is met as made."""

    writing = tuple(door for door in WRITING if door != "create")

    def uri(self, folder: Path) -> str:
        return f"{folder}/mlruns"

    def assert_sound(self, folder: Path) -> None:
        runs = [path.parent for path in (folder / "mlruns").glob("*/*/meta.yaml") if not path.parts[-2].startswith(".")]
        assert runs
        for run in runs:
            assert yaml.safe_load((run / "meta.yaml").read_bytes())["run_id"] == run.name
            for metric in (run / "metrics").iterdir():
                assert re.fullmatch(rb"(\d+ \d+\.\d+ \d+\n)+", metric.read_bytes())


STORED = [StoredInSqlite(), StoredInFolders()]


def assert_database_sound(database: Path) -> None:
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


def fixed_ports() -> tuple[str, ...]:
    """Options that make a later server answer at the addresses of an earlier one."""
    return ("--port", str(free_port()), "--grpc-port", str(free_port()))


def survive_kills(stored: Stored, folder: Path, *, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    options = ("--backend-store-uri", stored.uri(folder), *fixed_ports())
    server = start_server(folder, *options)
    try:
        with connected(server) as api:
            run_id = api("CreateRun", experiment_id="0").run.info.run_id
        loggers = Loggers(folder, server, run_id, writing=stored.writing)
        try:
            for _ in range(kills):
                loggers.wait_for_progress(5)
                time.sleep(chance.uniform(0.0, 0.25))
                server.kill()
                server = start_server(folder, *options)
            loggers.wait_for_progress(5)
        finally:
            acknowledged = loggers.stop()
        with connected(server) as api:
            assert_nothing_lost(api, run_id, acknowledged)
        assert server.terminate() == 0
        stored.assert_sound(folder)
    finally:
        if server.process.poll() is None:
            server.kill()


def name_of(stored: Stored) -> str:
    return type(stored).__name__


@pytest.mark.parametrize("stored", STORED, ids=name_of)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path, stored: Stored) -> None:
    survive_kills(stored, tmp_path, kills=2, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("stored", STORED, ids=name_of)
@pytest.mark.parametrize("seed", [2, 3])
def test_nothing_acknowledged_is_lost_in_many_kills(tmp_path: Path, stored: Stored, seed: int) -> None:
    survive_kills(stored, tmp_path, kills=12, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("stored", STORED, ids=name_of)
def test_nothing_acknowledged_is_lost_when_workers_are_killed(tmp_path: Path, stored: Stored) -> None:
    chance = random.Random(4)
    with running_server(tmp_path, "--backend-store-uri", stored.uri(tmp_path), "--workers", "2") as server:
        with connected(server) as api:
            run_id = api("CreateRun", experiment_id="0").run.info.run_id
        loggers = Loggers(tmp_path, server, run_id, writing=stored.writing)
        try:
            for _ in range(3):
                loggers.wait_for_progress(5)
                chance.choice(psutil.Process(server.process.pid).children()).kill()
            loggers.wait_for_progress(5)
        finally:
            acknowledged = loggers.stop()
        with connected(server) as api:
            assert_nothing_lost(api, run_id, acknowledged)
        assert server.terminate() == 0
    stored.assert_sound(tmp_path)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("stored", STORED, ids=name_of)
def test_server_that_is_asked_to_stop_loses_nothing_and_ends_well(tmp_path: Path, stored: Stored, workers: str) -> None:
    options = ("--backend-store-uri", stored.uri(tmp_path), "--workers", workers, *fixed_ports())
    with running_server(tmp_path, *options) as first:
        with connected(first) as api:
            run_id = api("CreateRun", experiment_id="0").run.info.run_id
        loggers = Loggers(tmp_path, first, run_id, writing=stored.writing)
        try:
            loggers.wait_for_progress(20)
            assert first.terminate() == 0, first.log()
            # Calls that were under way were answered, or told that the server is going: nothing else was met.
            loggers.check()
        finally:
            acknowledged = loggers.stop()
        assert "Traceback" not in first.log()
    with running_server(tmp_path, *options) as second, connected(second) as api:
        assert_nothing_lost(api, run_id, acknowledged)
    stored.assert_sound(tmp_path)


@pytest.mark.parametrize("stored", STORED, ids=name_of)
def test_two_servers_share_one_store(tmp_path: Path, stored: Stored) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    options = ("--backend-store-uri", stored.uri(tmp_path))
    with running_server(folders[0], *options) as first, running_server(folders[1], *options) as second:
        with connected(first) as api:
            runs = [api("CreateRun", experiment_id="0").run.info.run_id for _ in range(2)]
        loggers = [
            Loggers(folder, server, run, writing=LOGGING)
            for folder, server, run in zip(folders, (first, second), runs, strict=True)
        ]
        try:
            for each in loggers:
                each.wait_for_progress(20)
        finally:
            acknowledged = [each.stop() for each in loggers]
        # What one acknowledged, the other sees at once.
        for reader in (first, second):
            with connected(reader) as api:
                for run, counts in zip(runs, acknowledged, strict=True):
                    assert_nothing_lost(api, run, counts)
        assert [first.terminate(), second.terminate()] == [0, 0]
    stored.assert_sound(tmp_path)
