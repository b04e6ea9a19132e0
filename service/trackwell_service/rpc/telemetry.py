"""Counts calls and their durations, and prints them in the Prometheus text format.

Recording is a few additions on plain attributes, in the event loop's thread only, so that it costs about a
microsecond of a call; names are joined and text is made when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Final

DURATION_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the duration buckets, in seconds: from a group commit to the longest call."""

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]
"""A suffix of the family's name, labels, and a value."""


class CallStats:
    """What is known of one method's calls."""

    __slots__ = ("codes", "duration_buckets", "duration_s", "open", "received_bytes", "sent_bytes")

    def __init__(self) -> None:
        self.open = 0
        self.codes: dict[str, int] = {}
        self.duration_s = 0.0
        self.duration_buckets = [0] * (len(DURATION_BOUNDS_S) + 1)
        self.received_bytes = 0
        self.sent_bytes = 0

    def ended(self, code: str, duration_s: float) -> None:
        """Counts a call that ended with gRPC status `code`."""
        self.codes[code] = self.codes.get(code, 0) + 1
        self.duration_s += duration_s
        self.duration_buckets[bisect_left(DURATION_BOUNDS_S, duration_s)] += 1


class Telemetry:
    """Every method's numbers, and gauges that others register."""

    def __init__(self) -> None:
        self._calls: dict[str, CallStats] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def method(self, name: str) -> CallStats:
        """The numbers of one method, named like ``/trackwell.v1.RunService/GetRun``."""
        return self._calls.setdefault(name, CallStats())

    def gauge(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Publishes a number which is read when the text is made; `name` ends with its unit."""
        self._gauges[name] = (description, read)

    def exposition(self) -> str:
        """All numbers in the Prometheus text format, version 0.0.4."""
        calls: _Calls = [((("method", name.lstrip("/")),), stats) for name, stats in sorted(self._calls.items())]
        lines: list[str] = []
        for name, kind, description, samples in (
            ("trackwell_rpc_calls_total", "counter", "Calls that ended, by gRPC status.", _by_code(calls)),
            ("trackwell_rpc_open_calls", "gauge", "Calls that have begun and not ended.", _plain(calls, "open")),
            (
                "trackwell_rpc_received_bytes_total",
                "counter",
                "Bytes of request messages.",
                _plain(calls, "received_bytes"),
            ),
            ("trackwell_rpc_sent_bytes_total", "counter", "Bytes of response messages.", _plain(calls, "sent_bytes")),
            ("trackwell_rpc_duration_seconds", "histogram", "How long calls took.", _durations(calls)),
        ):
            lines += _family(name, kind, description, samples)
        for name, (description, read) in sorted(self._gauges.items()):
            lines += _family(name, "gauge", description, [("", (), read())])
        return "\n".join(lines) + "\n"


_Calls = Sequence[tuple[Labels, CallStats]]


def _plain(calls: _Calls, field: str) -> Iterable[Sample]:
    return [("", labels, getattr(stats, field)) for labels, stats in calls]


def _by_code(calls: _Calls) -> Iterable[Sample]:
    for labels, stats in calls:
        for code, count in sorted(stats.codes.items()):
            yield "", (*labels, ("code", code)), count


def _durations(calls: _Calls) -> Iterable[Sample]:
    for labels, stats in calls:
        total = 0
        for bound, count in zip((*map(str, DURATION_BOUNDS_S), "+Inf"), stats.duration_buckets, strict=True):
            total += count
            yield "_bucket", (*labels, ("le", bound)), total
        yield "_sum", labels, stats.duration_s
        yield "_count", labels, total


def _family(name: str, kind: str, description: str, samples: Iterable[Sample]) -> Iterable[str]:
    yield f"# HELP {name} {description}"
    yield f"# TYPE {name} {kind}"
    for suffix, labels, value in samples:
        joined = ",".join(f'{key}="{_escape(text)}"' for key, text in labels)
        yield f"{name}{suffix}{{{joined}}} {value}" if joined else f"{name}{suffix} {value}"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
