"""Which lifecycle stages a search shows."""

from __future__ import annotations

from enum import IntEnum

from mlflow.exceptions import MlflowException


class ViewType(IntEnum):
    """The views, with the numbers of the wire."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    @classmethod
    def from_string(cls, view_str: str) -> ViewType:
        """The view called "active_only", "deleted_only" or "all". Raises MlflowException for another word."""
        try:
            return cls[view_str.upper()]
        except KeyError:
            words = ", ".join(view.name.lower() for view in cls)
            raise MlflowException.invalid_parameter_value(
                f"{view_str!r} is no view type; use one of {words}."
            ) from None

    @classmethod
    def to_string(cls, view_type: int) -> str:
        """The name of a view, for example "active_only". Raises MlflowException for another number."""
        try:
            return cls(view_type).name.lower()
        except ValueError:
            raise MlflowException.invalid_parameter_value(f"{view_type!r} is no view type; use 1, 2 or 3.") from None
