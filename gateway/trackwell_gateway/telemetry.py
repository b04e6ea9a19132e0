"""Counts requests and times them, and shows that as Prometheus text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that is read when somebody asks."""

    name: str
    help: str
    read: Callable[[], float]


class _Timing:
    __slots__ = ("counts", "total_s")

    def __init__(self) -> None:
        self.counts = [0] * (len(_BUCKETS_S) + 1)
        self.total_s = 0.0


class Telemetry:
    """The numbers of one gateway. Labels are endpoint names and statuses, never text from a request."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, int], int] = {}
        self._timings: dict[str, _Timing] = {}
        self._gauges: list[Gauge] = []
        self._others: list[Callable[[], str]] = []
        self._shown: Callable[[str], str] | None = None

    def add_gauge(self, gauge: Gauge) -> None:
        """Adds a number to show."""
        self._gauges.append(gauge)

    def add_text(self, read: Callable[[], str]) -> None:
        """Adds numbers that are kept elsewhere, as text in the same format which ends with a line feed."""
        self._others.append(read)

    def show(self, shown: Callable[[str], str]) -> None:
        """Has `shown` make what is shown out of the numbers that are known here."""
        self._shown = shown

    def record(self, endpoint: str, status: int, duration_s: float) -> None:
        """Counts one finished request."""
        key = (endpoint, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        timing = self._timings.get(endpoint)
        if timing is None:
            timing = self._timings[endpoint] = _Timing()
        timing.counts[bisect_left(_BUCKETS_S, duration_s)] += 1
        timing.total_s += duration_s

    def text(self) -> str:
        """Everything that is to be shown, in the Prometheus text format."""
        own = self.own_text()
        return own if self._shown is None else self._shown(own)

    def own_text(self) -> str:
        """The numbers that are known here, in the same format."""
        lines = [
            "# HELP trackwell_http_requests_total Finished requests.",
            "# TYPE trackwell_http_requests_total counter",
        ]
        for (endpoint, status), count in sorted(self._requests.items()):
            lines.append(f'trackwell_http_requests_total{{endpoint="{endpoint}",status="{status}"}} {count}')
        lines += [
            "# HELP trackwell_http_request_seconds Time from the head of a request to the end of its answer.",
            "# TYPE trackwell_http_request_seconds histogram",
        ]
        for endpoint, timing in sorted(self._timings.items()):
            lines += _histogram(endpoint, timing)
        for gauge in self._gauges:
            lines += [
                f"# HELP {gauge.name} {gauge.help}",
                f"# TYPE {gauge.name} gauge",
                f"{gauge.name} {gauge.read():g}",
            ]
        return "\n".join(lines) + "\n" + "".join(read() for read in self._others)


def _histogram(endpoint: str, timing: _Timing) -> list[str]:
    name = "trackwell_http_request_seconds"
    lines: list[str] = []
    below = 0
    for bound, count in zip(_BUCKETS_S, timing.counts, strict=False):
        below += count
        lines.append(f'{name}_bucket{{endpoint="{endpoint}",le="{bound:g}"}} {below}')
    total = sum(timing.counts)
    lines.append(f'{name}_bucket{{endpoint="{endpoint}",le="+Inf"}} {total}')
    lines.append(f'{name}_sum{{endpoint="{endpoint}"}} {timing.total_s:.6f}')
    lines.append(f'{name}_count{{endpoint="{endpoint}"}} {total}')
    return lines
