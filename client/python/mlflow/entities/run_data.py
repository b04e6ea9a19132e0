"""What was logged to a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mlflow.entities._entity import Entity
from mlflow.entities.metric import Metric
from mlflow.entities.param import Param
from mlflow.entities.run_tag import RunTag


class RunData(Entity):
    """Latest metric values, params and tags, by key. `metric_points` holds the latest points with time and step."""

    __slots__ = ("metric_points", "metrics", "params", "tags")
    _fields = ("metrics", "params", "tags")

    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]
    metric_points: list[Metric]

    def __init__(
        self,
        metrics: Iterable[Metric] | None = None,
        params: Iterable[Param] | None = None,
        tags: Iterable[RunTag] | None = None,
    ) -> None:
        self.metric_points = list(metrics or ())
        self.metrics = {point.key: point.value for point in self.metric_points}
        self.params = {param.key: param.value for param in params or ()}
        self.tags = {tag.key: tag.value for tag in tags or ()}

    def to_dictionary(self) -> dict[str, Any]:
        """The three mappings by name."""
        return dict(self)
