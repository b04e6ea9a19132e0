"""What was acknowledged is there after any end of the server: killed at random moments, or asked to stop."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import psutil
import pytest
import yaml

from support.loggers import LOGGING, WRITING, Loggers, assert_nothing_lost, connected
from support.ports import free_port
from support.scratch_databases import SERVER_KINDS, assert_counts_agree, durable_server
from support.server_process import running_server, start_server


class Stored(Protocol):
    """A kind of store that servers are killed over."""

    @property
    def writing(self) -> Sequence[str]:
        """Ways to write that it keeps every promise for."""
        ...

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


class StoredOnServer:
    """In a database of a server that waits for its disk."""

    writing = WRITING

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @cache  # noqa: B019 # objects that live as long as the tests
    def uri(self, _folder: Path) -> str:
        return durable_server(self.kind).new_database()

    def assert_sound(self, folder: Path) -> None:
        assert_counts_agree(self.uri(folder))


STORED: dict[str, Stored] = {
    "sqlite": StoredInSqlite(),
    "folders": StoredInFolders(),
    **{kind: StoredOnServer(kind) for kind in SERVER_KINDS},
}

every_store = pytest.mark.parametrize("stored", STORED.values(), ids=STORED)


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


@every_store
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path, stored: Stored) -> None:
    survive_kills(stored, tmp_path, kills=2, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stored", "kills", "seed"),
    [
        ("sqlite", 12, 2),
        ("sqlite", 12, 3),
        ("folders", 12, 2),
        ("folders", 12, 3),
        # What is ours is the same for both, and theirs is not killed here.
        ("postgresql", 8, 2),
        ("mariadb", 8, 3),
    ],
)
def test_nothing_acknowledged_is_lost_in_many_kills(tmp_path: Path, stored: str, kills: int, seed: int) -> None:
    survive_kills(STORED[stored], tmp_path, kills=kills, seed=seed)


@pytest.mark.slow
@every_store
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
@every_store
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


@every_store
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
