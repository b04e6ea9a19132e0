"""Which parts of a run a filter or order looks at, so that nothing else is loaded to decide it."""

from __future__ import annotations

from dataclasses import dataclass

from trackwell_service.search.ast import (
    And,
    DatasetField,
    Metric,
    MetricOrStatistic,
    Not,
    Or,
    Param,
    RunField,
    RunFilter,
    Tag,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Keys of metrics, params and tags, and whether datasets are among the parts."""

    metrics: frozenset[str] = frozenset()
    params: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    datasets: bool = False

    def __or__(self, other: Parts) -> Parts:
        return Parts(
            self.metrics | other.metrics,
            self.params | other.params,
            self.tags | other.tags,
            self.datasets or other.datasets,
        )

    def all_keys(self) -> frozenset[str]:
        """Every key, of whatever kind."""
        return self.metrics | self.params | self.tags


def parts_of(condition: RunFilter | None) -> Parts:
    """What a filter looks at beside the run's attributes."""
    match condition:
        case None:
            return Parts()
        case And(operands) | Or(operands):
            found = Parts()
            for operand in operands:
                found |= parts_of(operand)
            return found
        case Not(operand):
            return parts_of(operand)
        case _:
            return parts_of_field(condition.field)


def parts_of_field(field: RunField) -> Parts:
    """What a field looks at beside the run's attributes."""
    match field:
        case MetricOrStatistic(key, base):
            return Parts(metrics=frozenset((key, base)))
        case Metric(key):
            return Parts(metrics=frozenset((key,)))
        case Param(key):
            return Parts(params=frozenset((key,)))
        case Tag(key):
            return Parts(tags=frozenset((key,)))
        case DatasetField():
            return Parts(datasets=True)
        case _:
            return Parts()
