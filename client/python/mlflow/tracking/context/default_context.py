"""Who runs the program, and which file it is."""

from __future__ import annotations

import getpass
import sys

from mlflow._tags import SOURCE_NAME, SOURCE_TYPE, USER
from mlflow.entities import SourceType
from mlflow.tracking.context.abstract_context import RunContextProvider


class DefaultRunContext(RunContextProvider):
    """Every program has a user and a main file."""

    def in_context(self) -> bool:
        """Always."""
        return True

    def tags(self) -> dict[str, str]:
        """User, file name and the type LOCAL."""
        found = {SOURCE_NAME: main_file(), SOURCE_TYPE: SourceType.LOCAL.name}
        user = user_name()
        return {USER: user, **found} if user is not None else found


def user_name() -> str | None:
    """Who is logged in, or None where the system does not know."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return None


def main_file() -> str:
    """The program's file as it was started, or a word for a console."""
    return sys.argv[0] if sys.argv and sys.argv[0] else "<console>"
