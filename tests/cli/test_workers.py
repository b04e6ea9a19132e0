"""`mlflow server --workers N`: several processes behind one pair of ports."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import psutil
import pytest
import requests
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub

from mlflow.cli import _settings, _supervisor
from mlflow.cli._supervisor import DELAYS_S, LIVED_S, CannotServe, Restarts, Team, Worker
from support.mlflow_command import invoke
from support.server_process import ServerProcess, environment, mlflow, running_server

STORE = ("--backend-store-uri", "sqlite:///store.db", "--workers", "2")
CONNECTIONS = 40
"""That all of them go to one of two workers happens once in half a billion times."""

GONE_TIMEOUT_S = 60.0


def workers(server: ServerProcess) -> dict[int, psutil.Process]:
    """The processes below the supervisor."""
    return {each.pid: each for each in psutil.Process(server.process.pid).children()}


def call_by_rest(server: ServerProcess) -> None:
    """Each call on a connection of its own."""
    assert requests.get(f"{server.rest}/api/2.0/mlflow/experiments/get?experiment_id=0", timeout=60).status_code == 200


def call_by_grpc(server: ServerProcess) -> None:
    """Each call on a connection of its own."""
    with grpc.insecure_channel(server.grpc, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        stub: Any = HealthStub(channel)
        stub.Check(HealthCheckRequest(), timeout=60)


def served_by(log: Path, door: str) -> set[int]:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return {line["pid"] for line in lines if line["door"] == door}


def test_both_doors_of_every_worker_are_behind_one_port_each(tmp_path: Path) -> None:
    with running_server(tmp_path, *STORE, "--access-log", "calls.jsonl") as server:
        pids = set(workers(server))
        for _ in range(CONNECTIONS):
            call_by_rest(server)
            call_by_grpc(server)
        assert server.terminate() == 0
        assert server.log().count("Stopped.") == 1
        assert server.log().count("Stopping") == 1
    assert len(pids) == 2
    assert served_by(tmp_path / "calls.jsonl", "rest") == pids
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_workers_are_whole_servers_on_one_store(tmp_path: Path) -> None:
    with running_server(tmp_path, *STORE) as server:
        base = f"{server.rest}/api/2.0/mlflow/experiments"
        names = [f"experiment {number}" for number in range(CONNECTIONS)]
        for name in names:
            assert requests.post(f"{base}/create", json={"name": name}, timeout=60).status_code == 200
            # Often by the other worker, which has to see it at once.
            found = requests.get(f"{base}/get-by-name", params={"experiment_name": name}, timeout=60)
            assert found.status_code == 200
        assert server.terminate() == 0


def requests_counted(text: str) -> dict[str, int]:
    """How often each worker was asked for an experiment."""
    pattern = r'^trackwell_http_requests_total\{worker="(\d+)",endpoint="[^"]*GetExperiment",status="200"\} (\d+)$'
    return {worker: int(count) for worker, count in re.findall(pattern, text, re.MULTILINE)}


def test_every_worker_shows_the_numbers_of_all(tmp_path: Path) -> None:
    with running_server(tmp_path, *STORE) as server:
        for _ in range(CONNECTIONS):
            call_by_rest(server)
        give_up = time.monotonic() + GONE_TIMEOUT_S
        # What the worker that is asked has from the other may be a moment old.
        while (
            sum((counted := requests_counted(text := requests.get(f"{server.rest}/metrics", timeout=60).text)).values())
            < CONNECTIONS
        ):
            assert time.monotonic() < give_up, text
            time.sleep(0.05)
        assert sum(counted.values()) == CONNECTIONS
        assert set(counted) == {"0", "1"}
        described = re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)
        assert len(set(described)) == len(described)
        assert server.terminate() == 0
    assert "cannot be shown" not in server.log()


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with running_server(tmp_path, *STORE) as server:
        before = workers(server)
        victim = next(iter(before.values()))
        victim.kill()
        give_up = time.monotonic() + GONE_TIMEOUT_S
        while len(now := set(workers(server)) - {victim.pid}) < 2:
            assert time.monotonic() < give_up, server.log()
            time.sleep(0.02)
        assert len(now & set(before)) == 1
        for _ in range(CONNECTIONS):
            call_by_rest(server)
        assert f"Worker {victim.pid} was killed by SIGKILL. Another one takes its place." in server.log()
        assert server.terminate() == 0


def test_workers_end_with_their_supervisor_and_leave_nothing(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    with running_server(tmp_path, *STORE, TMPDIR=str(shared)) as server:
        left = workers(server).values()
        assert len(list(shared.iterdir())) == 1
        server.kill()
        assert psutil.wait_procs(left, GONE_TIMEOUT_S)[1] == []
    assert list(shared.iterdir()) == []
    with pytest.raises(requests.ConnectionError):
        call_by_rest(server)


def failed_start(folder: Path, *options: str) -> str:
    done = subprocess.run(
        mlflow("server", *STORE, *options),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("Error") == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("door", ["rest", "grpc"])
def test_ports_are_shared_with_no_other_server(tmp_path: Path, door: str) -> None:
    with running_server(tmp_path, *STORE) as server:
        port = getattr(server, door).rpartition(":")[2]
        ports = ("--port", port, "--grpc-port", "0") if door == "rest" else ("--port", "0", "--grpc-port", port)
        assert f"cannot listen on 127.0.0.1:{port}" in failed_start(tmp_path, *ports)


def test_a_store_that_cannot_be_opened_ends_the_command(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no database" * 1000)
    assert "is not a database" in failed_start(tmp_path, "--port", "0")


@pytest.mark.slow
def test_a_server_whose_workers_cannot_run_any_more_gives_up(tmp_path: Path) -> None:
    with running_server(tmp_path, *STORE) as server:
        for file in tmp_path.glob("store.db*"):
            file.unlink()
        (tmp_path / "store.db").write_bytes(b"no database" * 1000)
        for worker in workers(server).values():
            worker.kill()
        assert server.process.wait(GONE_TIMEOUT_S) == 1
        said = server.log()
    # Those that were killed count, unless they had served for long enough.
    refused = len(re.findall(r"^Error: .* is not a database", said, re.MULTILINE))
    assert len(DELAYS_S) - 1 <= refused <= len(DELAYS_S)
    assert f"Error: {len(DELAYS_S) + 1} workers in a row ended before they had served {LIVED_S:g} s" in said


def test_a_worker_that_has_served_is_replaced_at_once_and_one_that_has_not_later_and_later() -> None:
    restarts = Restarts()
    served_s = (LIVED_S, *(0.0 for _ in DELAYS_S), LIVED_S)
    assert [restarts.delay_s(each, others_serve=False) for each in served_s] == [*DELAYS_S, None, DELAYS_S[0]]
    assert list(DELAYS_S) == sorted(DELAYS_S)


class FakeWorker(Worker):
    """A worker without a process: it serves until it is signalled, or has ended already."""

    def __init__(self, *, ended_with: int | None = None) -> None:
        self.process: Any = SimpleNamespace(pid=4711, returncode=ended_with)
        self.serving_since_s = float("-inf")
        self.signals: list[int] = []
        self._end = asyncio.Event()

    async def ended(self) -> None:
        """See `Worker.ended`."""
        if self.process.returncode is None:
            await self._end.wait()

    def signal(self, number: int) -> None:
        """See `Worker.signal`."""
        self.signals.append(number)
        self.process.returncode = 0
        self._end.set()


def team_of(folder: Path, monkeypatch: pytest.MonkeyPatch, *members: FakeWorker) -> Team:
    """A team that starts workers without waiting."""
    monkeypatch.setattr(_supervisor, "DELAYS_S", (0.0,) * len(DELAYS_S))
    plan: Any = SimpleNamespace(drain_s=0.0)
    return Team(plan, folder, workers=dict(enumerate(members)))


@pytest.mark.parametrize(
    "fault",
    [CannotServe("The database cannot be reached."), BlockingIOError(errno.EAGAIN, "no more processes")],
    ids=["store", "fork"],
)
def test_as_long_as_a_worker_serves_new_ones_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Exception
) -> None:
    """Whatever keeps them from starting, and however often."""
    tries = 0

    async def serve() -> Team:
        team = team_of(tmp_path, monkeypatch, FakeWorker(), FakeWorker(ended_with=-signal.SIGKILL))

        async def started() -> FakeWorker:
            nonlocal tries
            tries += 1
            if tries > 3 * len(DELAYS_S):
                team.told(signal.SIGTERM)
            raise fault

        monkeypatch.setattr(_supervisor, "_started", started)
        await asyncio.wait_for(asyncio.gather(team._keep(0), team._keep(1)), GONE_TIMEOUT_S)
        return team

    assert asyncio.run(serve()).failure is None
    assert tries == 3 * len(DELAYS_S) + 1
    said = capsys.readouterr().err
    assert said.count("Worker 4711 was killed by SIGKILL") == 1
    assert said.count("Error: ") == tries - 1


def test_a_second_signal_ends_all_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "of the workers"
    folder.mkdir()
    (folder / "a file").touch()
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(signal, "signal", lambda number, action: sent.append((number, action)))
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    worker = FakeWorker()
    team = team_of(folder, monkeypatch, worker)
    team.told(signal.SIGTERM)
    assert folder.exists()
    team.told(signal.SIGTERM)
    assert worker.signals == [signal.SIGTERM, signal.SIGKILL]
    assert sent == [(signal.SIGTERM, signal.SIG_DFL), (os.getpid(), signal.SIGTERM)]
    assert not folder.exists()


def test_a_signal_during_the_start_ends_the_server_in_good_order(tmp_path: Path) -> None:
    with subprocess.Popen(
        mlflow("server", *STORE, "--port", "0"), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE
    ) as process:
        supervisor = psutil.Process(process.pid)
        while not supervisor.children():
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1].decode()
    assert (process.returncode, "Traceback" in said) == (0, False), said


def test_where_ports_cannot_be_shared_one_process_serves_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_settings, "SHARED_PORTS", False)
    done = invoke("server", "--workers", "2", "--backend-store-uri", "sqlite:////nowhere/store.db")
    assert done.exit_code == 1
    assert "Note: --workers 2 starts one process" in done.stderr
