"""Runs wrk and h2load and reads what they measured; the load comes from C so that it is not what is measured."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

LUA = Path(__file__).parent / "lua"


@dataclass(frozen=True, slots=True)
class Load:
    """What a load generator saw."""

    requests: int
    duration_s: float
    failures: int
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Requests that were answered with success, a second."""
        return (self.requests - self.failures) / self.duration_s


class LoadError(RuntimeError):
    """The load generator is missing or reported no result."""


def wrk(url: str, script: str, arguments: list[str], *, connections: int, duration_s: int) -> Load:
    """Runs a Lua script of this folder against `url` with that many keep-alive connections."""
    command = [
        _tool("wrk", "wrk"),
        "--threads=1",
        f"--connections={connections}",
        f"--duration={duration_s}s",
        "--timeout=30s",
        "--latency",
        f"--script={LUA / script}",
        url,
        "--",
        *arguments,
    ]
    output = subprocess.run(command, capture_output=True, text=True, timeout=duration_s + 120, check=False)
    found = re.search(
        r"RESULT requests=(\d+) duration_us=(\d+) errors=(\d+) non2xx=(\d+) p50_us=(\d+) p99_us=(\d+)", output.stdout
    )
    if found is None:
        raise LoadError(f"wrk reported no result: {output.stdout[-500:]}{output.stderr[-500:]}")
    requests, duration_us, errors, refused, p50_us, p99_us = map(int, found.groups())
    if requests == 0:
        raise LoadError(f"wrk got no answer from {url} ({errors} connection errors)")
    return Load(requests, duration_us / 1e6, errors + refused, p50_us / 1e3, p99_us / 1e3)


def wrk_post(url: str, path: str, body: str, *, connections: int, duration_s: int) -> Load:
    """POSTs `body` again and again; its placeholders are described in lua/post.lua."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(body)
        file.flush()
        return wrk(url, "post.lua", [path, file.name], connections=connections, duration_s=duration_s)


def h2load_grpc(address: str, method: str, message: bytes, *, requests: int, connections: int, streams: int) -> Load:
    """Calls a unary gRPC method with one encoded request; h2load sees HTTP statuses, not gRPC ones."""
    with tempfile.NamedTemporaryFile("wb", suffix=".bin") as file:
        file.write(b"\x00" + len(message).to_bytes(4, "big") + message)
        file.flush()
        command = [_tool("h2load", "nghttp2-client"), f"-n{requests}", f"-c{connections}", f"-m{streams}", "-t1"]
        command += ["-d", file.name, "-H", "content-type: application/grpc", "-H", "te: trailers"]
        output = subprocess.run(
            [*command, f"http://{address}{method}"], capture_output=True, text=True, timeout=300, check=False
        )
    finished = re.search(r"finished in ([\d.]+)(us|ms|s|m)\b", output.stdout)
    counted = re.search(r"requests: .*?(\d+) done, (\d+) succeeded, (\d+) failed", output.stdout)
    times = re.search(r"time for request: +\S+ +\S+ +(\S+)", output.stdout)
    if finished is None or counted is None:
        raise LoadError(f"h2load reported no result: {output.stdout[-500:]}{output.stderr[-500:]}")
    duration_s = float(finished[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[finished[2]]
    done, succeeded, _ = map(int, counted.groups())
    return Load(done, duration_s, done - succeeded, _milliseconds(times[1]) if times else 0.0, 0.0)


def _milliseconds(text: str) -> float:
    """A duration as h2load prints it, such as 1.25ms."""
    found = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]] if found else 0.0


def _tool(name: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise LoadError(f"{name} is not installed; on Debian: apt-get install {package}")
    return path
