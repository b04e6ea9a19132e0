"""What kind of program a run comes from."""

from __future__ import annotations

from enum import IntEnum

from mlflow.exceptions import MlflowException


class SourceType(IntEnum):
    """The kinds; the tag mlflow.source.type holds the name."""

    NOTEBOOK = 1
    JOB = 2
    PROJECT = 3
    LOCAL = 4
    UNKNOWN = 1000

    @staticmethod
    def from_string(status_str: str) -> SourceType:
        """The kind of that name. Raises MlflowException for another word."""
        try:
            return SourceType[status_str]
        except KeyError:
            raise MlflowException.invalid_parameter_value(
                f"{status_str!r} is no source type; use one of {', '.join(kind.name for kind in SourceType)}."
            ) from None

    @staticmethod
    def to_string(status: int) -> str:
        """The name of a kind. Raises MlflowException for another number."""
        try:
            return SourceType(status).name
        except ValueError:
            raise MlflowException.invalid_parameter_value(f"{status!r} is no source type.") from None
