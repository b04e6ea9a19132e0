"""A named group of runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from mlflow.entities._entity import Entity
from mlflow.entities.experiment_tag import ExperimentTag
from mlflow.entities.lifecycle_stage import LifecycleStage

DEFAULT_EXPERIMENT_NAME = "Default"


class Experiment(Entity):
    """An experiment with its tags; times are milliseconds since the epoch."""

    __slots__ = (
        "artifact_location",
        "creation_time",
        "experiment_id",
        "last_update_time",
        "lifecycle_stage",
        "name",
        "tags",
    )
    _fields = (
        "experiment_id",
        "name",
        "artifact_location",
        "lifecycle_stage",
        "tags",
        "creation_time",
        "last_update_time",
    )

    DEFAULT_EXPERIMENT_NAME = DEFAULT_EXPERIMENT_NAME

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    tags: dict[str, str]
    creation_time: int | None
    last_update_time: int | None

    def __init__(
        self,
        experiment_id: str,
        name: str,
        artifact_location: str,
        lifecycle_stage: str = LifecycleStage.ACTIVE,
        tags: Mapping[str, str] | Iterable[ExperimentTag] | None = None,
        creation_time: int | None = None,
        last_update_time: int | None = None,
    ) -> None:
        self.experiment_id = experiment_id
        self.name = name
        self.artifact_location = artifact_location
        self.lifecycle_stage = lifecycle_stage
        if isinstance(tags, Mapping):
            self.tags = dict(cast("Mapping[str, str]", tags))
        else:
            self.tags = {tag.key: tag.value for tag in tags or ()}
        self.creation_time = creation_time
        self.last_update_time = last_update_time
