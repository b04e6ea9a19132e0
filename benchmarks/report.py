"""The table: a line a row, a column a peer, our ratio to the best peer, and the budget."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Row, Unit
from benchmarks.peers import PEERS


def machine() -> str:
    """One line on where and when the figures were taken."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({model}), {memory_gib:.0f} GiB, "
        f"Python {platform.python_version()}, {platform.system()} {platform.release().split('-')[0]}"
    )


def table(rows: list[Row], figures: dict[str, dict[str, float | None]], ours: str) -> str:
    """Markdown. The ratio compares us with the best of the others, greater is better for us."""
    others = [name for name in figures if not PEERS[name].is_ours]
    labels = [PEERS[name].label for name in figures]
    lines = [f"| work | {' | '.join(labels)} | ours to best peer | budget |", "|---|" + "---|" * (len(labels) + 2)]
    for row in rows:
        cells = [_figure(row.unit, figures[name].get(row.name)) for name in figures]
        cells += [_ratio(row, figures, ours, others), _budget(row, figures, ours)]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(unit: Unit, value: float | None) -> str:
    if value is None:
        return "-"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{'' if unit is Unit.PER_SECOND else ' '}{unit.value}"


def _ratio(row: Row, figures: dict[str, dict[str, float | None]], ours: str, others: list[str]) -> str:
    own = figures.get(ours, {}).get(row.name)
    ratios = [row.ratio(own, value) for name in others if own and (value := figures[name].get(row.name))]
    return f"{min(ratios):.1f}x" if ratios else "-"


def _budget(row: Row, figures: dict[str, dict[str, float | None]], ours: str) -> str:
    if row.budget is None:
        return "-"
    bound = f"{'>=' if row.unit.more_is_better else '<='} {_figure(row.unit, row.budget)}"
    own = figures.get(ours, {}).get(row.name)
    if own is None:
        return bound
    return f"{bound}: {'met' if row.within_budget(own) else 'missed'}"
