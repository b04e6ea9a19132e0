"""Processes that write to a server until they are stopped, and the check that nothing they got acknowledged is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.doors.base import Api
from support.doors.grpc import GrpcDoor
from support.durable_logger import acknowledged_steps
from support.server_process import ServerProcess, environment

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


def assert_unharmed(server: ServerProcess, run_id: str, acknowledged: dict[str, int]) -> None:
    """As `assert_nothing_lost`; then ends the server, which must end in good order and have met nothing unforeseen."""
    with connected(server) as api:
        assert_nothing_lost(api, run_id, acknowledged)
    assert server.terminate() == 0
    assert "Traceback" not in server.log()
