"""Whether an experiment or a run is in use or in the bin."""

from __future__ import annotations

from enum import StrEnum

from mlflow.entities.view_type import ViewType


class LifecycleStage(StrEnum):
    """The stages, in the words of the wire."""

    ACTIVE = "active"
    DELETED = "deleted"

    @classmethod
    def is_valid(cls, lifecycle_stage: str) -> bool:
        """Whether the text is a stage."""
        return lifecycle_stage in (cls.ACTIVE, cls.DELETED)

    @classmethod
    def view_type_to_stages(cls, view_type: int = ViewType.ALL) -> list[LifecycleStage]:
        """The stages which a view shows."""
        return {
            ViewType.ACTIVE_ONLY: [cls.ACTIVE],
            ViewType.DELETED_ONLY: [cls.DELETED],
            ViewType.ALL: [cls.ACTIVE, cls.DELETED],
        }[ViewType(view_type)]

    @classmethod
    def matches_view_type(cls, view_type: int, lifecycle_stage: str) -> bool:
        """Whether a view shows the stage."""
        return lifecycle_stage in cls.view_type_to_stages(view_type)
