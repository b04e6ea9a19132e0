"""Where a run stands."""

from __future__ import annotations

from enum import IntEnum

from mlflow.exceptions import MlflowException


class RunStatus(IntEnum):
    """The statuses, with the numbers of the wire. A run's `info.status` is the name."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5

    @staticmethod
    def from_string(status_str: str) -> RunStatus:
        """The status of that name. Raises MlflowException for another word."""
        try:
            return RunStatus[status_str]
        except KeyError:
            raise MlflowException.invalid_parameter_value(
                f"{status_str!r} is no run status; use one of {', '.join(status.name for status in RunStatus)}."
            ) from None

    @staticmethod
    def to_string(status: int) -> str:
        """The name of a status. Raises MlflowException for another number."""
        try:
            return RunStatus(status).name
        except ValueError:
            raise MlflowException.invalid_parameter_value(
                f"{status!r} is no run status; use a number from 1 to {max(RunStatus).value}."
            ) from None

    @staticmethod
    def is_terminated(status: int) -> bool:
        """Whether the run has ended."""
        return status in (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)

    @staticmethod
    def all_status() -> list[RunStatus]:
        """Every status."""
        return list(RunStatus)
